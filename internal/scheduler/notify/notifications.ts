import { INFINITY_SCORE } from "../../base/mod.ts";
import type { Action } from "../action.ts";
import { findFirst, resourceAction } from "../actions.ts";
import { A, O, Role } from "../constants.ts";
import { linkActions } from "../links.ts";
import { compareBytes } from "../natural-order.ts";
import type { Node } from "../node.ts";
import type { Resource } from "../resource.ts";
import { currentNode } from "../resource-state.ts";
import type { WorkingSet } from "../working-set.ts";
import { type Notice, type NotifyEntry, noticeOf, notifyKey } from "./pseudo-actions.ts";

/** Fills the notifications of a clone and makes the operations that deliver them. */
export function createCloneNotifications(ws: WorkingSet, clone: Resource): void {
  for (const task of ["start", "stop", "promote", "demote"]) {
    const notice = noticeOf(clone, task);
    if (notice === null) continue;
    collect(clone, notice, true);
    addKeys(ws, clone, notice);
    createOperations(ws, clone, notice);
  }
}

function push(notice: Notice, list: string, resource: Resource, node: Node | null): void {
  notice.lists[list] ??= [];
  notice.lists[list].push({ resource, node });
}

const ACTIVITY = new Set(["start", "stop", "promote", "demote"]);

function collect(resource: Resource, notice: Notice, activity: boolean): void {
  if (resource.children.length > 0) {
    for (const child of resource.children) collect(child, notice, activity);
    return;
  }
  const node = resource.activeOn[0] ?? null;
  switch (resource.currentRole) {
    case Role.stopped:
      push(notice, "inactive", resource, node);
      break;
    case Role.started:
      push(notice, "active", resource, node);
      break;
    case Role.unpromoted:
      push(notice, "unpromoted", resource, node);
      push(notice, "active", resource, node);
      break;
    case Role.promoted:
      push(notice, "promoted", resource, node);
      push(notice, "active", resource, node);
      break;
    default:
      break;
  }
  if (!activity) return;
  for (const action of resource.actions) {
    if (action.optional || action.node === null || !ACTIVITY.has(action.task)) continue;
    const implied = action.task === "stop" && action.node.unclean;
    if (!action.runnable && !implied) continue;
    push(notice, action.task, resource, action.node);
  }
}

function texts(entries: readonly NotifyEntry[] | undefined): { names: string; nodes: string } {
  const sorted = (entries ?? []).slice();
  sorted.sort(
    (a, b) =>
      compareBytes(a.resource.id, b.resource.id) ||
      compareBytes(a.node?.id ?? "", b.node?.id ?? ""),
  );
  const names: string[] = [];
  const nodes: string[] = [];
  let last: Resource | null = null;
  for (const entry of sorted) {
    if (entry.resource === last) continue;
    last = entry.resource;
    names.push(entry.resource.id);
    if (entry.node !== null) nodes.push(entry.node.name);
  }
  return { names: names.join(" ") || " ", nodes: nodes.join(" ") || " " };
}

function addKeys(ws: WorkingSet, resource: Resource, notice: Notice): void {
  const keys = notice.keys;
  const add = (list: string, ...words: string[]) => {
    const { names, nodes } = texts(notice.lists[list]);
    for (const word of words) {
      keys.set(`notify_${word}_resource`, names);
      if (word !== "inactive") keys.set(`notify_${word}_uname`, nodes);
    }
  };
  for (const task of ["stop", "start", "demote", "promote"]) add(task, task);
  add("active", "active");
  add("unpromoted", "slave", "unpromoted");
  add("promoted", "master", "promoted");
  add("inactive", "inactive");
  const available = ws.nodes.filter((node) => resource.allowed.has(node));
  keys.set("notify_available_uname", available.map((n) => n.name).join(" ") || " ");
  const nodes = ws.nodes;
  keys.set("notify_all_uname", nodes.map((n) => n.name).join(" ") || " ");
  if (resource.meta.get("container-attribute-target")?.toLowerCase() === "host") {
    keys.set("notify_all_hosts", nodes.map(hostName).join(" ") || " ");
  }
  const required = (notice.lists[notice.task] ?? []).length > 0;
  if (!required) return;
  for (const pseudo of [notice.pre, notice.preDone, notice.post, notice.postDone]) {
    if (pseudo !== null) pseudo.flags &= ~A.optional;
  }
}

function hostName(node: Node): string {
  if (!node.isGuest) return node.name;
  return currentNode(node.connection!.launcher!)?.name ?? node.name;
}

function addTo(notice: Notice, action: Action): void {
  for (const [name, value] of notice.keys) action.meta.set(name, value);
}

/** The operations that tell every instance, and the announcement on what they are about. */
export function createOperations(ws: WorkingSet, resource: Resource, notice: Notice): void {
  if (resource.children.length > 0) {
    for (const child of resource.children) createOperations(ws, child, notice);
    return;
  }
  for (const action of resource.actions) {
    if (!action.optional && action.node !== null && ACTIVITY.has(action.task)) {
      addTo(notice, action);
    }
  }
  const { task } = notice;
  if (task !== "stop" && (notice.lists[task] ?? []).length === 0) return;
  if (resource.currentRole !== Role.stopped && (task === "stop" || task === "demote")) {
    for (const node of resource.activeOn) {
      const stop = findFirst(resource.actions, null, "stop", null);
      // A stop that fencing implies: nobody will be there to be told.
      if (stop?.pseudo && (node.unclean || node.remoteReset)) continue;
      deliver(ws, resource, node, notice.pre, notice.preDone, notice);
      if (task === "demote" || stop === null || stop.optional) {
        deliverPost(ws, resource, node, notice);
      }
    }
  }
  if (resource.nextRole !== Role.stopped && (task === "start" || task === "promote")) {
    const start = findFirst(resource.actions, null, "start", null);
    // Nothing is told over a connection that cannot start.
    const connection = start?.node?.connection ?? null;
    if (connection !== null) {
      const connect = findFirst(connection.actions, null, "start", null);
      if (connect !== null && !connect.runnable) return;
    }
    const node = resource.assignedTo;
    if (node === null) return;
    if (task !== "start" || start === null || start.optional) {
      deliver(ws, resource, node, notice.pre, notice.preDone, notice);
    }
    deliverPost(ws, resource, node, notice);
  }
}

function deliver(
  ws: WorkingSet,
  resource: Resource,
  node: Node,
  op: Action | null,
  done: Action | null,
  notice: Notice,
): Action | null {
  if (op === null || done === null || !node.online || !op.runnable) return null;
  const type = op.meta.get("notify_type") ?? "";
  const key = notifyKey(resource.id, type, op.meta.get("notify_operation") ?? "");
  const out = resourceAction(ws, resource, key, op.task, node, op.optional);
  op.meta.forEach((name, value) => {
    if (!out.meta.has(name)) out.meta.set(name, value);
  });
  addTo(notice, out);
  linkActions(op, out, O.ordered);
  linkActions(out, done, O.ordered);
  return out;
}

function deliverPost(ws: WorkingSet, resource: Resource, node: Node, notice: Notice): void {
  const out = deliver(ws, resource, node, notice.post, notice.postDone, notice);
  if (out !== null) out.priority = INFINITY_SCORE;
  if (notice.postDone === null) return;
  for (let i = resource.actions.length - 1; i >= 0; i--) {
    const monitor = resource.actions[i]!;
    if ((monitor.meta.get("interval") ?? "0") === "0" || monitor.task === "cancel") continue;
    linkActions(notice.postDone, monitor, O.ordered);
  }
}
