import { addScores, INFINITY_SCORE } from "../../base/mod.ts";
import { Role } from "../constants.ts";
import type { Colocation } from "../constraint.ts";
import type { Node } from "../node.ts";
import type { Resource } from "../resource.ts";
import { roleOf } from "../resource-state.ts";
import type { WorkingSet } from "../working-set.ts";
import { attributeOf, intersectNodes } from "./colocation-apply.ts";
import { findCompatible, singleNode } from "./compatible.ts";

/** A colocation with one role of a promotable clone, while the dependent has no node yet. */
export function updateDependentScores(
  ws: WorkingSet,
  dependent: Resource,
  clone: Resource,
  c: Colocation,
): void {
  const scores = new Map<Node, number>();
  for (const instance of clone.children) {
    const node = singleNode(instance, false);
    if (node === null || roleOf(instance, false) !== c.primaryRole) continue;
    if (c.score < INFINITY_SCORE) addOnMatching(ws, dependent, clone, node, c);
    scores.set(node, assignedScore(instance));
  }
  if (c.score < INFINITY_SCORE) return;
  if (c.dependentRole === Role.promoted && c.primaryRole === Role.promoted) return;
  const nodes = new Set(scores.keys());
  intersectNodes(ws, dependent, clone, c, nodes, (node) => scores.get(node)!);
}

/** The score an instance (a group: its first member with a node) had when it got its node. */
function assignedScore(instance: Resource): number {
  if (instance.variant === 0) return instance.assignedScore;
  const member = instance.children.find((child) => child.assignedTo !== null);
  return member === undefined ? 0 : assignedScore(member);
}

function addOnMatching(
  ws: WorkingSet,
  dependent: Resource,
  clone: Resource,
  primaryNode: Node,
  c: Colocation,
): void {
  const value = attributeOf(primaryNode, c.nodeAttribute, clone);
  const table = dependent.allowed;
  for (const node of ws.nodesByIndex) {
    if (!table.has(node) || attributeOf(node, c.nodeAttribute, dependent) !== value) continue;
    table.add(node, c.score);
    ws.recordScore(dependent, node, c.score, {
      kind: "colocation",
      constraint: c.id,
      with: clone.id,
    });
  }
}

/**
 * The same for a dependent that has its node and may be promoted. What it added to the promotion
 * priority.
 */
export function updateDependentPriority(
  ws: WorkingSet,
  dependent: Resource,
  clone: Resource,
  c: Colocation,
): number {
  if (findCompatible(ws, dependent, clone, c.primaryRole, false) !== null) {
    dependent.priority = addScores(dependent.priority, c.score);
    return c.score;
  }
  if (c.score < INFINITY_SCORE) return 0;
  dependent.priority = -INFINITY_SCORE;
  return -INFINITY_SCORE;
}
