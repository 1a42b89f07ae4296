import {
  type Node,
  parseRole,
  type Resource,
  Role,
  roleName,
  type WorkingSet,
} from "../../scheduler/mod.ts";
import type { Element } from "../../xml/mod.ts";
import type { ShowOptions } from "../options.ts";

/** The id that people know: of the primitive for anonymous instances. */
export function printableId(resource: Resource): string {
  return resource.unique ? resource.id : resource.xml.id || resource.id;
}

/** Where the resource counts as being now, when it is active on several nodes. */
export function currentNode(resource: Resource): Node | null {
  const nodes = resource.activeOn;
  if (resource.partialSource !== null && nodes.includes(resource.partialSource)) {
    return resource.partialSource;
  }
  if (!resource.needsFencing) {
    const clean = nodes.find((node) => node.online && !node.unclean);
    if (clean !== undefined) return clean;
  }
  return nodes[0] ?? null;
}

/** Whether it runs: all of it, or with `all` false any part of it. */
export function isActive(resource: Resource, all: boolean): boolean {
  switch (resource.variant) {
    case 0:
      return primitiveActive(resource);
    case 1: {
      const active = resource.children.filter((child) => isActive(child, all)).length;
      return active > 0 && (!all || active === resource.children.length);
    }
    case 2:
      return all
        ? resource.children.every((child) => isActive(child, true))
        : resource.children.some((child) => isActive(child, false));
    default: {
      const parts = bundleParts(resource);
      return all
        ? parts.every((part) => isActive(part, true))
        : parts.some((part) => isActive(part, false));
    }
  }
}

function primitiveActive(resource: Resource): boolean {
  for (const node of resource.activeOn) {
    if (node.unclean || node.online || !resource.managed) return true;
  }
  return false;
}

export function bundleParts(bundle: Resource): Resource[] {
  const parts: (Resource | null)[] = [];
  for (const replica of bundle.bundleData?.replicas ?? []) {
    parts.push(replica.ip, replica.child, replica.container, replica.remote);
  }
  return parts.filter((part) => part !== null);
}

/** The role to show: what runs under a promotable clone is unpromoted rather than started. */
export function displayedRole(resource: Resource): Role {
  const role = resource.currentRole;
  return role === Role.started && resource.top().promotable ? Role.unpromoted : role;
}

const PENDING_STATES: Record<string, string> = {
  start: "Starting",
  stop: "Stopping",
  migrate_to: "Migrating",
  migrate_from: "Migrating",
  promote: "Promoting",
  demote: "Demoting",
};

export function stateText(resource: Resource, options: ShowOptions): string {
  const pending = options.pending === true ? PENDING_STATES[resource.pendingTask ?? ""] : undefined;
  return pending ?? roleName(displayedRole(resource));
}

/** The flag for a pending operation that changes no state. */
export function pendingFlag(resource: Resource): string | null {
  return resource.pendingTask === "monitor" ? "Monitoring" : null;
}

export function isDisabled(resource: Resource): boolean {
  const role = parseRole(resource.meta.get("target-role"));
  return role === Role.stopped || (role === Role.unpromoted && resource.top().promotable);
}

/** Whether some (`any`) or every part of a resource passes. */
export function everyPart(resource: Resource, passes: (part: Resource) => boolean): boolean {
  return passes(resource) && resource.children.every((child) => everyPart(child, passes));
}

export function somePart(resource: Resource, passes: (part: Resource) => boolean): boolean {
  return passes(resource) || resource.children.some((child) => somePart(child, passes));
}

/** All nodes of its parts, each once. */
export function nodesOf(resource: Resource): Node[] {
  if (resource.isPrimitive) return resource.activeOn;
  const found = new Set<Node>();
  const parts = resource.isBundle ? bundleParts(resource) : resource.children;
  for (const part of parts) for (const node of nodesOf(part)) found.add(node);
  return [...found];
}

/** The highest role of its parts. */
export function collectiveRole(resource: Resource): Role {
  if (resource.isPrimitive) return resource.currentRole;
  return resource.children.reduce<Role>((highest, child) => {
    const role = collectiveRole(child);
    return Math.max(role, highest) as Role;
  }, Role.unknown);
}

/** Left out because --resource asks for others. */
export function isFiltered(
  resource: Resource,
  options: ShowOptions,
  checkParent: boolean,
): boolean {
  const only = options.onlyResources;
  if (only === null || only === undefined) return false;
  if (only.has(printableId(resource)) || only.has(resource.id)) return false;
  if (checkParent && resource.parent !== null) {
    return isFiltered(resource.top(true), options, false);
  }
  if (resource.isBundle) return bundleParts(resource).every((p) => isFiltered(p, options, false));
  if (resource.isPrimitive) return true;
  return resource.children.every((child) => isFiltered(child, options, false));
}

/**
 * Left out because --node asks for other nodes; so is a collective that is active only where it
 * does not count as such (unmanaged, on a node that is away).
 */
export function runsElsewhere(resource: Resource, options: ShowOptions): boolean {
  const only = options.onlyNodes;
  const all = only === null || only === undefined;
  if (resource.activeOn.some((node) => all || only.has(node.name.toLowerCase()))) return false;
  return isActive(resource, false);
}

/**
 * A probe of the resource on that node (any, if null) that says it cannot run there. What counts is the
 * node that the operation itself names, as with the original: in a remote node's history that can be the
 * cluster node that asked.
 */
export function failedProbe(
  working: WorkingSet,
  resource: Resource,
  nodeName: string | null,
): Element | null {
  const top = resource.top();
  const id = top.clone === null ? resource.id : top.clone.childXml.id;
  for (const { xml } of working.failedOps) {
    if (!isMaskedProbe(xml)) continue;
    if (resourceOfKey(xml) !== id) continue;
    const where = xml.get("on_node");
    if (where === null) continue;
    if (nodeName === null || where.toLowerCase() === nodeName.toLowerCase()) return xml;
  }
  return null;
}

/** The resource that an operation's key names; members of a cloned group are not found by it. */
function resourceOfKey(op: Element): string {
  const key = op.get("operation_key") ?? op.id;
  return /^(.+)_[^_]+_\d+$/.exec(key)?.[1] ?? key;
}

export function isMaskedProbe(op: Element): boolean {
  if (op.get("operation") !== "monitor" || (op.get("interval") ?? "0") !== "0") return false;
  const rc = op.get("rc-code");
  return rc === "5" || rc === "2" || op.get("op-status") === "7";
}
