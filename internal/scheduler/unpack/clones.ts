import { isTrue, Limits } from "../../base/mod.ts";
import type { Resource } from "../resource.ts";
import type { WorkingSet } from "../working-set.ts";
import { unpackResource } from "./resources.ts";

/** Reads a clone's limits and makes its instances. */
export function unpackClone(ws: WorkingSet, clone: Resource): boolean {
  const meta = clone.meta;
  const child = clone.xml.elements().find((e) => e.name === "primitive" || e.name === "group");
  if (child === undefined) {
    ws.messages.push({ level: "error", text: `${clone.id} has nothing to clone` });
    return false;
  }
  const number = (name: string, fallback: number) => {
    const text = meta.get(name);
    // What is no number counts as nought, not as the default.
    return text === undefined ? fallback : Math.max(0, Number.parseInt(text, 10) || 0);
  };
  clone.clone = {
    max: number("clone-max", Math.max(1, ws.nodes.length)),
    nodeMax: number("clone-node-max", 1),
    promotedMax: 0,
    promotedNodeMax: 0,
    promotedCount: 0,
    ordered: isTrue(meta.get("ordered")),
    interleave: isTrue(meta.get("interleave")),
    childXml: child,
    instanceCount: 0,
    promotionScoresAdded: false,
    promotionSorted: false,
    sortingPromotion: false,
    notifications: {},
  };
  const data = clone.clone;
  if (data.max > Limits.instances) {
    const text = `${clone.id} asks for ${data.max} instances (clone-max; the limit is ${Limits.instances})`;
    ws.messages.push({ level: "error", text });
    return false;
  }
  clone.promotable = isTrue(meta.get("promotable"));
  if (clone.promotable) {
    data.promotedMax = number("promoted-max", number("master-max", 1));
    data.promotedNodeMax = number("promoted-node-max", number("master-node-max", 1));
  }
  if (!clone.unique) data.nodeMax = Math.min(data.nodeMax, 1);
  // Clones are a little sticky, so that instances do not shuffle.
  if (!meta.has("resource-stickiness")) meta.set("resource-stickiness", "1");
  meta.set("globally-unique", String(clone.unique));
  // Even a clone of no instances has one, which history can be matched against. A member that cannot be
  // globally unique lowers `max` while the first instance is made.
  for (let i = 0; i < Math.max(1, data.max); i++) {
    if (createInstance(ws, clone) === null) return false;
  }
  return true;
}

/** Appends an instance; beyond clone-max it is an orphan. */
export function createInstance(ws: WorkingSet, clone: Resource): Resource | null {
  const data = clone.clone!;
  const orphan = data.instanceCount >= data.max;
  const number = String(data.instanceCount);
  const instance = unpackResource(ws, data.childXml, clone, number);
  if (instance === null) return null;
  data.instanceCount += 1;
  clone.children.push(instance);
  if (orphan) markOrphan(instance);
  instance.meta.set("clone-max", String(data.max));
  return instance;
}

function markOrphan(resource: Resource): void {
  resource.orphan = true;
  for (const child of resource.children) markOrphan(child);
}
