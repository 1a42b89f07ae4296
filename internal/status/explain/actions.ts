import { type ActionReason, type Resource, reasonText } from "../../scheduler/mod.ts";

/** Something the cluster is to do with a resource, or would if it could. */
export interface PlannedAction {
  task: string;
  node: string | null;
  runnable: boolean;
  /** What made it necessary, or impossible; null where the resource's own state did. */
  reason: ActionReason | null;
  /** The same in words. */
  because: string | null;
}

/** Monitors follow from these, and tell nothing of their own. */
const TOLD = new Set([
  "start",
  "stop",
  "promote",
  "demote",
  "migrate_to",
  "migrate_from",
  "reload",
]);

/** What is to be done with a primitive, in the order of deciding. */
export function actionsOf(resource: Resource): PlannedAction[] {
  return resource.actions
    .filter((action) => !action.optional && TOLD.has(action.task))
    .map(({ task, node, runnable, reason }) => ({
      task,
      node: node?.name ?? null,
      runnable,
      reason,
      because: reason === null ? null : reasonText(reason),
    }));
}

export function actionLines(actions: readonly PlannedAction[]): string[] {
  return actions.map(({ task, node, runnable, because }) => {
    const where = node === null ? "" : ` on ${node}`;
    const how = runnable ? "" : ", which cannot be done";
    return `  Action: ${task}${where}${how}${because === null ? "" : `, because of: ${because}`}`;
  });
}
