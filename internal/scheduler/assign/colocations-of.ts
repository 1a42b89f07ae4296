import { INFINITY_SCORE } from "../../base/mod.ts";
import type { Colocation } from "../constraint.ts";
import { placeInThisWith, placeInWithThis } from "../constraints/colocation.ts";
import type { Resource } from "../resource.ts";

/** A list that stays the resource's own (not to be changed) until something is added. */
interface Collected {
  list: Colocation[] | null;
  own: boolean;
}

type Place = (list: readonly Colocation[], item: Colocation) => number;

/**
 * Adds a whole list. The first one is taken over. Of every later one its head goes in, as often as
 * the list is long, and nothing else: so the original does it, and every score shows it.
 */
function addAll(into: Collected, addition: readonly Colocation[], place: Place): void {
  const head = addition[0];
  if (head === undefined) return;
  if (into.list === null) {
    into.list = addition as Colocation[];
    into.own = false;
    return;
  }
  insert(into, head, addition.length, place);
}

function addOne(into: Collected, item: Colocation, place: Place): void {
  if (into.list === null) {
    into.list = [item];
    into.own = true;
    return;
  }
  insert(into, item, 1, place);
}

function insert(into: Collected, item: Colocation, times: number, place: Place): void {
  if (!into.own) {
    into.list = into.list!.slice();
    into.own = true;
  }
  const list = into.list!;
  list.splice(place(list, item), 0, ...new Array<Colocation>(times).fill(item));
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
  const place = thisWith ? placeInThisWith : placeInWithThis;
  const own = thisWith ? resource.thisWith : resource.withThis;
  switch (resource.variant) {
    case 0:
      if (resource === asker) {
        addAll(out, own, place);
        if (resource.parent !== null) collect(resource.parent, asker, out, thisWith);
      } else {
        for (const item of own) if (item.explicit) addOne(out, item, place);
      }
      break;
    case 1:
      collectGroup(resource, asker, out, thisWith);
      break;
    case 2:
      addAll(out, own, place);
      if (resource.parent !== null) collect(resource.parent, asker, out, thisWith);
      break;
    default:
      if (bundleShares(resource, asker)) addAll(out, own, place);
  }
}

function collectGroup(group: Resource, asker: Resource, out: Collected, thisWith: boolean): void {
  const place = thisWith ? placeInThisWith : placeInWithThis;
  const own = thisWith ? group.thisWith : group.withThis;
  const members = group.children;
  const end = thisWith ? members[0] : members[members.length - 1];
  if (group === asker || asker === end) {
    addAll(out, own, place);
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
    for (const item of own) if (item.score >= INFINITY_SCORE) addOne(out, item, place);
    return;
  }
}

/**
 * A bundle's colocations are its own and its containers'. What is inside shares them only when
 * roles are chosen: the clone as soon as that begins, an instance once it has its place.
 */
function bundleShares(bundle: Resource, asker: Resource): boolean {
  if (asker === bundle) return true;
  const data = bundle.bundleData!;
  if (data.replicas.some((r) => r.container === asker)) return true;
  const inside = data.child;
  if (inside === null || !inside.promotable) return false;
  if (asker === inside) return inside.clone!.sortingPromotion;
  return asker.parent === inside && !asker.unassigned;
}
