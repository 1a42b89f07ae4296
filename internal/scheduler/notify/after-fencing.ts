import type { Action } from "../action.ts";
import { O } from "../constants.ts";
import { linkActions } from "../links.ts";
import type { Resource } from "../resource.ts";
import type { WorkingSet } from "../working-set.ts";
import { createNotice } from "./pseudo-actions.ts";

/** A stop that fencing implies is announced once the node is fenced. */
export function orderNoticesAfterFencing(
  ws: WorkingSet,
  stop: Action,
  resource: Resource,
  fence: Action,
): void {
  const notice = createNotice(ws, resource, "stop", null, fence);
  if (notice === null) return;
  ws.fencingNotices.push({ notice, resource, stop });
  if (notice.post !== null) linkActions(stop, notice.post, O.none);
}
