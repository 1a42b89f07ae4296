import { isTrue } from "../base/mod.ts";
import { Comment, Element, findXPath } from "../xml/mod.ts";
import { sameAttributes } from "./compare.ts";
import { type CibFailure, CibFailures } from "./failure.ts";

export type Access = "write" | "read" | "deny";

/** What a user may do with elements and attributes; what is not listed follows its parent. */
export interface AccessMap {
  elements: Map<Element, Access>;
  /** By element and attribute name, where a permission names an attribute. */
  attributes: Map<Element, Map<string, Access>>;
}

/** Whether access rules are switched on in the CIB. */
export function aclEnabled(cib: Element): boolean {
  const found = findXPath(cib, "/cib/configuration/crm_config//nvpair[@name='enable-acl']");
  return found !== null && isTrue(found[0]?.get("value"));
}

/**
 * Access of a user (and the groups they are in) by the CIB's `<acls>`. Null when the rules do not
 * concern the user: they are switched off (and not asked for `always`), or it is one who may do
 * everything.
 */
export function accessOf(
  cib: Element,
  user: string,
  options: { groups?: readonly string[]; always?: boolean } = {},
): AccessMap | null {
  if (user === "root" || user === "hacluster") return null;
  if (options.always !== true && !aclEnabled(cib)) return null;
  const groups = options.groups ?? [];
  const map: AccessMap = { elements: new Map(), attributes: new Map() };
  const acls = cib.first("configuration")?.first("acls") ?? null;
  for (const entry of acls?.elements() ?? []) {
    const name = entry.get("name") ?? entry.id;
    const isUser = entry.name === "acl_target" || entry.name === "acl_user";
    const isGroup = entry.name === "acl_group" && groups.includes(name);
    if (!(isUser && name === user) && !isGroup) continue;
    for (const reference of entry.elements()) {
      const role = acls!.elements("acl_role").find((each) => each.id === reference.id);
      for (const permission of role?.elements() ?? []) apply(cib, permission, map);
    }
  }
  return map;
}

function apply(cib: Element, permission: Element, map: AccessMap): void {
  const kind = permission.get("kind") ?? permission.name;
  if (kind !== "read" && kind !== "write" && kind !== "deny") return;
  const attribute = permission.get("attribute");
  for (const element of findXPath(cib, targetPath(permission)) ?? []) {
    if (attribute !== null) {
      const known = map.attributes.get(element) ?? new Map<string, Access>();
      known.set(attribute, stronger(known.get(attribute), kind));
      map.attributes.set(element, known);
    } else map.elements.set(element, stronger(map.elements.get(element), kind));
  }
}

/** Of several permissions on one element, deny wins over write, write over read. */
function stronger(a: Access | undefined, b: Access): Access {
  if (a === "deny" || b === "deny") return "deny";
  return a === "write" || b === "write" ? "write" : "read";
}

function targetPath(permission: Element): string {
  const xpath = permission.get("xpath");
  if (xpath !== null) return xpath;
  const type = permission.get("object-type") ?? permission.get("tag") ?? "*";
  const reference = permission.get("reference") ?? permission.get("ref");
  const id = reference === null ? "" : `[@id='${reference}']`;
  const attribute = permission.get("attribute");
  return `//${type}${id}${attribute === null ? "" : `[@${attribute}]`}`;
}

/** Access to an element: its own, else its nearest ancestor's, else none. */
export function accessTo(map: AccessMap, element: Element): Access {
  for (let at: Element | null = element; at !== null; at = at.parent) {
    const access = map.elements.get(at);
    if (access !== undefined) return access;
  }
  return "deny";
}

/**
 * The part of the CIB that the user may read; null when that is nothing at all. Elements around
 * readable ones are kept with their id alone.
 */
export function readableCib(cib: Element, user: string): Element | null {
  const map = accessOf(cib, user);
  return map === null ? cib : filter(cib, map, "deny");
}

function filter(element: Element, map: AccessMap, inherited: Access): Element | null {
  const access = map.elements.get(element) ?? inherited;
  const readable = access !== "deny";
  const copy = new Element(element.name);
  let any = readable;
  for (const [name, value] of element.entries()) {
    const own = map.attributes.get(element)?.get(name) ?? access;
    if (own !== "deny" || name === "id") copy.set(name, value);
    if (own !== "deny") any = true;
  }
  for (const child of element.children) {
    if (child instanceof Element) {
      const kept = filter(child, map, access);
      if (kept === null) continue;
      any = true;
      copy.append(kept);
    } else if (child instanceof Comment && readable) copy.append(new Comment(child.text));
  }
  return any ? copy : null;
}

/**
 * Whether the user may make this change; null, or the refusal. Versions count as any attribute: the
 * counting comes after this.
 */
export function authorizeChange(before: Element, after: Element, user: string): CibFailure | null {
  const map = accessOf(before, user);
  if (map === null) return null;
  return allowed(before, after, map, "deny") ? null : CibFailures.accessDenied;
}

function allowed(a: Element, b: Element, map: AccessMap, inherited: Access): boolean {
  if (a === b) return true;
  const access = map.elements.get(a) ?? inherited;
  if (!sameAttributes(a, b) && !attributesAllowed(a, b, map, access)) return false;
  const left = new Map(a.elements().map((child) => [`${child.name} ${child.id}`, child]));
  for (const child of b.elements()) {
    const key = `${child.name} ${child.id}`;
    const old = left.get(key);
    left.delete(key);
    if (old === undefined ? access !== "write" : !allowed(old, child, map, access)) return false;
  }
  for (const gone of left.values()) {
    if ((map.elements.get(gone) ?? access) !== "write") return false;
  }
  return true;
}

function attributesAllowed(a: Element, b: Element, map: AccessMap, access: Access): boolean {
  const names = new Set([...a.attributeNames(), ...b.attributeNames()]);
  for (const name of names) {
    if (a.get(name) === b.get(name)) continue;
    if ((map.attributes.get(a)?.get(name) ?? access) !== "write") return false;
  }
  return true;
}
