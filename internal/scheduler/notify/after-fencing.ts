import type { Action } from "../action.ts";
import type { Resource } from "../resource.ts";
import type { WorkingSet } from "../working-set.ts";
import { createOperations } from "./notifications.ts";
import { createNotice } from "./pseudo-actions.ts";

/** A stop that fencing implies is announced once the node is fenced. */
export function announceAfterFencing(
  ws: WorkingSet,
  stop: Action,
  resource: Resource,
  fence: Action,
): void {
  const notice = createNotice(ws, resource, "stop", null, fence);
  if (notice === null) return;
  notice.keys.set("notify_stop_resource", resource.id);
  notice.keys.set("notify_stop_uname", stop.node?.name ?? "");
  createOperations(ws, resource.top(), notice);
}
