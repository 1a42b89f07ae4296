import { Element } from "../../xml/mod.ts";
import { NEW_ID } from "./from-3.ts";

/** Elements that are copies made for a reference, with all below them. */
export type Copies = Set<Element>;

/** Puts a copy of what it names in the place of every id-ref, in place. */
export function resolveReferences(cib: Element): Copies {
  const copies: Copies = new Set();
  const references = [...cib.walk()].filter((element) => element.has("id-ref"));
  if (references.length === 0) return copies;
  const byId = new Map<string, Element>();
  for (const element of cib.walk()) {
    const id = element.get("id");
    if (id !== null && !byId.has(id)) byId.set(id, element);
  }
  // Copies are made of the document as it was written, never of one another.
  const source = new Map([...byId].map(([id, element]) => [id, element.clone()]));
  for (const reference of references) {
    const copy = resolved(reference, source, new Set());
    if (copy === null) {
      reference.remove();
      continue;
    }
    reference.replaceWith(copy);
    for (const element of copy.walk()) copies.add(element);
  }
  return copies;
}

/** A copy with the references inside resolved too; null where the name leads nowhere or in a ring. */
function resolved(
  reference: Element,
  source: Map<string, Element>,
  seen: Set<string>,
): Element | null {
  const id = reference.get("id-ref")!;
  const original = source.get(id);
  if (original === undefined || seen.has(id)) return null;
  const copy = original.clone();
  const name = reference.name === "nvpair" ? reference.get("name") : null;
  if (name !== null) copy.set("id", `${NEW_ID}${id}-${name}`).set("name", name);
  const inner = [...copy.walk()].filter((element) => element.has("id-ref"));
  for (const nested of inner) {
    const replacement = resolved(nested, source, new Set([...seen, id]));
    if (nested === copy) return replacement;
    if (replacement === null) nested.remove();
    else nested.replaceWith(replacement);
  }
  return copy;
}

/**
 * Turns copies back into references where the id is still (or first) defined elsewhere; repairs
 * ACL permissions whose target is gone so that they match nothing.
 */
export function restoreReferences(cib: Element, copies: Copies): void {
  if (copies.size > 0) {
    const defined = new Set<string>();
    for (const element of cib.walk()) {
      const id = element.get("id");
      if (id !== null && !copies.has(element)) defined.add(id);
    }
    restoreBelow(cib, copies, defined);
  }
  repairPermissions(cib);
}

function restoreBelow(element: Element, copies: Copies, defined: Set<string>): void {
  for (const child of element.elements()) {
    const id = child.get("id");
    if (id !== null && copies.has(child)) {
      if (defined.has(id)) {
        child.replaceWith(new Element(child.name, { "id-ref": id }));
        continue;
      }
      defined.add(id);
    }
    restoreBelow(child, copies, defined);
  }
}

function repairPermissions(cib: Element): void {
  const permissions = [...cib.walk()].filter(
    (element) => element.name === "acl_permission" && element.has("reference"),
  );
  if (permissions.length === 0) return;
  const ids = new Set([...cib.walk()].map((element) => element.id));
  for (const permission of permissions) {
    if (!ids.has(permission.get("reference")!)) {
      renameAttribute(permission, "reference", "xpath", "/*[false()]");
    }
  }
}

/** Puts another attribute in the place of one, at the same position. */
export function renameAttribute(element: Element, from: string, to: string, value: string): void {
  const index = element.attributes.indexOf(from);
  for (let i = 0; i < element.attributes.length; i += 2) {
    if (element.attributes[i] !== from) continue;
    element.attributes[i] = to;
    element.attributes[i + 1] = value;
    return;
  }
  if (index < 0) element.set(to, value);
}
