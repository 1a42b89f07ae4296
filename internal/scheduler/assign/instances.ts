import { INFINITY_SCORE } from "../../base/mod.ts";
import { mergeSort } from "../merge-sort.ts";
import type { Nested } from "../nested.ts";
import type { Node } from "../node.ts";
import { NodeTable } from "../node-table.ts";
import type { ScoreReason } from "../reason.ts";
import type { Resource } from "../resource.ts";
import { activeNodes, currentNode } from "../resource-state.ts";
import { resourceLocation } from "../score-tables.ts";
import type { WorkingSet } from "../working-set.ts";
import { assign } from "./assign.ts";
import { hasInfluence } from "./colocation-apply.ts";
import { thisWithOf, withThisOf } from "./colocations-of.ts";
import { singleNode } from "./compatible.ts";
import { mergeScores } from "./merge-scores.ts";
import { unassign } from "./primitive.ts";

/** Assigns at most `maxTotal` of the instances, active ones where they are if possible. */
export function* assignInstances(
  ws: WorkingSet,
  collective: Resource,
  instances: readonly Resource[],
  maxTotal: number,
  maxPerNode: number,
): Nested<void> {
  let availableNodes = 0;
  collective.allowed.resetCounts();
  for (const node of ws.nodesByIndex) {
    if (collective.allowed.has(node) && node.available) availableNodes += 1;
  }
  const optimal = availableNodes === 0 ? maxTotal : Math.trunc(maxTotal / availableNodes);
  const optimalPerNode = Math.max(1, optimal);
  let assigned = 0;
  for (const instance of instances) {
    if (assigned >= maxTotal) break;
    const current = preferredNode(instance, optimalPerNode);
    if (current === null) continue;
    const left = maxTotal - assigned;
    if ((yield assignEarly(ws, instance, current, maxPerNode, left)) === true) assigned += 1;
  }
  for (const instance of instances) {
    if (!instance.unassigned) continue;
    if (assigned >= maxTotal) {
      const reason = { kind: "instance-surplus", clone: collective.id } as const;
      resourceLocation(ws, instance, null, -INFINITY_SCORE, reason);
    } else if ((yield assignInstance(ws, instance, null, maxPerNode)) !== null) {
      assigned += 1;
    }
  }
}

/** Where an instance is and may well stay. */
function preferredNode(instance: Resource, optimalPerNode: number): Node | null {
  if (instance.activeOn.length === 0 || !instance.unassigned || instance.failed) return null;
  const node = currentNode(instance);
  if (node === null || !node.available || node.score < 0) return null;
  const parent = instance.parent!.allowed;
  if (parent.has(node) && parent.count(node) >= optimalPerNode) return null;
  return node;
}

/**
 * Tries to keep an instance where it is. Each time it would rather be elsewhere, one of the
 * instances still to come is counted as taken by that node, and it is tried again: so nodes get
 * their share by preference while as few instances as possible move.
 */
function* assignEarly(
  ws: WorkingSet,
  instance: Resource,
  current: Node,
  maxPerNode: number,
  available: number,
): Nested<boolean> {
  const parent = instance.parent!;
  if (!current.available || instance.allowed.score(current, -1) < 0) return false;
  const tables = new Map<Resource, NodeTable>();
  saveTables(instance, tables);
  const parentTable = parent.allowed;
  parent.allowed = parentTable.copy();
  const marks = [...tables.keys(), parent].map((r) => ({ r, mark: ws.reasons?.mark(r) ?? 0 }));
  const rewind = () => {
    for (const { r, mark } of marks) ws.reasons?.rewind(r, mark);
  };
  let reserved = 0;
  let chosen: Node | null = null;
  while (reserved < available) {
    chosen = (yield assignInstance(ws, instance, current, maxPerNode)) as Node | null;
    if (chosen === current) break;
    for (const [resource, table] of tables) resource.allowed = table.copy();
    rewind();
    if (chosen === null) {
      // Its members keep that they go nowhere: they are not tried again.
      instance.unassigned = true;
      break;
    }
    reserved += 1;
    unassign(ws, instance);
    chosen = null;
  }
  parent.allowed = parentTable;
  if (chosen === null) return false;
  addParentCount(instance, chosen);
  return true;
}

function saveTables(resource: Resource, into: Map<Resource, NodeTable>): void {
  into.set(resource, resource.allowed.copy());
  for (const child of resource.children) saveTables(child, into);
}

function addParentCount(instance: Resource, node: Node): void {
  const parent = instance.parent!.allowed;
  if (parent.has(node)) parent.addCount(node, 1);
}

function* assignInstance(
  ws: WorkingSet,
  instance: Resource,
  prefer: Node | null,
  maxPerNode: number,
): Nested<Node | null> {
  if (!instance.unassigned) return singleNode(instance, false);
  if (instance.assigning) return null;
  banUnusable(ws, instance, maxPerNode);
  const chosen = (yield assign(ws, instance, prefer, prefer === null)) as Node | null;
  if (chosen !== null) addParentCount(instance, chosen);
  return chosen;
}

