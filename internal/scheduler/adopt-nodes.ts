import { taskActions } from "./actions.ts";
import { Role } from "./constants.ts";
import type { Node } from "./node.ts";
import type { Resource } from "./resource.ts";
import type { WorkingSet } from "./working-set.ts";

/**
 * Gives actions that orderings made without a node the one their resource is assigned to. The
 * original logs what it decided before it makes the graph, whether or not anybody reads that log,
 * and looking a resource's actions up by node settles where nodeless ones run.
 */
export function adoptNodes(ws: WorkingSet): void {
  for (const resource of ws.resources) adoptBelow(resource);
}

function adoptBelow(resource: Resource): void {
  if (resource.bundleData !== null) {
    for (const replica of resource.bundleData.replicas) {
      const parts = [replica.ip, replica.container, replica.remote, replica.child];
      for (const part of parts) if (part !== null) adoptBelow(part);
    }
  } else if (resource.children.length > 0) {
    for (const child of resource.children) adoptBelow(child);
  } else adopt(resource);
}

function adopt(resource: Resource): void {
  const next = resource.assignedTo;
  const current = resource.activeOn[0] ?? null;
  if (!resource.managed || (current === null && next === null)) return;
  if (current === null && resource.removed) return;
  const start = find(resource, "start", next)[0];
  find(resource, "stop", start?.runnable === true ? current : null);
  find(resource, "promote", next);
  find(resource, "demote", next);
  const recovered = current !== null && resource.currentRole === Role.stopped;
  const role = recovered ? Role.started : resource.currentRole;
  if (role === resource.nextRole && next !== null) find(resource, "migrate_from", next);
}

function find(resource: Resource, task: string, node: Node | null) {
  return taskActions(resource, node, task, false);
}
