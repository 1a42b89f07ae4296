import { INFINITY_SCORE } from "../../base/mod.ts";
import type { Colocation } from "../constraint.ts";
import { applyLocation } from "../criteria.ts";
import type { Resource } from "../resource.ts";
import type { WorkingSet } from "../working-set.ts";
import { attributeOf, hasInfluence } from "./colocation-apply.ts";

const f32 = Math.fround;

/** The factor of what is colocated with a dependent, seen from the primary. */
export function deeperFactor(factor: number, score: number): number {
  return f32(f32(factor * score) / INFINITY_SCORE);
}

/** What the dependent's best score where a node's attribute has that value makes of that node's. */
export function wishFor(
  best: ReadonlyMap<string | null, number>,
  colocation: Colocation,
  value: string | null,
  factor: number,
): number {
  const score = best.get(value) ?? -INFINITY_SCORE;
  if (factor < 0 && score < 0 && !avoidanceCounts(colocation, score)) return 0;
  return weighted(factor, score);
}

/** Being banned from a node is a wish for it only of what could be elsewhere at one place alone. */
function avoidanceCounts(colocation: Colocation, score: number): boolean {
  return (
    colocation.primary.stickiness < -score &&
    hasInfluence(colocation) &&
    allowedOnOne(colocation.dependent)
  );
}

/** A score times a factor, rounded; never to zero. */
function weighted(factor: number, score: number): number {
  const product = f32(factor * score);
  const delta = Math.trunc(product < 0 ? product - 0.5 : product + 0.5);
  if (delta !== 0 || score === 0) return delta;
  return factor > 0 ? 1 : factor < 0 ? -1 : 0;
}

function allowedOnOne(resource: Resource): boolean {
  let allowed = 0;
  const { scores, modes } = resource.allowed;
  for (let i = 0; i < modes.length; i++) if (modes[i]! >= 0 && scores[i]! >= 0) allowed += 1;
  return allowed === 1;
}

/** Best score of a resource among available nodes, by value of the attribute. */
export function bestByAttribute(
  ws: WorkingSet,
  source: Resource,
  colocation: Colocation,
): Map<string | null, number> {
  let table = source.allowed;
  const group = source.parent;
  if (
    source === colocation.dependent &&
    colocation.explicit &&
    group?.variant === 1 &&
    group.children[0] !== source
  ) {
    // Members after the first did not get the group's own location constraints.
    source.allowed = table.copy();
    const recording = ws.reasons;
    ws.reasons = null;
    for (let i = group.locations.length - 1; i >= 0; i--) {
      applyLocation(ws, source, group.locations[i]!, false);
    }
    ws.reasons = recording;
    const own = table;
    table = source.allowed;
    source.allowed = own;
  }
  const best = new Map<string | null, number>();
  for (let i = 0; i < table.modes.length; i++) {
    if (table.modes[i]! < 0) continue;
    const node = ws.nodesByIndex[i]!;
    if (!node.available) continue;
    const value = attributeOf(node, colocation.nodeAttribute, source);
    const score = table.scores[i]!;
    const known = best.get(value);
    if (known === undefined || score > known) best.set(value, score);
  }
  return best;
}
