import type { Action } from "./action.ts";
import { findFirst } from "./actions.ts";
import { A } from "./constants.ts";
import type { Node } from "./node.ts";
import type { Resource } from "./resource.ts";

/** The task whose completion a pseudo-action of a collective resource tells. */
const ORIGINAL: Record<string, string> = {
  running: "start",
  stopped: "stop",
  promoted: "promote",
  demoted: "demote",
};

/**
 * The task of the instances that a collective's action stands for: start for running, and so on, of
 * a notification the task it is about. Instances that are groups have the completed form themselves.
 */
export function originalTask(action: Action): string {
  const about =
    action.task === "notify" || action.task === "notified"
      ? action.meta.get("notify_key_operation")
      : undefined;
  const task = about ?? action.task;
  return action.resource?.children[0]?.isPrimitive ? (ORIGINAL[task] ?? task) : task;
}

/** Flags of an action as its resource sees them; a collective's depend on its parts. */
export function flagsOf(action: Action, node: Node | null): number {
  const resource = action.resource;
  switch (resource?.variant) {
    case 1:
      return ofGroup(action, resource, node);
    case 2:
      return ofInstances(action, resource.children, node);
    case 3:
      return ofBundle(action, resource, node);
    default:
      return action.flags;
  }
}

function ofGroup(action: Action, group: Resource, node: Node | null): number {
  let flags = A.optional | A.runnable | A.pseudo;
  const task = ORIGINAL[action.task] ?? action.task;
  for (const member of group.children) {
    const own = findFirst(member.actions, null, task, node);
    if (own !== null) {
      const memberFlags = flagsOf(own, node);
      if ((flags & A.optional) !== 0 && (memberFlags & A.optional) === 0) {
        flags &= ~A.optional;
        action.flags &= ~A.optional;
      }
      if (task !== action.task && (memberFlags & A.runnable) === 0) {
        flags &= ~A.runnable;
        action.flags &= ~A.runnable;
      }
    } else if (task !== "stop" && task !== "demote") {
      flags &= ~A.runnable;
    }
  }
  return flags;
}

function ofBundle(action: Action, bundle: Resource, node: Node | null): number {
  const data = bundle.bundleData!;
  if (data.child !== null) {
    switch (action.task) {
      case "notify":
      case "notified":
      case "promote":
      case "promoted":
      case "demote":
      case "demoted":
        return ofInstances(action, data.child.children, node);
      default:
        break;
    }
  }
  return ofInstances(
    action,
    data.replicas.map((r) => r.container),
    node,
  );
}

function ofInstances(action: Action, instances: readonly Resource[], node: Node | null): number {
  let flags = A.optional | A.runnable | A.pseudo;
  let anyRunnable = false;
  const task = originalTask(action);
  for (const instance of instances) {
    const own = findFirst(instance.actions, null, task, instance.isPrimitive ? node : null);
    if (own === null) continue;
    const instanceFlags = flagsOf(own, node);
    if ((flags & A.optional) !== 0 && (instanceFlags & A.optional) === 0) {
      flags &= ~A.optional;
      action.flags &= ~A.optional;
    }
    if ((instanceFlags & A.runnable) !== 0) anyRunnable = true;
  }
  if (!anyRunnable) {
    flags &= ~A.runnable;
    if (node === null) action.flags &= ~A.runnable;
  }
  return flags;
}
