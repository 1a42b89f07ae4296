import { isTrue } from "../base/mod.ts";
import type { Action } from "./action.ts";
import { flagsOf, originalTask } from "./action-flags.ts";
import { findFirst } from "./actions.ts";
import { findCompatible, instancesOf } from "./assign/compatible.ts";
import { place } from "./assign/primitive.ts";
import { changeFlags } from "./change-flags.ts";
import { A, O, Role } from "./constants.ts";
import { FIRST, THEN } from "./link-steps.ts";
import { linkActions } from "./links.ts";
import type { Nested } from "./nested.ts";
import type { Node } from "./node.ts";
import type { Resource } from "./resource.ts";
import { updating } from "./update-flags.ts";
import type { WorkingSet } from "./working-set.ts";

/** Applies one kind of ordering by the method of the resource that it is asked of. */
export function* updateOrdered(
  ws: WorkingSet,
  by: Resource,
  first: Action,
  then: Action,
  node: Node | null,
  flags: number,
  filter: number,
  type: number,
): Nested<number> {
  if (by.variant > 1) {
    return (yield updateInstances(ws, first, then, node, flags, filter, type)) as number;
  }
  let changed = (yield updateBasic(ws, first, then, flags, filter, type)) as number;
  if (by.variant === 1) {
    for (const member of then.resource!.children) {
      const own = findFirst(member.actions, null, then.task, node);
      if (own === null) continue;
      const task = updateOrdered(ws, member, first, own, node, flags, filter, type);
      changed |= (yield task) as number;
    }
  }
  return changed;
}

function* updateBasic(
  ws: WorkingSet,
  first: Action,
  then: Action,
  flags: number,
  filter: number,
  type: number,
): Nested<number> {
  const thenBefore = then.flags;
  const firstBefore = first.flags;
  changeFlags(first, then, flags, filter, type);
  let changed = 0;
  if (then.flags !== thenBefore) {
    changed |= THEN;
    if (then.resource?.parent) yield updating(ws, then);
  }
  if (first.flags !== firstBefore) changed |= FIRST;
  return changed;
}

function canInterleave(first: Action, then: Action): boolean {
  if (first.resource === null || then.resource === null) return false;
  if (first.resource === then.resource) return false;
  if (first.resource.variant < 2 || then.resource.variant < 2) return false;
  const down = then.key.endsWith("_stop_0") || then.key.endsWith("_demote_0");
  const decides = down ? first.resource : then.resource;
  return isTrue(decides.meta.get("interleave"));
}

function* updateInstances(
  ws: WorkingSet,
  first: Action,
  then: Action,
  node: Node | null,
  flags: number,
  filter: number,
  type: number,
): Nested<number> {
  if (then.resource === null) return 0;
  if (canInterleave(first, then)) {
    return (yield updateInterleaved(ws, first, then, node, filter, type)) as number;
  }
  let changed = (yield updateBasic(ws, first, then, flags, filter, type)) as number;
  if (then.resource.variant < 2) return changed;
  for (const instance of instancesOf(then.resource)) {
    const own = findFirst(instance.actions, null, then.task, node);
    if (own === null || (flagsOf(own, node) & A.runnable) === 0) continue;
    const task = updateOrdered(ws, instance, first, own, node, flags, filter, type);
    const instanceChanged = (yield task) as number;
    if ((instanceChanged & THEN) !== 0) {
      for (let i = own.after.length - 1; i >= 0; i--) yield updating(ws, own.after[i]!.action);
    }
    changed |= instanceChanged;
  }
  return changed;
}

function* updateInterleaved(
  ws: WorkingSet,
  first: Action,
  then: Action,
  node: Node | null,
  filter: number,
  type: number,
): Nested<number> {
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
    const by = thenInstance;
    const task = updateOrdered(ws, by, firstAction, thenAction, node, flags, filter, type);
    changed |= (yield task) as number;
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
