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
  const nodes: Node[] = [];
  const scores = new Map<Node, number>();
  for (const instance of clone.children) {
    const node = singleNode(instance, false);
    if (node === null || roleOf(instance, false) !== c.primaryRole) continue;
    if (c.score < INFINITY_SCORE) addOnMatching(ws, dependent, clone, node, c);
    nodes.unshift(node);
    scores.set(node, assignedScore(instance, node));
  }
  if (c.score < INFINITY_SCORE) return;
  if (c.dependentRole === Role.promoted && c.primaryRole === Role.promoted) return;
  intersectNodes(ws, dependent, clone, c, nodes, (node) => scores.get(node) ?? 0);
}

/** The score an instance (a group: its first member) had on its node. */
function assignedScore(instance: Resource, node: Node): number {
  // What is unmanaged is where it is, whatever its scores say.
  if (!instance.managed) return node.score;
  const first = instance.children[0];
  return (first ?? instance).allowed.score(node);
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

/** The same for a dependent that has its node and is about to get its role. */
export function updateDependentPriority(
  ws: WorkingSet,
  dependent: Resource,
  clone: Resource,
  c: Colocation,
): void {
  if (c.dependentRole !== Role.promoted) return;
  const match = findCompatible(ws, dependent, clone, c.primaryRole, false);
  if (match !== null) dependent.priority = addScores(dependent.priority, c.score);
  else if (c.score >= INFINITY_SCORE) dependent.priority = -INFINITY_SCORE;
}
