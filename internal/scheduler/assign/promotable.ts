import { addScores, formatScore, INFINITY_SCORE } from "../../base/mod.ts";
import { QuorumPolicy, Role } from "../constants.ts";
import type { LocationConstraint } from "../constraint.ts";
import { mergeSort } from "../merge-sort.ts";
import type { Node } from "../node.ts";
import type { Resource } from "../resource.ts";
import { roleOf } from "../resource-state.ts";
import { resourceLocation } from "../score-tables.ts";
import { scoreOf } from "../unpack/options.ts";
import type { WorkingSet } from "../working-set.ts";
import { hasInfluence, noteChanges } from "./colocation-apply.ts";
import { applyColocation } from "./colocation-variants.ts";
import { thisWithOf, withThisOf } from "./colocations-of.ts";
import { singleNode } from "./compatible.ts";
import { type ColocatedScores, compareInstances } from "./instances.ts";
import { mergeScores } from "./merge-scores.ts";

/** Adds the agents' promotion scores to the instances' tables, once. */
export function addPromotionScores(ws: WorkingSet, clone: Resource): void {
  const data = clone.clone!;
  if (data.promotionScoresAdded) return;
  data.promotionScoresAdded = true;
  for (const instance of clone.children) {
    for (const node of ws.nodesByIndex) {
      if (!instance.allowed.has(node) || !node.available) continue;
      const score = promotionScore(ws, instance, node) ?? 0;
      if (score > 0) {
        instance.allowed.add(node, score);
        ws.recordScore(instance, node, score, { kind: "promotion-score", score });
      }
      if (score > instance.priority) instance.priority = score;
    }
  }
}

/** The promotion score of an instance on a node; null when none is set. */
function promotionScore(ws: WorkingSet, resource: Resource, node: Node): number | null {
  if (resource.children.length > 0) {
    let sum: number | null = null;
    for (const child of resource.children) {
      const score = promotionScore(ws, child, node);
      // A plain sum: one below zero is taken from an infinite one.
      if (score !== null) sum = (sum ?? 0) + score;
    }
    return sum;
  }
  if (!promotionScoreApplies(resource, node)) return null;
  let value = promotionAttribute(resource, node, resource.nameInHistory);
  if (value === undefined && !resource.unique && resource.configId !== resource.id) {
    value = promotionAttribute(resource, node, resource.configId);
  }
  return value === undefined ? null : scoreOf(ws, value, 0);
}

function promotionAttribute(resource: Resource, node: Node, name: string): string | undefined {
  let where: Node | null = node;
  if (node.isGuest && resource.meta.get("container-attribute-target")?.toLowerCase() === "host") {
    const container = node.connection!.launcher!;
    where = resource.unassigned ? (container.activeOn[0] ?? null) : container.assignedTo;
  }
  return where?.attributes.get(`master-${name}`);
}

function sameConfig(instance: Resource, id: string): Resource | null {
  if (instance.configId === id) return instance;
  return instance.children.find((child) => child.configId === id) ?? null;
}

/** A score counts for the instance that is (or may come to be) on the node it was set on. */
function promotionScoreApplies(resource: Resource, node: Node): boolean {
  if (!resource.allowed.has(node) || resource.allowed.score(node) < 0) return false;
  if (!resource.unique) {
    const clone = resource.top();
    let active: Resource | null = null;
    let known = false;
    for (const instance of clone.children) {
      const same = sameConfig(instance, resource.configId);
      if (same === null) continue;
      if (active === null && same.activeOn.includes(node)) active = same;
      if (same.known.has(node)) known = true;
    }
    if (active === resource) return true;
    if (active === null && known) return true;
  }
  if (resource.activeOn.length === 0 && resource.known.isEmpty) return true;
  return resource.known.has(node) || resource.activeOn.includes(node);
}

/** Decides which instances are to be promoted. */
export function setInstanceRoles(ws: WorkingSet, clone: Resource): void {
  clone.allowed.resetCounts();
  for (const instance of clone.children) setPriority(ws, clone, instance);
  sortByPromotion(ws, clone);
  let promoted = 0;
  for (const instance of clone.children) {
    if (chooseRole(ws, clone, instance, promoted)) promoted += 1;
  }
  clone.clone!.promotedCount = promoted;
}

function markUnpromoted(resource: Resource): void {
  if (resource.currentRole === Role.started) resource.currentRole = Role.unpromoted;
  for (const child of resource.children) markUnpromoted(child);
}

function setPriority(ws: WorkingSet, clone: Resource, instance: Resource): void {
  // A group of which some member has a role already keeps what its other members are.
  if (roleOf(instance, true) === Role.started) markUnpromoted(instance);
  const node = singleNode(instance, false);
  if (node === null) return;
  const next = roleOf(instance, false);
  if (next === Role.started || next === Role.unknown) {
    instance.priority = promotionScore(ws, instance, node) ?? -1;
  } else if (next !== Role.promoted) {
    instance.priority = -INFINITY_SCORE;
  }
  addPromotedLocations(instance, instance.locations, node);
  addPromotedLocations(instance, clone.locations, node);
  for (const c of thisWithOf(instance)) applyColocation(ws, instance, c.primary, c, true);
  instance.promotionPriority = instance.priority;
  if (next === Role.promoted) instance.promotionPriority = INFINITY_SCORE;
}

function addPromotedLocations(
  instance: Resource,
  locations: readonly LocationConstraint[],
  node: Node,
): void {
  for (let i = locations.length - 1; i >= 0; i--) {
    const location = locations[i]!;
    if (location.role !== Role.promoted) continue;
    const entry = location.nodes.find((e) => e.node === node);
    if (entry !== undefined) instance.priority = addScores(instance.priority, entry.score);
  }
}

