import type { Action, Link } from "./action.ts";
import { flagsOf } from "./action-flags.ts";
import { findFirst } from "./actions.ts";
import { singleNode } from "./assign/compatible.ts";
import { blocking } from "./block-dependents.ts";
import { changeFlags } from "./change-flags.ts";
import { A, O } from "./constants.ts";
import { changeBare, FIRST, graphEffects, LINK_STEPS, THEN } from "./link-steps.ts";
import { linkActions } from "./links.ts";
import { type Nested, runNested } from "./nested.ts";
import type { Node } from "./node.ts";
import { notifyKey } from "./notify/pseudo-actions.ts";
import type { Resource } from "./resource.ts";
import { updateOrdered } from "./update-collective.ts";
import type { WorkingSet } from "./working-set.ts";

/** Lets everything ordered before an action have its effect on it, and the other way round. */
export function updateAction(ws: WorkingSet, then: Action): void {
  // Most of what is found on a node waits for nothing, or for nothing that matters.
  if (then.has(A.minRunnable) || !then.before.every((link) => isSettled(link.action, then, link))) {
    runNested(updating(ws, then));
  }
}

/** Links of other kinds are never taken for settled. */
const PLAIN =
  O.ordered |
  O.firstImpliesThen |
  O.thenImpliesFirst |
  O.unrunnableFirstBlocks |
  O.intermediateStop |
  O.firstImpliesThenGraphed |
  O.thenImpliesFirstGraphed;

/**
 * True for a link between single actions that for certain changes nothing. Of links there may be
 * hundreds of thousands, and nearly all of them are so: they are spared the steps one by one.
 */
function isSettled(first: Action, then: Action, link: Link): boolean {
  if ((link.flags & ~PLAIN) !== 0) return false;
  const before = first.resource;
  const after = then.resource;
  if (before === null || before.variant !== 0 || !before.managed) return false;
  if (after === null || after.variant !== 0) return false;
  const is = (flag: number) => (link.flags & flag) !== 0;
  if (is(O.unrunnableFirstBlocks) && !first.runnable && then.runnable) return false;
  if (is(O.firstImpliesThen) && !first.optional && then.optional) return false;
  if (is(O.thenImpliesFirst) && !then.optional) return false;
  if (is(O.intermediateStop) && !(then.optional && then.runnable)) return false;
  const drawn = A.alwaysInGraph;
  if (is(O.firstImpliesThenGraphed) && !first.optional && !then.has(drawn)) return false;
  return !is(O.thenImpliesFirstGraphed) || then.optional || first.has(drawn);
}

