import { addScores, INFINITY_SCORE } from "../base/mod.ts";
import type { Node } from "./node.ts";
import type { ScoreReason } from "./reason.ts";
import type { Resource } from "./resource.ts";
import type { WorkingSet } from "./working-set.ts";

/** Adds to the score of a node (null: of every node) for a resource and all below it. */
export function resourceLocation(
  ws: WorkingSet,
  resource: Resource,
  node: Node | null,
  score: number,
  reason: ScoreReason,
): void {
  if (node !== null) {
    addScore(ws, resource, node, score, reason);
    return;
  }
  for (const each of ws.nodes) addScore(ws, resource, each, score, reason);
}

function addScore(
  ws: WorkingSet,
  resource: Resource,
  node: Node,
  score: number,
  reason: ScoreReason,
): void {
  const entry = node.sharesIdOf ?? node;
  for (const child of resource.children) addScore(ws, child, entry, score, reason);
  ensureEntry(ws, resource, entry);
  resource.allowed.add(entry, score);
  ws.recordScore(resource, entry, score, reason);
}

/** Makes the table entry of a node, with the node's own score, if there is none. */
export function ensureEntry(ws: WorkingSet, resource: Resource, node: Node): void {
  if (node.sharesIdOf !== null || resource.allowed.has(node)) return;
  resource.allowed.insert(node, node.score, node.discovery);
  if (node.score !== 0) ws.recordScore(resource, node, node.score, { kind: "node-default" });
}

/** Replaces the table by one that forbids every node. */
export function banEverywhere(ws: WorkingSet, resource: Resource, reason: ScoreReason): void {
  for (const node of ws.nodesByIndex) {
    resource.allowed.insert(node, -INFINITY_SCORE, node.discovery);
    ws.recordScore(resource, node, -INFINITY_SCORE, reason);
  }
}

export function sumScores(a: number, b: number): number {
  return addScores(a, b);
}
