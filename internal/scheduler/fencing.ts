import type { Action } from "./action.ts";
import { findFirst, newNodeAction, taskActions } from "./actions.ts";
import { A, Needs, O } from "./constants.ts";
import { canFence, fencingAction } from "./fence-node.ts";
import { linkActions } from "./links.ts";
import type { Node } from "./node.ts";
import { announceAfterFencing } from "./notify/after-fencing.ts";
import { newOrdering } from "./orderings.ts";
import type { Resource } from "./resource.ts";
import type { WorkingSet } from "./working-set.ts";

/** Fencing and shutdown of nodes, with their order among themselves and against the rest. */
export function scheduleFencingAndShutdowns(ws: WorkingSet): void {
  const managed = ws.resources.some(anyManaged);
  const fencing: Action[] = [];
  const shutdowns: Action[] = [];
  let dcDown: Action | null = null;
  let unsafe = false;
  for (const node of ws.nodes) {
    if (node.isGuest) {
      if (node.remoteReset && managed && canFence(ws, node)) fenceGuest(ws, node);
      continue;
    }
    const fenced = node.unclean && managed && canFence(ws, node);
    if (fenced) {
      const text = `Scheduling node ${node.name} for fencing`;
      ws.messages.push({ level: "log", origin: "schedule_fencing", text });
      const fence = fencingAction(ws, node, null, false, { kind: "node-unclean" }, false);
      orderVsFencing(ws, fence);
      if (node.isDc) {
        dcDown = fence;
      } else {
        const last = fencing[fencing.length - 1];
        if (!ws.config.concurrentFencing && last !== undefined) {
          linkActions(last, fence, O.ordered);
        }
        fencing.push(fence);
      }
    } else if (node.online && node.shutdown && !node.isRemote) {
      const down = newNodeAction(ws, `do_shutdown-${node.name}`, "do_shutdown", node, false);
      orderStopsBefore(ws, node, down);
      down.meta.set("op_no_wait", "true");
      if (node.isDc) dcDown = down;
      else shutdowns.push(down);
    }
    if (!node.unclean || fenced) continue;
    unsafe = true;
    const text = `Node ${node.name} is unclean but cannot be fenced`;
    ws.messages.push({ level: "warning", text });
  }
  if (unsafe && !ws.config.fencingEnabled) {
    const text =
      "Resource functionality and data integrity cannot be guaranteed " +
      "(configure, enable, and test fencing to correct this)";
    ws.messages.push({ level: "warning", text });
  }
  if (dcDown === null) return;
  if (dcDown.task === "do_shutdown") {
    for (let i = shutdowns.length - 1; i >= 0; i--) linkActions(shutdowns[i]!, dcDown, O.ordered);
  }
  const before = ws.config.concurrentFencing ? fencing : fencing.slice(-1);
  for (let i = before.length - 1; i >= 0; i--) linkActions(before[i]!, dcDown, O.ordered);
}

function anyManaged(resource: Resource): boolean {
  return resource.managed || resource.children.some(anyManaged);
}

function orderStopsBefore(ws: WorkingSet, node: Node, shutdown: Action): void {
  for (let i = ws.actions.length - 1; i >= 0; i--) {
    const stop = ws.actions[i]!;
    if (stop.task !== "stop" || stop.node !== node || stop.resource === null) continue;
    const resource = stop.resource;
    if (resource.maintenance || node.maintenance) continue;
    if (!resource.managed && !resource.blocked) continue;
    stop.flags &= ~A.optional;
    newOrdering(ws, {
      firstResource: resource,
      first: stop,
      then: shutdown,
      flags: O.ordered | O.unrunnableFirstBlocks,
    });
  }
}

/** A guest is fenced by stopping its container: a pseudo-action says so. */
function fenceGuest(ws: WorkingSet, node: Node): void {
  const connection = node.connection!;
  const container = connection.launcher!;
  let stop = findFirst(container.actions, null, "stop", null);
  const restarts = findFirst(container.actions, null, "start", null) !== null;
  const fence = fencingAction(
    ws,
    node,
    restarts ? "reboot" : "off",
    false,
    { kind: "guest-unclean" },
    false,
  );
  fence.flags |= A.pseudo | A.runnable;
  if (stop?.pseudo) {
    const host = fencingAction(ws, stop.node!, null, false, null, false);
    linkActions(host, fence, O.unrunnableFirstBlocks | O.firstImpliesThen);
  } else if (stop !== null) {
    linkActions(stop, fence, O.unrunnableFirstBlocks | O.firstImpliesThen);
  } else {
    stop = findFirst(connection.actions, null, "stop", null);
    if (stop !== null) linkActions(stop, fence, O.ordered);
  }
  orderVsFencing(ws, fence);
}

/** Orders everything that matters against the fencing of a node. */
function orderVsFencing(ws: WorkingSet, fence: Action): void {
  for (const resource of ws.resources) orderResource(ws, resource, fence);
}

function orderResource(ws: WorkingSet, resource: Resource, fence: Action): void {
  if (resource.children.length > 0) {
    for (const child of resource.children) orderResource(ws, child, fence);
    return;
  }
  if (!resource.managed) return;
  const node = fence.node!;
  for (let i = resource.actions.length - 1; i >= 0; i--) {
    const action = resource.actions[i]!;
    if (action.needs === Needs.fencing) {
      linkActions(fence, action, O.ordered);
    } else if (
      action.needs === Needs.quorum &&
      action.task === "start" &&
      resource.allowed.has(node) &&
      !isKnownOn(resource, node)
    ) {
      // Its state there is unknown, so it may be active until the node is shot.
      linkActions(fence, action, O.ordered | O.unrunnableFirstBlocks);
    }
  }
  orderImpliedStops(ws, resource, fence, node);
}

/** An instance of an anonymous clone is known where its clone is; a cloned group may be in part. */
function isKnownOn(resource: Resource, node: Node): boolean {
  if (resource.known.has(node)) return true;
  const parent = resource.parent;
  return parent?.variant === 2 && !parent.unique && parent.known.has(node);
}

function orderImpliedStops(ws: WorkingSet, resource: Resource, fence: Action, node: Node): void {
  const implied = resource.needsFencing || node.isGuest;
  const inBundle = resource.bundle() !== null;
  const stops = taskActions(resource, node, "stop", false);
  const topStop =
    stops.length > 0 && implied ? findFirst(resource.top().actions, null, "stop", null) : null;
  for (const stop of stops) {
    stop.flags |= A.pseudo | A.runnable;
    if (implied) {
      if (!inBundle) linkActions(fence, stop, O.guestAllowed);
      if (topStop !== null) linkActions(fence, topStop, O.guestAllowed);
    }
    if (resource.notify) announceAfterFencing(ws, stop, resource, fence);
  }
  for (const demote of taskActions(resource, node, "demote", false)) {
    const gone = !demote.node!.online || demote.node!.unclean || resource.failed;
    if (!gone) continue;
    demote.flags |= A.pseudo | A.runnable;
    if (!inBundle && implied) linkActions(fence, demote, O.guestAllowed | O.ordered);
  }
}
