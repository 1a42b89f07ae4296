import { Role } from "../constants.ts";
import type { Node } from "../node.ts";
import type { Resource } from "../resource.ts";
import { locationNodes, roleOf } from "../resource-state.ts";
import { instancesOf } from "./flags.ts";

/** The one node that a resource is on or assigned to; null for none or several. */
export function soleNode(resource: Resource, current: boolean): Node | null {
  const nodes = locationNodes(resource, current ? "current" : "assigned");
  return nodes.length === 1 ? nodes[0]! : null;
}

function isBlocked(resource: Resource): boolean {
  return resource.blocked || resource.children.some(isBlocked);
}

function fits(instance: Resource, node: Node, role: Role, current: boolean): boolean {
  if (role !== Role.unknown && role !== roleOf(instance, current)) return false;
  return !isBlocked(instance) && soleNode(instance, current) === node;
}

/**
 * The instance of `collective` that goes with `match`: on the same node, else on the best node
 * that `match` may run on. `nodes`: the latter in order of preference.
 */
export function compatibleInstance(
  match: Resource,
  collective: Resource,
  role: Role,
  current: boolean,
  nodes: () => readonly Node[],
): Resource | null {
  const instances = instancesOf(collective);
  const at = soleNode(match, current);
  if (at !== null) return instances.find((each) => fits(each, at, role, current)) ?? null;
  for (const node of nodes()) {
    const found = instances.find((each) => fits(each, node, role, current));
    if (found !== undefined) return found;
  }
  return null;
}
