import type { Action } from "../action.ts";
import { findActions, action as makeAction, opKey } from "../actions.ts";
import { A, O, Role } from "../constants.ts";
import type { Ordering } from "../constraint.ts";
import { linkActions } from "../links.ts";
import type { Resource } from "../resource.ts";
import { roleOf } from "../resource-state.ts";
import type { WorkingSet } from "../working-set.ts";

/** Turns orderings into links between actions, in the order of their creation; rules, 27.1. */
export function applyOrderings(ws: WorkingSet): void {
  for (const ordering of ws.orderings) {
    if (ordering.firstResource !== null) orderFromResource(ws, ordering);
    else if (ordering.thenResource !== null) orderToResource(ordering, ordering.first);
    else if (ordering.first !== null && ordering.then !== null) {
      linkActions(ordering.first, ordering.then, ordering.flags);
    }
  }
}

/** The key as a resource has it: anonymous instances are named by another id in history. */
function actionsOf(resource: Resource, key: string): Action[] {
  const own = findActions(resource, key, null);
  if (own.length > 0) return own;
  const match = /^(.*)_([^_]+(?:_[^_]+)?)_(\d+)$/.exec(key);
  if (match === null) return [];
  const { task, interval } = splitKey(key);
  return findActions(resource, opKey(resource.id, task, interval), null);
}

const TWO_WORD_TASKS = ["migrate_to", "migrate_from", "clear_failcount", "load_stopped"];

/** Task and interval of RESOURCE_TASK_INTERVAL. */
function splitKey(key: string): { task: string; interval: number } {
  const last = key.lastIndexOf("_");
  const rest = key.slice(0, last);
  const two = TWO_WORD_TASKS.find((task) => rest.endsWith(`_${task}`));
  const task = two ?? rest.slice(rest.lastIndexOf("_") + 1);
  return { task, interval: Number(key.slice(last + 1)) };
}

function orderFromResource(ws: WorkingSet, ordering: Ordering): void {
  const resource = ordering.firstResource!;
  const firsts = ordering.first !== null ? [ordering.first] : firstActions(ws, resource, ordering);
  for (let i = firsts.length - 1; i >= 0; i--) {
    const first = firsts[i]!;
    if (ordering.thenResource === null) {
      if (ordering.then !== null) linkActions(first, ordering.then, ordering.flags);
    } else orderToResource(ordering, first);
  }
}

function firstActions(ws: WorkingSet, resource: Resource, ordering: Ordering): Action[] {
  const key = ordering.firstTask!;
  const found = actionsOf(resource, key);
  if (found.length > 0 || resource === ordering.thenResource) return found;
  const { task } = splitKey(key);
  const role = roleOf(resource, true);
  if (task === "stop" && role === Role.stopped) return [];
  if (task === "demote" && role === Role.unpromoted) return [];
  return [makeAction(ws, resource, task, null, true)];
}

function orderToResource(ordering: Ordering, first: Action | null): void {
  const resource = ordering.thenResource!;
  let { flags } = ordering;
  const thens = ordering.then !== null ? [ordering.then] : actionsOf(resource, ordering.thenTask!);
  if (thens.length === 0) return;
  if (first?.resource === resource && first.has(A.migrationAbort)) flags &= ~O.firstImpliesThen;
  for (let i = thens.length - 1; i >= 0; i--) {
    const then = thens[i]!;
    if (first !== null) linkActions(first, then, flags);
    else if ((flags & O.firstImpliesThen) !== 0) then.flags &= ~A.runnable;
  }
}
