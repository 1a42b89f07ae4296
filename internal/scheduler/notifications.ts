import { INFINITY_SCORE } from "../base/mod.ts";
import type { Action } from "./action.ts";
import { resourceAction } from "./actions.ts";
import { A, O, Role } from "./constants.ts";
import { firstOfTask } from "./graph/flags.ts";
import { linkActions } from "./links.ts";
import type { Node } from "./node.ts";
import type { Resource } from "./resource.ts";
import type { WorkingSet } from "./working-set.ts";

interface Entry {
  resource: Resource;
  node: Node | null;
}

const LISTS = [
  "stop",
  "start",
  "demote",
  "promote",
  "active",
  "unpromoted",
  "promoted",
  "inactive",
] as const;
type List = (typeof LISTS)[number];

/** One phase (start, stop, promote or demote of a clone) and those who are told of it. */
export interface Phase {
  task: string;
  pre: Action | null;
  preDone: Action | null;
  post: Action | null;
  postDone: Action | null;
  lists: Record<List, Entry[]>;
  keys: [string, string][];
}

type PhaseName = "start" | "stop" | "promote" | "demote";

/** Phases of each clone that notifies. */
const phasesOf = new WeakMap<Resource, Partial<Record<PhaseName, Phase>>>();

/** Pseudo-actions around an action (`before`) and its completion (`after`); rules, 24.1. */
export function makePhase(
  ws: WorkingSet,
  clone: Resource,
  task: string,
  before: Action | null,
  after: Action | null,
): Phase {
  const phase: Phase = {
    task,
    pre: null,
    preDone: null,
    post: null,
    postDone: null,
    lists: {
      stop: [],
      start: [],
      demote: [],
      promote: [],
      active: [],
      unpromoted: [],
      promoted: [],
      inactive: [],
    },
    keys: [],
  };
  if (before !== null) {
    phase.pre = pseudo(ws, clone, before, "notify", "pre", task);
    phase.preDone = pseudo(ws, clone, before, "notified", "confirmed-pre", task);
    for (const action of [phase.pre, phase.preDone]) action.flags |= A.runnable;
    linkActions(phase.pre, phase.preDone, O.ordered);
    linkActions(phase.preDone, before, O.ordered);
  }
  if (after !== null) {
    phase.post = pseudo(ws, clone, after, "notify", "post", task);
    phase.postDone = pseudo(ws, clone, after, "notified", "confirmed-post", task);
    for (const action of [phase.post, phase.postDone]) {
      action.priority = INFINITY_SCORE;
      if (after.runnable) action.flags |= A.runnable;
      else action.flags &= ~A.runnable;
    }
    linkActions(after, phase.post, O.firstImpliesThen);
    linkActions(phase.post, phase.postDone, O.firstImpliesThen);
  }
  if (phase.preDone !== null && phase.post !== null) {
    linkActions(phase.preDone, phase.post, O.ordered);
  }
  return phase;
}

function pseudo(
  ws: WorkingSet,
  clone: Resource,
  about: Action,
  task: "notify" | "notified",
  type: string,
  operation: string,
): Action {
  const key = `${clone.id}_${type}_notify_${about.task}_0`;
  const action = resourceAction(ws, clone, key, task, null, about.optional);
  action.flags |= A.pseudo;
  action.meta.set("notify_key_type", type);
  action.meta.set("notify_key_operation", about.task);
  action.meta.set("notify_type", type.replace("confirmed-", ""));
  action.meta.set("notify_operation", operation);
  return action;
}

/** Notifications of a clone's starts and stops. */
export function addStartStopPhases(
  ws: WorkingSet,
  clone: Resource,
  start: Action,
  running: Action,
  stop: Action,
  stopped: Action,
): void {
  if (!clone.notify) return;
  const phases = phasesFor(clone);
  phases.start ??= makePhase(ws, clone, "start", start, running);
  phases.stop ??= makePhase(ws, clone, "stop", stop, stopped);
  order(phases.stop, phases.start);
}

/** Notifications of a promotable clone's promotions. */
export function addPromotePhase(
  ws: WorkingSet,
  clone: Resource,
  promote: Action,
  promoted: Action,
): void {
  if (clone.notify) phasesFor(clone).promote ??= makePhase(ws, clone, "promote", promote, promoted);
}

