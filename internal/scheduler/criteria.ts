import { INFINITY_SCORE, isTrue, timeoutSeconds } from "../base/mod.ts";
import { action, findActionsExact } from "./actions.ts";
import { Discovery, QuorumPolicy, Role } from "./constants.ts";
import type { LocationConstraint } from "./constraint.ts";
import { newLocation } from "./constraints/location.ts";
import type { Node } from "./node.ts";
import type { Resource } from "./resource.ts";
import { resourceLocation } from "./score-tables.ts";
import { failCount } from "./unpack/fail-count.ts";
import { scoreOf } from "./unpack/options.ts";
import type { WorkingSet } from "./working-set.ts";

/** Turns node health into location constraints. */
export function applyHealth(ws: WorkingSet): void {
  const strategy = ws.config.healthStrategy;
  if (strategy === "none") return;
  const base =
    strategy === "progressive" ? scoreOf(ws, ws.properties.get("node-health-base"), 0) : 0;
  for (const node of ws.nodes) {
    let health = base;
    for (const [name, value] of node.attributes) {
      if (name.startsWith("#health")) {
        health = clamp(health + scoreOf(ws, value, 0), health, scoreOf(ws, value, 0));
      }
    }
    if (health === 0) continue;
    for (const resource of ws.resources) {
      if (health < 0 && isTrue(resource.meta.get("allow-unhealthy-nodes"))) continue;
      newLocation(ws, `node-health:${strategy}`, resource, node, health);
    }
  }
}

function clamp(sum: number, a: number, b: number): number {
  if (a <= -INFINITY_SCORE || b <= -INFINITY_SCORE) return -INFINITY_SCORE;
  if (a >= INFINITY_SCORE || b >= INFINITY_SCORE) return INFINITY_SCORE;
  return Math.max(-INFINITY_SCORE, Math.min(INFINITY_SCORE, sum));
}

/** Everything that changes a resource's scores on its own account. */
export function applyNodeCriteria(ws: WorkingSet): void {
  if (ws.config.shutdownLock) for (const resource of ws.resources) shutdownLock(ws, resource);
  for (let i = ws.locations.length - 1; i >= 0; i--) {
    const location = ws.locations[i]!;
    applyLocation(ws, location.resource, location, false);
  }
  for (const resource of ws.resources) applyStickiness(ws, resource);
  if (!ws.haveQuorum && ws.config.noQuorumPolicy === QuorumPolicy.freeze) spareLateComers(ws);
  for (const node of ws.nodes) {
    for (const resource of ws.resources) {
      checkFailures(ws, resource, node);
      excludeFromDiscovery(ws, resource, node);
    }
  }
}

/**
 * What a partition without quorum still manages stays on nodes that it had when quorum was lost: the
 * partition with quorum fences those. It has no reason to fence a node that was down then, and would
 * start beside it whatever moved there.
 */
function spareLateComers(ws: WorkingSet): void {
  const reason = { kind: "came-without-quorum" } as const;
  const spare = (resource: Resource, node: Node): void => {
    if (resource.isClone || resource.isBundle)
      for (const child of resource.children) spare(child, node);
    else if (!isActiveOn(resource, node)) {
      resourceLocation(ws, resource, node, -INFINITY_SCORE, reason);
    }
  };
  for (const node of ws.nodes) {
    if (!node.cameWithoutQuorum) continue;
    for (const resource of ws.resources) spare(resource, node);
  }
}

function isActiveOn(resource: Resource, node: Node): boolean {
  if (resource.activeOn.includes(node)) return true;
  return resource.children.some((child) => isActiveOn(child, node));
}

function shutdownLock(ws: WorkingSet, resource: Resource): void {
  if (resource.variant === 1) {
    for (const child of resource.children) shutdownLock(ws, child);
    return;
  }
  if (resource.variant !== 0 || resource.fenceDevice || resource.isConnection) return;
  if (resource.lockNode !== null) {
    if (resource.activeOn.length > 0) {
      action(ws, resource, "lrm_delete", resource.lockNode, false);
      resource.lockNode = null;
      resource.lockTime = 0;
    }
  } else if (resource.activeOn.length === 1) {
    const node = resource.activeOn[0]!;
    if (node.shutdown && !node.unclean) {
      resource.lockNode = node;
      const since = Number.parseInt(node.attributes.get("shutdown") ?? "", 10);
      resource.lockTime = since > 0 ? since : ws.nowSeconds;
    }
  }
  const locked = resource.lockNode;
  if (locked === null) return;
  if (ws.config.shutdownLockMs > 0) {
    ws.updateRecheck(resource.lockTime + timeoutSeconds(ws.config.shutdownLockMs) + 1);
  }
  const reason = { kind: "shutdown-lock", lockedTo: locked.name } as const;
  for (const node of ws.nodes) {
    if (node !== locked) resourceLocation(ws, resource, node, -INFINITY_SCORE, reason);
  }
}

