import { findNodeState } from "../controller/mod.ts";
import { isConnection } from "../executor/mod.ts";
import type { Element } from "../xml/mod.ts";

/**
 * Connections that an engine of this node (`uuid`) held, as the CIB has it: their entries in its
 * history.
 */
export function heldConnections(cib: Element, uuid: string): Element[] {
  const lrm = findNodeState(cib, uuid)?.first("lrm");
  return [...(lrm?.descendants("lrm_resource") ?? [])].filter((resource) => {
    const provider = resource.get("provider");
    const agent = { class: resource.get("class") ?? "", provider, type: resource.get("type")! };
    return isConnection(agent) && wasStarted(resource);
  });
}

/** Whether the last that was recorded of a connection left it up. */
function wasStarted(resource: Element): boolean {
  const last = resource.elements("lrm_rsc_op").find((op) => op.id === `${resource.id}_last_0`);
  if (last == null || last.get("rc-code") !== "0") return false;
  return ["start", "monitor", "migrate_from"].includes(last.get("operation") ?? "");
}

/** Parameters of a connection as configured; a guest node's stand with its container. */
export function configuredParameters(cib: Element, name: string): Record<string, string> {
  const parameters: Record<string, string> = {};
  const take = (holder: Element, set: string, from: string): void => {
    for (const pair of holder.first(set)?.elements("nvpair") ?? []) {
      const key = pair.get("name") ?? "";
      if (key.startsWith(from)) parameters[key.slice(from.length)] = pair.get("value") ?? "";
    }
  };
  const own = cib.byId(name, "primitive");
  if (own !== null) take(own, "instance_attributes", "");
  for (const primitive of own === null ? cib.descendants("primitive") : []) {
    const meta = primitive.first("meta_attributes")?.elements("nvpair") ?? [];
    const guest = meta.some((p) => p.get("name") === "remote-node" && p.get("value") === name);
    if (guest) take(primitive, "meta_attributes", "remote-");
  }
  return parameters;
}
