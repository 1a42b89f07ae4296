import { INFINITY_SCORE, isTrue } from "../../base/mod.ts";
import { Role } from "../constants.ts";
import type { Colocation } from "../constraint.ts";
import type { Node } from "../node.ts";
import type { Resource } from "../resource.ts";
import { locationNodes, roleOf } from "../resource-state.ts";
import type { WorkingSet } from "../working-set.ts";
import { applyToPriority, applyToScores, effectOf, intersectNodes } from "./colocation-apply.ts";
import { findCompatible, isBlockedRecursive, perNodeMax } from "./compatible.ts";
import { place } from "./primitive.ts";
import { updateDependentPriority, updateDependentScores } from "./promotable-colocation.ts";

/** Applies a colocation, on behalf of the dependent (as each variant does it) or the primary. */
export function applyColocation(
  ws: WorkingSet,
  dependent: Resource,
  primary: Resource,
  colocation: Colocation,
  forDependent: boolean,
): void {
  if (forDependent) {
    if (dependent.variant === 1) groupDepends(ws, dependent, primary, colocation);
    else applyColocation(ws, dependent, primary, colocation, false);
    return;
  }
  switch (primary.variant) {
    case 1:
      withGroup(ws, dependent, primary, colocation);
      break;
    case 2:
      withClone(ws, dependent, primary, colocation);
      break;
    case 3:
      withBundle(ws, dependent, primary, colocation);
      break;
    default:
      switch (effectOf(dependent, primary, colocation, false)) {
        case "role":
          applyToPriority(dependent, primary, colocation);
          break;
        case "location":
          applyToScores(ws, dependent, primary, colocation);
          break;
        default:
          break;
      }
  }
}

function groupDepends(ws: WorkingSet, group: Resource, primary: Resource, c: Colocation): void {
  if (group.group!.colocated) {
    applyColocation(ws, group.children[0]!, primary, c, true);
  } else if (c.score < INFINITY_SCORE) {
    for (const member of group.children) applyColocation(ws, member, primary, c, true);
  }
}

function withGroup(ws: WorkingSet, dependent: Resource, group: Resource, c: Colocation): void {
  if (group.unassigned) return;
  const members = group.children;
  if (group.group!.colocated) {
    const member = c.score >= INFINITY_SCORE ? members[members.length - 1] : members[0];
    if (member !== undefined) applyColocation(ws, dependent, member, c, false);
  } else if (c.score < INFINITY_SCORE) {
    for (const member of members) applyColocation(ws, dependent, member, c, false);
  }
}

function withClone(ws: WorkingSet, dependent: Resource, clone: Resource, c: Colocation): void {
  if (clone.unassigned) return;
  if (clone.promotable && c.primaryRole !== Role.unknown) {
    if (dependent.unassigned) updateDependentScores(ws, dependent, clone, c);
    else updateDependentPriority(ws, dependent, clone, c);
    return;
  }
  if (interleaves(c.dependent, clone)) return withCompatible(ws, dependent, clone, c);
  if (c.score >= INFINITY_SCORE) {
    const nodes: Node[] = [];
    for (const instance of clone.children) {
      const assigned = locationNodes(instance, "assigned");
      if (assigned.length === 1 && !isBlockedRecursive(instance)) nodes.unshift(assigned[0]!);
    }
    intersectNodes(ws, dependent, clone, c, nodes, null);
    return;
  }
  for (const instance of clone.children) applyColocation(ws, dependent, instance, c, false);
}

/** Instance with instance, where both sides may have as many on one node. */
function interleaves(dependent: Resource, clone: Resource): boolean {
  if (dependent.variant < 2) return false;
  if (!isTrue(dependent.meta.get("interleave"))) return false;
  return perNodeMax(dependent) === perNodeMax(clone);
}

function withCompatible(ws: WorkingSet, dependent: Resource, other: Resource, c: Colocation): void {
  const instance = findCompatible(ws, dependent, other, Role.unknown, false);
  if (instance !== null) applyColocation(ws, dependent, instance, c, true);
  else if (c.score >= INFINITY_SCORE) place(ws, dependent, null, true, true);
}

function withBundle(ws: WorkingSet, dependent: Resource, bundle: Resource, c: Colocation): void {
  if (bundle.unassigned) return;
  if (c.dependent.variant > 1) return withCompatible(ws, dependent, bundle, c);
  const nodes: Node[] = [];
  for (const replica of bundle.bundleData!.replicas) {
    const { container, child } = replica;
    if (c.score < INFINITY_SCORE) {
      applyColocation(ws, dependent, container, c, false);
      continue;
    }
    const chosen = container.assignedTo;
    if (chosen === null || isBlockedRecursive(container)) continue;
    if (c.primaryRole >= Role.promoted) {
      if (child === null || roleOf(child, false) < Role.promoted) continue;
    }
    nodes.unshift(chosen);
  }
  if (c.score >= INFINITY_SCORE) intersectNodes(ws, dependent, bundle, c, nodes, null);
}
