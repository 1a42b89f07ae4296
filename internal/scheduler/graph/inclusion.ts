import type { Action, Link } from "../action.ts";
import { A, O } from "../constants.ts";

/** Whether an action is to be carried out; rules, 29.3. */
export function belongsInGraph(action: Action): boolean {
  if (!action.runnable) return false;
  if (action.optional && !action.has(A.alwaysInGraph)) return false;
  const { resource, node, task } = action;
  const unmanaged = resource !== null && !resource.managed;
  if (unmanaged && task !== "monitor" && !action.meta.has("interval")) return false;
  if (action.pseudo || task === "stonith" || task === "do_shutdown") return true;
  if (node === null) return false;
  if (action.has(A.onDc)) return true;
  if (node.isGuest && !node.remoteReset) return true;
  return node.online && !node.unclean;
}

const ONLY_SHOWN = O.ordered | O.firstImpliesThenGraphed | O.thenImpliesFirstGraphed;

/** Whether an action waits for an input; rules, 29.6. A link found moot is disabled. */
export function isInput(action: Action, link: Link): boolean {
  const input = link.action;
  if (link.graphed) return true;
  if (link.flags === O.none) return false;
  if (!input.runnable) {
    if ((link.flags & ~ONLY_SHOWN) === 0) return false;
    if (link.flags & (O.minRunnable | O.unmigratableThenBlocks)) return false;
  }
  const migratable = input.has(A.migratable);
  if (link.flags & O.ifFirstUnmigratable && migratable) return false;
  if (link.flags === O.ordered && migratable && input.key.endsWith("_stop_0")) return false;
  if (isMoot(action, link)) {
    link.flags = O.none;
    return false;
  }
  const { resource } = input;
  const abandoned = resource !== null && resource.failed && !resource.managed;
  if (abandoned && input.key.endsWith("_stop_0") && action.resource?.variant === 2) return false;
  const shown = input.has(A.alwaysInGraph) || input.has(A.addedToGraph);
  return !input.optional || shown || belongsInGraph(input);
}

function isMoot(action: Action, link: Link): boolean {
  const input = link.action;
  if (link.flags & O.ifOnSameNodeOrTarget) {
    const migrating = action.task === "migrate_to" && action.resource !== null;
    const at = migrating ? action.resource!.assignedTo : action.node;
    return input.node !== at || input.optional;
  }
  if (link.flags & O.ifRequiredOnSameNode) {
    const apart = input.node !== null && action.node !== null && input.node !== action.node;
    return apart || input.optional;
  }
  return false;
}

/** Sorts inputs by action and unites those of the same action. */
export function mergeInputs(action: Action): void {
  if (action.has(A.inputsDeduplicated)) return;
  action.flags |= A.inputsDeduplicated;
  // Kept oldest first in memory and read newest first, so ascending ids are stored descending.
  const sorted = action.before.slice().sort((a, b) => b.action.id - a.action.id);
  const merged: Link[] = [];
  for (const link of sorted) {
    const last = merged[merged.length - 1];
    if (last?.action === link.action) {
      last.flags |= link.flags;
      last.graphed ||= link.graphed;
    } else merged.push(link);
  }
  action.before = merged;
}
