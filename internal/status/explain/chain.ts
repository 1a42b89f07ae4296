import { INFINITY_SCORE } from "../../base/mod.ts";
import type { Resource, WorkingSet } from "../../scheduler/mod.ts";
import { because, isInternal } from "./words.ts";

/** One link of what a resource must be with. */
export interface ChainLink {
  resource: string;
  with: string;
  /** Where that is a group: its last member, which it comes to. */
  member: string | null;
  /** The constraint's id; null between the members of a group. */
  constraint: string | null;
  /** Where the other one is to run; null: nowhere. */
  on: string | null;
  /** At the end of the chain: what holds the last one there. */
  because: string | null;
}

const LINKS_MAX = 20;

/** Follows mandatory colocations from a resource to what decides in the end. */
export function chainOf(working: WorkingSet, resource: Resource): ChainLink[] {
  const links: ChainLink[] = [];
  const met = new Set<Resource>();
  let at = resource;
  while (links.length < LINKS_MAX && !met.has(at)) {
    met.add(at);
    const must = colocationsOf(at).find(
      (one) => one.score >= INFINITY_SCORE && !met.has(lastOf(one.primary)),
    );
    if (must === undefined) break;
    const next = lastOf(must.primary);
    links.push({
      resource: at.id,
      with: must.primary.id,
      member: next === must.primary ? null : next.id,
      constraint: isInternal(must.id) ? null : must.id,
      on: next.assignedTo?.name ?? null,
      because: null,
    });
    at = next;
  }
  const last = links[links.length - 1];
  if (last !== undefined) last.because = holds(working, at);
  return links;
}

/** What a resource is colocated with itself, and what its group is. */
function colocationsOf(resource: Resource) {
  const group = resource.parent?.variant === 1 ? resource.parent : null;
  const own = resource.thisWith;
  return group === null || group.children[0] !== resource ? own : [...own, ...group.thisWith];
}

/** What is with a group is with its last member. */
function lastOf(resource: Resource): Resource {
  if (resource.variant !== 1) return resource;
  return resource.children[resource.children.length - 1] ?? resource;
}

function holds(working: WorkingSet, resource: Resource): string | null {
  const node = resource.assignedTo;
  if (node === null) return null;
  const records = working.reasons?.of(resource, node).filter((one) => one.delta > 0) ?? [];
  const first = records[0];
  if (first === undefined) return null;
  return because(records.reduce((a, b) => (b.delta > a.delta ? b : a), first).reason);
}
