import type { Action } from "./action.ts";

const INDEX_FROM = 16;

/** Orders two actions; false when a link that shares a flag exists already. */
export function linkActions(first: Action, then: Action, flags: number): boolean {
  if (flags === 0 || first === then) return false;
  if ((linkedFlags(first, then) & flags) !== 0) return false;
  first.after.push({ action: then, flags, graphed: false });
  then.before.push({ action: first, flags, graphed: false });
  if (first.afterIndex !== null) {
    first.afterIndex.set(then, (first.afterIndex.get(then) ?? 0) | flags);
  } else if (first.after.length > INDEX_FROM) {
    const index = new Map<Action, number>();
    for (const link of first.after) {
      index.set(link.action, (index.get(link.action) ?? 0) | link.flags);
    }
    first.afterIndex = index;
  }
  return true;
}

function linkedFlags(first: Action, then: Action): number {
  if (first.afterIndex !== null) return first.afterIndex.get(then) ?? 0;
  let flags = 0;
  for (const link of first.after) if (link.action === then) flags |= link.flags;
  return flags;
}
