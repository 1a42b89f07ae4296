import { hashOrder, INFINITY_SCORE } from "../../base/mod.ts";
import { A, QuorumPolicy, Role } from "../constants.ts";
import type { Colocation } from "../constraint.ts";
import type { Nested } from "../nested.ts";
import type { Node } from "../node.ts";
import type { Resource } from "../resource.ts";
import { currentNode } from "../resource-state.ts";
import { resourceLocation } from "../score-tables.ts";
import { banInsufficientCapacity, consume, release } from "../utilization.ts";
import type { WorkingSet } from "../working-set.ts";
import { assign } from "./assign.ts";
import { anyAvailable } from "./colocation-apply.ts";
import { applyColocation } from "./colocation-variants.ts";
import { thisWithOf, withThisOf } from "./colocations-of.ts";
import { addDependentScores } from "./merge-scores.ts";
import { availableIn, compareNodes, effectiveScore, showScores, sortedNodes } from "./nodes.ts";

/** Chooses the node of a primitive; what it depends on is assigned first. */
export function* assignPrimitive(
  ws: WorkingSet,
  resource: Resource,
  prefer: Node | null,
  final: boolean,
): Nested<Node | null> {
  const parent = resource.parent;
  if (parent !== null && !parent.assigning) yield assign(ws, parent, prefer, final);
  if (!resource.unassigned) return resource.assignedTo;
  if (resource.assigning) return null;
  resource.assigning = true;
  const thisWith = thisWithOf(resource);
  const withThis = withThisOf(resource);
  const mandatory = (c: Colocation) => Math.abs(c.score) >= INFINITY_SCORE;
  for (const c of thisWith) if (mandatory(c)) yield applyThisWith(ws, resource, c);
  for (const c of withThis) if (mandatory(c)) addDependentScores(ws, resource, c);
  for (const c of thisWith) if (!mandatory(c)) yield applyThisWith(ws, resource, c);
  for (const c of withThis) if (!mandatory(c)) addDependentScores(ws, resource, c);
  if (resource.nextRole === Role.stopped) {
    resourceLocation(ws, resource, null, -INFINITY_SCORE, { kind: "target-role", role: "Stopped" });
  } else if (
    resource.nextRole > resource.currentRole &&
    !ws.haveQuorum &&
    ws.config.noQuorumPolicy === QuorumPolicy.freeze
  ) {
    resource.nextRole = resource.currentRole;
  }
  showScores(ws, resource, "pcmk__primitive_assign");
  if (ws.config.fencingEnabled && !ws.haveFencing) resource.managed = false;
  if (!resource.managed) {
    resource.nextRole = resource.currentRole;
    place(ws, resource, currentNode(resource), true, final);
  } else if (ws.config.stopAll) {
    place(ws, resource, null, true, final);
  } else {
    assignBest(ws, resource, prefer, final);
  }
  resource.assigning = false;
  if (resource.isConnection) connectionAssigned(resource);
  return resource.assignedTo;
}

function* applyThisWith(ws: WorkingSet, resource: Resource, colocation: Colocation): Nested<void> {
  const { primary, score } = colocation;
  const mayUndo =
    colocation.dependentRole >= Role.promoted || (score < 0 && score > -INFINITY_SCORE);
  const before = mayUndo ? resource.allowed.copy() : null;
  if (primary.unassigned) yield assign(ws, primary, null, true);
  applyColocation(ws, resource, primary, colocation, true);
  if (before !== null && !anyAvailable(ws, resource.allowed)) {
    if (ws.reasons !== null) noteUndone(ws, resource, before, colocation);
    resource.allowed = before;
  }
}

function noteUndone(
  ws: WorkingSet,
  resource: Resource,
  before: Resource["allowed"],
  colocation: Colocation,
): void {
  const reason = {
    kind: "colocation-undone",
    constraint: colocation.id,
    with: colocation.primary.id,
  } as const;
  for (const node of ws.nodesByIndex) {
    const score = before.score(node);
    if (score !== resource.allowed.score(node)) ws.recordReplaced(resource, node, score, reason);
  }
}

function connectionAssigned(connection: Resource): void {
  const node = connection.connectionOf;
  if (node === null) return;
  if (connection.assignedTo !== null && connection.nextRole !== Role.stopped) {
    node.online = true;
    if (node.unseen) node.unclean = false;
  } else {
    node.shutdown = true;
  }
}