/** {@link updateAction} as a nested computation: what changes is followed to its end. */
export function* updating(ws: WorkingSet, then: Action): Nested<void> {
  let changed = 0;
  const lastFlags = then.flags;
  if (then.has(A.minRunnable)) {
    then.runnableBefore = 0;
    if (then.requiredRunnableBefore === 0) then.requiredRunnableBefore = 1;
    then.flags &= ~A.runnable;
  }
  for (let i = then.before.length - 1; i >= 0; i--) {
    const link = then.before[i]!;
    let first = link.action;
    const thenNode = effectiveNode(then);
    const firstNode = effectiveNode(first);
    if ((link.flags & O.ifOnSameNode) !== 0 && firstNode && thenNode && firstNode !== thenNode) {
      link.flags = O.none;
      continue;
    }
    changed &= ~FIRST;
    if (first.resource !== null && (link.flags & O.thenCancelsFirst) !== 0 && !then.optional) {
      first.flags |= A.optional;
      if (first.task === "reload-agent") first.resource.reload = false;
    }
    if (
      first.resource !== null &&
      then.resource !== null &&
      first.resource !== then.resource &&
      !isAncestor(first.resource, then.resource)
    ) {
      first = completionOf(first);
    }
    if (first === link.action) {
      const firstFlags = flagsForOrdering(first, thenNode);
      const thenFlags = flagsForOrdering(then, firstNode);
      let node = then.node;
      if ((link.flags & O.firstImpliesSameNodeThen) !== 0) {
        link.flags = (link.flags & ~O.firstImpliesSameNodeThen) | O.firstImpliesThen;
        node = first.node;
      }
      for (const step of LINK_STEPS) {
        if ((link.flags & step.on) === 0) continue;
        const by = step.byFirst === true ? first.resource : then.resource;
        if (by === null) {
          changed |= changeBare(first, then, firstFlags, step.on);
          continue;
        }
        if (step.on === O.nestedProbe) {
          const blocked = (firstFlags & A.runnable) === 0;
          if (blocked && first.resource!.activeOn.length > 0) {
            link.flags = O.none;
            continue;
          }
        }
        const flags = step.onlyOptional === true ? firstFlags & A.optional : firstFlags;
        if (by.variant !== 0) {
          const task = updateOrdered(ws, by, first, then, node, flags, step.filter, step.type);
          changed |= (yield task) as number;
          continue;
        }
        if (step.type === O.ordered) continue;
        const thenBefore = then.flags;
        const firstBefore = first.flags;
        changeFlags(first, then, flags, step.filter, step.type);
        if (then.flags !== thenBefore) {
          changed |= THEN;
          if (then.resource?.parent) yield updating(ws, then);
        }
        if (first.flags !== firstBefore) changed |= FIRST;
      }
      changed |= graphEffects(first, then, firstFlags, thenFlags, link);
    } else if (linkActions(first, then, link.flags)) {
      // The new link is met when the action is updated again, as it now is.
      changed |= THEN;
      link.flags = O.none;
    }
    if ((changed & FIRST) !== 0) {
      for (let j = first.after.length - 1; j >= 0; j--) yield updating(ws, first.after[j]!.action);
      yield updating(ws, first);
    }
  }
  if (then.has(A.minRunnable)) {
    if (lastFlags === then.flags) changed &= ~THEN;
    else changed |= THEN;
  }
  if ((changed & THEN) === 0) return;
  if ((lastFlags & A.runnable) !== 0 && !then.runnable) yield blocking(ws, then);
  yield updating(ws, then);
  for (let j = then.after.length - 1; j >= 0; j--) yield updating(ws, then.after[j]!.action);
}

function effectiveNode(action: Action): Node | null {
  const resource = action.resource;
  if (resource?.variant === 1 && action.task === "start") return singleNode(resource, false);
  return action.node;
}

function isAncestor(ancestor: Resource, resource: Resource): boolean {
  for (let r = resource.parent; r !== null; r = r.parent) if (r === ancestor) return true;
  return false;
}

const COMPLETION: Record<string, string> = {
  start: "running",
  stop: "stopped",
  promote: "promoted",
  demote: "demoted",
  running: "running",
  stopped: "stopped",
  promoted: "promoted",
  demoted: "demoted",
};

/** Of a collective resource what counts for others is when it has completed. */
function completionOf(action: Action): Action {
  const resource = action.resource!;
  if (resource.variant < 1 || action.key.includes("notify")) return action;
  const task = COMPLETION[action.task];
  if (task === undefined || action.intervalMs > 0) return action;
  const announced = resource.notify && (resource.variant === 2 || resource.bundle() !== null);
  const key = announced ? notifyKey(resource.id, "confirmed-post", task) : resource.key(task);
  return findFirst(resource.actionsByKey.get(key) ?? [], key, null, null) ?? action;
}

function flagsForOrdering(action: Action, node: Node | null): number {
  if (action.resource === null) return action.flags;
  let flags = flagsOf(action, null);
  if (node === null || action.resource.variant !== 2) return flags;
  const runnable = (flags & A.runnable) !== 0;
  flags = flagsOf(action, node);
  return runnable ? flags | A.runnable : flags;
}
