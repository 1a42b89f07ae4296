import { readableInterval } from "../base/mod.ts";
import type { Element } from "../xml/mod.ts";
import type { Action } from "./action.ts";
import type { DeviceChange, FencingReason } from "./action-reason.ts";
import { action, opKey, resourceAction, setReason } from "./actions.ts";
import { configuredOp } from "./configured-ops.ts";
import { A, O } from "./constants.ts";
import { compareOpDigest, needsRemoteName, onlyPrivateChanged } from "./digests.ts";
import { fencingAction } from "./fence-node.ts";
import { linkActions } from "./links.ts";
import { mergeSort } from "./merge-sort.ts";
import type { Node } from "./node.ts";
import { newOrdering, orderResourceActions } from "./orderings.ts";
import type { Resource } from "./resource.ts";
import { clearFailCount, failCount } from "./unpack/fail-count.ts";
import { activeRange } from "./unpack/history.ts";
import { compareAge } from "./unpack/op-age.ts";
import { intervalOf } from "./unpack/op-interval.ts";
import type { WorkingSet } from "./working-set.ts";

/** Compares the configuration with what history says was done. */
export function handleConfigChanges(ws: WorkingSet): void {
  const byId = primitivesById(ws.resources, new Map());
  const states = new Map<string, Element>();
  for (const state of ws.cib.first("status")?.elements("node_state") ?? []) {
    const name = state.get("uname");
    if (name !== null && !states.has(name)) states.set(name, state);
  }
  for (const node of ws.nodes) {
    if (!node.maintenance && !node.available) continue;
    const state = states.get(node.name);
    const entries = state?.first("lrm")?.first("lrm_resources")?.elements("lrm_resource") ?? [];
    for (const entry of entries) {
      if (entry.children.length === 0) continue;
      const matching = byId.get(entry.id);
      if (matching === undefined) continue;
      for (let i = matching.length - 1; i >= 0; i--) checkHistory(ws, entry, matching[i]!, node);
    }
  }
}

/** Primitives by their own ids and by those that they have in the history. */
export function primitivesById(
  resources: readonly Resource[],
  into: Map<string, Resource[]>,
): Map<string, Resource[]> {
  for (const resource of resources) {
    if (resource.isPrimitive) {
      const ids = new Set([resource.id, resource.nameInHistory]);
      for (const id of ids) {
        const list = into.get(id);
        if (list === undefined) into.set(id, [resource]);
        else list.push(resource);
      }
    }
    primitivesById(resource.children, into);
  }
  return into;
}

function checkHistory(ws: WorkingSet, entry: Element, resource: Resource, node: Node): void {
  if (resource.orphan) {
    const top = resource.top();
    if (top.variant === 2 && !top.unique) return;
    scheduleCleanup(ws, resource, node);
    return;
  }
  if (!resource.activeOn.includes(node)) {
    if (agentChanged(ws, resource, node, entry, false)) scheduleCleanup(ws, resource, node);
    return;
  }
  if (agentChanged(ws, resource, node, entry, true)) scheduleCleanup(ws, resource, node);
  const ops = mergeSort(entry.elements("lrm_rsc_op").reverse(), compareAge);
  const { start, stop } = activeRange(ops);
  if (start < stop) return;
  for (let i = Math.max(0, start); i < ops.length; i++) checkOp(ws, ops[i]!, resource, node);
}

const CHECKED = new Set(["monitor", "start", "promote", "migrate_from"]);

function checkOp(ws: WorkingSet, op: Element, resource: Resource, node: Node): void {
  const task = op.get("operation") ?? "";
  const intervalMs = intervalOf(op);
  if (intervalMs > 0 && (resource.maintenance || node.maintenance)) {
    scheduleCancel(ws, resource, op.get("call-id"), task, intervalMs, node);
  } else if (intervalMs > 0 || CHECKED.has(task)) {
    if (needsRemoteName(ws, resource)) {
      ws.deferredChecks.unshift({ kind: "active", xml: op, resource, node });
    } else {
      checkDefinition(ws, resource, node, op);
    }
  }
}

/** Clears the fail count where the definition of an operation changed. */
export function checkDefinition(ws: WorkingSet, resource: Resource, node: Node, op: Element): void {
  if (!definitionChanged(ws, resource, node, op)) return;
  if (failCount(ws, node, resource, { effective: true }, null).count === 0) return;
  clearFailCount(ws, resource, node, "action definition changed");
}

function definitionChanged(ws: WorkingSet, resource: Resource, node: Node, op: Element): boolean {
  const task = op.get("operation") ?? "";
  const intervalMs = intervalOf(op);
  if (intervalMs > 0 && configuredOp(resource, task, intervalMs, false) === null) {
    if (ws.config.stopOrphanActions) {
      scheduleCancel(ws, resource, op.get("call-id"), task, intervalMs, node);
    }
    return true;
  }
  const verdict = compareOpDigest(ws, resource, node, op);
  if (verdict === "match") return false;
  if (ws.options.sanitized !== false && onlyPrivateChanged(ws, resource, node, op)) {
    ws.notice(
      `Only 'private' parameters to ${readableInterval(intervalMs)}-interval ` +
        `${taskForDigest(task, intervalMs)} for ${resource.id} on ${node.name} changed: ` +
        (op.get("transition-magic") ?? "<null>"),
    );
    return false;
  }
  if (verdict === "restart") forceRestart(ws, resource, task, intervalMs, node);
  else if (intervalMs > 0) reschedule(ws, resource, task, intervalMs, node);
  else if (op.has("op-restart-digest")) {
    triggerUnfencing(ws, resource, node, deviceChanged(resource, "reload"), null);
    scheduleReload(ws, resource, node);
  } else forceRestart(ws, resource, task, intervalMs, node);
  return true;
}