/** Notifications of a promotable clone's demotions, and the order of all four phases. */
export function addDemotePhase(
  ws: WorkingSet,
  clone: Resource,
  demote: Action,
  demoted: Action,
): void {
  if (!clone.notify) return;
  const phases = phasesFor(clone);
  phases.demote ??= makePhase(ws, clone, "demote", demote, demoted);
  order(phases.stop, phases.promote);
  order(phases.start, phases.promote);
  order(phases.demote, phases.promote);
  order(phases.demote, phases.start);
  order(phases.demote, phases.stop);
}

function phasesFor(clone: Resource): Partial<Record<PhaseName, Phase>> {
  let phases = phasesOf.get(clone);
  if (phases === undefined) {
    phases = {};
    phasesOf.set(clone, phases);
  }
  return phases;
}

function order(first: Phase | undefined, then: Phase | undefined): void {
  if (first?.postDone != null && then?.pre != null)
    linkActions(first.postDone, then.pre, O.ordered);
}

/** Fills in who is told of what, and makes the instances' notify actions; rules, 24.2, 24.3. */
export function createNotifications(ws: WorkingSet, clone: Resource): void {
  const phases = phasesOf.get(clone);
  if (phases === undefined) return;
  for (const name of ["start", "stop", "promote", "demote"] as const) {
    const phase = phases[name];
    if (phase === undefined) continue;
    collect(clone, true, phase);
    addKeys(ws, clone, phase);
    notifyInstances(ws, clone, phase);
  }
}

/** Stops implied by fencing are told of once it is done; rules, 24.4. */
export function notifyAfterFencing(
  ws: WorkingSet,
  stop: Action,
  resource: Resource,
  fencing: Action,
): void {
  if (!resource.notify) return;
  const phase = makePhase(ws, resource, "stop", null, fencing);
  collect(resource, false, phase);
  phase.keys.push(["notify_stop_resource", resource.id]);
  phase.keys.push(["notify_stop_uname", stop.node?.name ?? ""]);
  notifyInstances(ws, resource.top(), phase);
}

/** New entries go to the front, as the sort that follows is stable. */
function collect(resource: Resource, activity: boolean, phase: Phase): void {
  if (resource.children.length > 0) {
    for (const child of resource.children) collect(child, activity, phase);
    return;
  }
  const { lists } = phase;
  const entry = { resource, node: resource.activeOn[0] ?? null };
  if (resource.currentRole === Role.stopped) lists.inactive.unshift(entry);
  if (resource.currentRole === Role.unpromoted) lists.unpromoted.unshift(entry);
  if (resource.currentRole === Role.promoted) lists.promoted.unshift(entry);
  if (resource.currentRole >= Role.started) lists.active.unshift(entry);
  if (!activity) return;
  for (let i = resource.actions.length - 1; i >= 0; i--) {
    const { task, node, optional, runnable } = resource.actions[i]!;
    if (optional || node === null) continue;
    if (!runnable && !(task === "stop" && node.unclean)) continue;
    if (task === "start" || task === "stop" || task === "promote" || task === "demote") {
      lists[task].unshift({ resource, node });
    }
  }
}

function compareEntries(a: Entry, b: Entry): number {
  if (a.resource !== b.resource) return a.resource.id < b.resource.id ? -1 : 1;
  if (a.node === b.node) return 0;
  if (a.node === null) return -1;
  if (b.node === null) return 1;
  return a.node.id < b.node.id ? -1 : 1;
}

/** Resource ids and node names, one entry a resource; a single space for none. */
function join(entries: Entry[]): { resources: string; nodes: string } {
  const sorted = entries.sort(compareEntries);
  const once = sorted.filter((entry, i) => entry.resource !== sorted[i - 1]?.resource);
  const nodes = once.flatMap((entry) => (entry.node === null ? [] : [entry.node.name]));
  return {
    resources: once.map((entry) => entry.resource.id).join(" ") || " ",
    nodes: nodes.join(" ") || " ",
  };
}

