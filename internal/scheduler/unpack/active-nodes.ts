import { INFINITY_SCORE } from "../../base/mod.ts";
import { MultiplyActive, Role } from "../constants.ts";
import type { Node } from "../node.ts";
import type { Resource } from "../resource.ts";
import { countActive } from "../resource-state.ts";
import { resourceLocation } from "../score-tables.ts";
import type { WorkingSet } from "../working-set.ts";

/** Notes that a resource is active on a node, and all that follows from that. */
export function addActiveNode(
  ws: WorkingSet,
  resource: Resource,
  node: Node,
  failed: boolean,
): void {
  if (resource.activeOn.includes(node)) return;
  resource.activeOn.push(node);
  if (resource.isPrimitive) {
    node.active.push(resource);
    if (!failed) raiseNodePriority(resource, node);
    if (node.maintenance) {
      resource.managed = false;
      resource.maintenance = true;
    }
  }
  if (!resource.managed) {
    resourceLocation(ws, resource, node, INFINITY_SCORE, { kind: "unmanaged-active" });
    if (!node.online) return;
    for (let p = resource.parent; p !== null; p = p.parent) p.activeOn.push(node);
    return;
  }
  if (resource.isPrimitive && countActive(resource) > 1) handleMultiplyActive(ws, resource);
  if (resource.parent !== null) addActiveNode(ws, resource.parent, node, false);
}

function raiseNodePriority(resource: Resource, node: Node): void {
  if (resource.priority === 0) return;
  const priority = resource.priority + (resource.currentRole === Role.promoted ? 1 : 0);
  node.priority += priority;
  if (!node.isGuest) return;
  for (const host of node.connection!.launcher!.activeOn) host.priority += priority;
}

function handleMultiplyActive(ws: WorkingSet, resource: Resource): void {
  if (resource.multiplyActive === MultiplyActive.stopOnly) {
    resource.allowed.clear();
    for (const node of ws.nodes) {
      resource.allowed.insert(node, -INFINITY_SCORE, node.discovery);
      ws.recordScore(resource, node, -INFINITY_SCORE, { kind: "multiply-active" });
    }
  } else if (resource.multiplyActive === MultiplyActive.block) {
    block(resource);
    const parent = resource.parent;
    if (
      parent !== null &&
      (parent.variant === 1 || parent.variant === 3) &&
      parent.multiplyActive === MultiplyActive.block
    ) {
      for (const sibling of parent.children) block(sibling);
    }
  }
}

function block(resource: Resource): void {
  resource.managed = false;
  resource.blocked = true;
}
