import { Role } from "../constants.ts";
import type { Node } from "../node.ts";
import type { Resource } from "../resource.ts";
import { locationNodes, roleOf } from "../resource-state.ts";
import type { WorkingSet } from "../working-set.ts";
import { sortedNodes } from "./nodes.ts";

/** Instances of a clone, containers of a bundle. */
export function instancesOf(collective: Resource): Resource[] {
  if (collective.variant === 3) return collective.bundleData!.replicas.map((r) => r.container);
  return collective.children;
}

export function perNodeMax(collective: Resource): number {
  if (collective.variant === 3) return collective.bundleData!.replicasPerHost;
  return collective.clone!.nodeMax;
}

/** The resource or anything below it is blocked. */
export function isBlockedRecursive(resource: Resource): boolean {
  if (resource.blocked) return true;
  const { children } = resource;
  return children.length > 0 && children.some(isBlockedRecursive);
}

/** The one node a resource and its parts are on; null for none or several. */
export function singleNode(resource: Resource, current: boolean): Node | null {
  if (resource.variant === 0) {
    if (!current) return resource.assignedTo;
    return resource.activeOn.length === 1 ? resource.activeOn[0]! : null;
  }
  const nodes = locationNodes(resource, current ? "current" : "assigned");
  return nodes.length === 1 ? nodes[0]! : null;
}

export function instanceMatches(
  instance: Resource,
  node: Node,
  role: Role,
  current: boolean,
): boolean {
  if (role !== Role.unknown && role !== roleOf(instance, current)) return false;
  return singleNode(instance, current) === node && !isBlockedRecursive(instance);
}

/**
 * The instance of `collective` that goes with `match`: on its node, or on its best allowed one.
 * `byHost`: what runs in a container is where the container is.
 */
export function findCompatible(
  ws: WorkingSet,
  match: Resource,
  collective: Resource,
  role: Role,
  current: boolean,
  byHost = false,
): Resource | null {
  const instances = instancesOf(collective);
  const on = (node: Node) =>
    instances.find((instance) => instanceMatches(instance, node, role, current)) ?? null;
  const hostOf = (node: Node | null) =>
    byHost && node?.isBundle ? node.connection!.launcher!.assignedTo : node;
  const node = hostOf(singleNode(match, current));
  if (node !== null) return on(node);
  for (const candidate of sortedNodes(ws, match.allowed, null)) {
    const host = hostOf(candidate);
    const found = host === null ? null : on(host);
    if (found !== null) return found;
  }
  return null;
}
