import { INFINITY_SCORE } from "../../base/mod.ts";
import type { Action } from "../action.ts";
import { setReason } from "../actions.ts";
import { A, Role } from "../constants.ts";
import type { Resource } from "../resource.ts";
import { firstOfTask } from "./flags.ts";

/**
 * What cannot be started or promoted takes those with it that must be where it is; rules, 13.8.
 * `update` propagates the flags of an action that this changes.
 */
export function blockDependents(action: Action, update: (action: Action) => void): void {
  const isStart = action.task === "start";
  if (action.runnable || action.resource === null || (!isStart && action.task !== "promote"))
    return;
  const top = action.resource.top();
  const primary = top.parent ?? top;
  // Only when nothing of a collective can do it.
  for (const child of primary.children) {
    const own = firstOfTask(child, action.task, null);
    if (own === null || own.runnable) return;
  }
  for (const colocation of primary.withThis) {
    if (colocation.score < INFINITY_SCORE) continue;
    if (!isStart && colocation.primaryRole !== Role.promoted) continue;
    const task = colocation.dependentRole === Role.promoted ? "promote" : "start";
    block(colocation.dependent, task, action.resource, update);
  }
}

function block(
  resource: Resource,
  task: string,
  cause: Resource,
  update: (action: Action) => void,
): void {
  for (let i = resource.actions.length - 1; i >= 0; i--) {
    const action = resource.actions[i]!;
    if (action.task !== task || !action.runnable) continue;
    action.flags &= ~A.runnable;
    setReason(action, `colocation with ${cause.id}`, false);
    blockDependents(action, update);
    update(action);
  }
  for (const child of resource.children) block(child, task, cause, update);
}
