import { INFINITY_SCORE } from "../../base/mod.ts";
import type { Action } from "../action.ts";
import { collectiveAction, resourceAction } from "../actions.ts";
import { A, O } from "../constants.ts";
import { linkActions } from "../links.ts";
import type { Resource } from "../resource.ts";
import type { WorkingSet } from "../working-set.ts";

/** Who is what in a notification: by resource and node. */
export interface NotifyEntry {
  resource: Resource;
  node: Action["node"];
}

/** The pseudo-actions around one action of a clone, and what its notifications will say. */
export interface Notice {
  task: string;
  pre: Action | null;
  preDone: Action | null;
  post: Action | null;
  postDone: Action | null;
  lists: Record<string, NotifyEntry[]>;
  keys: Map<string, string>;
}

export function notifyKey(id: string, type: string, task: string): string {
  return `${id}_${type}_notify_${task}_0`;
}

function pseudo(
  ws: WorkingSet,
  resource: Resource,
  around: Action,
  task: string,
  type: string,
): Action {
  const key = notifyKey(resource.id, type, around.task);
  const out = resourceAction(ws, resource, key, task, null, around.optional);
  out.flags |= A.pseudo;
  out.meta.set("notify_key_type", type);
  out.meta.set("notify_key_operation", around.task);
  return out;
}

function about(action: Action, type: string, task: string): void {
  action.meta.set("notify_type", type);
  action.meta.set("notify_operation", task);
}

/** Pseudo-actions before `action` and after `complete`, where the resource wants to be told. */
export function createNotice(
  ws: WorkingSet,
  resource: Resource,
  task: string,
  action: Action | null,
  complete: Action | null,
): Notice | null {
  if (!resource.notify) return null;
  const notice: Notice = {
    task,
    pre: null,
    preDone: null,
    post: null,
    postDone: null,
    lists: {},
    keys: new Map(),
  };
  if (action !== null) {
    notice.pre = pseudo(ws, resource, action, "notify", "pre");
    notice.pre.flags |= A.runnable;
    about(notice.pre, "pre", task);
    notice.preDone = pseudo(ws, resource, action, "notified", "confirmed-pre");
    notice.preDone.flags |= A.runnable;
    about(notice.preDone, "pre", task);
    linkActions(notice.pre, notice.preDone, O.ordered);
    linkActions(notice.preDone, action, O.ordered);
  }
  if (complete !== null) {
    const make = (name: string, type: string) => {
      const out = pseudo(ws, resource, complete, name, type);
      out.priority = INFINITY_SCORE;
      if (complete.runnable) out.flags |= A.runnable;
      else out.flags &= ~A.runnable;
      about(out, "post", task);
      return out;
    };
    notice.post = make("notify", "post");
    notice.postDone = make("notified", "confirmed-post");
    linkActions(complete, notice.post, O.firstImpliesThen);
    linkActions(notice.post, notice.postDone, O.firstImpliesThen);
  }
  if (notice.preDone !== null && notice.post !== null) {
    linkActions(notice.preDone, notice.post, O.ordered);
  }
  return notice;
}

export function noticeOf(clone: Resource, task: string): Notice | null {
  return (clone.clone!.notifications[task] as Notice | undefined) ?? null;
}

function remember(clone: Resource, task: string, notice: Notice | null): void {
  if (notice !== null) clone.clone!.notifications[task] = notice;
}

function between(first: Notice | null, then: Notice | null): void {
  if (first?.postDone && then?.pre) linkActions(first.postDone, then.pre, O.ordered);
}

/** Around start and stop. */
export function createCloneNotices(
  ws: WorkingSet,
  clone: Resource,
  start: Action,
  running: Action,
  stop: Action,
  stopped: Action,
): void {
  if (noticeOf(clone, "start") === null) {
    remember(clone, "start", createNotice(ws, clone, "start", start, running));
  }
  if (noticeOf(clone, "stop") === null) {
    remember(clone, "stop", createNotice(ws, clone, "stop", stop, stopped));
    between(noticeOf(clone, "stop"), noticeOf(clone, "start"));
  }
}

/** The pseudo-actions of promotion and demotion, with what goes around them. */
export function createPromotableNotices(
  ws: WorkingSet,
  clone: Resource,
  promoting: boolean,
  demoting: boolean,
): void {
  const promote = collectiveAction(ws, clone, "promote", !promoting, true);
  const promoted = collectiveAction(ws, clone, "promoted", !promoting, true);
  promoted.priority = INFINITY_SCORE;
  if (noticeOf(clone, "promote") === null) {
    remember(clone, "promote", createNotice(ws, clone, "promote", promote, promoted));
  }
  const demote = collectiveAction(ws, clone, "demote", !demoting, true);
  const demoted = collectiveAction(ws, clone, "demoted", !demoting, true);
  demoted.priority = INFINITY_SCORE;
  if (noticeOf(clone, "demote") !== null) return;
  remember(clone, "demote", createNotice(ws, clone, "demote", demote, demoted));
  const notice = (task: string) => noticeOf(clone, task);
  if (notice("promote") === null) return;
  between(notice("stop"), notice("promote"));
  between(notice("start"), notice("promote"));
  between(notice("demote"), notice("promote"));
  between(notice("demote"), notice("start"));
  between(notice("demote"), notice("stop"));
}
