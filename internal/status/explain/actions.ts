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

/** In the order in which they are done. Monitors follow from these, and tell nothing of their own. */
const TOLD = ["migrate_to", "migrate_from", "demote", "stop", "reload", "start", "promote"];

/** What is to be done with a primitive, in the order of doing. */
export function actionsOf(resource: Resource): PlannedAction[] {
  return resource.actions
    .filter((action) => !action.optional && TOLD.includes(action.task))
    .sort((a, b) => TOLD.indexOf(a.task) - TOLD.indexOf(b.task))
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
