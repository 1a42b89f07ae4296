import { isTrue } from "../base/mod.ts";
import type { Action, Link } from "./action.ts";
import { flagsOf, originalTask } from "./action-flags.ts";
import { findFirst, opKey, setReason } from "./actions.ts";
import { blockDependents } from "./apply-orderings.ts";
import { findCompatible, instancesOf, singleNode } from "./assign/compatible.ts";
import { place } from "./assign/primitive.ts";
import { A, O, Role } from "./constants.ts";
import { linkActions } from "./links.ts";
import type { Node } from "./node.ts";
import { notifyKey } from "./notify/pseudo-actions.ts";
import type { Resource } from "./resource.ts";
import { locationNodes, roleOf } from "./resource-state.ts";
import type { WorkingSet } from "./working-set.ts";

const FIRST = 1;
const THEN = 2;

/** Lets everything ordered before an action have its effect on it, and the other way round. */
export function updateAction(ws: WorkingSet, then: Action): void {
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
      changed |= applyLink(ws, first, then, firstFlags, thenFlags, link);
    } else if (linkActions(first, then, link.flags)) {
      // The new link is met when the action is updated again, as it now is.
      changed |= THEN;
      link.flags = O.none;
    }
    if ((changed & FIRST) !== 0) {
      for (let j = first.after.length - 1; j >= 0; j--) updateAction(ws, first.after[j]!.action);
      updateAction(ws, first);
    }
  }
  if (then.has(A.minRunnable)) {
    if (lastFlags === then.flags) changed &= ~THEN;
    else changed |= THEN;
  }
  if ((changed & THEN) === 0) return;
  if ((lastFlags & A.runnable) !== 0 && !then.runnable) blockDependents(ws, then);
  updateAction(ws, then);
  for (let j = then.after.length - 1; j >= 0; j--) updateAction(ws, then.after[j]!.action);
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
  const key = announced
    ? notifyKey(resource.id, "confirmed-post", task)
    : opKey(resource.id, task, 0);
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

/** All that one link does; the bits FIRST and THEN say which of the two changed. */
function applyLink(
  ws: WorkingSet,
  first: Action,
  then: Action,
  firstFlags: number,
  thenFlags: number,
  link: Link,
): number {
  let changed = 0;
  let node = then.node;
  const is = (flag: number) => (link.flags & flag) !== 0;
  if (is(O.firstImpliesSameNodeThen)) {
    link.flags = (link.flags & ~O.firstImpliesSameNodeThen) | O.firstImpliesThen;
    node = first.node;
  }
  const optional = firstFlags & A.optional;
  const viaThen = (flags: number, filter: number, type: number) => {
    changed |= updateOrdered(ws, then.resource!, first, then, node, flags, filter, type);
  };
  if (is(O.firstImpliesThen)) {
    if (then.resource !== null) viaThen(optional, A.optional, O.firstImpliesThen);
    else if (optional === 0 && then.optional) {
      then.flags &= ~A.optional;
      changed |= THEN;
    }
  }
  if (is(O.intermediateStop) && then.resource !== null) {
    viaThen(firstFlags, A.optional | A.runnable, O.intermediateStop);
  }
  if (is(O.thenImpliesFirst)) {
    if (first.resource !== null) {
      const by = first.resource;
      changed |= updateOrdered(
        ws,
        by,
        first,
        then,
        node,
        firstFlags,
        A.optional,
        O.thenImpliesFirst,
      );
    } else if (optional === 0 && first.runnable) {
      first.flags &= ~A.runnable;
      changed |= FIRST;
    }
  }
  if (is(O.promotedThenImpliesFirst) && then.resource !== null) {
    viaThen(optional, A.optional, O.promotedThenImpliesFirst);
  }
  if (is(O.minRunnable)) {
    if (then.resource !== null) viaThen(firstFlags, A.runnable, O.minRunnable);
    else if ((firstFlags & A.runnable) !== 0) {
      then.runnableBefore += 1;
      if (then.runnableBefore >= then.requiredRunnableBefore && !then.runnable) {
        then.flags |= A.runnable;
        changed |= THEN;
      }
    }
  }
  if (is(O.nestedProbe) && then.resource !== null) {
    if ((firstFlags & A.runnable) === 0 && first.resource!.activeOn.length > 0) {
      link.flags = O.none;
    } else {
      viaThen(firstFlags, A.runnable, O.unrunnableFirstBlocks);
    }
  }
  if (is(O.unrunnableFirstBlocks)) {
    if (then.resource !== null) viaThen(firstFlags, A.runnable, O.unrunnableFirstBlocks);
    else if ((firstFlags & A.runnable) === 0 && then.runnable) {
      then.flags &= ~A.runnable;
      changed |= THEN;
    }
  }
  if (then.resource !== null) {
    if (is(O.unmigratableThenBlocks)) viaThen(firstFlags, A.optional, O.unmigratableThenBlocks);
    if (is(O.firstElseThen)) viaThen(firstFlags, A.optional, O.firstElseThen);
    if (is(O.ordered)) viaThen(firstFlags, A.runnable, O.ordered);
    if (is(O.asymmetric)) viaThen(firstFlags, A.runnable, O.asymmetric);
  }
  if (first.runnable && is(O.firstImpliesThenGraphed) && optional === 0) {
    then.flags |= A.alwaysInGraph;
  }
  if (is(O.thenImpliesFirstGraphed) && (thenFlags & A.optional) === 0) {
    first.flags |= A.alwaysInGraph;
  }
  if (
    is(O.firstImpliesThen | O.thenImpliesFirst | O.intermediateStop) &&
    first.resource !== null &&
    !first.resource.managed &&
    first.resource.blocked &&
    !first.runnable &&
    first.task === "stop" &&
    then.runnable
  ) {
    then.flags &= ~A.runnable;
    changed |= THEN;
  }
  return changed;
}

