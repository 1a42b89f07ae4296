import { addScores, INFINITY_SCORE } from "../../base/mod.ts";
import type { Colocation } from "../constraint.ts";
import { type Nested, runNested } from "../nested.ts";
import type { NodeTable } from "../node-table.ts";
import type { Resource } from "../resource.ts";
import type { WorkingSet } from "../working-set.ts";
import { anyAvailable, attributeOf, hasInfluence, noteChanges } from "./colocation-apply.ts";
import { thisWithOf, withThisOf } from "./colocations-of.ts";
import { mergeEffect } from "./merged-effect.ts";
import { bestByAttribute, deeperFactor, wishFor } from "./wishes.ts";

const UNUSABLE = -100 * INFINITY_SCORE;
const f32 = Math.fround;

export interface MergeMode {
  /** Follow "this with" colocations (sorting) instead of "with this". */
  thisWith?: boolean;
  /** Drop the result when no node remains available. */
  active?: boolean;
  /** Never let a positive score go below zero. */
  nonnegative?: boolean;
}

/** Adds the wishes of `colocation.dependent` to the scores of the primary at hand. */
export function addDependentScores(
  ws: WorkingSet,
  primary: Resource,
  colocation: Colocation,
): void {
  if (!hasInfluence(colocation)) return;
  const factor = f32(colocation.score / INFINITY_SCORE);
  const mode: MergeMode = { active: true, nonnegative: primary.variant === 2 };
  const { dependent } = colocation;
  const merged = mergeScores(ws, dependent, primary, primary.allowed, colocation, factor, mode);
  if (merged !== null) {
    noteChanges(ws, primary, merged, colocation, dependent, true);
    primary.allowed = merged;
  }
}

/**
 * Merges a resource's scores (and those of what is colocated with it, recursively) into a table;
 * the new table, or null for no change. With table null it starts from the source's own.
 */
export function mergeScores(
  ws: WorkingSet,
  source: Resource,
  target: Resource | null,
  table: NodeTable | null,
  colocation: Colocation | null,
  factor: number,
  mode: MergeMode,
): NodeTable | null {
  if (table !== null && source === colocation!.dependent && mode.thisWith !== true) {
    const quick = mergeEffect(ws, table, colocation!, factor, mode.nonnegative === true);
    if (quick !== undefined) return quick;
  }
  return runNested(merging(ws, source, target, table, colocation, factor, mode));
}

function* merging(
  ws: WorkingSet,
  source: Resource,
  target: Resource | null,
  table: NodeTable | null,
  colocation: Colocation | null,
  factor: number,
  mode: MergeMode,
): Nested<NodeTable | null> {
  if (source.updatingNodes) return null;
  if (source.variant === 1) {
    const members = source.children;
    if (members.length === 0) return null;
    const member = table === null ? members[members.length - 1]! : members[0]!;
    source.updatingNodes = table !== null;
    const out = yield merging(ws, member, target, table, colocation, factor, mode);
    source.updatingNodes = false;
    return out as NodeTable | null;
  }
  source.updatingNodes = true;
  const out = yield mergeOne(ws, source, target, table, colocation, factor, mode);
  source.updatingNodes = false;
  return out as NodeTable | null;
}

function* mergeOne(
  ws: WorkingSet,
  source: Resource,
  target: Resource | null,
  table: NodeTable | null,
  colocation: Colocation | null,
  factor: number,
  mode: MergeMode,
): Nested<NodeTable | null> {
  let work: NodeTable;
  let forWhom = target;
  if (table === null) {
    work = source.allowed.copy();
    forWhom = source;
  } else {
    work = table.copy();
    addMatching(ws, work, source, target, colocation!, factor, mode.nonnegative === true);
  }
  if (work.isEmpty()) return null;
  if (anyAvailable(ws, work)) {
    const colocations = mode.thisWith ? thisWithOf(source) : withThisOf(source);
    const deeper = { ...mode, active: true };
    for (const next of colocations) {
      if (!mode.thisWith && !hasInfluence(next)) continue;
      const other = mode.thisWith ? next.primary : next.dependent;
      const nextFactor = deeperFactor(factor, next.score);
      const merged = yield merging(ws, other, forWhom, work, next, nextFactor, deeper);
      work = (merged as NodeTable | null) ?? work;
    }
  } else if (mode.active) {
    return null;
  }
  if (mode.nonnegative) {
    const { scores } = work;
    for (let i = 0; i < scores.length; i++) if (scores[i] === UNUSABLE) scores[i] = 1;
  }
  return work;
}

function addMatching(
  ws: WorkingSet,
  table: NodeTable,
  source: Resource,
  target: Resource | null,
  colocation: Colocation,
  factor: number,
  onlyPositive: boolean,
): void {
  const best = bestByAttribute(ws, source, colocation);
  const { scores, modes } = table;
  for (let i = 0; i < modes.length; i++) {
    if (modes[i]! < 0) continue;
    const before = scores[i]!;
    if (before === UNUSABLE) continue;
    const value = attributeOf(ws.nodesByIndex[i]!, colocation.nodeAttribute, target);
    const after = addScores(wishFor(best, colocation, value, factor), before);
    if (onlyPositive && after < 0 && before > 0) scores[i] = UNUSABLE;
    else if (onlyPositive && after < 0 && before === 0) continue;
    else scores[i] = after;
  }
}
