import type { Action } from "./action.ts";
import { isRecurring } from "./actions.ts";
import { O, Role } from "./constants.ts";
import { fenceNode } from "./fence-node.ts";
import { newOrdering } from "./orderings.ts";
import { remoteState } from "./remote-state.ts";
import type { Resource } from "./resource.ts";
import { currentNode } from "./resource-state.ts";
import type { WorkingSet } from "./working-set.ts";

/** Orders what happens on remote and guest nodes against their connections. */
export function orderRemoteActions(ws: WorkingSet): void {
  if (!ws.haveRemoteNodes) return;
  const actions = ws.actions.slice();
  for (let i = actions.length - 1; i >= 0; i--) {
    const action = actions[i]!;
    const resource = action.resource;
    if (resource === null) continue;
    if (resource.isConnection && action.task === "clear_failcount") {
      newOrdering(ws, {
        firstResource: resource,
        first: action,
        thenResource: resource,
        thenTask: resource.key("start"),
        flags: O.ordered,
      });
      continue;
    }
    const node = action.node;
    if (node === null || !node.isRemote || action.pseudo) continue;
    const connection = node.connection;
    if (connection === null) continue;
    if (action.task === "start") orderStopsElsewhere(ws, connection, action);
    if (connection.launcher !== null) onGuest(ws, connection, connection.launcher, action);
    else onRemote(ws, connection, action);
  }
}

/** If the connection cannot be made the resource had better stay where it was. */
function orderStopsElsewhere(ws: WorkingSet, connection: Resource, start: Action): void {
  const actions = start.resource!.actions;
  for (let i = actions.length - 1; i >= 0; i--) {
    const other = actions[i]!;
    if (other.node === start.node || other.task !== "stop") continue;
    newOrdering(ws, {
      firstResource: connection,
      firstTask: connection.key("start"),
      thenResource: start.resource,
      then: other,
      flags: O.ordered,
    });
  }
}

function startThen(ws: WorkingSet, first: Resource, action: Action, flags: number): void {
  newOrdering(ws, {
    firstResource: first,
    firstTask: first.key("start"),
    thenResource: action.resource,
    then: action,
    flags: flags | O.unrunnableFirstBlocks | O.guestAllowed,
  });
}

function thenStop(ws: WorkingSet, action: Action, connection: Resource, flags: number): void {
  newOrdering(ws, {
    firstResource: action.resource,
    first: action,
    thenResource: connection,
    thenTask: connection.key("stop"),
    flags: flags | O.guestAllowed,
  });
}

function onRemote(ws: WorkingSet, connection: Resource, action: Action): void {
  const node = action.node!;
  const state = remoteState(node);
  switch (action.task) {
    case "start":
    case "promote":
      startThen(ws, connection, action, state === "failed" ? O.firstImpliesThen : O.none);
      return;
    case "stop":
    case "migrate_to":
    case "migrate_from":
      if (state === "alive") {
        thenStop(ws, action, connection, O.thenImpliesFirst);
      } else if (state === "failed") {
        const reason = { kind: "connection-lost", resources: "active" } as const;
        fenceNode(ws, node, reason, false);
      } else if (connection.nextRole === Role.stopped) {
        thenStop(ws, action, connection, O.thenImpliesFirst);
      } else {
        startThen(ws, connection, action, O.none);
      }
      return;
    case "demote":
      if (state === "resting" || state === "unknown") startThen(ws, connection, action, O.none);
      return;
    default:
      break;
  }
  if (isRecurring(action)) return startThen(ws, connection, action, O.firstImpliesThen);
  if (action.task === "monitor" && state === "failed") {
    const reason = { kind: "connection-lost", resources: "unknown" } as const;
    fenceNode(ws, node, reason, false);
  }
  if (currentNode(connection) !== null && state === "stopped") {
    thenStop(ws, action, connection, O.unrunnableFirstBlocks);
  } else {
    startThen(ws, connection, action, O.none);
  }
}

function onGuest(ws: WorkingSet, connection: Resource, container: Resource, action: Action): void {
  if (container.failed) {
    const reason = { kind: "container-failed", container: container.id } as const;
    fenceNode(ws, action.node!, reason, false);
  }
  switch (action.task) {
    case "start":
    case "promote":
      startThen(ws, container, action, O.firstImpliesThen);
      startThen(ws, connection, action, O.none);
      return;
    case "stop":
    case "demote":
    case "migrate_to":
    case "migrate_from":
      // With a failed container they are implied by its stop.
      if (!container.failed) thenStop(ws, action, connection, O.none);
      return;
    case "cancel":
      // Nothing to wait for: what is not monitored any more when the connection is lost.
      return;
    default:
      startThen(ws, connection, action, isRecurring(action) ? O.firstImpliesThen : O.none);
  }
}