function sortByPromotion(ws: WorkingSet, clone: Resource): void {
  const data = clone.clone!;
  if (data.sortingPromotion) return;
  data.sortingPromotion = true;
  for (const instance of clone.children) {
    if (instance.promotionPriority < 0) continue;
    const node = singleNode(instance, false);
    if (node === null || !clone.allowed.has(node)) continue;
    clone.allowed.add(node, instance.promotionPriority);
    const score = instance.promotionPriority;
    ws.recordScore(clone, node, score, { kind: "promotion-score", score });
  }
  // What depends on the clone, or an instance on, may depend on it in turn: its scores count once.
  clone.updatingNodes = true;
  for (const c of withThisOf(clone)) {
    if (c.primaryRole !== Role.promoted || !hasInfluence(c)) continue;
    const factor = Math.fround(c.score / INFINITY_SCORE);
    const mode = { active: true, nonnegative: true };
    const merged = mergeScores(ws, c.dependent, clone, clone.allowed, c, factor, mode);
    if (merged === null) continue;
    noteChanges(ws, clone, merged, c, c.dependent, true);
    clone.allowed = merged;
  }
  for (const constraint of clone.tickets) {
    const { ticket, role } = constraint;
    if (role !== Role.promoted || (ticket.granted && !ticket.standby)) continue;
    resourceLocation(ws, clone, null, -INFINITY_SCORE, { kind: "ticket", ticket: ticket.id });
  }
  for (const instance of clone.children) finalPriority(ws, clone, instance);
  const known: ColocatedScores = new Map();
  mergeSort(clone.children, (a, b) => {
    if (a.promotionPriority !== b.promotionPriority) {
      return b.promotionPriority - a.promotionPriority;
    }
    const roleA = roleOf(a, true);
    const roleB = roleOf(b, true);
    if (roleA !== roleB) return roleB - roleA;
    return compareInstances(ws, a, b, known);
  });
  clone.updatingNodes = false;
}

function finalPriority(ws: WorkingSet, clone: Resource, instance: Resource): void {
  const node = singleNode(instance, false);
  if (!instance.managed && instance.nextRole === Role.promoted) {
    instance.promotionPriority = INFINITY_SCORE;
  } else if (node === null) {
    instance.promotionPriority = -INFINITY_SCORE;
  } else if (instance.promotionPriority >= 0) {
    instance.promotionPriority = clone.allowed.score(node, -INFINITY_SCORE);
    if (clone.allowed.has(node)) {
      ws.reasons?.setPromotion(instance, ws.reasons.of(clone, node));
      return;
    }
  }
  if (ws.reasons === null) return;
  // Not by the clone's scores: what it is worth by itself.
  const reason = { kind: "promotion-order", clone: clone.id } as const;
  const delta = instance.promotionPriority;
  const where = node ?? ws.nodesByIndex[0]!;
  ws.reasons.setPromotion(instance, [
    { resource: instance, node: where, delta, reason, replaces: true },
  ]);
}

function chooseRole(
  ws: WorkingSet,
  clone: Resource,
  instance: Resource,
  promoted: number,
): boolean {
  const node = singleNode(instance, false);
  if (ws.options.showScores === true) {
    const where = node === null ? "(inactive)" : `on ${node.name}`;
    const score = formatScore(instance.promotionPriority);
    ws.reasons?.shown.push({
      resource: instance,
      node,
      score: instance.promotionPriority,
      records: ws.reasons.promotion(instance),
    });
    ws.scoreLines.push(`${instance.id} promotion score ${where}: ${score}`);
  }
  let chosen: Node | null = null;
  if (instance.promotionPriority >= 0) {
    if (promoted < clone.clone!.promotedMax || !clone.managed) {
      chosen = promotionNode(clone, instance);
    }
  }
  const frozen =
    instance.currentRole < Role.promoted &&
    !ws.haveQuorum &&
    ws.config.noQuorumPolicy === QuorumPolicy.freeze;
  if (chosen === null || frozen) {
    setUnpromoted(instance);
    return false;
  }
  clone.allowed.addCount(chosen, 1);
  setPromoted(instance);
  return true;
}

function setUnpromoted(resource: Resource): void {
  for (const child of resource.children) setUnpromoted(child);
  const anywhere =
    resource.children.length > 0
      ? resource.children.some((child) => child.assignedTo !== null)
      : resource.assignedTo !== null;
  resource.nextRole = anywhere ? Role.unpromoted : Role.stopped;
}

function setPromoted(resource: Resource): void {
  if (resource.nextRole === Role.unknown) resource.nextRole = Role.promoted;
  for (const child of resource.children) setPromoted(child);
}

/** The node an instance can be promoted on: every member has to be able to. */
function promotionNode(clone: Resource, resource: Resource): Node | null {
  for (const child of resource.children) if (promotionNode(clone, child) === null) return null;
  const node = singleNode(resource, false);
  if (node === null) return null;
  if (!resource.managed) {
    if (roleOf(resource, true) !== Role.promoted) return null;
  } else if (resource.priority < 0) {
    return null;
  } else if (!node.available || (node.isGuest && node.connection!.launcher!.assignedTo === null)) {
    return null;
  }
  if (!clone.allowed.has(node)) return null;
  if (resource.managed && clone.allowed.count(node) >= clone.clone!.promotedNodeMax) return null;
  return node;
}
