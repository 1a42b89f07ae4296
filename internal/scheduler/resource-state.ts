import { Role } from "./constants.ts";
import type { Node } from "./node.ts";
import type { Resource } from "./resource.ts";

/** Whether a resource is active; collectives: all members (`all`) or any. */
export function isActive(resource: Resource, all: boolean): boolean {
  switch (resource.variant) {
    case 0:
      return primitiveActive(resource);
    case 1: {
      let any = false;
      let every = true;
      for (const child of resource.children) {
        if (isActive(child, all)) any = true;
        else every = false;
      }
      return every || (any && !all);
    }
    case 2:
      for (const child of resource.children) {
        const active = isActive(child, all);
        if (active !== all) return active;
      }
      return all;
    default:
      for (const replica of resource.bundleData!.replicas) {
        for (const part of [replica.ip, replica.child, replica.container, replica.remote]) {
          if (part === null) continue;
          const active = isActive(part, all);
          if (active !== all) return active;
        }
      }
      return all;
  }
}

function primitiveActive(resource: Resource): boolean {
  for (const node of resource.activeOn) {
    if (node.unclean) return true;
    if (!node.online && resource.managed) continue;
    return true;
  }
  return false;
}

/**
 * The role a whole resource has (`current`) or is to have: the highest of its parts. Of a bundle as a
 * whole none is known, as with the original; where one counts, its replicas are asked.
 */
export function roleOf(resource: Resource, current: boolean): Role {
  if (resource.variant === 0) return current ? resource.currentRole : resource.nextRole;
  let role: Role = Role.unknown;
  if (resource.variant === 3) return role;
  for (const child of resource.children) role = Math.max(role, roleOf(child, current)) as Role;
  return role;
}

/**
 * Nodes where a resource (or its parts) is active, in order, and the one that counts as current:
 * the source of a partial migration, else (unless fencing is required) the first clean online one.
 */
export function currentNode(resource: Resource): Node | null {
  return activeNodes(resource).current;
}

export function activeNodes(resource: Resource): {
  current: Node | null;
  all: number;
  clean: number;
} {
  if (resource.variant === 3) {
    const containers = resource.bundleData!.replicas.map((r) => r.container);
    return chooseCurrent(resource, uniqueNodes(containers.map(currentNode)));
  }
  if (resource.variant === 2) {
    return chooseCurrent(resource, resource.activeOn);
  }
  return chooseCurrent(resource, resource.activeOn);
}

function uniqueNodes(nodes: (Node | null)[]): Node[] {
  return [...new Set(nodes.filter((n): n is Node => n !== null))];
}

function chooseCurrent(resource: Resource, nodes: readonly Node[]) {
  let current: Node | null = null;
  let all = 0;
  let clean = 0;
  for (const node of nodes) {
    const good = node.online && !node.unclean;
    all += 1;
    if (good) clean += 1;
    if (resource.partialSource !== null) {
      if (node === resource.partialSource) current = node;
    } else if (!resource.needsFencing) {
      const better = current === null || !current.online || current.unclean;
      if (good && better) current = node;
    }
    current ??= node;
  }
  return { current, all, clean };
}

/** Nodes where it is active: all when fencing is required, else only clean online ones. */
export function countActive(resource: Resource): number {
  const found = activeNodes(resource);
  return resource.needsFencing ? found.all : found.clean;
}

/** All the nodes (assigned or current) that a resource and its parts are on; no repeats. */
export function locationNodes(
  resource: Resource,
  which: "current" | "assigned" | "pending",
): Node[] {
  const out: Node[] = [];
  collectLocations(resource, which, out);
  return out;
}

function collectLocations(resource: Resource, which: string, out: Node[]): void {
  if (resource.variant !== 0) {
    for (const child of resource.children) collectLocations(child, which, out);
    return;
  }
  const add = (node: Node) => {
    if (!out.includes(node)) out.push(node);
  };
  if (which !== "assigned") for (const node of resource.activeOn) add(node);
  if (which === "assigned" && resource.assignedTo !== null) add(resource.assignedTo);
  if (which === "pending" && resource.pendingNode !== null) add(resource.pendingNode);
}
