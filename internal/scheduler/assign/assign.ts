import type { Role } from "../constants.ts";
import { type Nested, runNested } from "../nested.ts";
import type { Node } from "../node.ts";
import type { Resource } from "../resource.ts";
import { resetCapacities, showCapacities } from "../utilization.ts";
import type { WorkingSet } from "../working-set.ts";
import { assignBundle } from "./bundle.ts";
import { assignClone } from "./clone.ts";
import { showScores } from "./nodes.ts";
import { assignPrimitive } from "./primitive.ts";
import { sortResources } from "./sort.ts";

/** Finds a node for every resource: connections first, then in order. */
export function assignAll(ws: WorkingSet): void {
  ws.effectsKept = !ws.haveRemoteNodes && !ws.resources.some((resource) => resource.isBundle);
  resetCapacities(ws);
  if (ws.config.placementStrategy !== "default") sortResources(ws);
  showCapacities(ws, "Original");
  if (ws.haveRemoteNodes) {
    for (const resource of ws.resources) {
      if (resource.isConnection) runNested(assign(ws, resource, resource.partialTarget, true));
    }
  }
  for (const resource of ws.resources) {
    if (!resource.isConnection) runNested(assign(ws, resource, null, true));
  }
  showCapacities(ws, "Remaining");
}

/**
 * Assigns a resource and all below it. `final`: a failure means it is to be stopped (tentative
 * assignments of instances are not final). The node, where it is one.
 */
export function assign(
  ws: WorkingSet,
  resource: Resource,
  prefer: Node | null,
  final: boolean,
): Nested<Node | null> {
  switch (resource.variant) {
    case 1:
      return assignGroup(ws, resource, prefer, final);
    case 2:
      return assignClone(ws, resource, prefer, final);
    case 3:
      return assignBundle(ws, resource, prefer, final);
    default:
      return assignPrimitive(ws, resource, prefer, final);
  }
}

function* assignGroup(
  ws: WorkingSet,
  group: Resource,
  prefer: Node | null,
  final: boolean,
): Nested<Node | null> {
  if (!group.unassigned) return group.assignedTo;
  if (group.assigning) return null;
  group.assigning = true;
  const first = group.children[0]!;
  group.currentRole = first.currentRole;
  showScores(ws, group, "pcmk__group_assign");
  let node: Node | null = null;
  for (const member of group.children) {
    const chosen = (yield assign(ws, member, prefer, final)) as Node | null;
    node ??= chosen;
  }
  group.nextRole = first.nextRole as Role;
  group.assigning = false;
  group.unassigned = false;
  return group.group!.colocated ? node : null;
}