function addKeys(ws: WorkingSet, clone: Resource, phase: Phase): void {
  let required = false;
  for (const list of LISTS) {
    const { resources, nodes } = join(phase.lists[list]);
    if (list === phase.task && resources !== " ") required = true;
    const names =
      list === "unpromoted" ? [list, "slave"] : list === "promoted" ? [list, "master"] : [list];
    for (const name of names) {
      phase.keys.push([`notify_${name}_resource`, resources]);
      if (list !== "inactive") phase.keys.push([`notify_${name}_uname`, nodes]);
    }
  }
  const names = (nodes: Node[]) => nodes.map((node) => node.name).join(" ") || " ";
  const allowed = ws.nodes.filter((node) => clone.allowed.has(node));
  phase.keys.push(["notify_available_uname", names(allowed)]);
  phase.keys.push(["notify_all_uname", names(ws.nodes)]);
  if (clone.meta.get("container-attribute-target") === "host") {
    const hosts = ws.nodes.map((node) => node.connection?.launcher?.activeOn[0] ?? node);
    phase.keys.push(["notify_all_hosts", names(hosts)]);
  }
  if (!required) return;
  for (const action of [phase.pre, phase.preDone, phase.post, phase.postDone]) {
    if (action !== null) action.flags &= ~A.optional;
  }
}

function addData(phase: Phase, action: Action): void {
  for (const [name, value] of phase.keys) action.meta.set(name, value);
}

const ROLE_TASKS = new Set(["start", "stop", "promote", "demote"]);

function notifyInstances(ws: WorkingSet, resource: Resource, phase: Phase): void {
  if (resource.children.length > 0) {
    for (const child of resource.children) notifyInstances(ws, child, phase);
    return;
  }
  for (let i = resource.actions.length - 1; i >= 0; i--) {
    const action = resource.actions[i]!;
    if (!action.optional && action.node !== null && ROLE_TASKS.has(action.task)) {
      addData(phase, action);
    }
  }
  const { task } = phase;
  // Not so for stop: it may be implied by fencing.
  if (task !== "stop" && phase.lists[task as List].length === 0) return;
  if (task === "stop" || task === "demote") notifyOfEnd(ws, resource, phase);
  else notifyOfBeginning(ws, resource, phase);
}

function notifyOfEnd(ws: WorkingSet, resource: Resource, phase: Phase): void {
  if (resource.currentRole === Role.stopped) return;
  const stop = firstOfTask(resource, "stop", null);
  for (const node of resource.activeOn) {
    if (stop?.pseudo === true && (node.unclean || node.remoteReset)) continue;
    notifyAction(ws, resource, node, phase.pre, phase.preDone, phase);
    if (phase.task === "demote" || stop === null || stop.optional) {
      postNotify(ws, resource, node, phase);
    }
  }
}

function notifyOfBeginning(ws: WorkingSet, resource: Resource, phase: Phase): void {
  const node = resource.assignedTo;
  if (resource.nextRole === Role.stopped || node === null) return;
  const start = firstOfTask(resource, "start", null);
  if (phase.task !== "start" || start === null || start.optional) {
    notifyAction(ws, resource, node, phase.pre, phase.preDone, phase);
  }
  postNotify(ws, resource, node, phase);
}

function notifyAction(
  ws: WorkingSet,
  resource: Resource,
  node: Node,
  after: Action | null,
  before: Action | null,
  phase: Phase,
): Action | null {
  if (after === null || before === null || !node.online || !after.runnable) return null;
  const type = after.meta.get("notify_type");
  const operation = after.meta.get("notify_operation");
  const key = `${resource.id}_${type}_notify_${operation}_0`;
  const action = resourceAction(ws, resource, key, after.task, node, after.optional);
  for (const [name, value] of after.meta) if (!action.meta.has(name)) action.meta.set(name, value);
  addData(phase, action);
  linkActions(after, action, O.ordered);
  linkActions(action, before, O.ordered);
  return action;
}

function postNotify(ws: WorkingSet, resource: Resource, node: Node, phase: Phase): void {
  const action = notifyAction(ws, resource, node, phase.post, phase.postDone, phase);
  if (action === null) return;
  action.priority = INFINITY_SCORE;
  for (let i = resource.actions.length - 1; i >= 0; i--) {
    const monitor = resource.actions[i]!;
    if (Number(monitor.meta.get("interval") ?? 0) === 0 || monitor.task === "cancel") continue;
    linkActions(phase.postDone!, monitor, O.ordered);
  }
}