/** Applies one kind of ordering by the method of the resource that it is asked of. */
function updateOrdered(
  ws: WorkingSet,
  by: Resource,
  first: Action,
  then: Action,
  node: Node | null,
  flags: number,
  filter: number,
  type: number,
): number {
  switch (by.variant) {
    case 1: {
      let changed = updateBasic(ws, first, then, flags, filter, type);
      for (const member of then.resource!.children) {
        const own = findFirst(member.actions, null, then.task, node);
        if (own !== null) {
          changed |= updateOrdered(ws, member, first, own, node, flags, filter, type);
        }
      }
      return changed;
    }
    case 2:
    case 3:
      return updateInstances(ws, first, then, node, flags, filter, type);
    default:
      return updateBasic(ws, first, then, flags, filter, type);
  }
}

function canInterleave(first: Action, then: Action): boolean {
  if (first.resource === null || then.resource === null) return false;
  if (first.resource === then.resource) return false;
  if (first.resource.variant < 2 || then.resource.variant < 2) return false;
  const down = then.key.endsWith("_stop_0") || then.key.endsWith("_demote_0");
  const decides = down ? first.resource : then.resource;
  return isTrue(decides.meta.get("interleave"));
}

function updateInstances(
  ws: WorkingSet,
  first: Action,
  then: Action,
  node: Node | null,
  flags: number,
  filter: number,
  type: number,
): number {
  if (then.resource === null) return 0;
  if (canInterleave(first, then)) return updateInterleaved(ws, first, then, node, filter, type);
  let changed = updateBasic(ws, first, then, flags, filter, type);
  if (then.resource.variant < 2) return changed;
  for (const instance of instancesOf(then.resource)) {
    const own = findFirst(instance.actions, null, then.task, node);
    if (own === null || (flagsOf(own, node) & A.runnable) === 0) continue;
    const instanceChanged = updateOrdered(ws, instance, first, own, node, flags, filter, type);
    if ((instanceChanged & THEN) !== 0) {
      for (let i = own.after.length - 1; i >= 0; i--) updateAction(ws, own.after[i]!.action);
    }
    changed |= instanceChanged;
  }
  return changed;
}

function updateInterleaved(
  ws: WorkingSet,
  first: Action,
  then: Action,
  node: Node | null,
  filter: number,
  type: number,
): number {
  let changed = 0;
  const current = first.key.endsWith("_stopped_0") || first.key.endsWith("_demoted_0");
  const firstTask = originalTask(first);
  for (const thenInstance of instancesOf(then.resource!)) {
    const match = findCompatible(ws, thenInstance, first.resource!, Role.unknown, current);
    if (match === null) {
      const mandatory = (type & (O.unrunnableFirstBlocks | O.firstImpliesThen)) !== 0;
      if (!current && mandatory && place(ws, thenInstance, null, true, true)) changed |= THEN;
      continue;
    }
    const firstAction = instanceAction(first, match, firstTask, node, true);
    if (firstAction === null) continue;
    const thenAction = instanceAction(then, thenInstance, then.task, node, false);
    if (thenAction === null) continue;
    if (linkActions(firstAction, thenAction, type)) changed |= FIRST | THEN;
    const flags = flagsOf(firstAction, node);
    changed |= updateOrdered(ws, thenInstance, firstAction, thenAction, node, flags, filter, type);
  }
  return changed;
}

const STOPS = new Set(["stop", "stopped"]);
const ROLE_CHANGES = new Set(["promote", "promoted", "demote", "demoted"]);

/**
 * The real action of an instance that corresponds to the collective's. What waits for a bundle
 * waits for the service inside (its stop excepted); what a bundle waits with is its container
 * (role changes, which only the service has, excepted).
 */
