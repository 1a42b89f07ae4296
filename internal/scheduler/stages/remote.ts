import type { Action } from "../action.ts";
import { isRecurring, opKey } from "../actions.ts";
import { O, Role } from "../constants.ts";
import { fenceNode } from "../fence-node.ts";
import type { Node } from "../node.ts";
import { newOrdering } from "../orderings.ts";
import type { Resource } from "../resource.ts";
import { currentNode } from "../resource-state.ts";
import type { WorkingSet } from "../working-set.ts";

/** Orders what happens on remote and guest nodes by their connection; rules, section 26. */
export function orderRemoteActions(ws: WorkingSet): void {
  if (!ws.haveRemoteNodes) return;
  for (let i = ws.actions.length - 1; i >= 0; i--) orderOne(ws, ws.actions[i]!);
}

function orderOne(ws: WorkingSet, action: Action): void {
  const { resource, node } = action;
  if (resource === null) return;
  if (resource.isConnection && action.task === "clear_failcount") {
    const start = opKey(resource.id, "start", 0);
    newOrdering(ws, { first: action, thenResource: resource, thenTask: start, flags: O.ordered });
    return;
  }
  if (node === null || !node.isRemote || action.pseudo || node.connection === null) return;
  const { connection } = node;
  if (action.task === "start") orderStopsElsewhere(ws, resource, connection, node);
  if (connection.launcher !== null) orderOnGuest(ws, action, connection, connection.launcher, node);
  else orderOnRemote(ws, action, connection, node);
}

/** A resource that moves to a remote node stays where it is until the connection is up. */
function orderStopsElsewhere(
  ws: WorkingSet,
  resource: Resource,
  connection: Resource,
  node: Node,
): void {
  for (let i = resource.actions.length - 1; i >= 0; i--) {
    const stop = resource.actions[i]!;
    if (stop.task !== "stop" || stop.node === node) continue;
    newOrdering(ws, {
      firstResource: connection,
      firstTask: opKey(connection.id, "start", 0),
      then: stop,
      flags: O.ordered,
    });
  }
}

function afterStart(ws: WorkingSet, first: Resource, action: Action, flags: number): void {
  newOrdering(ws, {
    firstResource: first,
    firstTask: opKey(first.id, "start", 0),
    then: action,
    flags: O.guestAllowed | O.unrunnableFirstBlocks | flags,
  });
}

function beforeStop(ws: WorkingSet, action: Action, connection: Resource, flags: number): void {
  newOrdering(ws, {
    first: action,
    thenResource: connection,
    thenTask: opKey(connection.id, "stop", 0),
    flags: O.guestAllowed | flags,
  });
}

type ConnectionState = "alive" | "resting" | "unknown" | "stopped" | "failed";

/** What the connection to a remote node will be good for; rules, 26.2. */
export function connectionState(node: Node, connection: Resource): ConnectionState {
  const host = currentNode(connection);
  if (connection.nextRole === Role.stopped || connection.assignedTo === null) {
    if (host?.unclean === true) return "failed";
    if (!connection.failed) return "stopped";
    const waits = connection.nextRole === Role.stopped && connection.remoteReconnectMs > 0;
    return waits && node.fencedRemote && !node.shutdown ? "unknown" : "failed";
  }
  if (host === null) return "unknown";
  if (host.unclean || !host.online) return "resting";
  const migrating = connection.partialSource !== null && connection.partialTarget !== null;
  return connection.activeOn.length > 1 && migrating ? "resting" : "alive";
}

function orderOnRemote(ws: WorkingSet, action: Action, connection: Resource, node: Node): void {
  const state = connectionState(node, connection);
  switch (action.task) {
    case "start":
    case "promote":
      afterStart(ws, connection, action, state === "failed" ? O.firstImpliesThen : O.none);
      return;
    case "stop":
    case "migrate_to":
    case "migrate_from":
      if (state === "alive") beforeStop(ws, action, connection, O.thenImpliesFirst);
      else if (state === "failed") {
        fenceNode(ws, node, "resources are active but connection is unrecoverable", false);
      } else if (connection.nextRole === Role.stopped) {
        beforeStop(ws, action, connection, O.thenImpliesFirst);
      } else afterStart(ws, connection, action, O.none);
      return;
    case "demote":
      if (state === "resting" || state === "unknown") afterStart(ws, connection, action, O.none);
      return;
    default:
      orderOtherOnRemote(ws, action, connection, node, state);
  }
}

function orderOtherOnRemote(
  ws: WorkingSet,
  action: Action,
  connection: Resource,
  node: Node,
  state: ConnectionState,
): void {
  if (isRecurring(action)) {
    afterStart(ws, connection, action, O.firstImpliesThen);
    return;
  }
  if (action.task === "monitor" && state === "failed") {
    const why = "resources are in unknown state and connection is unrecoverable";
    fenceNode(ws, node, why, false);
  }
  // Whether services are stopped is found out before the connection closes for good.
  if (state === "stopped" && currentNode(connection) !== null) {
    beforeStop(ws, action, connection, O.unrunnableFirstBlocks);
  } else afterStart(ws, connection, action, O.none);
}

function orderOnGuest(
  ws: WorkingSet,
  action: Action,
  connection: Resource,
  container: Resource,
  node: Node,
): void {
  if (container.failed) fenceNode(ws, node, "container failed", false);
  switch (action.task) {
    case "start":
    case "promote":
      afterStart(ws, container, action, O.firstImpliesThen);
      afterStart(ws, connection, action, O.none);
      return;
    case "stop":
    case "demote":
      // Implied by the stop of a failed container.
      if (!container.failed) beforeStop(ws, action, connection, O.none);
      return;
    default:
      afterStart(ws, connection, action, isRecurring(action) ? O.firstImpliesThen : O.none);
  }
}
