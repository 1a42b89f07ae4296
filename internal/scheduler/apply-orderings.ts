import type { Action } from "./action.ts";
import { opKey, resourceAction } from "./actions.ts";
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
  const keys = new Keys();
  for (const ordering of ws.orderings) applyOrdering(ws, keys, ordering);
  const newestFirst = (visit: (action: Action) => void) => {
    for (let i = ws.actions.length - 1; i >= 0; i--) visit(ws.actions[i]!);
  };
  newestFirst((action) => blockDependents(ws, action));
  orderProbes(ws);
  newestFirst((action) => updateAction(ws, action));
  newestFirst((action) => disableInvalid(ws, action));
}

function applyOrdering(ws: WorkingSet, keys: Keys, ordering: Ordering): void {
  if (ordering.firstResource !== null) orderFrom(ws, keys, ordering.firstResource, ordering);
  else if (ordering.thenResource !== null) {
    orderTo(keys, ordering.first!, ordering.thenResource, ordering);
  } else {
    linkActions(ordering.first!, ordering.then!, ordering.flags);
  }
}

interface TaskOfKey {
  task: string;
  intervalMs: number;
  /** What stands before them in the key: the id of the resource that it is a key of, as a rule. */
  owner: string;
}

/** Keys of operations taken apart: the probes of a resource on all nodes name the same ones. */
class Keys {
  readonly #known = new Map<string, TaskOfKey>();

  parse(key: string): TaskOfKey {
    let parsed = this.#known.get(key);
    if (parsed === undefined) {
      parsed = parseKey(key);
      this.#known.set(key, parsed);
    }
    return parsed;
  }

  /** The resource's actions of a key, or of the same task under the resource's own name. */
  actions(resource: Resource, key: string): readonly Action[] {
    const direct = resource.actionsByKey.get(key);
    if (direct !== undefined) return direct;
    const { task, intervalMs, owner } = this.parse(key);
    if (owner === resource.id) return NO_ACTIONS;
    return resource.actionsByKey.get(opKey(resource.id, task, intervalMs)) ?? NO_ACTIONS;
  }
}

const NO_ACTIONS: readonly Action[] = [];

/** Splits RESOURCE_TASK_INTERVAL of a resource whose id is known to start the key. */
function parseKey(key: string): TaskOfKey {
  const match = /_([^_]+(?:_(?:to|from))?|clear_failcount)_(\d+)$/.exec(key);
  if (match === null) return { task: key, intervalMs: 0, owner: "" };
  let task = match[1]!;
  for (const long of ["migrate_to", "migrate_from", "clear_failcount"]) {
    if (key.endsWith(`_${long}_${match[2]}`)) task = long;
  }
  const intervalMs = Number(match[2]);
  const rest = opKey("", task, intervalMs);
  const owner = key.endsWith(rest) ? key.slice(0, -rest.length) : "";
  return { task, intervalMs, owner };
}

function orderFrom(ws: WorkingSet, keys: Keys, firstResource: Resource, ordering: Ordering): void {
  if (ordering.first !== null) {
    orderAfter(keys, ordering.first, ordering);
    return;
  }
  const firsts = keys.actions(firstResource, ordering.firstTask ?? "");
  for (const first of firsts) orderAfter(keys, first, ordering);
  if (firsts.length > 0 || firstResource === ordering.thenResource) return;
  const { task, intervalMs } = keys.parse(ordering.firstTask ?? "");
  const role = roleOf(firstResource, true);
  if (role === Role.stopped && task === "stop") return;
  if (role === Role.unpromoted && task === "demote") return;
  const key = opKey(firstResource.id, task, intervalMs);
  const first = resourceAction(ws, firstResource, key, task, null, true, intervalMs);
  orderAfter(keys, first, ordering);
}

/** Orders what an ordering has after an action. */
function orderAfter(keys: Keys, first: Action, ordering: Ordering): void {
  const { then } = ordering;
  const thenResource = ordering.thenResource ?? then?.resource ?? null;
  if (thenResource !== null) orderTo(keys, first, thenResource, ordering);
  else if (then !== null) linkActions(first, then, ordering.flags);
}

function orderTo(keys: Keys, first: Action, thenResource: Resource, ordering: Ordering): void {
  const thens =
    ordering.then !== null ? [ordering.then] : keys.actions(thenResource, ordering.thenTask ?? "");
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