function instanceAction(
  action: Action,
  instance: Resource,
  task: string,
  node: Node | null,
  isFirst: boolean,
): Action | null {
  const bundle = instance.parent;
  const inside = isFirst ? !STOPS.has(action.task) : ROLE_CHANGES.has(action.task);
  if (bundle?.variant === 3 && inside) {
    const replica = bundle.bundleData!.replicas.find((r) => r.container === instance);
    if (replica?.child != null) return findFirst(replica.child.actions, null, task, null);
  }
  return findFirst(instance.actions, null, task, node);
}

const CHANGE_WORDS = new Map<number, string>([
  [A.runnable, "unrunnable"],
  [A.migratable, "unmigrateable"],
  [A.optional, "required"],
]);

function clearBecause(action: Action, flag: number, because: Action): void {
  if ((action.flags & flag) === 0) return;
  action.flags &= ~flag;
  if (action.resource === because.resource) return;
  const name = because.resource === null ? "" : ` ${because.resource.id}`;
  const text = `${CHANGE_WORDS.get(flag)}${name} ${because.task}`;
  setReason(action, text, flag === A.migratable);
}

/** The rules between two single actions. */
function updateBasic(
  ws: WorkingSet,
  first: Action,
  then: Action,
  flags: number,
  filter: number,
  type: number,
): number {
  const thenBefore = then.flags;
  const firstBefore = first.flags;
  const onOptional = (filter & A.optional) !== 0;
  if ((type & O.asymmetric) !== 0) asymmetric(first, then);
  if ((type & O.thenImpliesFirst) !== 0 && !then.optional) {
    if (onOptional && (flags & A.optional) === 0) clearBecause(first, A.optional, then);
    if ((flags & A.migratable) !== 0 && !then.has(A.migratable)) {
      clearBecause(first, A.migratable, then);
    }
  }
  if (
    (type & O.promotedThenImpliesFirst) !== 0 &&
    then.resource?.currentRole === Role.promoted &&
    onOptional &&
    !then.optional
  ) {
    clearBecause(first, A.optional, then);
    if (first.has(A.migratable) && !then.has(A.migratable)) clearBecause(first, A.migratable, then);
  }
  if ((type & O.unmigratableThenBlocks) !== 0 && onOptional) {
    if (!then.has(A.migratable | A.runnable)) clearBecause(first, A.runnable, then);
    if (!then.optional) clearBecause(first, A.optional, then);
  }
  if ((type & O.firstElseThen) !== 0 && onOptional && !first.runnable) {
    clearBecause(then, A.migratable, first);
    then.flags &= ~A.pseudo;
  }
  if (
    (type & O.unrunnableFirstBlocks) !== 0 &&
    (filter & A.runnable) !== 0 &&
    then.runnable &&
    (flags & A.runnable) === 0
  ) {
    clearBecause(then, A.runnable, first);
    clearBecause(then, A.migratable, first);
  }
  if (
    (type & O.firstImpliesThen) !== 0 &&
    onOptional &&
    then.optional &&
    (flags & A.optional) === 0 &&
    !first.has(A.migratable)
  ) {
    clearBecause(then, A.optional, first);
  }
  if ((type & O.intermediateStop) !== 0) restart(first, then, filter);
  let changed = 0;
  if (then.flags !== thenBefore) {
    changed |= THEN;
    if (then.resource?.parent) updateAction(ws, then);
  }
  if (first.flags !== firstBefore) changed |= FIRST;
  return changed;
}

function asymmetric(first: Action, then: Action): void {
  if (then.resource === null || first.runnable) return;
  if (then.optional) {
    const role = roleOf(then.resource, true);
    if (role === Role.stopped && then.task === "stop") return;
    const active = locationNodes(then.resource, "current");
    if (
      role >= Role.started &&
      then.task === "start" &&
      then.node !== null &&
      active.length === 1 &&
      active[0] === then.node
    ) {
      return;
    }
  }
  clearBecause(then, A.optional, first);
  clearBecause(then, A.runnable, first);
}

/** Stop and start of a restart. */
function restart(first: Action, then: Action, filter: number): void {
  const required = (filter & A.optional) !== 0 && !then.optional;
  const cannotStart =
    (filter & A.runnable) !== 0 &&
    !then.runnable &&
    then.resource?.managed === true &&
    first.resource === then.resource;
  if (!required && !cannotStart) return;
  if (first.runnable) clearBecause(first, A.optional, then);
  if (!then.optional) clearBecause(first, A.optional, then);
  if (!then.has(A.migratable)) clearBecause(first, A.migratable, then);
  if (!first.optional && !first.runnable) clearBecause(then, A.runnable, first);
}
