import { md5 } from "../base/mod.ts";
import { type Element, escapeAttribute } from "../xml/mod.ts";
import { opKey } from "./actions.ts";
import { configuredOp } from "./configured-ops.ts";
import { compareBytes } from "./natural-order.ts";
import type { Node } from "./node.ts";
import { actionMeta } from "./operation-meta.ts";
import type { Resource } from "./resource.ts";
import { pairsOfOperation, resourceParameters } from "./unpack/meta.ts";
import { intervalOf } from "./unpack/op-interval.ts";
import type { WorkingSet } from "./working-set.ts";

export type Verdict = "match" | "mismatch" | "restart" | "unknown";

/**
 * All parameters of an operation as they count for digests, and what follows from them. Made once
 * for each operation of a node: the history entry that asks first decides which parameters are
 * private and which force a restart, and a verdict stays for those who come later.
 */
interface OpDigest {
  parameters: Map<string, string>;
  all: string;
  secure: () => string;
  /** Null: the first entry came from an agent that cannot reload. */
  restart: string | null;
  /** A changed parameter of the operation itself cannot be reloaded. */
  verdict: Verdict;
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

/** In the place of a digest: differs from every one. */
export const EXPIRED = "calculated-failure-timeout";
export const RESTART_DIGEST = "op-restart-digest";

/** MD5 of a parameters element with its attributes in order of name. */
export function digestOf(parameters: ReadonlyMap<string, string>): string {
  const names = [...parameters.keys()].sort(compareBytes);
  const attributes = names.map((n) => ` ${n}="${escapeAttribute(parameters.get(n)!)}"`).join("");
  return md5(` <parameters${attributes}/>\n`);
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
  xml: Element | null,
): OpDigest {
  const key = opKey(resource.id, task, intervalMs);
  const cached = node.digests.get(key) as OpDigest | undefined;
  if (cached !== undefined) return cached;
  const result = computeDigest(ws, resource, node, task, intervalMs, xml);
  node.digests.set(key, result);
  return result;
}

function computeDigest(
  ws: WorkingSet,
  resource: Resource,
  node: Node,
  task: string,
  intervalMs: number,
  xml: Element | null,
): OpDigest {
  const parameters = new Map<string, string>();
  const add = (name: string, value: string) => {
    if (!parameters.has(name)) parameters.set(name, value);
  };
  const host = remoteHostName(ws, resource);
  if (host !== null) add("addr", host);
  for (const [name, value] of resourceParameters(ws, resource, node)) add(name, value);
  const op = configuredOp(resource, task, intervalMs, true);
  const own = op === null ? new Map<string, string>() : pairsOfOperation(ws, op, node.attributes);
  for (const [name, value] of own) add(name, value);
  for (const name of [...parameters.keys()]) {
    if (FILTERED.has(name) || name.startsWith("CRM_meta_")) parameters.delete(name);
  }
  if (intervalMs > 0) {
    const meta = actionMeta(ws, resource, node, task, intervalMs, op);
    parameters.set("CRM_meta_timeout", meta.get("timeout")!);
  }
  let secure: string | null = null;
  return {
    parameters,
    all: digestOf(parameters),
    secure: () => {
      secure ??= secureDigest(ws, resource, node, xml, parameters);
      return secure;
    },
    restart: xml === null ? null : restartDigest(ws, xml, parameters),
    verdict: intervalMs === 0 && own.size > 0 ? "restart" : "match",
  };
}

/** What a history entry would have recorded with the parameters as they are now, by attribute. */
export function digestsNow(
  ws: WorkingSet,
  resource: Resource,
  node: Node,
  xml: Element,
): Record<string, string | null> {
  const task = xml.get("operation") ?? "";
  const { all, secure, restart } = computeDigest(ws, resource, node, task, intervalOf(xml), xml);
  return { "op-digest": all, "op-secure-digest": secure(), "op-restart-digest": restart };
}

/** Digest of what was given to an operation, less the private parameters. */
function secureDigest(
  ws: WorkingSet,
  resource: Resource,
  node: Node,
  xml: Element | null,
  parameters: ReadonlyMap<string, string>,
): string {
  const featureSet = xml?.get("crm_feature_set") ?? ws.cib.get("crm_feature_set");
  const old = featureSet !== null && olderThan316(featureSet);
  const listed = xml === null ? " passwd password user " : xml.get("op-secure-params");
  const source = old ? resourceParameters(ws, resource, node) : parameters;
  const out = new Map<string, string>();
  for (const [name, value] of source) {
    if (listed?.includes(` ${name} `)) continue;
    if (old && resource.cls === "stonith" && isFenceParameter(name)) continue;
    if (old && (FILTERED.has(name) || name.startsWith("CRM_meta_"))) continue;
    out.set(name, value);
  }
  return digestOf(out);
}

const FENCE_PARAMETERS = new Set([
  "provides",
  "stonith-timeout",
  "pcmk_action_limit",
  "pcmk_delay_base",
  "pcmk_delay_max",
  "pcmk_host_argument",
  "pcmk_host_check",
  "pcmk_host_list",
  "pcmk_host_map",
]);

/** Whether a parameter is for the fencer, not for the agent. */
function isFenceParameter(name: string): boolean {
  return FENCE_PARAMETERS.has(name) || /^pcmk_[^_]*_(action|timeout|retries)$/.test(name);
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
  const digest = opDigest(ws, resource, node, task, intervalMs, xml);
  const restart = recordedRestartDigest(ws, xml);
  const recorded = xml.get("op-digest");
  if (restart !== null && digest.restart !== null && digest.restart !== restart) {
    digest.verdict = "restart";
  } else if (recorded === null) {
    digest.verdict = "unknown";
  } else if (recorded === digest.all) {
    digest.verdict = "match";
  } else if (intervalMs > 0 || digest.verdict !== "restart") {
    digest.verdict = "mismatch";
  }
  return digest.verdict;
}

/** A monitor whose failure expired has lost its digest on purpose, so that it is scheduled again. */
function recordedRestartDigest(ws: WorkingSet, xml: Element): string | null {
  return ws.expiredRecurring.has(xml) ? EXPIRED : xml.get(RESTART_DIGEST);
}

function restartDigest(
  ws: WorkingSet,
  xml: Element,
  parameters: ReadonlyMap<string, string>,
): string | null {
  if (recordedRestartDigest(ws, xml) === null) return null;
  const listed = xml.get("op-force-restart");
  if (listed === null) return digestOf(parameters);
  const out = new Map<string, string>();
  for (const [name, value] of parameters) {
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
  const task = xml.get("operation") ?? "";
  return opDigest(ws, resource, node, task, intervalOf(xml), xml).secure() === recorded;
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
  const digest = opDigest(ws, resource, node, "stonith-on", 0, null);
  const secure = digest.secure();
  const all = digest.all;
  const known = (name: string, value: string) =>
    (node.attributes.get(name) ?? "").includes(`${resource.id}:${agent}:${value}`);
  const recorded = node.attributes.get("#digests-all");
  if (recorded === undefined) return { verdict: "unknown", all, secure };
  if (known("#digests-all", all)) return { verdict: "match", all, secure };
  if (known("#digests-secure", secure)) {
    ws.notice(`Only 'private' parameters to ${resource.id} for unfencing ${node.name} changed`);
    return { verdict: "match", all, secure };
  }
  if (ws.options.sanitized !== false) {
    ws.notice(
      `Parameters to ${resource.id} for unfencing ${node.name} changed, ` +
        `try '${resource.id}:${agent}:${secure}'`,
    );
  }
  return { verdict: "mismatch", all, secure };
}
