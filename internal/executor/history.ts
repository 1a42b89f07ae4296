import { createHash } from "node:crypto";
import { CRM_FEATURE_SET } from "../base/mod.ts";
import { Element, printXml } from "../xml/mod.ts";
import type { AgentMetadata, OperationResult } from "./types.ts";

/** Parameters that describe the request rather than the resource. */
const NEVER_DIGESTED = new Set([
  "id",
  "crm_feature_set",
  "op-digest",
  "on_node",
  "on_node_uuid",
  "pcmk_external_ip",
]);

/**
 * The MD5 that the scheduler compares to see that a definition changed: of the parameters without
 * what the cluster added. A recurring operation's timeout counts, since it needs a new monitor.
 */
export function operationDigest(
  parameters: Record<string, string>,
  intervalMs: number,
  without: ReadonlySet<string> = new Set(),
): string {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(parameters)) {
    if (NEVER_DIGESTED.has(name) || without.has(name)) continue;
    if (name.startsWith("CRM_meta_") && !(intervalMs > 0 && name === "CRM_meta_timeout")) continue;
    kept[name] = value;
  }
  return digestOf(kept);
}

function digestOf(parameters: Record<string, string>): string {
  const sorted = Object.fromEntries(
    Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
  );
  const text = ` ${printXml(new Element("parameters", sorted))}\n`;
  return createHash("md5").update(text).digest("hex");
}

/** Actions whose entries carry the digests that need the agent's meta-data. */
const METADATA_ACTIONS = new Set([
  "start",
  "monitor",
  "promote",
  "demote",
  "reload",
  "reload-agent",
  "migrate_to",
  "migrate_from",
  "notify",
]);

/** True when an operation's history entry needs its agent's meta-data. */
export function needsMetadata(agentClass: string, action: string): boolean {
  return (agentClass === "ocf" || agentClass === "stonith") && METADATA_ACTIONS.has(action);
}

export interface HistoryContext {
  nodeName: string;
  /** Name of the function the original would note as its origin. */
  origin: string;
}

/**
 * The `<lrm_rsc_op>` entry of a result. Its id is RSC_last_0, RSC_ACTION_INTERVAL or, with
 * `asFailure`, RSC_last_failure_0: the caller decides which of them an operation updates.
 */
export function historyEntry(
  result: OperationResult,
  context: HistoryContext,
  asFailure = false,
): Element {
  const { request } = result;
  const key = `${request.resource}_${request.action}_${request.intervalMs}`;
  const id = asFailure
    ? `${request.resource}_last_failure_0`
    : request.intervalMs > 0 || request.action === "notify"
      ? key
      : `${request.resource}_last_0`;
  const parameters = request.parameters;
  const entry = new Element("lrm_rsc_op", {
    id,
    operation_key: key,
    operation: request.action,
    "crm-debug-origin": context.origin,
    crm_feature_set: parameters["crm_feature_set"] ?? CRM_FEATURE_SET,
    "transition-key": request.userData,
    "transition-magic": `${result.status}:${result.rc};${request.userData}`,
    "exit-reason": result.exitReason,
    on_node: context.nodeName,
    "call-id": String(request.callId),
    "rc-code": String(result.rc),
    "op-status": String(result.status),
    interval: String(request.intervalMs),
    "last-rc-change": String(Math.floor(result.lastRcChangeMs / 1000)),
    "exec-time": String(Math.round(result.execTimeMs)),
    "queue-time": String(Math.round(result.queueTimeMs)),
  });
  if (request.action === "migrate_to" || request.action === "migrate_from") {
    for (const name of ["migrate_source", "migrate_target"]) {
      const value = parameters[`CRM_meta_${name}`];
      if (value !== undefined) entry.set(name, value);
    }
  }
  entry.set("op-digest", operationDigest(parameters, request.intervalMs));
  if (result.metadata !== null && needsMetadata(request.agent.class, request.action)) {
    addRestartDigest(entry, result, result.metadata);
    addSecureDigest(entry, result, result.metadata);
  }
  return entry;
}

function addRestartDigest(entry: Element, result: OperationResult, metadata: AgentMetadata): void {
  if (result.request.intervalMs > 0 || !metadata.reloads) return;
  const names = metadata.parameters.filter((p) => !p.reloadable).map((p) => p.name);
  const listed: Record<string, string> = {};
  for (const name of names) {
    const value = result.request.parameters[name];
    if (value !== undefined) listed[name] = value;
  }
  entry.set("op-force-restart", nameList(names));
  entry.set("op-restart-digest", digestOf(listed));
}

function addSecureDigest(entry: Element, result: OperationResult, metadata: AgentMetadata): void {
  const names = metadata.parameters.filter((p) => p.private).map((p) => p.name);
  if (names.length === 0) return;
  const { parameters, intervalMs } = result.request;
  entry.set("op-secure-params", nameList(names));
  entry.set("op-secure-digest", operationDigest(parameters, intervalMs, new Set(names)));
}

/** The original lists names last to first, between two spaces at either end. */
function nameList(names: string[]): string {
  return names.length === 0 ? "" : `  ${names.toReversed().join(" ")}  `;
}
