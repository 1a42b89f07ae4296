import type { Action, Link } from "../action.ts";
import { A, O } from "../constants.ts";

const PASSIVE = O.ordered | O.firstImpliesThenGraphed | O.thenImpliesFirstGraphed;

/** Whether an action belongs into the graph. */
export function belongsInGraph(action: Action): boolean {
  if (!action.runnable) return false;
  if (action.optional && !action.has(A.alwaysInGraph)) return false;
  const resource = action.resource;
  if (resource !== null && !resource.managed && action.task !== "monitor") {
    if ((action.meta.get("interval") ?? "0") === "0") return false;
  }
  if (action.pseudo || action.task === "stonith" || action.task === "do_shutdown") return true;
  const node = action.node;
  if (node === null) return false;
  if (action.has(A.onDc)) return true;
  if (node.isGuest && !node.remoteReset) return true;
  return node.online && !node.unclean;
}

/** Whether what comes before an action is to be waited for; settles links that never apply. */
export function belongsAsInput(action: Action, link: Link): boolean {
  if (link.graphed) return true;
  if (link.flags === O.none) return false;
  const input = link.action;
  if (!input.runnable) {
    if ((link.flags & ~PASSIVE) === 0) return false;
    if ((link.flags & (O.minRunnable | O.unmigratableThenBlocks)) !== 0) return false;
  }
  if ((link.flags & O.ifFirstUnmigratable) !== 0 && input.has(A.migratable)) return false;
  const stop = input.key.endsWith("_stop_0");
  if (link.flags === O.ordered && input.has(A.migratable) && stop) return false;
  if (link.flags === O.ifOnSameNodeOrTarget) {
    const migrating = action.resource !== null && action.task === "migrate_to";
    const where = migrating ? action.resource!.assignedTo : action.node;
    if (input.node !== where || (!migrating && input.optional)) {
      link.flags = O.none;
      return false;
    }
  } else if (link.flags === O.ifRequiredOnSameNode) {
    const apart = input.node !== null && action.node !== null && input.node !== action.node;
    if (apart || input.optional) {
      link.flags = O.none;
      return false;
    }
  } else if (
    input.resource !== null &&
    input.resource !== action.resource &&
    input.resource.failed &&
    !input.resource.managed &&
    stop &&
    action.resource?.variant === 2
  ) {
    return false;
  } else if (
    input.optional &&
    (input.flags & (A.alwaysInGraph | A.addedToGraph)) === 0 &&
    !belongsInGraph(input)
  ) {
    return false;
  }
  return true;
}

/** Whether following inputs backwards from a link leads to the action again. */
export function graphHasLoop(start: Action, action: Action, link: Link): boolean {
  const visited = new Set<Action>();
  const stack: { action: Action; link: Link }[] = [{ action, link }];
  while (stack.length > 0) {
    const next = stack.pop()!;
    const input = next.link.action;
    if (visited.has(input) || !belongsAsInput(next.action, next.link)) continue;
    if (input === start) return true;
    visited.add(input);
    for (const before of input.before) stack.push({ action: input, link: before });
  }
  return false;
}

/** Sorts inputs by id and unites those from the same action. */
export function deduplicateInputs(action: Action): void {
  if (action.has(A.inputsDeduplicated)) return;
  action.flags |= A.inputsDeduplicated;
  const { before } = action;
  if (isAscending(before)) return;
  // Newest first, as the walk over a list with newest at its head would meet equals.
  const sorted = before.slice().reverse();
  sorted.sort((a, b) => a.action.id - b.action.id);
  const out: Link[] = [];
  for (const link of sorted) {
    const last = out[out.length - 1];
    if (last !== undefined && last.action === link.action) {
      last.flags |= link.flags;
      if (link.graphed) last.graphed = true;
    } else {
      out.push(link);
    }
  }
  action.before = out;
}

function isAscending(links: readonly Link[]): boolean {
  for (let i = 1; i < links.length; i++) {
    if (links[i - 1]!.action.id >= links[i]!.action.id) return false;
  }
  return true;
}
