import { INFINITY_SCORE } from "../../base/mod.ts";
import type { Colocation, MergedEffect } from "../constraint.ts";
import { type Nested, runNested } from "../nested.ts";
import type { NodeTable } from "../node-table.ts";
import type { Resource } from "../resource.ts";
import type { WorkingSet } from "../working-set.ts";
import { attributeOf, hasInfluence } from "./colocation-apply.ts";
import { withThisOf } from "./colocations-of.ts";
import { bestByAttribute, deeperFactor, wishFor } from "./wishes.ts";

/**
 * Merging the wishes of a whole tree of dependents walks it for every resource again, which makes
 * a chain cost its square. Where no step on the way meets a limit, what a tree adds is a plain sum:
 * it is worked out once, kept with the colocation, and forgotten when a table it came from changes.
 */
export function mergeEffect(
  ws: WorkingSet,
  table: NodeTable,
  colocation: Colocation,
  factor: number,
  nonnegative: boolean,
): NodeTable | null | undefined {
  if (!ws.effectsKept || colocation.cyclic) return undefined;
  const known = colocation.effect;
  const effect =
    known !== null && known.factor === factor
      ? known
      : (runNested(effectOf(ws, colocation, factor)) as MergedEffect | null);
  if (effect === null) return undefined;
  if (effect.neutral) {
    table.copiedMore(effect.copies);
    return null;
  }
  return apply(ws, table, effect, nonnegative);
}

/** The table with the effect added; undefined where a limit is met, so that order matters. */
function apply(
  ws: WorkingSet,
  table: NodeTable,
  effect: MergedEffect,
  nonnegative: boolean,
): NodeTable | undefined {
  const { scores, modes } = table;
  const { sum, low, high } = effect;
  let alwaysUsable = false;
  for (let i = 0; i < modes.length; i++) {
    if (modes[i]! < 0) continue;
    const score = scores[i]!;
    if (score <= -INFINITY_SCORE) continue;
    const lowest = score + low[i]!;
    const highest = score + high[i]!;
    if (nonnegative && (score < 0 ? highest >= 0 : lowest < 0)) return undefined;
    // A ban at any step is one in the end.
    if (lowest === -Infinity) continue;
    if (score < INFINITY_SCORE && (lowest <= -INFINITY_SCORE || highest >= INFINITY_SCORE)) {
      return undefined;
    }
    if (lowest >= 0 && ws.nodesByIndex[i]!.available) alwaysUsable = true;
  }
  if (!alwaysUsable) return undefined;
  const out = table.copy();
  out.copiedMore(effect.copies - 1);
  for (let i = 0; i < modes.length; i++) {
    if (modes[i]! < 0 || scores[i]! <= -INFINITY_SCORE) continue;
    if (low[i] === -Infinity) out.scores[i] = -INFINITY_SCORE;
    else if (scores[i]! < INFINITY_SCORE) out.scores[i] = scores[i]! + sum[i]!;
  }
  return out;
}

/** More than any sum can take away: infinity in the arithmetic of scores is not undone. */
const FOREVER = 1e12;
const NOTHING = new Float64Array(0);

/** Works out a colocation's effect; null where it goes in circles. */
function* effectOf(
  ws: WorkingSet,
  colocation: Colocation,
  factor: number,
): Nested<MergedEffect | null> {
  const path: Resource[] = [];
  let source = colocation.dependent;
  for (;;) {
    if (source.updatingNodes || colocation.cyclic) {
      colocation.cyclic = true;
      for (const resource of path) resource.updatingNodes = false;
      return null;
    }
    path.push(source);
    source.updatingNodes = true;
    if (source.variant !== 1) break;
    const member = source.children[0];
    if (member === undefined) {
      for (const resource of path) resource.updatingNodes = false;
      colocation.cyclic = true;
      return null;
    }
    source = member;
  }
  const parts: MergedEffect[] = [];
  let circular = false;
  if (factor !== 0) {
    for (const next of withThisOf(source)) {
      if (!hasInfluence(next)) continue;
      const nextFactor = deeperFactor(factor, next.score);
      let part = next.effect;
      if (part === null || part.factor !== nextFactor) {
        part = (yield effectOf(ws, next, nextFactor)) as MergedEffect | null;
      }
      if (part === null) {
        circular = true;
        break;
      }
      parts.push(part);
      next.effectPartOf.push(colocation);
    }
  }
  for (const resource of path) resource.updatingNodes = false;
  if (circular) {
    colocation.cyclic = true;
    return null;
  }
  const effect = combine(ws, source, colocation, factor, parts);
  colocation.effect = effect;
  for (const resource of path) {
    resource.effectsHere ??= [];
    resource.effectsHere.push(colocation);
  }
  return effect;
}

function combine(
  ws: WorkingSet,
  source: Resource,
  colocation: Colocation,
  factor: number,
  parts: readonly MergedEffect[],
): MergedEffect {
  const own = ownScores(ws, source, colocation, factor);
  const more = parts.filter((part) => !part.neutral);
  const copies = parts.reduce((sum, part) => sum + part.copies, 1);
  if (own === null && more.length === 0) {
    return { factor, neutral: true, copies, sum: NOTHING, low: NOTHING, high: NOTHING };
  }
  const length = ws.nodesByIndex.length;
  const sum = own ?? new Float64Array(length);
  const low = sum.slice();
  const high = sum.slice();
  for (const part of more) {
    for (let i = 0; i < length; i++) {
      low[i] = Math.min(low[i]!, sum[i]! + part.low[i]!);
      high[i] = Math.max(high[i]!, sum[i]! + part.high[i]!);
      sum[i]! += part.sum[i]!;
    }
  }
  return { factor, neutral: false, copies, sum, low, high };
}

/** What the dependent itself adds by node (a ban: -Infinity); null for nothing at all. */
function ownScores(
  ws: WorkingSet,
  source: Resource,
  colocation: Colocation,
  factor: number,
): Float64Array | null {
  const best = bestByAttribute(ws, source, colocation);
  let any = false;
  const own = new Float64Array(ws.nodesByIndex.length);
  for (let i = 0; i < own.length; i++) {
    const value = attributeOf(ws.nodesByIndex[i]!, colocation.nodeAttribute, null);
    const delta = wishFor(best, colocation, value, factor);
    own[i] = delta <= -INFINITY_SCORE ? -Infinity : delta >= INFINITY_SCORE ? FOREVER : delta;
    if (delta !== 0) any = true;
  }
  return any ? own : null;
}
