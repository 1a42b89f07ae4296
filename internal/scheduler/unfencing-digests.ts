import type { Action } from "./action.ts";
import { compareFencingDigest } from "./digests.ts";
import type { Node } from "./node.ts";
import type { Resource } from "./resource.ts";
import type { WorkingSet } from "./working-set.ts";

/** Fence devices that unfence, in order of resources (newest found first). */
export function unfencingDevices(
  resources: readonly Resource[],
  found: Resource[] = [],
): Resource[] {
  for (const resource of resources) {
    if (resource.variant !== 0) unfencingDevices(resource.children, found);
    else if (resource.fenceDevice) {
      const provides = resource.meta.get("provides")?.toLowerCase() === "unfencing";
      if (provides || resource.needsUnfencing) found.unshift(resource);
    }
  }
  return found;
}

/**
 * Notes on a fencing action by which definitions of devices it is made; true when one differs
 * from what the node was unfenced by, so that it must be unfenced again.
 */
export function addUnfencingDigests(ws: WorkingSet, node: Node, action: Action): boolean {
  let all = "";
  let secure = "";
  let changed = false;
  for (const device of unfencingDevices(ws.resources, [])) {
    const agent = device.type;
    const digest = compareFencingDigest(ws, device, agent, node);
    if (digest.verdict === "mismatch") {
      changed = true;
      ws.notice(
        `notice: Unfencing node ${node.name} because the definition of ${device.id} changed`,
      );
    }
    all += `${device.id}:${agent}:${digest.all},`;
    secure += `${device.id}:${agent}:${digest.secure},`;
  }
  action.meta.set("digests-all", all);
  action.meta.set("digests-secure", secure);
  return changed;
}