/** Probes, promotions and migrations are given what a start is given. */
function taskForDigest(task: string, intervalMs: number): string {
  const asStart = task === "monitor" || task === "promote" || task === "migrate_from";
  return intervalMs === 0 && asStart ? "start" : task;
}

function forceRestart(
  ws: WorkingSet,
  resource: Resource,
  task: string,
  intervalMs: number,
  node: Node,
): void {
  const restarted = taskForDigest(task, intervalMs);
  const key = opKey(resource.id, restarted, intervalMs);
  const required = resourceAction(ws, resource, key, restarted, null, false, intervalMs);
  setReason(required, { kind: "definition-changed" }, true);
  triggerUnfencing(ws, resource, node, deviceChanged(resource, "parameters"), null);
}

function reschedule(
  ws: WorkingSet,
  resource: Resource,
  task: string,
  intervalMs: number,
  node: Node,
): void {
  triggerUnfencing(ws, resource, node, deviceChanged(resource, "reschedule"), null);
  const key = opKey(resource.id, task, intervalMs);
  const op = resourceAction(ws, resource, key, task, node, true, intervalMs);
  op.flags |= A.reschedule;
}

function scheduleReload(ws: WorkingSet, resource: Resource, node: Node): void {
  if (!resource.managed || resource.failed) return;
  if (resource.startPending) {
    action(ws, resource, "stop", node, false);
    return;
  }
  resource.reload = true;
  const reload = action(ws, resource, "reload-agent", node, false);
  setReason(reload, { kind: "definition-changed" }, false);
  for (const task of ["stop", "demote"]) {
    newOrdering(ws, {
      first: reload,
      thenResource: resource,
      thenTask: resource.key(task),
      flags: O.ordered | O.thenCancelsFirst,
    });
  }
}

function agentChanged(
  ws: WorkingSet,
  resource: Resource,
  node: Node,
  entry: Element,
  active: boolean,
): boolean {
  const same = (name: string) => entry.get(name) === resource.xml.get(name);
  if (same("type") && same("class") && same("provider")) return false;
  triggerUnfencing(ws, resource, node, deviceChanged(resource, "definition"), null);
  if (active) {
    action(ws, resource, "stop", node, false);
    resource.startPending = true;
  }
  return true;
}

/** Erases the history of a resource on a node, between its stop and start. */
export function scheduleCleanup(ws: WorkingSet, resource: Resource, node: Node): void {
  if (resource.failed || node.unclean || !node.online) return;
  action(ws, resource, "delete", node, false);
  orderResourceActions(ws, resource, "stop", resource, "delete", O.ordered);
  orderResourceActions(ws, resource, "delete", resource, "start", O.ordered);
}

/** An action that stops a recurring operation. */
export function cancelAction(
  ws: WorkingSet,
  resource: Resource,
  task: string,
  intervalMs: number,
  node: Node,
): Action {
  const key = opKey(resource.id, task, intervalMs);
  const cancel = resourceAction(ws, resource, key, "cancel", node, false, intervalMs);
  cancel.task = "cancel";
  cancel.cancelTask = task;
  cancel.meta.set("operation", task);
  cancel.meta.set("interval", String(intervalMs));
  return cancel;
}

function scheduleCancel(
  ws: WorkingSet,
  resource: Resource,
  callId: string | null,
  task: string,
  intervalMs: number,
  node: Node,
): void {
  const cancel = cancelAction(ws, resource, task, intervalMs, node);
  if (callId !== null) cancel.meta.set("call-id", callId);
  newOrdering(ws, {
    firstResource: resource,
    firstTask: resource.key("stop"),
    thenResource: resource,
    then: cancel,
    flags: O.ordered,
  });
}

function deviceChanged(device: Resource, how: DeviceChange): FencingReason {
  return { kind: "device-changed", device: device.id, how };
}

/** Has a node unfenced (again), for a fence device or (null) for anyone. */
export function triggerUnfencing(
  ws: WorkingSet,
  resource: Resource | null,
  node: Node | null,
  reason: FencingReason,
  dependency: Action | null,
): void {
  if (!ws.unfencingEnabled) return;
  if (resource !== null && !resource.fenceDevice) return;
  const ready = (n: Node) => n.online && !n.unclean && !n.shutdown;
  if (node !== null && ready(node)) {
    const unfence = fencingAction(ws, node, "on", false, reason, false);
    if (dependency !== null) linkActions(unfence, dependency, O.ordered);
  } else if (resource !== null) {
    for (const other of ws.nodes) {
      if (resource.allowed.has(other) && ready(other)) {
        triggerUnfencing(ws, resource, other, reason, dependency);
      }
    }
  }
}

/** Comparisons that needed to know where a bundle's container is to be. */
export function checkDeferred(ws: WorkingSet): void {
  for (const { kind, xml, resource, node } of ws.deferredChecks) {
    if (kind === "active") {
      checkDefinition(ws, resource, node, xml);
      continue;
    }
    const verdict = compareOpDigest(ws, resource, node, xml);
    if (verdict === "mismatch" || verdict === "restart") {
      clearFailCount(ws, resource, node, "resource parameters have changed");
    }
  }
}
