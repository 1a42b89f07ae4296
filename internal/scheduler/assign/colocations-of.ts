import { INFINITY_SCORE } from "../../base/mod.ts";
import type { Colocation } from "../constraint.ts";
import { insertThisWith, insertWithThis } from "../constraints/colocation.ts";
import type { Resource } from "../resource.ts";

/** A list that stays the resource's own (not to be changed) until something is added. */
interface Collected {
  list: Colocation[] | null;
  own: boolean;
}

type Insert = (list: Colocation[], item: Colocation) => void;

function addAll(into: Collected, addition: readonly Colocation[], insert: Insert): void {
  if (addition.length === 0) return;
  if (into.list === null) {
    into.list = addition as Colocation[];
    into.own = false;
    return;
  }
  for (const item of addition) addOne(into, item, insert);
}

function addOne(into: Collected, item: Colocation, insert: Insert): void {
  if (into.list === null) {
    into.list = [item];
    into.own = true;
    return;
  }
  if (!into.own) {
    into.list = into.list.slice();
    into.own = true;
  }
  insert(into.list, item);
}

const NONE: readonly Colocation[] = [];

/** Colocations in which the resource depends on others, those inherited included. */
export function thisWithOf(resource: Resource): readonly Colocation[] {
  const out: Collected = { list: null, own: false };
  collect(resource, resource, out, true);
  return out.list ?? NONE;
}

/** Colocations in which others depend on the resource, those inherited included. */
export function withThisOf(resource: Resource): readonly Colocation[] {
  const out: Collected = { list: null, own: false };
  collect(resource, resource, out, false);
  return out.list ?? NONE;
}

function collect(resource: Resource, asker: Resource, out: Collected, thisWith: boolean): void {
  const insert = thisWith ? insertThisWith : insertWithThis;
  const own = thisWith ? resource.thisWith : resource.withThis;
  switch (resource.variant) {
    case 0:
      if (resource === asker) {
        addAll(out, own, insert);
        if (resource.parent !== null) collect(resource.parent, asker, out, thisWith);
      } else {
        for (const item of own) if (item.explicit) addOne(out, item, insert);
      }
      break;
    case 1:
      collectGroup(resource, asker, out, thisWith);
      break;
    case 2:
      addAll(out, own, insert);
      if (resource.parent !== null) collect(resource.parent, asker, out, thisWith);
      break;
    default:
      if (bundleShares(resource, asker, thisWith)) addAll(out, own, insert);
  }
}

function collectGroup(group: Resource, asker: Resource, out: Collected, thisWith: boolean): void {
  const insert = thisWith ? insertThisWith : insertWithThis;
  const own = thisWith ? group.thisWith : group.withThis;
  const members = group.children;
  const end = thisWith ? members[0] : members[members.length - 1];
  if (group === asker || asker === end) {
    addAll(out, own, insert);
    if (group.parent !== null) collect(group.parent, asker, out, thisWith);
    if (!group.group!.colocated) return;
    for (const member of members) {
      if (member !== asker) collect(member, asker, out, thisWith);
    }
    return;
  }
  if (!thisWith) return;
  for (const member of members) {
    if (member === asker) return;
    if (member.managed) continue;
    // An unmanaged member stays where it is; the others still have to obey the group's musts.
    for (const item of own) if (item.score >= INFINITY_SCORE) addOne(out, item, insert);
    return;
  }
}

function bundleShares(bundle: Resource, asker: Resource, thisWith: boolean): boolean {
  if (asker === bundle) return true;
  const data = bundle.bundleData!;
  if (data.replicas.some((r) => r.container === asker)) return true;
  if (thisWith && data.child === null) return false;
  if (asker === data.child) return asker.promotable && asker.clone!.sortingPromotion;
  const inside = data.child !== null && asker.parent === data.child;
  return inside && !asker.unassigned;
}
