import type { Action } from "./action.ts";
import { O } from "./constants.ts";
import type { Ordering } from "./constraint.ts";
import type { Resource } from "./resource.ts";
import type { WorkingSet } from "./working-set.ts";

/** Either side: an action, or a resource and an operation key. */
export interface OrderingSpec {
  firstResource?: Resource | null;
  firstTask?: string | null;
  first?: Action | null;
  thenResource?: Resource | null;
  thenTask?: string | null;
  then?: Action | null;
  flags: number;
}

/** Notes an ordering, and its twins for live migration. */
export function newOrdering(ws: WorkingSet, spec: OrderingSpec): void {
  const first = spec.first ?? null;
  const then = spec.then ?? null;
  const firstResource = spec.firstResource ?? first?.resource ?? null;
  const thenResource = spec.thenResource ?? then?.resource ?? null;
  if (first === null && firstResource === null) return;
  if (then === null && thenResource === null) return;
  const firstTask = spec.firstTask ?? first?.key ?? null;
  const thenTask = spec.thenTask ?? then?.key ?? null;
  note(ws, first, firstResource, firstTask, then, thenResource, thenTask, spec.flags);
}

function note(
  ws: WorkingSet,
  first: Action | null,
  firstResource: Resource | null,
  firstTask: string | null,
  then: Action | null,
  thenResource: Resource | null,
  thenTask: string | null,
  flags: number,
): void {
  const id = ws.orderingCount++;
  const ordering: Ordering = {
    id,
    flags,
    first,
    firstResource,
    firstTask,
    then,
    thenResource,
    thenTask,
  };
  ws.orderings.push(ordering);
  addMigrationTwins(ws, ordering);
}

/** Orders an action before a task (interval 0) of a resource. */
export function orderBeforeTask(
  ws: WorkingSet,
  first: Action,
  then: Resource,
  thenKey: string,
  flags: number,
): void {
  note(ws, first, first.resource, first.key, null, then, thenKey, flags);
}

/** Orders a task (interval 0) of one resource before a task of another. */
export function orderResourceActions(
  ws: WorkingSet,
  first: Resource,
  firstTask: string,
  then: Resource,
  thenTask: string,
  flags: number,
): void {
  note(ws, null, first, first.key(firstTask), null, then, then.key(thenTask), flags);
}

export function orderStarts(ws: WorkingSet, first: Resource, then: Resource, flags: number): void {
  orderResourceActions(ws, first, "start", then, "start", flags);
}

export function orderStops(ws: WorkingSet, first: Resource, then: Resource, flags: number): void {
  orderResourceActions(ws, first, "stop", then, "stop", flags);
}

function isAncestor(ancestor: Resource, resource: Resource): boolean {
  for (let r = resource.parent; r !== null; r = r.parent) if (r === ancestor) return true;
  return false;
}

function isTask(resource: Resource, key: string | null, action: Action | null, task: string) {
  if (action !== null) return action.task === task;
  return key === resource.key(task);
}

/** A migrating resource does not start or stop as such: its migration keeps the order instead. */
function addMigrationTwins(ws: WorkingSet, ordering: Ordering): void {
  const { firstResource: a, thenResource: b } = ordering;
  if (a === null || b === null || a === b) return;
  if (!b.allowMigrate) return;
  if (isAncestor(a, b) || isAncestor(b, a)) return;
  const first = (task: string) => isTask(a, ordering.firstTask, ordering.first, task);
  const then = (task: string) => isTask(b, ordering.thenTask, ordering.then, task);
  const unless = a.allowMigrate ? O.ordered | O.ifFirstUnmigratable : O.ordered;
  if (first("start") && then("start")) {
    if (a.allowMigrate) orderResourceActions(ws, a, "migrate_from", b, "migrate_to", O.ordered);
    orderResourceActions(ws, a, "start", b, "migrate_to", unless);
  } else if (first("stop") && then("stop")) {
    orderResourceActions(ws, a, "stop", b, "migrate_to", unless);
    if (b.partialTarget !== null) orderResourceActions(ws, a, "stop", b, "migrate_from", unless);
  } else if (first("promote") && then("start")) {
    orderResourceActions(ws, a, "promote", b, "migrate_to", O.ordered);
  } else if (first("demote") && then("stop")) {
    orderResourceActions(ws, a, "demote", b, "migrate_to", O.ordered);
    if (b.partialTarget !== null) {
      orderResourceActions(ws, a, "demote", b, "migrate_from", O.ordered);
    }
  }
}
