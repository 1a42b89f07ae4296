import { Element } from "../../xml/mod.ts";
import { parseRole, Role } from "../constants.ts";
import type { WorkingSet } from "../working-set.ts";

/** A primitive with its template merged in, and its operations in order of preference. */
export interface Expanded {
  xml: Element;
  ops: Element[];
}

/** Null (with a message) when the template is missing or is the resource itself. */
export function expandTemplate(ws: WorkingSet, xml: Element): Expanded | null {
  const reference = xml.get("template");
  if (reference === null) return { xml, ops: operations(xml) };
  const template = reference === xml.id ? undefined : ws.templateXml.get(reference);
  if (template === undefined) {
    const text = `Ignoring resource '${xml.id}' because template '${reference}' is not usable`;
    ws.messages.push({ level: "error", text });
    return null;
  }
  const names = ws.templates.get(reference) ?? [];
  if (!names.includes(xml.id)) names.push(xml.id);
  ws.templates.set(reference, names);
  const attributes = template.attributes.slice();
  const merged = new Element(xml.name, attributes);
  merged.set("id", xml.id);
  const instance = xml.get("clone");
  if (instance !== null) merged.set("clone", instance);
  // Children keep their own parents: the CIB is shared and not to be changed.
  merged.children = [...template.children, ...xml.children];
  return { xml: merged, ops: mergeOperations(template, xml) };
}

function operations(xml: Element): Element[] {
  const out: Element[] = [];
  for (const child of xml.children) {
    if (!(child instanceof Element) || child.name !== "operations") continue;
    for (const op of resolve(child).children) {
      if (op instanceof Element && op.name === "op") out.push(resolve(op));
    }
  }
  return out;
}

const indexes = new WeakMap<Element, Map<string, Element>>();

/** The element itself, or the one its id-ref names; ids are looked up once per document. */
function resolve(element: Element): Element {
  const reference = element.get("id-ref");
  if (reference === null) return element;
  const root = element.root;
  let index = indexes.get(root);
  if (index === undefined) {
    index = new Map();
    for (const each of root.walk()) {
      const id = each.get("id");
      if (id !== null && !index.has(`${each.name} ${id}`)) index.set(`${each.name} ${id}`, each);
    }
    indexes.set(root, index);
  }
  return index.get(`${element.name} ${reference}`) ?? element;
}

/** Own operations first; then those of the template that the resource does not have. */
function mergeOperations(template: Element, xml: Element): Element[] {
  const own = operations(xml);
  const inherited = operations(template);
  if (own.length === 0) return inherited;
  const seen = new Set(own.map(operationKey));
  return [...own, ...inherited.filter((op) => !seen.has(operationKey(op)))];
}

function operationKey(op: Element): string {
  const role = parseRole(op.get("role"));
  const plain = role === Role.unpromoted || role === Role.unknown || role === Role.started;
  return `${op.get("name") ?? ""}-${plain ? "Started" : (op.get("role") ?? "")}`;
}
