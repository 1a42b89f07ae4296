import type { Action } from "../action.ts";

/** The pseudo-task that says that all of a collective resource's task is done. */
const COMPLETION: Record<string, string> = {
  start: "running",
  stop: "stopped",
  promote: "promoted",
  demote: "demoted",
};

const ORIGIN: Record<string, string> = Object.fromEntries(
  Object.entries(COMPLETION).map(([task, completion]) => [completion, task]),
);

/** `running` for `start`; null for tasks without completion. A completion is its own. */
export function completionOf(task: string): string | null {
  return COMPLETION[task] ?? (task in ORIGIN ? task : null);
}

/** `start` for `running`; other tasks are their own origin. */
export function originOf(task: string): string {
  return ORIGIN[task] ?? task;
}

/** The task that an action of a collective is about: of a notification, what it tells of. */
export function subjectOf(action: Action): string {
  const at = action.key.indexOf("_notify_");
  if (at < 0) return originOf(action.task);
  return originOf(action.key.slice(at + "_notify_".length, action.key.lastIndexOf("_")));
}
