import { timeoutSeconds } from "../base/mod.ts";
import { parseDate, parseTimeMs, toEpoch } from "../cib/mod.ts";
import type { Element } from "../xml/mod.ts";
import { configuredOps, fastestMonitor } from "./configured-ops.ts";
import { OnFail, parseRole, Role } from "./constants.ts";
import type { Node } from "./node.ts";
import type { Resource } from "./resource.ts";
import { defaults, resourceParameters } from "./unpack/meta.ts";
import { type PairContext, unpackPairs } from "./unpack/pairs.ts";
import type { WorkingSet } from "./working-set.ts";

const DEFAULT_TIMEOUT_MS = 20_000;
/** Of a timeout or a delay. */
const LONGEST_MS = 0x7fff_ffff;

/** What {@link actionMeta} found for an operation, whatever node it is on. */
export interface KnownMeta {
  task: string;
  intervalMs: number;
  op: Element | null;
  meta: ReadonlyMap<string, string>;
}

/**
 * Meta attributes of an operation: defaults, its sets, its XML attributes; times in ms. Probes of a
 * resource on all nodes share theirs.
 */
export function actionMeta(
  ws: WorkingSet,
  resource: Resource,
  node: Node | null,
  task: string,
  intervalMs: number,
  op: Element | null,
): ReadonlyMap<string, string> {
  // What a fence device's operations are given may depend on the node.
  if (resource.cls === "stonith") return readMeta(ws, resource, node, task, intervalMs, op);
  for (const each of resource.knownMeta) {
    if (each.task === task && each.intervalMs === intervalMs && each.op === op) return each.meta;
  }
  const meta = readMeta(ws, resource, node, task, intervalMs, op);
  resource.knownMeta.push({ task, intervalMs, op, meta });
  return meta;
}

function readMeta(
  ws: WorkingSet,
  resource: Resource,
  node: Node | null,
  task: string,
  intervalMs: number,
  op: Element | null,
): Map<string, string> {
  const context: PairContext = {
    rsc: { cls: resource.cls, provider: resource.provider, type: resource.type },
    op: { name: task, intervalMs },
  };
  const meta = new Map(defaults(ws, "op_defaults", context));
  const probe = task === "monitor" && intervalMs === 0;
  if (probe) {
    const timeout = fastestMonitor(resource)?.xml.get("timeout");
    if (timeout != null) meta.set("timeout", timeout);
  }
  if (op !== null) {
    for (const [name, value] of unpackPairs(ws, op, "meta_attributes", context)) {
      meta.set(name, value);
    }
    for (const [name, value] of op.entries()) meta.set(name, value);
  }
  meta.delete("id");
  if (intervalMs > 0) meta.set("interval", String(intervalMs));
  else meta.delete("interval");
  if (resource.cls === "stonith" && (task === "start" || probe)) {
    const timeout = resourceParameters(ws, resource, node).get("pcmk_monitor_timeout");
    if (timeout !== undefined) meta.set("timeout", timeout);
  }
  const timeout = meta.get("timeout");
  const timeoutMs = timeout === undefined ? null : parseTimeMs(timeout);
  meta.set("timeout", String(Math.min(timeoutMs || DEFAULT_TIMEOUT_MS, LONGEST_MS)));
  validateOnFail(resource, task, op, meta);
  startDelay(ws, meta, intervalMs);
  return meta;
}

function startDelay(ws: WorkingSet, meta: Map<string, string>, intervalMs: number): void {
  const delay = meta.get("start-delay");
  if (delay !== undefined) {
    meta.set("start-delay", String(Math.min(parseTimeMs(delay) ?? 0, LONGEST_MS)));
    return;
  }
  const origin = meta.get("interval-origin");
  if (origin === undefined || intervalMs <= 0) return;
  const start = parseDate(origin, { now: ws.nowSeconds, localOffset: 0 });
  if (start === null) {
    ws.problem("error", `Ignoring 'interval-origin' because '${origin}' is not valid`);
    return;
  }
  const interval = timeoutSeconds(intervalMs);
  if (interval <= 0) return;
  let result = (ws.nowSeconds - toEpoch(start)) % interval;
  if (result > 0) result = interval - result;
  else result = -result;
  meta.set("start-delay", String(result * 1000));
}

