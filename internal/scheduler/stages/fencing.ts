import type { Action } from "../action.ts";
import { findFirstByKey, newNodeAction, opKey, taskActions } from "../actions.ts";
import { A, Needs, O } from "../constants.ts";
import { canFence, fencingAction } from "../fence-node.ts";
import { linkActions } from "../links.ts";
import type { Node } from "../node.ts";
import { newOrdering } from "../orderings.ts";
import type { Resource } from "../resource.ts";
import type { WorkingSet } from "../working-set.ts";

/** Notifications that tell of stops implied by fencing come after it; rules, 24.4. */
export type NotifyAfterFencing = (stop: Action, resource: Resource, fencing: Action) => void;

/** Fences unclean nodes and shuts down those that asked for it; rules, 25.3. */
export function scheduleFencing(ws: WorkingSet, notifyAfter: NotifyAfterFencing): void {
  const managed = ws.resources.some(hasManaged);
  const fencings: Action[] = [];
  const shutdowns: Action[] = [];
  let dcDown: Action | null = null;
  for (const node of ws.nodes) {
    if (node.isGuest) {
      if (node.remoteReset && managed && canFence(ws, node)) fenceGuest(ws, node, notifyAfter);
    } else if (managed && node.unclean && canFence(ws, node)) {
      const fencing = fencingAction(ws, node, null, false, "node is unclean", false);
      orderAgainstFencing(ws, fencing, notifyAfter);
      if (node.isDc) dcDown = fencing;
      else {
        const last = fencings[fencings.length - 1];
        if (!ws.config.concurrentFencing && last !== undefined)
          linkActions(last, fencing, O.ordered);
        fencings.push(fencing);
      }
    } else if (node.shutdown && node.online && !node.isRemote) {
      const shutdown = shutdownAction(ws, node);
      if (node.isDc) dcDown = shutdown;
      else shutdowns.push(shutdown);
    }
  }
  if (dcDown !== null) orderDcLast(ws, dcDown, fencings, shutdowns);
}

function hasManaged(resource: Resource): boolean {
  return resource.managed || resource.children.some(hasManaged);
}

/** The DC goes last, so that there is one election and not many. */
function orderDcLast(
  ws: WorkingSet,
  dcDown: Action,
  fencings: readonly Action[],
  shutdowns: readonly Action[],
): void {
  // Not before the DC's fencing: that could close a loop through stops of clones.
  if (dcDown.task === "do_shutdown") {
    for (let i = shutdowns.length - 1; i >= 0; i--) linkActions(shutdowns[i]!, dcDown, O.ordered);
  }
  if (!ws.config.concurrentFencing) {
    const last = fencings[fencings.length - 1];
    if (last !== undefined) linkActions(last, dcDown, O.ordered);
    return;
  }
  for (let i = fencings.length - 1; i >= 0; i--) linkActions(fencings[i]!, dcDown, O.ordered);
}

/** A guest is "fenced" by the recovery of its container; the pseudo-action is there to order by. */
function fenceGuest(ws: WorkingSet, node: Node, notifyAfter: NotifyAfterFencing): void {
  const connection = node.connection!;
  const container = connection.launcher!;
  const stop = ownAction(container, "stop");
  const operation = ownAction(container, "start") === null ? "off" : "reboot";
  const fencing = fencingAction(ws, node, operation, false, "guest is unclean", false);
  fencing.flags |= A.pseudo | A.runnable;
  if (stop?.pseudo === true) {
    const host = fencingAction(ws, stop.node!, null, false, null, false);
    linkActions(host, fencing, O.unrunnableFirstBlocks | O.firstImpliesThen);
  } else if (stop !== null) {
    linkActions(stop, fencing, O.unrunnableFirstBlocks | O.firstImpliesThen);
  } else {
    // The container is thought to be stopped already: wait until the connection says so too.
    const hangUp = ownAction(connection, "stop");
    if (hangUp !== null) linkActions(hangUp, fencing, O.ordered);
  }
  orderAgainstFencing(ws, fencing, notifyAfter);
}

function ownAction(resource: Resource, task: string): Action | null {
  return findFirstByKey(resource, opKey(resource.id, task, 0), null);
}

function orderAgainstFencing(
  ws: WorkingSet,
  fencing: Action,
  notifyAfter: NotifyAfterFencing,
): void {
  const visit = (resource: Resource): void => {
    if (resource.children.length > 0) {
      for (const child of resource.children) visit(child);
      return;
    }
    if (!resource.managed) return;
    orderStarts(resource, fencing);
    orderStops(resource, fencing, notifyAfter);
  };
  for (const resource of ws.resources) visit(resource);
}

function orderStarts(resource: Resource, fencing: Action): void {
  const target = fencing.node!;
  for (let i = resource.actions.length - 1; i >= 0; i--) {
    const action = resource.actions[i]!;
    if (action.needs === Needs.fencing) {
      linkActions(fencing, action, O.ordered);
    } else if (action.needs === Needs.quorum && action.task === "start") {
      // It may be active where its state is unknown: as if waiting for a probe.
      if (resource.allowed.has(target) && !isKnownOn(resource, target)) {
        linkActions(fencing, action, O.ordered | O.unrunnableFirstBlocks);
      }
    }
  }
}

/** An anonymous instance is known where its clone is. */
function isKnownOn(resource: Resource, node: Node): boolean {
  if (resource.known.has(node)) return true;
  const { parent } = resource;
  return parent?.variant === 2 && !parent.unique && parent.known.has(node);
}

/** Stops and demotes that fencing brings about happen by themselves. */
function orderStops(resource: Resource, fencing: Action, notifyAfter: NotifyAfterFencing): void {
  const target = fencing.node!;
  const implied = resource.needsFencing || target.isGuest;
  const bundled = resource.bundle() !== null;
  const stops = taskActions(resource, target, "stop", false);
  const topStop = stops.length > 0 && implied ? ownAction(resource.top(), "stop") : null;
  for (let i = stops.length - 1; i >= 0; i--) {
    const stop = stops[i]!;
    stop.flags |= A.pseudo | A.runnable;
    if (implied) {
      if (!bundled) linkActions(fencing, stop, O.guestAllowed);
      if (topStop !== null) linkActions(fencing, topStop, O.guestAllowed);
    }
    if (resource.notify) notifyAfter(stop, resource, fencing);
  }
  const demotes = taskActions(resource, target, "demote", false);
  for (let i = demotes.length - 1; i >= 0; i--) {
    const demote = demotes[i]!;
    if (demote.node?.online === true && !demote.node.unclean && !resource.failed) continue;
    demote.flags |= A.pseudo | A.runnable;
    if (!bundled && implied) linkActions(fencing, demote, O.guestAllowed | O.ordered);
  }
}

/** The orderly end of a node, after everything on it has stopped; rules, 25.7. */
function shutdownAction(ws: WorkingSet, node: Node): Action {
  const key = `do_shutdown-${node.name}`;
  const shutdown = newNodeAction(ws, key, "do_shutdown", node, false);
  for (let i = ws.actions.length - 1; i >= 0; i--) {
    const stop = ws.actions[i]!;
    const { resource } = stop;
    if (stop.node !== node || stop.task !== "stop" || resource === null) continue;
    if (resource.maintenance || node.maintenance) continue;
    if (!resource.managed && !resource.blocked) continue;
    stop.flags &= ~A.optional;
    newOrdering(ws, { first: stop, then: shutdown, flags: O.ordered | O.unrunnableFirstBlocks });
  }
  shutdown.meta.set("op_no_wait", "true");
  return shutdown;
}
