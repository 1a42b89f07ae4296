import { Element } from "../../xml/mod.ts";
import {
  FENCE_PARAMETERS,
  OPERATION_META,
  PROPERTIES,
  RESOURCE_META,
  replacementFor,
} from "./legacy-names.ts";

const NEW_ID = "_2TO3_";

/** Turns a 2.x CIB into a 3.0 one, in place: names that had been deprecated go away. */
export function upgradeFrom2(cib: Element): void {
  const configuration = cib.first("configuration");
  if (configuration === null) return;
  upgradeProperties(configuration);
  for (const node of configuration.first("nodes")?.elements("node") ?? []) {
    if (node.get("type") === "normal") node.set("type", "member");
  }
  const resources = configuration.first("resources");
  if (resources !== null) {
    for (const element of [...resources.walk()]) {
      if (element.name === "primitive" || element.name === "template") upgradePrimitive(element);
    }
  }
  for (const constraint of configuration.first("constraints")?.elements("rsc_colocation") ?? []) {
    constraint.unset("score-attribute");
    constraint.unset("score-attribute-mangle");
  }
}

function upgradeProperties(configuration: Element): void {
  const moved = { rsc_defaults: [] as Element[], op_defaults: [] as Element[] };
  for (const set of configuration.first("crm_config")?.elements("cluster_property_set") ?? []) {
    const ruled = set.first("rule") !== null;
    for (const pair of set.elements("nvpair")) {
      const found = replacementFor(PROPERTIES, pair.get("name") ?? "", pair.get("value") ?? "");
      if (found === null) continue;
      if (found.to === null || found.where !== undefined) pair.remove();
      if (found.to === null) continue;
      pair.set("name", found.to);
      if (found.as !== undefined) pair.set("value", found.as);
      // Sets with rules are evaluated elsewhere; what they said of defaults is lost.
      if (found.where !== undefined && !ruled) moved[found.where].push(pair);
    }
    if (set.elements("nvpair").length === 0) set.remove();
  }
  for (const name of ["op_defaults", "rsc_defaults"] as const) {
    if (moved[name].length > 0) addDefaults(configuration, name, moved[name]);
  }
}

function addDefaults(
  configuration: Element,
  name: "op_defaults" | "rsc_defaults",
  pairs: Element[],
): void {
  const defaults = configuration.ensure(name);
  let set = defaults.elements("meta_attributes").find((one) => one.first("rule") === null);
  if (set === undefined) {
    const id = `${NEW_ID}-${name.replace("_", "-")}`;
    set = defaults.append(new Element("meta_attributes", { id }));
  }
  const known = new Set(set.elements("nvpair").map((pair) => pair.get("name")));
  for (const pair of pairs) {
    if (known.has(pair.get("name"))) continue;
    known.add(pair.get("name"));
    set.append(pair);
  }
}

function upgradePrimitive(primitive: Element): void {
  for (const set of primitive.elements("instance_attributes")) {
    for (const pair of set.elements("nvpair")) upgradeParameter(pair);
    removeIfEmptied(set);
  }
  for (const set of primitive.elements("meta_attributes")) upgradeMeta(set);
  const requires: Element[] = [];
  const sets: Element[] = [];
  for (const op of primitive.first("operations")?.elements("op") ?? []) {
    upgradeOperation(op, requires, sets);
  }
  // Of several operations the last one says what the resource requires.
  const added = requires.slice(-1);
  if (added.length > 0) {
    const id = `${NEW_ID}${primitive.id}-meta`;
    primitive.append(new Element("meta_attributes", { id }, added));
  }
  for (const set of sets) primitive.append(set);
}

function upgradeParameter(pair: Element): void {
  const name = pair.get("name") ?? "";
  const value = pair.get("value") ?? "";
  const renamed = FENCE_PARAMETERS.get(name);
  if (renamed !== undefined) pair.set("name", renamed);
  if (name !== "pcmk_arg_map") return;
  // Only a lone "port:NAME" has a counterpart.
  if (value.startsWith("port:") && !value.includes(",")) {
    pair.set("name", "pcmk_host_argument").set("value", value.slice("port:".length));
  } else {
    pair.remove();
  }
}

/** As the original has it, an old name is only put into new words where no pair stands before it. */
function upgradeMeta(set: Element): void {
  let first = true;
  for (const pair of set.elements("nvpair")) {
    const found = replacementFor(RESOURCE_META, pair.get("name") ?? "", pair.get("value") ?? "");
    if (found !== null && (found.to === null || !first)) {
      pair.remove();
      continue;
    }
    first = false;
    if (found?.to == null) continue;
    pair.set("name", found.to);
    if (found.as !== undefined) pair.set("value", found.as);
  }
  removeIfEmptied(set);
}

function removeIfEmptied(set: Element): void {
  if (!set.has("id-ref") && set.elements().length === 0) set.remove();
}

/** `requires` belongs to the resource now; options among the parameters become meta-attributes. */
function upgradeOperation(op: Element, requires: Element[], sets: Element[]): void {
  const starts = op.get("name") === "start" || op.get("name") === "promote";
  const written = op.get("requires");
  if (written !== null) {
    op.unset("requires");
    if (starts) {
      const id = `${NEW_ID}${op.id}-meta-requires`;
      requires.push(new Element("nvpair", { id, name: "requires", value: written }));
    }
  }
  const meta: Element[] = [];
  for (const set of op.elements()) {
    if (set.name !== "instance_attributes" && set.name !== "meta_attributes") continue;
    for (const pair of set.elements("nvpair")) {
      const name = pair.get("name") ?? "";
      if (name === "requires") {
        pair.remove();
        if (starts && written === null && !sets.some((one) => one.id === `${NEW_ID}${set.id}`)) {
          sets.push(new Element("meta_attributes", { id: `${NEW_ID}${set.id}` }, [pair]));
        }
      } else if (set.name === "instance_attributes" && OPERATION_META.has(name)) {
        meta.push(pair.remove());
      }
    }
    removeIfEmptied(set);
  }
  if (meta.length > 0) {
    op.append(new Element("meta_attributes", { id: `${NEW_ID}${op.id}-meta` }, meta));
  }
}