/** Takes out what makes no sense; gives `demote` the handling of the promoted monitor. */
function validateOnFail(
  resource: Resource,
  task: string,
  op: Element | null,
  meta: Map<string, string>,
): void {
  const value = meta.get("on-fail");
  if (task === "demote" && value === undefined) {
    for (const other of configuredOps(resource)) {
      if (other.name !== "monitor" || other.intervalMs === 0 || !other.enabled) continue;
      if (parseRole(other.xml.get("role")) !== Role.promoted) continue;
      const handling = other.xml.get("on-fail");
      if (handling === null || handling.toLowerCase() === "demote") continue;
      meta.set("on-fail", handling);
    }
    return;
  }
  if (task === "lrm_delete" && value !== "ignore") {
    meta.set("on-fail", "ignore");
    return;
  }
  if (value === "demote") {
    // Where it comes from the defaults alone there is no operation that it could be meant for.
    const name = op?.get("name");
    const promotedMonitor =
      name === "monitor" && meta.has("interval") && parseRole(op?.get("role")) === Role.promoted;
    if (name !== "promote" && !promotedMonitor) meta.delete("on-fail");
    return;
  }
  if (task === "stop" && value === "standby") meta.delete("on-fail");
  if (task === "stop" && value === "stop") meta.delete("on-fail");
}

/**
 * Handling of a failure, from the word configured or by default. A connection counts as a guest's
 * once its container is linked to it: an orphan's is not before the end of the history that
 * made the orphan.
 */
export function onFailOf(
  ws: WorkingSet,
  resource: Resource,
  task: string,
  intervalMs: number,
  value: string | undefined,
): OnFail {
  const remote =
    resource.isConnection &&
    ws.findNode(resource.id)?.isBareRemote === true &&
    !(task === "monitor" && intervalMs === 0) &&
    task !== "start";
  if (!(remote && !resource.managed)) {
    const explicit = explicitOnFail(ws, resource, task, value);
    if (explicit !== null) return explicit;
    if (resource.launcher !== null) return OnFail.restartContainer;
  }
  if (remote) return resource.managed ? OnFail.resetRemote : OnFail.stop;
  if (task === "stop") return ws.config.fencingEnabled ? OnFail.fence : OnFail.block;
  return OnFail.restart;
}

function explicitOnFail(
  ws: WorkingSet,
  resource: Resource,
  task: string,
  value: string | undefined,
): OnFail | null {
  switch (value?.toLowerCase()) {
    case "block":
      return OnFail.block;
    case "fence": {
      if (ws.config.fencingEnabled) return OnFail.fence;
      const text =
        `Resetting 'on-fail' for ${task} of ${resource.id} to 'stop' ` +
        "because 'fence' is not valid when fencing is disabled";
      ws.messages.push({ level: "error", text });
      return OnFail.stop;
    }
    case "standby":
      return OnFail.standby;
    case "ignore":
    case "nothing":
      return OnFail.ignore;
    case "migrate":
      return OnFail.ban;
    case "stop":
      return OnFail.stop;
    case "restart":
      return OnFail.restart;
    case "restart-container":
      return resource.launcher === null ? null : OnFail.restartContainer;
    case "demote":
      return OnFail.demote;
    case undefined:
      return null;
    default: {
      const text = `Using default 'on-fail' for ${task} of ${resource.id} because '${value}' is not valid`;
      ws.problem("error", text);
      return null;
    }
  }
}

export function roleAfterFailure(resource: Resource, task: string, onFail: OnFail): Role {
  if (onFail === OnFail.stop) return Role.stopped;
  if (onFail === OnFail.resetRemote && resource.remoteReconnectMs !== 0) return Role.stopped;
  return task === "promote" ? Role.unpromoted : Role.started;
}
