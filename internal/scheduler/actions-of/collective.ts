import { INFINITY_SCORE, isTrue } from "../../base/mod.ts";
import { collectiveAction } from "../actions.ts";
import { instancesOf } from "../assign/compatible.ts";
import { A } from "../constants.ts";
import { createCloneNotices, createPromotableNotices } from "../notify/pseudo-actions.ts";
import type { Resource } from "../resource.ts";
import type { WorkingSet } from "../working-set.ts";
import { createPrimitiveActions } from "./primitive.ts";

/** Everything to be done with a resource and all below it. */
export function createActions(ws: WorkingSet, resource: Resource): void {
  switch (resource.variant) {
    case 1:
      return ofGroup(ws, resource);
    case 2:
      ofInstances(ws, resource);
      if (resource.promotable) ofPromotable(ws, resource);
      return;
    case 3:
      return ofBundle(ws, resource);
    default:
      return createPrimitiveActions(ws, resource);
  }
}

function ofGroup(ws: WorkingSet, group: Resource): void {
  for (const member of group.children) createActions(ws, member);
  const tasks = ["start", "running", "stop", "stopped"];
  if (isTrue(group.meta.get("promotable"))) tasks.push("demote", "demoted", "promote", "promoted");
  for (const task of tasks) collectiveAction(ws, group, task, true, true);
}

interface InstanceState {
  active: boolean;
  starting: boolean;
  stopping: boolean;
  restarting: boolean;
}

function checkState(instance: Resource, state: InstanceState): void {
  if (instance.activeOn.length > 0) state.active = true;
  if (instance.children.length > 0) {
    for (const child of instance.children) checkState(child, state);
    return;
  }
  let starting = false;
  let stopping = false;
  for (const action of instance.actions) {
    if (action.optional) continue;
    if (action.task === "start" && action.runnable) starting = true;
    if (action.task === "stop" && (action.pseudo || action.runnable)) stopping = true;
  }
  if (starting) state.starting = true;
  if (stopping) state.stopping = true;
  if (starting && stopping) state.restarting = true;
}

function ofInstances(ws: WorkingSet, collective: Resource): void {
  const state = { active: false, starting: false, stopping: false, restarting: false };
  for (const instance of instancesOf(collective)) {
    createActions(ws, instance);
    checkState(instance, state);
  }
  const start = collectiveAction(ws, collective, "start", !state.starting, true);
  const running = collectiveAction(ws, collective, "running", !state.starting, false);
  running.priority = INFINITY_SCORE;
  if (state.active || state.starting) running.flags |= A.runnable;
  else running.flags &= ~A.runnable;
  const stop = collectiveAction(ws, collective, "stop", !state.stopping, true);
  const stopped = collectiveAction(ws, collective, "stopped", !state.stopping, true);
  stopped.priority = INFINITY_SCORE;
  if (!state.restarting) stop.flags |= A.migratable;
  if (collective.variant === 2) createCloneNotices(ws, collective, start, running, stop, stopped);
}

interface RoleChange {
  promoting: boolean;
  demoting: boolean;
}

function checkRoleChange(instance: Resource, change: RoleChange): void {
  for (const child of instance.children) checkRoleChange(child, change);
  if (instance.children.length > 0) return;
  for (const action of instance.actions) {
    if (action.optional) continue;
    if (action.task === "promote") change.promoting = true;
    if (action.task === "demote") change.demoting = true;
  }
}

function ofPromotable(ws: WorkingSet, clone: Resource): void {
  const change = { promoting: false, demoting: false };
  for (const instance of clone.children) {
    createActions(ws, instance);
    checkRoleChange(instance, change);
  }
  createPromotableNotices(ws, clone, change.promoting, change.demoting);
  // Priorities served the choice of roles meanwhile.
  for (const instance of clone.children) instance.priority = clone.priority;
}

function ofBundle(ws: WorkingSet, bundle: Resource): void {
  const data = bundle.bundleData!;
  for (const { ip, container, remote } of data.replicas) {
    if (ip !== null) createActions(ws, ip);
    createActions(ws, container);
    if (remote !== null) createActions(ws, remote);
  }
  ofInstances(ws, bundle);
  const inside = data.child;
  if (inside === null) return;
  createActions(ws, inside);
  if (!inside.promotable) return;
  for (const task of ["promote", "promoted", "demote", "demoted"]) {
    const pseudo = collectiveAction(ws, bundle, task, true, true);
    if (task.endsWith("d")) pseudo.priority = INFINITY_SCORE;
  }
}
