import { INFINITY_SCORE } from "../base/mod.ts";
import type { Action } from "./action.ts";
import { findFirst, setReason } from "./actions.ts";
import { withThisOf } from "./assign/colocations-of.ts";
import { A, Role } from "./constants.ts";
import { type Nested, runNested } from "./nested.ts";
import type { Resource } from "./resource.ts";
import { updating } from "./update-flags.ts";
import type { WorkingSet } from "./working-set.ts";

/** What must be with a resource that cannot start (or be promoted) cannot either. */
export function blockDependents(ws: WorkingSet, action: Action): void {
  if (!action.runnable) runNested(blocking(ws, action));
}

/** {@link blockDependents} as a nested computation, of an action that is not runnable. */
export function* blocking(ws: WorkingSet, action: Action): Nested<void> {
  if (action.runnable) return;
  const isStart = action.task === "start";
  if (!isStart && action.task !== "promote") return;
  if (action.resource === null) return;
  let resource = action.resource.top();
  if (resource.parent !== null) resource = resource.parent;
  for (const child of resource.children) {
    const same = findFirst(child.actions, null, action.task, null);
    if (same === null || same.runnable) return;
  }
  for (const colocation of withThisOf(resource)) {
    if (colocation.score < INFINITY_SCORE) continue;
    if (!isStart && colocation.primaryRole !== Role.promoted) continue;
    const task = colocation.dependentRole === Role.promoted ? "promote" : "start";
    yield markBlocked(ws, colocation.dependent, task, action.resource);
  }
}

function* markBlocked(
  ws: WorkingSet,
  resource: Resource,
  task: string,
  because: Resource,
): Nested<void> {
  for (let i = resource.actions.length - 1; i >= 0; i--) {
    const action = resource.actions[i]!;
    if (!action.runnable || action.task !== task) continue;
    action.flags &= ~A.runnable;
    setReason(action, { kind: "colocation", with: because.id }, false);
    yield blocking(ws, action);
    yield updating(ws, action);
  }
  for (const child of resource.children) yield markBlocked(ws, child, task, because);
}
