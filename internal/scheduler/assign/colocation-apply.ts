import { addScores, INFINITY_SCORE } from "../../base/mod.ts";
import { Role } from "../constants.ts";
import type { Colocation } from "../constraint.ts";
import { applyLocation } from "../criteria.ts";
import { type Nested, runNested } from "../nested.ts";
import type { Node } from "../node.ts";
import type { NodeTable } from "../node-table.ts";
import type { ScoreReason } from "../reason.ts";
import type { Resource } from "../resource.ts";
import type { WorkingSet } from "../working-set.ts";
import { thisWithOf, withThisOf } from "./colocations-of.ts";
import { mergeEffect } from "./merged-effect.ts";

export type Effect = "nothing" | "role" | "location";

/** For a bundle's container roles are those of the resource inside. */
function roleResource(resource: Resource): Resource {
  const bundle = resource.parent;
  if (bundle === null || bundle.variant !== 3) return resource;
  const replica = bundle.bundleData!.replicas.find((r) => r.container === resource);
  return replica?.child ?? resource;
}

/** What a colocation means at this point of the run. */
export function effectOf(
  dependent: Resource,
  primary: Resource,
  colocation: Colocation,
  preview: boolean,
): Effect {
  if (!preview && primary.unassigned) return "nothing";
  const dependentRole = roleResource(dependent);
  const primaryRole = roleResource(primary);
  if (
    colocation.dependentRole >= Role.unpromoted &&
    dependentRole.parent?.promotable &&
    !dependentRole.unassigned
  ) {
    return "role";
  }
  if (!preview && !dependent.unassigned) return "nothing";
  const differs = (wanted: Role, resource: Resource) =>
    wanted !== Role.unknown && wanted !== resource.nextRole;
  if (differs(colocation.dependentRole, dependentRole)) return "nothing";
  if (differs(colocation.primaryRole, primaryRole)) return "nothing";
  return "location";
}

/** The node attribute compared, lowercased; null when absent. */
export function attributeOf(
  node: Node,
  attribute: string,
  resource: Resource | null,
): string | null {
  let host = false;
  if (resource !== null && node.isGuest) {
    host =
      (node.isBundle && isBundled(resource)) ||
      resource.meta.get("container-attribute-target")?.toLowerCase() === "host";
  }
  const where = host ? node.connection!.launcher!.assignedTo : node;
  return where?.attributes.get(attribute)?.toLowerCase() ?? null;
}

/** The clone in a bundle, or something below it. */
function isBundled(resource: Resource): boolean {
  const top = resource.top();
  return top.variant === 2 && top.parent !== null;
}

export function anyAvailable(ws: WorkingSet, table: NodeTable): boolean {
  for (let i = 0; i < table.modes.length; i++) {
    if (table.modes[i]! >= 0 && table.scores[i]! >= 0 && ws.nodesByIndex[i]!.available) return true;
  }
  return false;
}

/** The primary is assigned (or not): moves the dependent's scores. */
export function applyToScores(
  ws: WorkingSet,
  dependent: Resource,
  primary: Resource,
  colocation: Colocation,
): void {
  const { score, nodeAttribute } = colocation;
  const assigned = primary.assignedTo;
  if (assigned === null && score < 0) return;
  const value = assigned === null ? null : attributeOf(assigned, nodeAttribute, primary);
  const work = dependent.allowed.copy();
  const { scores, modes } = work;
  for (let i = 0; i < modes.length; i++) {
    if (modes[i]! < 0) continue;
    if (assigned === null) {
      scores[i] = addScores(scores[i]!, -score);
    } else if (attributeOf(ws.nodesByIndex[i]!, nodeAttribute, dependent) === value) {
      if (score < INFINITY_SCORE) scores[i] = addScores(scores[i]!, score);
    } else if (score >= INFINITY_SCORE) {
      scores[i] = -INFINITY_SCORE;
    }
  }
  if (Math.abs(score) >= INFINITY_SCORE || anyAvailable(ws, work)) {
    noteChanges(ws, dependent, work, colocation, primary);
    dependent.allowed = work;
  }
}

