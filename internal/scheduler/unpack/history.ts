import { INFINITY_SCORE, timeoutSeconds } from "../../base/mod.ts";
import { Element } from "../../xml/mod.ts";
import { action, opKey, resourceAction } from "../actions.ts";
import { OnFail, Role } from "../constants.ts";
import { mergeSort } from "../merge-sort.ts";
import type { Node } from "../node.ts";
import type { Resource } from "../resource.ts";
import { currentNode, locationNodes } from "../resource-state.ts";
import { resourceLocation } from "../score-tables.ts";
import type { WorkingSet } from "../working-set.ts";
import { createInstance } from "./clones.ts";
import { createNode } from "./nodes.ts";
import { compareAge } from "./op-age.ts";
import { intervalOf } from "./op-interval.ts";
import { applyOperation, type HistoryState } from "./operation.ts";
import { determineRemoteStatus, unpackRemoteAttributes } from "./remote-status.ts";
import { targetRole, unpackResource } from "./resources.ts";
import { processState } from "./resulting-state.ts";
import { nodeOf } from "./status.ts";

/** Reads every node's history once, remote nodes' after that of their connections. */
export function unpackHistories(ws: WorkingSet, states: Element[]): void {
  while (historyPass(ws, states, false));
  historyPass(ws, states, ws.config.fencingEnabled);
  for (const container of ws.stopNeeded) {
    const node = currentNode(container);
    if (node !== null) action(ws, container, "stop", node, false);
  }
  ws.stopNeeded.length = 0;
}

function historyPass(ws: WorkingSet, states: Element[], all: boolean): boolean {
  let again = false;
  for (const state of states) {
    const node = nodeOf(ws, state);
    if (node === null || node.historyUnpacked) continue;
    if (!all && !historyIsDue(ws, node)) continue;
    if (node.isRemote) {
      determineRemoteStatus(node);
      unpackRemoteAttributes(ws, node, state);
    }
    node.historyUnpacked = true;
    unpackNodeHistory(ws, node, state);
    again = true;
  }
  return again;
}

function historyIsDue(ws: WorkingSet, node: Node): boolean {
  const connection = node.connection;
  if (node.isGuest) {
    return (
      connection!.currentRole === Role.started && connection!.launcher!.currentRole === Role.started
    );
  }
  if (node.isRemote) {
    return (
      connection !== null && (ws.config.shutdownLock || connection.currentRole === Role.started)
    );
  }
  return ws.config.fencingEnabled || ws.config.shutdownLock || node.online;
}

function unpackNodeHistory(ws: WorkingSet, node: Node, state: Element): void {
  const entries = state.first("lrm")?.first("lrm_resources")?.elements("lrm_resource") ?? [];
  let orphanedFillers = false;
  for (const entry of entries) {
    const resource = unpackEntry(ws, node, entry);
    if (resource?.orphan && entry.has("container")) orphanedFillers = true;
  }
  if (orphanedFillers) linkOrphanedFillers(ws, entries);
}

/** A connection whose container left the configuration with it still belongs to the container. */
function linkOrphanedFillers(ws: WorkingSet, entries: Element[]): void {
  for (const entry of entries) {
    const containerId = entry.get("container");
    if (containerId === null) continue;
    const container = ws.resourcesById.get(containerId);
    const resource = ws.resourcesById.get(entry.id);
    if (container === undefined || resource === undefined) continue;
    if (!resource.orphan || resource.launcher !== null || !resource.isConnection) continue;
    resource.launcher = container;
    container.launched.push(resource);
  }
}

function unpackEntry(ws: WorkingSet, node: Node, entry: Element): Resource | null {
  const id = entry.get("id");
  if (id === null || id === "") {
    ws.messages.push({ level: "error", text: "Ignoring invalid lrm_resource entry: No id" });
    return null;
  }
  const ops: Element[] = [];
  for (const child of entry.children) {
    if (child instanceof Element && child.name === "lrm_rsc_op") ops.push(child);
  }
  if (!ws.config.shutdownLock && ops.length === 0) return null;
  let resource = findResource(ws, node, id);
  if (resource === null) {
    if (ops.length === 0) return null;
    resource = createOrphan(ws, entry, id);
    if (resource === null) return null;
  }
  if (ws.config.shutdownLock) unpackShutdownLock(ws, entry, resource, node);
  const before = resource.currentRole;
  resource.currentRole = Role.unknown;
  if (ops.length > 1) {
    warnOfDuplicates(ws, ops);
    mergeSort(ops.reverse(), compareAge);
  }
  const state: HistoryState = { lastFailure: null, onFail: OnFail.ignore };
  for (const op of ops) applyOperation(ws, resource, node, op, state);
  makeRecurring(ws, resource, node, ops);
  processState(ws, resource, node, state.onFail);
  const wanted = targetRole(resource);
  if (wanted !== null && (resource.nextRole === Role.unknown || wanted < resource.nextRole)) {
    resource.nextRole = wanted;
  }
  if (before > resource.currentRole) resource.currentRole = before;
  return resource;
}

function warnOfDuplicates(ws: WorkingSet, ops: readonly Element[]): void {
  // Two to five as a rule, for each resource on each node: compared without making a list of them.
  for (let i = 1; i < ops.length; i++) {
    const id = ops[i]!.get("id");
    for (let j = 0; id !== null && j < i; j++) {
      if (ops[j]!.get("id") !== id) continue;
      ws.messages.push({ level: "error", text: `Duplicate lrm_rsc_op entries named ${id}` });
      break;
    }
  }
}

