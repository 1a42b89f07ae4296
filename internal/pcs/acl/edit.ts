import { Element } from "../../xml/mod.ts";
import { findElement } from "../cib/find.ts";
import { checkId, elementsById, IdProvider, idExists, idTaken } from "../cib/ids.ts";
import { error, LibraryError, type Report } from "../frame/report.ts";

export type Holder = "acl_target" | "acl_group";

/** One right: `[kind, "xpath" | "id", what]`. */
export type Permission = readonly [kind: string, scope: string, what: string];

function require(acls: Element, tags: readonly string[], id: string, described = tags): Element {
  const found = findElement(acls, tags, id, described);
  if (found.element === null) throw new LibraryError(found.reports);
  return found.element;
}

export const findRole = (acls: Element, id: string): Element => require(acls, ["acl_role"], id);
export const findPermission = (acls: Element, id: string): Element =>
  require(acls, ["acl_permission"], id);
export const findHolder = (acls: Element, tag: Holder, id: string): Element =>
  require(acls, [tag], id);

/** A user of that name, else a group: for command lines that do not say which. */
export function findAnyHolder(acls: Element, id: string): Element {
  const user = acls.child("acl_target", id);
  return user ?? require(acls, ["acl_group"], id, ["acl_group", "acl_target"]);
}

function requireNewId(acls: Element, description: string, id: string): void {
  const wrong = checkId(id, description);
  if (wrong.length > 0) throw new LibraryError(wrong[0]!);
  if (idExists(acls, id)) throw new LibraryError(idTaken(id));
}

export function createRole(acls: Element, id: string, description = ""): Element {
  requireNewId(acls, "ACL role", id);
  const role = acls.append(new Element("acl_role", { id }));
  if (description !== "") role.set("description", description);
  return role;
}

/** A user or a group. Names of users are no ids, so they may be equal to one. */
export function createHolder(acls: Element, tag: Holder, id: string): Element {
  if (tag === "acl_group") requireNewId(acls, "ACL group", id);
  else if (acls.child(tag, id) !== null) throw new LibraryError(idTaken(id));
  return acls.append(new Element(tag, { id }));
}

/** Gives roles; everything wrong with them is told at once. */
export function assignRoles(acls: Element, holder: Element, roles: readonly string[]): void {
  const reports = roles.flatMap((role) => assignRole(acls, holder, role));
  if (reports.length > 0) throw new LibraryError(reports);
}

function assignRole(acls: Element, holder: Element, id: string): Report[] {
  const found = findElement(acls, ["acl_role"], id);
  if (found.element === null) return found.reports;
  if (holder.child("role", id) !== null) {
    return [error(`Role '${id}' is already assigned to '${holder.id}'`)];
  }
  holder.append(new Element("role", { id }));
  return [];
}

export function unassignRole(holder: Element, id: string, dropEmpty: boolean): void {
  const assigned = holder.elements("role").filter((role) => role.id === id);
  if (assigned.length === 0) {
    throw new LibraryError(error(`Role '${id}' is not assigned to '${holder.id}'`));
  }
  for (const role of assigned) role.remove();
  if (dropEmpty && holder.first("role") === null) holder.remove();
}

export function removeRole(acls: Element, id: string, dropEmpty: boolean): void {
  findRole(acls, id).remove();
  for (const holder of acls.elements()) {
    const assigned = holder.elements("role").filter((role) => role.id === id);
    for (const role of assigned) role.remove();
    if (assigned.length > 0 && dropEmpty && holder.first("role") === null) holder.remove();
  }
}

/** Refuses rights on elements that do not exist. */
export function checkPermissions(cib: Element, permissions: readonly Permission[]): void {
  const reports = permissions
    .filter(([, scope, what]) => scope === "id" && elementsById(cib, what).length === 0)
    .map(([, , what]) => error(`id '${what}' does not exist`));
  if (reports.length > 0) throw new LibraryError(reports);
}

export function addPermissions(role: Element, permissions: readonly Permission[]): void {
  const ids = new IdProvider(role);
  for (const [kind, scope, what] of permissions) {
    const id = ids.allocate(`${role.id}-${kind}`);
    const attribute = scope === "id" ? "reference" : "xpath";
    role.append(new Element("acl_permission", { id, kind, [attribute]: what }));
  }
}