/** Applies a location constraint; `resetScores` keeps all of it but the scores. */
export function applyLocation(
  ws: WorkingSet,
  resource: Resource,
  location: LocationConstraint,
  resetScores: boolean,
): void {
  applyOwn(ws, resource, location, resetScores);
  switch (resource.variant) {
    case 1: {
      // Further members follow the first by colocation.
      let reset = resetScores;
      for (const child of resource.children) {
        applyLocation(ws, child, location, reset);
        if (resource.group!.colocated) reset = true;
      }
      break;
    }
    case 2:
      for (const child of resource.children) applyLocation(ws, child, location, resetScores);
      break;
    case 3: {
      const data = resource.bundleData!;
      for (const replica of data.replicas) {
        applyLocation(ws, replica.container, location, resetScores);
        if (replica.ip !== null) applyLocation(ws, replica.ip, location, resetScores);
      }
      const role = location.role;
      if (data.child !== null && (role === Role.unpromoted || role === Role.promoted)) {
        applyLocation(ws, data.child, location, resetScores);
        data.child.locations.push(location);
      }
      break;
    }
    default:
      break;
  }
}

function applyOwn(
  ws: WorkingSet,
  resource: Resource,
  location: LocationConstraint,
  resetScores: boolean,
): void {
  if (location.role !== Role.unknown && location.role !== resource.nextRole) return;
  for (const entry of location.nodes) {
    const node = entry.node.sharesIdOf ?? entry.node;
    const score = resetScores ? 0 : entry.score;
    const table = resource.allowed;
    if (table.has(node)) {
      table.add(node, score);
    } else {
      table.insert(node, score, entry.node.discovery);
    }
    ws.recordScore(resource, node, score, { kind: "location", constraint: location.id });
    if (table.mode(node) < location.discovery) {
      if (location.discovery === Discovery.exclusive) resource.exclusiveDiscovery = true;
      table.setMode(node, location.discovery);
    }
  }
}

function applyStickiness(ws: WorkingSet, resource: Resource): void {
  for (const child of resource.children) applyStickiness(ws, child);
  if (resource.children.length > 0) return;
  if (!resource.managed || resource.stickiness < 1 || resource.activeOn.length !== 1) return;
  const node = resource.activeOn[0]!;
  if (!ws.config.symmetric && !resource.allowed.has(node)) return;
  const value = resource.stickiness;
  resourceLocation(ws, resource, node, value, { kind: "stickiness", value });
}

function checkFailures(ws: WorkingSet, resource: Resource, node: Node): void {
  if (resource.children.length > 0) {
    for (const child of resource.children) checkFailures(ws, child, node);
    return;
  }
  if (!mayHaveFailures(node)) return;
  const clear = resource.key("clear_failcount");
  if (findActionsExact(resource, clear, node).length > 0) return;
  const banned = thresholdReached(ws, resource, node);
  if (banned === null) return;
  resourceLocation(ws, banned.resource, node, -INFINITY_SCORE, {
    kind: "migration-threshold",
    failCount: banned.count,
    threshold: resource.migrationThreshold,
  });
}

function mayHaveFailures(node: Node): boolean {
  for (const name of node.attributes.keys()) if (name.startsWith("fail-count-")) return true;
  return false;
}

/** What is to be banned from the node because it failed too often there; null if nothing. */
export function thresholdReached(
  ws: WorkingSet,
  resource: Resource,
  node: Node,
): { resource: Resource; count: number } | null {
  if (resource.migrationThreshold === 0 || resource.failureIgnored) return null;
  const { count } = failCount(ws, node, resource, { effective: true, fillers: true }, null);
  if (count <= 0 || resource.migrationThreshold > count) return null;
  return { resource: resource.unique ? resource : resource.top(), count };
}

function excludeFromDiscovery(ws: WorkingSet, resource: Resource, node: Node): void {
  if (!resource.exclusiveDiscovery && !resource.top().exclusiveDiscovery) return;
  for (const child of resource.children) excludeFromDiscovery(ws, child, node);
  const table = resource.allowed;
  if (table.has(node) && table.mode(node) !== Discovery.exclusive) {
    table.set(node, -INFINITY_SCORE);
    ws.recordScore(resource, node, -INFINITY_SCORE, { kind: "exclusive-discovery" });
  }
}
