import { addScores, INFINITY_SCORE } from "../../base/mod.ts";
import { Role } from "../constants.ts";
import type { Colocation } from "../constraint.ts";
import type { Node } from "../node.ts";
import type { NodeTable } from "../node-table.ts";
import type { ScoreReason } from "../reason.ts";
import type { Resource } from "../resource.ts";
import type { WorkingSet } from "../working-set.ts";

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
