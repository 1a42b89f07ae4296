import { isTrue } from "../../base/mod.ts";
import { Element } from "../../xml/mod.ts";
import type { IdProvider } from "../cib/ids.ts";
import { arrangeFirstNvset, nvsetValue } from "../cib/nvset.ts";

/** Questions about the nesting of resources: bundle or clone, group, primitive. */

export const isAnyClone = (element: Element): boolean =>
  element.name === "clone" || element.name === "master";
export const isGroup = (element: Element): boolean => element.name === "group";
export const isBundle = (element: Element): boolean => element.name === "bundle";
export const isPrimitive = (element: Element): boolean => element.name === "primitive";

export function isResource(element: Element): boolean {
  return isPrimitive(element) || isWrapper(element);
}

/** A resource that holds others. */
export function isWrapper(element: Element): boolean {
  return isGroup(element) || isBundle(element) || isAnyClone(element);
}

export function isStonithElement(element: Element): boolean {
  return isPrimitive(element) && element.get("class") === "stonith";
}

export function isPromotableClone(element: Element): boolean {
  if (element.name === "master") return true;
  return element.name === "clone" && isTrue(nvsetValue(element, "meta_attributes", "promotable"));
}

/** Resources directly inside. */
export function innerResources(element: Element): Element[] {
  if (isPrimitive(element)) return [];
  return element.elements().filter(isResource);
}

/** The primitive or group in a clone, the primitive in a bundle. */
export function innerResource(element: Element): Element | null {
  return innerResources(element)[0] ?? null;
}

/** Resources inside, at any depth. */
export function allInnerResources(element: Element): Element[] {
  return innerResources(element).flatMap((inner) => [inner, ...allInnerResources(inner)]);
}

/** Primitives that make up a resource; itself when it is one. */
export function primitivesOf(element: Element): Element[] {
  return [element, ...allInnerResources(element)].filter(isPrimitive);
}

/** The resource that this one is directly in. */
export function parentResource(element: Element): Element | null {
  const parent = element.parent;
  return parent !== null && isWrapper(parent) ? parent : null;
}

/** The clone that a primitive or group is in, through its group if it has one. */
export function parentClone(element: Element): Element | null {
  const parent = element.parent;
  if (parent === null) return null;
  if (isAnyClone(parent)) return parent;
  const grand = parent.parent;
  return grand !== null && isAnyClone(grand) ? grand : null;
}

export function parentBundle(element: Element): Element | null {
  const parent = element.parent;
  return parent !== null && isBundle(parent) ? parent : null;
}

/** Whether the cluster can talk to what runs inside of a bundle. */
export function isRemoteAccessible(bundle: Element): boolean {
  const network = bundle.first("network");
  return network !== null && (network.has("control-port") || network.has("ip-range-start"));
}

export function setMeta(element: Element, name: string, value: string, ids: IdProvider): void {
  arrangeFirstNvset(element, "meta_attributes", [[name, value]], ids);
}

/** A resource that is to be stopped. */
export function disable(element: Element, ids: IdProvider): void {
  setMeta(element, "target-role", "Stopped", ids);
}

/** Whether these meta attributes keep a resource stopped. */
export function isDisabledByMeta(meta: ReadonlyMap<string, string>): boolean {
  return (meta.get("target-role") ?? "Started").toLowerCase() === "stopped";
}

/**
 * Moves primitives into a group, next to another one of its members if asked. A group that has
 * become empty goes, and its clone with it.
 */
export function moveIntoGroup(
  group: Element,
  members: readonly Element[],
  adjacent: Element | null,
  after: boolean,
): void {
  let anchor = adjacent;
  for (const member of members) {
    const oldParent = member.parent;
    if (oldParent !== null) oldParent.removeChild(member);
    const at = anchor === null ? -1 : group.children.indexOf(anchor);
    if (at >= 0 && !after) group.insert(at, member);
    else {
      if (at >= 0) group.insert(at + 1, member);
      else group.append(member);
      anchor = member;
    }
    if (oldParent !== null && oldParent !== group && isGroup(oldParent)) dropEmptyGroup(oldParent);
  }
}

function dropEmptyGroup(group: Element): void {
  if (group.elements("primitive").length > 0) return;
  const parent = group.parent;
  if (parent !== null && isAnyClone(parent)) parent.remove();
  else group.remove();
}

/** Turns the old element `<master>` into a promotable clone, in place. */
export function masterToClone(master: Element, ids: IdProvider): Element {
  const clone = new Element("clone", { id: master.id });
  master.replaceWith(clone);
  for (const child of [...master.children]) {
    master.removeChild(child);
    clone.append(child);
  }
  setMeta(clone, "promotable", "true", ids);
  return clone;
}