function banUnusable(ws: WorkingSet, instance: Resource, maxPerNode: number): void {
  const parent = instance.parent!.allowed;
  for (const node of ws.nodesByIndex) {
    if (!instance.allowed.has(node)) continue;
    const usable =
      !instance.orphan &&
      node.available &&
      parent.has(node) &&
      parent.score(node) >= 0 &&
      parent.count(node) < maxPerNode;
    if (usable) continue;
    const reason = unusableBecause(instance, node, maxPerNode);
    const ban = (resource: Resource) => {
      if (!resource.allowed.has(node)) return;
      const banned = resource.allowed.score(node) <= -INFINITY_SCORE;
      resource.allowed.set(node, -INFINITY_SCORE);
      // What was out of the question before has its reason already.
      if (!banned) ws.recordScore(resource, node, -INFINITY_SCORE, reason);
    };
    ban(instance);
    for (const child of instance.children) ban(child);
  }
}

function unusableBecause(instance: Resource, node: Node, max: number): ScoreReason {
  const parent = instance.parent!;
  if (instance.orphan) return { kind: "orphan" };
  if (!node.available) return { kind: "node-offline" };
  if (parent.allowed.has(node) && parent.allowed.score(node) >= 0) {
    return { kind: "instance-limit", clone: parent.id, max };
  }
  return { kind: "collective-banned", collective: parent.id };
}

function failed(resource: Resource): boolean {
  return resource.failed || (resource.children.length > 0 && resource.children.some(failed));
}

/** Instances of clones have it after a colon, containers after a dash. */
function instanceNumber(resource: Resource): number {
  const colon = resource.id.lastIndexOf(":");
  const at = colon >= 0 ? colon : resource.id.lastIndexOf("-");
  return Number.parseInt(resource.id.slice(at + 1), 10) || 0;
}

export function compareInstanceNumbers(a: Resource, b: Resource): number {
  return instanceNumber(a) - instanceNumber(b);
}

/** What colocations add up to for each instance: asked in many comparisons, the same in all of one sort. */
export type ColocatedScores = Map<Resource, number>;

/** Puts instances in the order in which they are to be assigned. */
export function sortInstances(ws: WorkingSet, instances: Resource[]): void {
  const known: ColocatedScores = new Map();
  mergeSort(instances, (a, b) => compareInstances(ws, a, b, known));
}

/** Which instance is to be assigned first; `known` lives for one sort. */
export function compareInstances(
  ws: WorkingSet,
  a: Resource,
  b: Resource,
  known: ColocatedScores,
): number {
  const activeA = activeNodes(a);
  const activeB = activeNodes(b);
  let nodeA = activeA.current;
  let nodeB = activeB.current;
  if (activeA.all > 0 && activeB.all > 0 && activeA.all !== activeB.all) {
    return activeA.all - activeB.all;
  }
  const allowed = (r: Resource, node: Node | null) =>
    node === null || r.allowed.score(node, -1) >= 0;
  const allowedA = allowed(a, nodeA);
  const allowedB = allowed(b, nodeB);
  if (allowedA !== allowedB) return allowedA ? -1 : 1;
  if (!allowedA) nodeA = null;
  if (!allowedB) nodeB = null;
  if (a.priority !== b.priority) return b.priority - a.priority;
  if (nodeA === null && nodeB === null) return 0;
  if (nodeA === null) return 1;
  if (nodeB === null) return -1;
  if (nodeA.available !== nodeB.available) return nodeA.available ? -1 : 1;
  const parentA = a.parent!.allowed;
  const parentB = b.parent!.allowed;
  const inA = parentA.has(nodeA);
  const inB = parentB.has(nodeB);
  if (!inA && !inB) return 0;
  if (inA !== inB) return inA ? -1 : 1;
  const count = parentA.count(nodeA) - parentB.count(nodeB);
  if (count !== 0) return count;
  const failedA = failed(a);
  const failedB = failed(b);
  if (failedA !== failedB) return failedA ? 1 : -1;
  const scoreOf = (instance: Resource, node: Node) => {
    let score = known.get(instance);
    if (score === undefined) {
      score = colocatedScore(ws, instance, node);
      known.set(instance, score);
    }
    return score;
  };
  const colocated = scoreOf(b, nodeB) - scoreOf(a, nodeA);
  if (colocated !== 0) return colocated;
  return compareInstanceNumbers(a, b);
}

/** What all colocations of an instance add up to on its current node. */
function colocatedScore(ws: WorkingSet, instance: Resource, node: Node): number {
  const thisWith = thisWithOf(instance);
  const withThis = withThisOf(instance);
  if (thisWith.length === 0 && withThis.length === 0) return node.score;
  let table = new NodeTable(ws.nodesByIndex.length);
  table.insert(node, node.score, 0);
  const factor = (score: number) => Math.fround(score / INFINITY_SCORE);
  for (const c of thisWith) {
    table = mergeScores(ws, c.primary, instance, table, c, factor(c.score), {}) ?? table;
  }
  for (const c of withThis) {
    if (!hasInfluence(c, instance)) continue;
    const mode = { nonnegative: true };
    table = mergeScores(ws, c.dependent, instance, table, c, factor(c.score), mode) ?? table;
  }
  return table.score(node, -INFINITY_SCORE);
}
