import { Element } from "../../xml/mod.ts";

const PERMISSIONS = new Set(["read", "write", "deny"]);

/** Turns a 1.x CIB into a 2.0 one, in place: only the ACL language changed. */
export function upgradeFrom1(cib: Element): void {
  for (const acls of cib.descendants("acls")) {
    for (const user of acls.elements("acl_user")) upgradeUser(acls, user);
    for (const element of [...acls.walk()]) {
      if (PERMISSIONS.has(element.name)) element.replaceWith(permission(element));
    }
  }
}

function upgradeUser(acls: Element, user: Element): void {
  user.name = "acl_target";
  for (const reference of user.elements("role_ref")) reference.name = "role";
  const own = user.elements().filter((child) => PERMISSIONS.has(child.name));
  if (own.length === 0) return;
  // Permissions written on the user itself move to a role of its own.
  const id = `auto-${user.id}`;
  const role = new Element("acl_role", { id });
  for (const child of own) role.append(child.remove());
  for (const child of user.elements()) child.remove();
  user.append(new Element("role", { id }));
  acls.insert(acls.children.indexOf(user) + 1, role);
}

function permission(old: Element): Element {
  const made = new Element("acl_permission", { id: old.id, kind: old.name });
  const attribute = old.get("attribute");
  const [ref, tag, xpath] = [old.get("ref"), old.get("tag"), old.get("xpath")];
  if (ref !== null) made.set("reference", ref);
  else if (tag !== null) {
    made.set("object-type", tag);
    if (attribute !== null) made.set("attribute", attribute);
  } else if (xpath !== null) {
    made.set("xpath", attribute === null ? xpath : `${xpath}[@${attribute}]`);
  }
  return made;
}
