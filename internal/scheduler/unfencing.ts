import type { Action } from "./action.ts";
import { triggerUnfencing } from "./config-changes.ts";
import { fencingAction } from "./fence-node.ts";
import { linkActions } from "./links.ts";
import type { Node } from "./node.ts";
import type { Resource } from "./resource.ts";
import type { WorkingSet } from "./working-set.ts";

/** Whether a node has ever been unfenced. */
export function isUnfenced(node: Node): boolean {
  const value = node.attribute("#node-unfenced") ?? "0";
  return value !== "" && value !== "0";
}

/** Probes and starts of what needs unfencing, and of fence devices, come after it; rules, 25.8. */
export function orderAfterUnfencing(
  ws: WorkingSet,
  resource: Resource,
  node: Node,
  action: Action,
  flags: number,
): void {
  if (!resource.needsUnfencing && !(resource.fenceDevice && ws.unfencingEnabled)) return;
  const unfence = fencingAction(ws, node, "on", true, null, false);
  linkActions(unfence, action, flags);
  if (!isUnfenced(node)) {
    triggerUnfencing(ws, null, node, `required by ${resource.id} ${action.task}`, null);
  }
}