function bestNode(ws: WorkingSet, resource: Resource, active: Node | null): Node | null {
  const table = resource.allowed;
  if (ws.tableOrderDecides) return sortedNodes(ws, table, active)[0] ?? null;
  let best: Node | null = null;
  for (const node of ws.nodesByIndex) {
    if (!table.has(node)) continue;
    if (best === null || compareNodes(ws, table, node, best, active) < 0) best = node;
  }
  return best;
}

function assignBest(ws: WorkingSet, resource: Resource, prefer: Node | null, final: boolean): void {
  const mostFree = banInsufficientCapacity(ws, resource);
  const preferred = prefer ?? mostFree;
  const table = resource.allowed;
  const active = currentNode(resource);
  const best = bestNode(ws, resource, active);
  let chosen: Node | null = null;
  if (preferred !== null && best !== null && table.has(preferred)) {
    if (table.score(preferred) >= table.score(best) && availableIn(table, preferred)) {
      chosen = preferred;
    }
  }
  if (chosen === null && best !== null) {
    chosen = best;
    const uniqueInstance = resource.parent?.variant === 2 && resource.parent.unique;
    // Zero is nothing to be kept for.
    if (!uniqueInstance && table.score(chosen) > 0 && chosen.available) {
      const running = active;
      if (running !== null && running.available && running.score >= 0 && table.has(running)) {
        const same = effectiveScore(table, running) === table.score(chosen);
        if (same) chosen = running;
      }
    }
  }
  place(ws, resource, chosen, false, final);
}

/** Assigns to a node (null: to none), or refuses one that cannot run it. True when it changed. */
export function place(
  ws: WorkingSet,
  resource: Resource,
  wanted: Node | null,
  force: boolean,
  final: boolean,
): boolean {
  if (resource.children.length > 0) {
    let changed = false;
    for (const child of resource.children) {
      if (place(ws, child, wanted, force, final)) changed = true;
    }
    return changed;
  }
  let node = wanted;
  // Without choice (it is active there) the score is the node's own, whatever the table says.
  const score =
    node === null || force ? (node?.score ?? 0) : resource.allowed.score(node, node.score);
  if (!force && node !== null) {
    if (score < 0 || (!node.available && !node.isGuest)) {
      if (final) resource.nextRole = Role.stopped;
      node = null;
    }
  }
  const changed = resource.assignedTo !== node;
  unassign(ws, resource);
  resource.unassigned = false;
  if (node === null) {
    if (final) stopFor(resource);
    return changed;
  }
  resource.assignedTo = node;
  resource.assignedScore = score;
  node.assigned.push(resource);
  node.assignedCount += 1;
  consume(node, resource);
  if (ws.options.showUtilization === true) {
    const needs = resource.utilization;
    const pairs = hashOrder(needs.keys()).map((name) => ` ${name}=${needs.get(name)}`);
    ws.scoreLines.push(
      `pcmk__assign_resource: ${resource.id} utilization on ${node.name}:${pairs.join("")}`,
    );
  }
  return changed;
}

/** Without a node: actions that exist already follow. */
function stopFor(resource: Resource): void {
  resource.nextRole = Role.stopped;
  for (const action of resource.actions) {
    if (action.task === "stop") action.flags &= ~A.optional;
    else if (action.task === "start") action.flags &= ~A.runnable;
    else if ((action.meta.get("interval") ?? "0") !== "0") {
      if (action.meta.get("op_target_rc") !== "7") action.flags &= ~A.runnable;
    }
  }
}

/** Takes back an assignment, also that to no node. */
export function unassign(ws: WorkingSet, resource: Resource): void {
  resource.unassigned = true;
  if (resource.children.length > 0) {
    for (const child of resource.children) unassign(ws, child);
    return;
  }
  // Also what found no node is to be tried again.
  resource.unassigned = true;
  const old = resource.assignedTo;
  if (old === null) return;
  resource.assignedTo = null;
  const index = old.assigned.lastIndexOf(resource);
  if (index >= 0) old.assigned.splice(index, 1);
  old.assignedCount -= 1;
  release(old, resource);
}
