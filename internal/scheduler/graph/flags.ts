import type { Action } from "../action.ts";
import { findFirst, findFirstByKey, opKey } from "../actions.ts";
import { A } from "../constants.ts";
import type { Node } from "../node.ts";
import type { Resource } from "../resource.ts";
import { originOf, subjectOf } from "./tasks.ts";

const COLLECTIVE = A.optional | A.runnable | A.pseudo;

/** The newest action of a task, of any node or of one. */
export function firstOfTask(resource: Resource, task: string, node: Node | null): Action | null {
  // Only monitors exist with several intervals; the others are found by their one key.
  if (task === "monitor" || task === "notify" || task === "notified" || task === "cancel") {
    return findFirst(resource.actions, null, task, node);
  }
  return findFirstByKey(resource, opKey(resource.id, task, 0), node);
}

/** What a clone or bundle is made of, as orderings see it. */
export function instancesOf(resource: Resource): Resource[] {
  if (resource.variant !== 3) return resource.children;
  return resource.bundleData!.replicas.map((replica) => replica.container);
}

/**
 * Flags of an action in view of the parts of its resource. Corrections stick to the collective's
 * own action. A node restricts the look to that node.
 */
export function flagsOf(action: Action, node: Node | null): number {
  const resource = action.resource;
  if (resource === null) return action.flags;
  switch (resource.variant) {
    case 0:
      return action.flags;
    case 1:
      return groupFlags(resource, action, node);
    case 2:
      return instanceFlags(resource.children, action, node);
    default:
      return instanceFlags(bundleParts(resource, action.task), action, node);
  }
}

const ROLE_TASKS = new Set(["notify", "notified", "promote", "promoted", "demote", "demoted"]);

function bundleParts(bundle: Resource, task: string): Resource[] {
  const child = bundle.bundleData!.child;
  const inside = child !== null && ROLE_TASKS.has(task);
  return inside ? child.children : instancesOf(bundle);
}

function groupFlags(group: Resource, action: Action, node: Node | null): number {
  let flags = COLLECTIVE as number;
  for (const member of group.children) {
    const task = member.variant === 0 ? originOf(action.task) : action.task;
    const own = firstOfTask(member, task, node);
    if (own === null) {
      if (task !== "stop" && task !== "demote") flags &= ~A.runnable;
      continue;
    }
    const memberFlags = flagsOf(own, node);
    if ((flags & A.optional) !== 0 && (memberFlags & A.optional) === 0) {
      flags &= ~A.optional;
      action.flags &= ~A.optional;
    }
    const blocked = (flags & A.runnable) !== 0 && (memberFlags & A.runnable) === 0;
    if (task !== action.task && blocked) {
      flags &= ~A.runnable;
      action.flags &= ~A.runnable;
    }
  }
  return flags;
}

function instanceFlags(instances: readonly Resource[], action: Action, node: Node | null): number {
  let flags = COLLECTIVE as number;
  let anyRunnable = false;
  const task = subjectOf(action);
  for (const instance of instances) {
    const own = firstOfTask(instance, task, instance.variant === 0 ? node : null);
    if (own === null) continue;
    const instanceOwn = flagsOf(own, node);
    if ((flags & A.optional) !== 0 && (instanceOwn & A.optional) === 0) {
      flags &= ~A.optional;
      action.flags &= ~A.optional;
    }
    if ((instanceOwn & A.runnable) !== 0) anyRunnable = true;
  }
  if (!anyRunnable) {
    flags &= ~A.runnable;
    if (node === null) action.flags &= ~A.runnable;
  }
  return flags;
}

/** As {@link flagsOf}, where a clone that can run at all is not held up by one node's instance. */
export function flagsForOrdering(action: Action, node: Node | null): number {
  const flags = flagsOf(action, null);
  if (node === null || action.resource?.variant !== 2) return flags;
  return flagsOf(action, node) | (flags & A.runnable);
}