/** Records the difference between a resource's table and the one that replaces it. */
export function noteChanges(
  ws: WorkingSet,
  resource: Resource,
  work: NodeTable,
  colocation: Colocation | null,
  other: Resource,
  wish = false,
): void {
  if (ws.reasons === null) return;
  const constraint = colocation?.id ?? "";
  for (const node of ws.nodesByIndex) {
    if (!work.has(node)) continue;
    const before = resource.allowed.score(node);
    const after = work.score(node);
    if (before === after) continue;
    const reason: ScoreReason = { kind: "colocation", constraint, with: other.id };
    if (wish) reason.wish = true;
    const delta = after <= -INFINITY_SCORE ? after : after - before;
    // Infinity is not lowered by adding: what comes after it begins anew.
    if (addScores(before, delta) === after) ws.recordScore(resource, node, delta, reason);
    else ws.recordReplaced(resource, node, after, reason);
  }
}

/** Both are assigned: changes the dependent's promotion priority, and says by how much. */
export function applyToPriority(
  dependent: Resource,
  primary: Resource,
  colocation: Colocation,
): number {
  if (dependent.assignedTo === null) return 0;
  const on = primary.assignedTo;
  const wanted = colocation.primaryRole;
  // Without a node for the primary the role is no matter: the dependent's node is the wrong one.
  if (on !== null && wanted !== Role.unknown && wanted !== roleResource(primary).nextRole) return 0;
  const a = attributeOf(dependent.assignedTo, colocation.nodeAttribute, dependent);
  const b = on === null ? null : attributeOf(on, colocation.nodeAttribute, primary);
  let sign = 1;
  if (a !== b) {
    if (colocation.score < INFINITY_SCORE || colocation.dependentRole !== Role.promoted) return 0;
    sign = -1;
  } else if (colocation.dependentRole === Role.unpromoted) {
    sign = -1;
  }
  const delta = sign * colocation.score;
  dependent.priority = addScores(delta, dependent.priority);
  return delta;
}

/** Whether the dependent's wishes count for the primary. */
export function hasInfluence(
  colocation: Colocation,
  primary: Resource = colocation.primary,
): boolean {
  const { dependent } = colocation;
  if (dependent.nestingAllowed && !primary.failed && primary.activeOn.length === 1) return false;
  return colocation.influence || primary.activeOn.length === 0;
}

/** The factor of what is colocated with a dependent, seen from the primary. */
export function deeperFactor(factor: number, score: number): number {
  return f32(f32(factor * score) / INFINITY_SCORE);
}

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
    const value = attributeOf(ws.nodesByIndex[i]!, colocation.nodeAttribute, target);
    const score = best.get(value) ?? -INFINITY_SCORE;
    if (factor < 0 && score < 0 && !avoidanceCounts(colocation, score)) continue;
    if (before === UNUSABLE) continue;
    const delta = weighted(factor, score);
    const after = addScores(delta, before);
    if (onlyPositive && after < 0 && before > 0) scores[i] = UNUSABLE;
    else if (onlyPositive && after < 0 && before === 0) continue;
    else scores[i] = after;
  }
}

/** Being banned from a node is a wish for it only of what could be elsewhere at one place alone. */
export function avoidanceCounts(colocation: Colocation, score: number): boolean {
  return (
    colocation.primary.stickiness < -score &&
    hasInfluence(colocation) &&
    allowedOnOne(colocation.dependent)
  );
}

/** A score times a factor, rounded; never to zero. */
export function weighted(factor: number, score: number): number {
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

/** Bans the dependent from nodes that are not in the list; adds scores if asked. */
export function intersectNodes(
  ws: WorkingSet,
  dependent: Resource,
  primary: Resource,
  colocation: Colocation,
  nodes: ReadonlySet<Node>,
  scoreOf: ((node: Node) => number) | null,
): void {
  const work = dependent.allowed.copy(true);
  for (let i = 0; i < work.modes.length; i++) {
    if (work.modes[i]! < 0) continue;
    const node = ws.nodesByIndex[i]!;
    if (!nodes.has(node)) work.scores[i] = -INFINITY_SCORE;
    else if (scoreOf !== null) work.scores[i] = addScores(work.scores[i]!, scoreOf(node));
  }
  noteChanges(ws, dependent, work, colocation, primary);
  dependent.allowed = work;
}
