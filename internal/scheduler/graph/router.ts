import type { Action } from "../action.ts";
import type { Node } from "../node.ts";

const BEFORE_MOVE = new Set(["cancel", "stop", "demote", "migrate_from", "migrate_to"]);

/** The cluster node that drives an action on a remote node, if another does; rules, 26.7. */
export function routerOf(action: Action): Node | null {
  const node = action.node;
  if (node === null || !node.isRemote || node.connection === null) return null;
  const { connection } = node;
  const began = connection.activeOn[0] ?? null;
  const ended = connection.assignedTo;
  if (began === null) return ended;
  if (ended === null || began === ended) return began;
  const partial = connection.partialTarget !== null && connection.partialSource !== null;
  let task = action.task;
  if (task === "notify") task = action.meta.get("notify_operation") ?? task;
  // Until a migration has ended the old host serves what must happen before it.
  if (BEFORE_MOVE.has(task) && !partial) return began;
  return ended;
}
