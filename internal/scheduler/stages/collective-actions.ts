import { INFINITY_SCORE } from "../../base/mod.ts";
import { collectiveAction } from "../actions.ts";
import { A } from "../constants.ts";
import { addDemotePhase, addPromotePhase, addStartStopPhases } from "../notifications.ts";
import type { Resource } from "../resource.ts";
import type { WorkingSet } from "../working-set.ts";
import { createPrimitiveActions } from "./primitive-actions.ts";

/** Actions of a resource and its parts, then the pseudo-actions of the whole. */
export function createActions(ws: WorkingSet, resource: Resource): void {
  switch (resource.variant) {
    case 0:
      return createPrimitiveActions(ws, resource);
    case 1:
      return createGroupActions(ws, resource);
    case 2:
      return createCloneActions(ws, resource);
    default:
      return createBundleActions(ws, resource);
  }
}

function createGroupActions(ws: WorkingSet, group: Resource): void {
  for (const member of group.children) createActions(ws, member);
  const tasks = ["start", "running", "stop", "stopped"];
  if (group.top().promotable) tasks.push("demote", "demoted", "promote", "promoted");
  for (const task of tasks) collectiveAction(ws, group, task, true, true);
}

/** What the parts of a collective are about to do. */
interface Activity {
  active: boolean;
  starting: boolean;
  stopping: boolean;
  restarting: boolean;
}

function observe(instance: Resource, activity: Activity): void {
  if (instance.children.length > 0) {
    for (const child of instance.children) observe(child, activity);
    return;
  }
  if (instance.activeOn.length > 0) activity.active = true;
  let starts = false;
  let stops = false;
  for (const action of instance.actions) {
    if (action.optional) continue;
    if (action.task === "start" && action.runnable) starts = true;
    // A pseudo-stop is one that fencing brings about.
    if (action.task === "stop" && (action.pseudo || action.runnable)) stops = true;
  }
  activity.starting ||= starts;
  activity.stopping ||= stops;
  activity.restarting ||= starts && stops;
}

/** Start, running, stop and stopped of a clone or bundle; rules, 15.7. */
function createInstanceActions(
  ws: WorkingSet,
  collective: Resource,
  instances: readonly Resource[],
): void {
  const activity = { active: false, starting: false, stopping: false, restarting: false };
  for (const instance of instances) {
    createActions(ws, instance);
    observe(instance, activity);
  }
  const start = collectiveAction(ws, collective, "start", !activity.starting, true);
  const running = collectiveAction(ws, collective, "running", !activity.starting, false);
  running.priority = INFINITY_SCORE;
  if (activity.active || activity.starting) running.flags |= A.runnable;
  else running.flags &= ~A.runnable;
  const stop = collectiveAction(ws, collective, "stop", !activity.stopping, true);
  const stopped = collectiveAction(ws, collective, "stopped", !activity.stopping, true);
  stopped.priority = INFINITY_SCORE;
  if (!activity.restarting) stop.flags |= A.migratable;
  if (collective.variant === 2) addStartStopPhases(ws, collective, start, running, stop, stopped);
}

function createCloneActions(ws: WorkingSet, clone: Resource): void {
  createInstanceActions(ws, clone, clone.children);
  if (clone.promotable) createPromotableActions(ws, clone);
}

/** Rules, 16.9: the instances are asked again, since roles have been decided meanwhile. */
function createPromotableActions(ws: WorkingSet, clone: Resource): void {
  const roles = { promoting: false, demoting: false };
  for (const instance of clone.children) {
    createActions(ws, instance);
    observeRoles(instance, roles);
  }
  const promote = collectiveAction(ws, clone, "promote", !roles.promoting, true);
  const promoted = collectiveAction(ws, clone, "promoted", !roles.promoting, true);
  promoted.priority = INFINITY_SCORE;
  addPromotePhase(ws, clone, promote, promoted);
  const demote = collectiveAction(ws, clone, "demote", !roles.demoting, true);
  const demoted = collectiveAction(ws, clone, "demoted", !roles.demoting, true);
  demoted.priority = INFINITY_SCORE;
  addDemotePhase(ws, clone, demote, demoted);
  // Their priority was borrowed to choose whom to promote.
  for (const instance of clone.children) instance.priority = clone.priority;
}

function observeRoles(instance: Resource, roles: { promoting: boolean; demoting: boolean }): void {
  for (const child of instance.children) observeRoles(child, roles);
  for (const action of instance.actions) {
    if (action.optional) continue;
    if (action.task === "promote") roles.promoting = true;
    if (action.task === "demote") roles.demoting = true;
  }
}

function createBundleActions(ws: WorkingSet, bundle: Resource): void {
  const { replicas, child } = bundle.bundleData!;
  for (const { ip, container, remote } of replicas) {
    if (ip !== null) createActions(ws, ip);
    createActions(ws, container);
    if (remote !== null) createActions(ws, remote);
  }
  createInstanceActions(
    ws,
    bundle,
    replicas.map((replica) => replica.container),
  );
  if (child === null) return;
  createActions(ws, child);
  if (!child.promotable) return;
  for (const [task, completion] of [
    ["promote", "promoted"],
    ["demote", "demoted"],
  ] as const) {
    collectiveAction(ws, bundle, task, true, true);
    collectiveAction(ws, bundle, completion, true, true).priority = INFINITY_SCORE;
  }
}
