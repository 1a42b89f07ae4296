import { createHash } from "node:crypto";
import { type Element, escapeAttribute } from "../xml/mod.ts";
import { opKey } from "./actions.ts";
import { configuredOp } from "./configured-ops.ts";
import { compareBytes } from "./natural-order.ts";
import type { Node } from "./node.ts";
import { actionMeta } from "./operation-meta.ts";
import type { Resource } from "./resource.ts";
import { pairsOfOperation, resourceParameters } from "./unpack/meta.ts";
import type { WorkingSet } from "./working-set.ts";

export type Verdict = "match" | "mismatch" | "restart" | "unknown";

/** All parameters of an operation as they count for digests, and its digest. */
interface OpDigest {
  parameters: Map<string, string>;
  opParameters: number;
  all: string;
}

/** Names that never count, whatever their value. */
const FILTERED = new Set([
  "id",
  "crm_feature_set",
  "op-digest",
  "on_node",
  "on_node_uuid",
  "pcmk_external_ip",
]);

/** MD5 of a parameters element with its attributes in order of name. */
export function digestOf(parameters: Map<string, string>): string {
  const names = [...parameters.keys()].sort(compareBytes);
  const attributes = names.map((n) => ` ${n}="${escapeAttribute(parameters.get(n)!)}"`).join("");
  return createHash("md5").update(` <parameters${attributes}/>\n`).digest("hex");
}

/** A bundle's connection without own address takes the name of the host, known once assigned. */
export function needsRemoteName(ws: WorkingSet, resource: Resource): boolean {
  if (!resource.isConnection || resource.launcher === null || resource.bundle() === null)
    return false;
  return resourceParameters(ws, resource, null).get("addr") === "#uname";
}

/** The host that stands for `#uname` in a bundle connection's address. */
export function remoteHostName(ws: WorkingSet, resource: Resource): string | null {
  if (!needsRemoteName(ws, resource)) return null;
  const container = resource.launcher!;
  const current = container.activeOn[0] ?? null;
  const node = container.assignedTo ?? current;
  return node?.name ?? null;
}

function opDigest(
  ws: WorkingSet,
  resource: Resource,
  node: Node,
  task: string,
  intervalMs: number,
): OpDigest {
  const key = opKey(resource.id, task, intervalMs);
  const cached = node.digests.get(key) as OpDigest | undefined;
  if (cached !== undefined) return cached;
  const parameters = new Map<string, string>();
  const add = (name: string, value: string) => {
    if (!parameters.has(name)) parameters.set(name, value);
  };
  const host = remoteHostName(ws, resource);
  if (host !== null) add("addr", host);
  for (const [name, value] of resourceParameters(ws, resource, node)) add(name, value);
  const op = configuredOp(resource, task, intervalMs, false);
  const own = op === null ? new Map<string, string>() : pairsOfOperation(ws, op, node.attributes);
  for (const [name, value] of own) add(name, value);
  for (const name of [...parameters.keys()]) {
    if (FILTERED.has(name) || name.startsWith("CRM_meta_")) parameters.delete(name);
  }
  if (intervalMs > 0) {
    const meta = actionMeta(ws, resource, node, task, op === null ? 0 : intervalMs, op);
    if (op !== null) parameters.set("CRM_meta_timeout", meta.get("timeout")!);
  }
  const result = { parameters, opParameters: own.size, all: digestOf(parameters) };
  if (!needsRemoteName(ws, resource) || host !== null) node.digests.set(key, result);
  return result;
}

function intervalOf(xml: Element): number {
  return Number.parseInt(xml.get("interval") ?? "0", 10) || 0;
}

/** Digest of what was given to an operation, less the private parameters. */
function secureDigest(
  ws: WorkingSet,
  resource: Resource,
  node: Node,
  xml: Element | null,
  digest: OpDigest,
): string {
  const featureSet = xml?.get("crm_feature_set") ?? null;
  const listed = xml?.get("op-secure-params")?.split(/\s+/) ?? ["passwd", "password", "user"];
  const old = featureSet === null || olderThan316(featureSet);
  const source = old ? resourceParameters(ws, resource, node) : digest.parameters;
  const out = new Map<string, string>();
  for (const [name, value] of source) {
    if (listed.includes(name)) continue;
    if (old && FILTERED.has(name)) continue;
    if (old && resource.cls === "stonith" && isFenceParameter(name)) continue;
    if (old && name === "CRM_meta_timeout") continue;
    out.set(name, value);
  }
  return digestOf(out);
}

function isFenceParameter(name: string): boolean {
  return name.startsWith("pcmk_") || name === "provides" || name === "stonith-timeout";
}

function olderThan316(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < 3 || (major === 3 && minor < 16);
}

/** Compares what an operation was given with what it would be given now. */
export function compareOpDigest(
  ws: WorkingSet,
  resource: Resource,
  node: Node,
  xml: Element,
): Verdict {
  const task = xml.get("operation") ?? "";
  const intervalMs = intervalOf(xml);
  const digest = opDigest(ws, resource, node, task, intervalMs);
  const restart = ws.expiredRecurring.has(xml)
    ? "calculated-failure-timeout"
    : xml.get("op-restart-digest");
  if (restart !== null && restartDigest(xml, digest) !== restart) return "restart";
  const recorded = xml.get("op-digest");
  if (recorded === null) return "unknown";
  if (recorded === digest.all) return "match";
  return intervalMs === 0 && digest.opParameters > 0 ? "restart" : "mismatch";
}

function restartDigest(xml: Element, digest: OpDigest): string {
  const listed = xml.get("op-force-restart") ?? "";
  const out = new Map<string, string>();
  for (const [name, value] of digest.parameters) {
    if (listed.includes(` ${name} `)) out.set(name, value);
  }
  return digestOf(out);
}

/** Whether only private parameters, absent from a sanitised input, make the difference. */
export function onlyPrivateChanged(
  ws: WorkingSet,
  resource: Resource,
  node: Node,
  xml: Element,
): boolean {
  const recorded = xml.get("op-secure-digest");
  if (recorded === null) return false;
  const digest = opDigest(ws, resource, node, xml.get("operation") ?? "", intervalOf(xml));
  return secureDigest(ws, resource, node, xml, digest) === recorded;
}

export interface FencingDigest {
  verdict: Verdict;
  all: string;
  secure: string;
}

/** Compares a fence device with the one a node was unfenced by. */
export function compareFencingDigest(
  ws: WorkingSet,
  resource: Resource,
  agent: string,
  node: Node,
): FencingDigest {
  const digest = opDigest(ws, resource, node, "on", 0);
  const secure = secureDigest(ws, resource, node, null, digest);
  const all = digest.all;
  const known = (name: string, value: string) =>
    (node.attributes.get(name) ?? "").includes(`${resource.id}:${agent}:${value}`);
  const recorded = node.attributes.get("#digests-all");
  if (recorded === undefined) return { verdict: "unknown", all, secure };
  if (known("#digests-all", all)) return { verdict: "match", all, secure };
  if (known("#digests-secure", secure)) {
    if (ws.options.sanitized !== false && ws.options.showScores) {
      ws.notices.push(
        `Only 'private' parameters to ${resource.id} for unfencing ${node.name} changed`,
      );
    }
    return { verdict: "match", all, secure };
  }
  return { verdict: "mismatch", all, secure };
}
