import type { Action } from "./action.ts";
import { findActions, opKey, resourceAction } from "./actions.ts";
import { blockDependents } from "./block-dependents.ts";
import { A, O, Role } from "./constants.ts";
import type { Ordering } from "./constraint.ts";
import { graphHasLoop } from "./graph/inputs.ts";
import { linkActions } from "./links.ts";
import { orderProbes } from "./probe-orderings.ts";
import type { Resource } from "./resource.ts";
import { roleOf } from "./resource-state.ts";
import { updateAction } from "./update-flags.ts";
import type { WorkingSet } from "./working-set.ts";

/** Turns orderings into links between actions and lets requirements and obstacles spread. */
export function applyOrderings(ws: WorkingSet): void {
  for (const ordering of ws.orderings) applyOrdering(ws, ordering);
  const newestFirst = (visit: (action: Action) => void) => {
    for (let i = ws.actions.length - 1; i >= 0; i--) visit(ws.actions[i]!);
  };
  newestFirst((action) => blockDependents(ws, action));
  orderProbes(ws);
  newestFirst((action) => updateAction(ws, action));
  newestFirst((action) => disableInvalid(ws, action));
}

function applyOrdering(ws: WorkingSet, ordering: Ordering): void {
  if (ordering.firstResource !== null) orderFrom(ws, ordering.firstResource, ordering);
  else if (ordering.thenResource !== null) {
    orderTo(ordering.first!, ordering.thenResource, ordering);
  } else {
    linkActions(ordering.first!, ordering.then!, ordering.flags);
  }
}

/** Splits RESOURCE_TASK_INTERVAL of a resource whose id is known to start the key. */
function parseKey(key: string): { task: string; intervalMs: number } {
  const match = /_([^_]+(?:_(?:to|from))?|clear_failcount)_(\d+)$/.exec(key);
  if (match === null) return { task: key, intervalMs: 0 };
  let task = match[1]!;
  for (const long of ["migrate_to", "migrate_from", "clear_failcount"]) {
    if (key.endsWith(`_${long}_${match[2]}`)) task = long;
  }
  return { task, intervalMs: Number(match[2]) };
}

function actionsByTask(resource: Resource, key: string): Action[] {
  const direct = findActions(resource, key, null);
  if (direct.length > 0) return direct;
  const { task, intervalMs } = parseKey(key);
  return findActions(resource, opKey(resource.id, task, intervalMs), null);
}

function orderFrom(ws: WorkingSet, firstResource: Resource, ordering: Ordering): void {
  let firsts =
    ordering.first !== null
      ? [ordering.first]
      : actionsByTask(firstResource, ordering.firstTask ?? "");
  if (firsts.length === 0) {
    if (firstResource === ordering.thenResource) return;
    const { task, intervalMs } = parseKey(ordering.firstTask ?? "");
    const role = roleOf(firstResource, true);
    if (role === Role.stopped && task === "stop") return;
    if (role === Role.unpromoted && task === "demote") return;
    const key = opKey(firstResource.id, task, intervalMs);
    firsts = [resourceAction(ws, firstResource, key, task, null, true, intervalMs)];
  }
  const thenResource = ordering.thenResource ?? ordering.then?.resource ?? null;
  for (const first of firsts) {
    if (thenResource !== null) orderTo(first, thenResource, ordering);
    else if (ordering.then !== null) linkActions(first, ordering.then, ordering.flags);
  }
}

function orderTo(first: Action, thenResource: Resource, ordering: Ordering): void {
  const thens =
    ordering.then !== null ? [ordering.then] : actionsByTask(thenResource, ordering.thenTask ?? "");
  let flags = ordering.flags;
  // The stop on the source of a finished migration is no reason to start again.
  if (first.resource === thenResource && first.has(A.migrationAbort)) flags &= ~O.firstImpliesThen;
  for (const then of thens) linkActions(first, then, flags);
}

function disableInvalid(ws: WorkingSet, action: Action): void {
  for (let i = action.before.length - 1; i >= 0; i--) {
    const link = action.before[i]!;
    const input = link.action;
    const guestNode = input.node;
    const ownGuest =
      (link.flags & O.guestAllowed) === 0 &&
      input.resource !== null &&
      action.resource !== null &&
      guestNode?.connection?.launcher != null &&
      guestNode.connection.launcher === action.resource;
    const loops =
      link.flags === O.ifOnSameNodeOrTarget &&
      action.resource !== null &&
      action.task === "migrate_to" &&
      graphHasLoop(action, action, link);
    if (ownGuest) {
      const text = `Invalid ordering constraint between ${input.resource!.id} and ${action.resource!.id}`;
      ws.messages.push({ level: "warning", text });
    }
    if (ownGuest || loops) link.flags = O.none;
  }
}
