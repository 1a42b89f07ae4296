import { addScores, INFINITY_SCORE, isTrue } from "../../base/mod.ts";
import { Role } from "../constants.ts";
import type { Colocation } from "../constraint.ts";
import type { Node } from "../node.ts";
import type { Resource } from "../resource.ts";
import { locationNodes } from "../resource-state.ts";
import type { WorkingSet } from "../working-set.ts";
import { applyToPriority, applyToScores, effectOf, intersectNodes } from "./colocation-apply.ts";
import { findCompatible, isBlockedRecursive, perNodeMax } from "./compatible.ts";
import { place } from "./primitive.ts";
import { updateDependentPriority, updateDependentScores } from "./promotable-colocation.ts";

/**
 * Applies a colocation, on behalf of the dependent (as each variant does it) or the primary. What
 * it added to the dependent's promotion priority.
 */
export function applyColocation(
  ws: WorkingSet,
  dependent: Resource,
  primary: Resource,
  colocation: Colocation,
  forDependent: boolean,
): number {
  if (forDependent && dependent.variant === 1) {
    return groupDepends(ws, dependent, primary, colocation);
  }
  switch (primary.variant) {
    case 1:
      return withGroup(ws, dependent, primary, colocation);
    case 2:
      return withClone(ws, dependent, primary, colocation);
    case 3:
      return withBundle(ws, dependent, primary, colocation);
    default:
      return withPrimitive(ws, dependent, primary, colocation);
  }
}

function withPrimitive(ws: WorkingSet, dependent: Resource, primary: Resource, c: Colocation) {
  switch (effectOf(dependent, primary, c, false)) {
    case "role":
      return applyToPriority(dependent, primary, c);
    case "location":
      applyToScores(ws, dependent, primary, c);
      return 0;
    default:
      return 0;
  }
}

function groupDepends(ws: WorkingSet, group: Resource, primary: Resource, c: Colocation): number {
  let delta = 0;
  if (group.group!.colocated) {
    delta = applyColocation(ws, group.children[0]!, primary, c, true);
  } else if (c.score < INFINITY_SCORE) {
    // Whatever the primary is: members of such a group take it for one with a node of its own.
    for (const member of group.children) {
      delta = addScores(delta, withPrimitive(ws, member, primary, c));
    }
  }
  group.priority = addScores(delta, group.priority);
  return delta;
}

function withGroup(ws: WorkingSet, dependent: Resource, group: Resource, c: Colocation): number {
  if (group.unassigned) return 0;
  const members = group.children;
  if (group.group!.colocated) {
    const member = c.score >= INFINITY_SCORE ? members[members.length - 1] : members[0];
    return member === undefined ? 0 : applyColocation(ws, dependent, member, c, false);
  }
  if (c.score >= INFINITY_SCORE) return 0;
  return withEach(ws, dependent, members, c);
}

function withEach(ws: WorkingSet, dependent: Resource, parts: readonly Resource[], c: Colocation) {
  let delta = 0;
  for (const part of parts) {
    delta = addScores(delta, applyColocation(ws, dependent, part, c, false));
  }
  return delta;
}

function withClone(ws: WorkingSet, dependent: Resource, clone: Resource, c: Colocation): number {
  if (clone.unassigned) return 0;
  if (clone.promotable && c.primaryRole !== Role.unknown) {
    if (dependent.unassigned) {
      updateDependentScores(ws, dependent, clone, c);
      return 0;
    }
    if (c.dependentRole === Role.promoted) return updateDependentPriority(ws, dependent, clone, c);
  }
  if (interleaves(c.dependent, c.primary)) return withCompatible(ws, dependent, clone, c);
  if (c.score < INFINITY_SCORE) return withEach(ws, dependent, clone.children, c);
  const nodes = new Set<Node>();
  for (const instance of clone.children) {
    const assigned = locationNodes(instance, "assigned");
    if (assigned.length === 1 && !isBlockedRecursive(instance)) nodes.add(assigned[0]!);
  }
  intersectNodes(ws, dependent, clone, c, nodes, null);
  return 0;
}

/** Instance with instance, where both sides may have as many on one node. */
function interleaves(dependent: Resource, primary: Resource): boolean {
  if (dependent.variant < 2) return false;
  if (!isTrue(dependent.meta.get("interleave"))) return false;
  return perNodeMax(dependent) === perNodeMax(primary);
}

function withCompatible(
  ws: WorkingSet,
  dependent: Resource,
  other: Resource,
  c: Colocation,
): number {
  const instance = findCompatible(ws, dependent, other, Role.unknown, false, other.isBundle);
  if (instance !== null) return applyColocation(ws, dependent, instance, c, true);
  if (c.score >= INFINITY_SCORE) place(ws, dependent, null, true, true);
  return 0;
}

function withBundle(ws: WorkingSet, dependent: Resource, bundle: Resource, c: Colocation): number {
  if (bundle.unassigned) return 0;
  if (c.dependent.variant > 1) return withCompatible(ws, dependent, bundle, c);
  const { replicas } = bundle.bundleData!;
  if (c.score < INFINITY_SCORE) {
    const containers = replicas.map((replica) => replica.container);
    return withEach(ws, dependent, containers, c);
  }
  const nodes = new Set<Node>();
  for (const { container, child } of replicas) {
    const chosen = container.assignedTo;
    if (chosen === null || isBlockedRecursive(container)) continue;
    if (c.primaryRole >= Role.promoted && (child === null || child.nextRole < Role.promoted)) {
      continue;
    }
    nodes.add(chosen);
  }
  intersectNodes(ws, dependent, bundle, c, nodes, null);
  return 0;
}