function unpackShutdownLock(ws: WorkingSet, entry: Element, resource: Resource, node: Node): void {
  const text = entry.get("shutdown-lock");
  if (text === null) return;
  const time = Number.parseInt(text, 10);
  if (!(time > 0)) return;
  const limit = timeoutSeconds(ws.config.shutdownLockMs);
  if (ws.config.shutdownLockMs > 0 && ws.nowSeconds > time + limit) {
    action(ws, resource, "lrm_delete", node, false);
    return;
  }
  resource.lockNode = node;
  resource.lockTime = time;
}

/** The resource a history entry speaks of; orphan instances are made as needed. */
function findResource(ws: WorkingSet, node: Node, id: string): Resource | null {
  let resource = ws.resourcesById.get(id) ?? null;
  // An orphan stands behind all that is configured: an instance that goes by its id is met first.
  if (resource === null || resource.orphan) {
    resource = ws.resourcesByHistoryId.get(id) ?? resource;
  }
  let parent: Resource;
  if (resource === null) {
    const zero = ws.resourcesById.get(`${id.replace(/:\d+$/, "")}:0`);
    if (zero === undefined || zero.unique) return null;
    resource = zero;
    parent = zero.top();
  } else {
    if (resource.variant !== 0) return null;
    parent = resource.top();
  }
  if (parent.variant === 2 && !parent.unique) {
    const bundle = parent.parent;
    if (bundle !== null && bundle.variant === 3) {
      const replica = bundle.bundleData!.replicas.find((r) => r.node === node);
      resource = replica?.child ?? null;
    } else {
      resource = findAnonymous(ws, node, parent, id.replace(/:\d+$/, ""));
    }
  }
  if (resource !== null && id !== resource.id && id !== resource.historyId) {
    resource.historyId = id;
    ws.resourcesByHistoryId.set(id, resource);
  }
  return resource;
}

/** The resource of that configured id in an instance (which may be a group). */
function member(instance: Resource, id: string): Resource | null {
  if (instance.id === id || instance.configId === id) return instance;
  for (const child of instance.children) {
    if (child.id === id || child.configId === id) return child;
  }
  return null;
}

function findAnonymous(ws: WorkingSet, node: Node, clone: Resource, id: string): Resource | null {
  let inactive: Resource | null = null;
  let found: Resource | null = null;
  let skipInactive = false;
  for (const instance of clone.children) {
    const locations = locationNodes(instance, "pending");
    if (locations.length > 0) {
      if (locations[0] !== node) continue;
      found = member(instance, id);
      if (found !== null && found.activeOn.length > 0) {
        // A second entry for this node: what is beyond the first is an orphan.
        skipInactive = true;
        found = null;
      }
      if (found !== null) break;
    } else if (!skipInactive && inactive === null && !instance.blocked) {
      inactive = member(instance, id);
      if (inactive?.pendingNode != null && inactive.pendingNode !== node) inactive = null;
    }
  }
  if (found === null && !skipInactive) found = inactive;
  const universal = clone.clone!.max === ws.nodes.length;
  if (
    found !== null &&
    !found.needsFencing &&
    (!node.online || node.unclean) &&
    !node.isGuest &&
    !universal
  ) {
    found = null;
  }
  if (found !== null) return found;
  const orphan = createInstance(ws, clone);
  return orphan === null ? null : member(orphan, id);
}

/** A resource that history knows and the configuration does not. */
function createOrphan(ws: WorkingSet, entry: Element, id: string): Resource | null {
  const xml = new Element("primitive", entry.attributes.slice());
  xml.set("id", id);
  const orphan = unpackResource(ws, xml, null, null);
  if (orphan === null) return null;
  if (orphan.isConnection) {
    const node = ws.findNode(id) ?? createNode(ws, id, id, "remote", 0);
    node.connection = orphan;
    orphan.connectionOf = node;
    node.shutdown = true;
    node.unclean = ws.config.startupFencing;
    node.unseen = true;
  }
  orphan.orphan = true;
  ws.resources.push(orphan);
  if (!ws.config.stopOrphanResources) orphan.managed = false;
  else resourceLocation(ws, orphan, null, -INFINITY_SCORE, { kind: "orphan" });
  return orphan;
}

/** Recurring operations since the last start exist already: they become optional actions. */
function makeRecurring(ws: WorkingSet, resource: Resource, node: Node, ops: Element[]): void {
  if (!node.online) return;
  // Where a resource does not run there is but the probe that found it so.
  if (ops.length === 1 && intervalOf(ops[0]!) <= 0) return;
  const { start, stop } = activeRange(ops);
  for (let i = 0; i < ops.length; i++) {
    if (start < stop && i <= stop) continue;
    if (i < start) continue;
    const op = ops[i]!;
    const intervalMs = intervalOf(op);
    if (intervalMs <= 0 || op.get("op-status") === "-1") continue;
    const task = op.get("operation") ?? "";
    const key = opKey(resource.id, task, intervalMs);
    resourceAction(ws, resource, key, task, node, true, intervalMs);
  }
}

/** Positions of the last start and the last stop; -1 for none. */
export function activeRange(ops: readonly Element[]): { start: number; stop: number } {
  let start = -1;
  let stop = -1;
  let impliedByMonitor = -1;
  let impliedByRole = -1;
  for (let i = 0; i < ops.length; i++) {
    const op = ops[i]!;
    const task = op.get("operation");
    if (task === "stop" && op.get("op-status") === "0") stop = i;
    else if (task === "start" || task === "migrate_from") start = i;
    else if (task === "monitor" && impliedByMonitor <= stop) {
      const rc = op.get("rc-code");
      if (rc === "0" || rc === "8") impliedByMonitor = i;
    } else if (task === "promote" || task === "demote") impliedByRole = i;
  }
  if (start === -1) start = impliedByRole !== -1 ? impliedByRole : impliedByMonitor;
  return { start, stop };
}
