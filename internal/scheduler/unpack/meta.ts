import type { Element } from "../../xml/mod.ts";
import type { Node } from "../node.ts";
import type { Resource } from "../resource.ts";
import type { WorkingSet } from "../working-set.ts";
import { type PairContext, setsHaveRules, unpackPairs } from "./pairs.ts";

/**
 * Meta attributes of a resource. The first source that knows a name wins: the element's own XML
 * attributes, its sets, its ancestors' sets, rsc_defaults, then all that the parent computed.
 */
export function inheritedMeta(ws: WorkingSet, resource: Resource): Map<string, string> {
  const meta = new Map<string, string>();
  for (const [name, value] of resource.xml.entries()) meta.set(name, value);
  if (resource.instance !== null) meta.set("clone", resource.instance);
  const context: PairContext = {
    rsc: { cls: resource.cls, provider: resource.provider, type: resource.type },
  };
  const add = (pairs: ReadonlyMap<string, string>) => {
    for (const [name, value] of pairs) if (!meta.has(name)) meta.set(name, value);
  };
  add(unpackPairs(ws, resource.xml, "meta_attributes", context));
  for (let p = resource.parent; p !== null; p = p.parent) {
    add(unpackPairs(ws, p.xml, "meta_attributes", context));
  }
  add(defaults(ws, "rsc_defaults", context));
  if (resource.parent !== null) add(resource.parent.meta);
  return meta;
}

/** rsc_defaults or op_defaults: computed once where no rule can make a difference. */
export function defaults(
  ws: WorkingSet,
  section: "rsc_defaults" | "op_defaults",
  context: PairContext,
): ReadonlyMap<string, string> {
  const cached = ws.plainDefaults.get(section);
  if (cached !== undefined) return cached;
  const xml = ws.cib.first("configuration")?.first(section) ?? null;
  if (xml === null) {
    const none = new Map<string, string>();
    ws.plainDefaults.set(section, none);
    return none;
  }
  const pairs = unpackPairs(ws, xml, "meta_attributes", context);
  if (!setsHaveRules(ws, xml, "meta_attributes")) ws.plainDefaults.set(section, pairs);
  return pairs;
}

/** Instance parameters on a node (null: without node attributes), parents' included. */
export function resourceParameters(
  ws: WorkingSet,
  resource: Resource,
  node: Node | null,
): ReadonlyMap<string, string> {
  if (resource.plainParameters !== null) return resource.plainParameters;
  const plain = !dependsOnNode(ws, resource);
  const key = node === null || plain ? "" : node.name;
  const cached = resource.parameters.get(key);
  if (cached !== undefined) return cached;
  const out = parametersOn(ws, resource, node?.attributes ?? null);
  if (plain) resource.plainParameters = out;
  else resource.parameters.set(key, out);
  return out;
}

function parametersOn(
  ws: WorkingSet,
  resource: Resource,
  attributes: Map<string, string> | null,
): ReadonlyMap<string, string> {
  const context: PairContext = {
    attributes,
    rsc: { cls: resource.cls, provider: resource.provider, type: resource.type },
  };
  const own = unpackPairs(ws, resource.xml, "instance_attributes", context);
  if (resource.parent === null) return own;
  const out = new Map(own);
  for (let r: Resource | null = resource.parent; r !== null; r = r.parent) {
    for (const [name, value] of unpackPairs(ws, r.xml, "instance_attributes", context)) {
      if (!out.has(name)) out.set(name, value);
    }
  }
  return out;
}

/** Rules in instance attributes may look at node attributes; without rules one entry serves all. */
function dependsOnNode(ws: WorkingSet, resource: Resource): boolean {
  for (let r: Resource | null = resource; r !== null; r = r.parent) {
    if (setsHaveRules(ws, r.xml, "instance_attributes")) return true;
  }
  return false;
}

/** Parameters of an operation itself. */
export function pairsOfOperation(
  ws: WorkingSet,
  op: Element,
  attributes: Map<string, string>,
): ReadonlyMap<string, string> {
  return unpackPairs(ws, op, "instance_attributes", { attributes });
}
