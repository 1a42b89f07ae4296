import type { FormSource, SchemaSource } from "../language.ts";
import type { SchemaNumber } from "../versions.ts";
import { DESCRIPTION } from "./words.ts";

/** Access control: by roles since 2.0, by users' own lists before. */
export function acls(version: SchemaNumber): SchemaSource {
  if (version < 200) return oldAcls();
  return modernAcls(version >= 308 ? " name?" : "");
}

function modernAcls(name: string): SchemaSource {
  const permission = `id:ID kind=read|write|deny ${DESCRIPTION}`;
  return {
    acls: [{ children: "acl_target|acl_group|acl_role*" }],
    acl_target: [{ attributes: `id${name}`, children: "role*" }],
    acl_group: [{ attributes: `id:ID${name}`, children: "role*" }],
    role: [{ attributes: "id:IDREF" }],
    acl_role: [{ attributes: `id:ID ${DESCRIPTION}`, children: "acl_permission*" }],
    acl_permission: [
      { attributes: `${permission} xpath` },
      { attributes: `${permission} reference:IDREF` },
      { attributes: `${permission} object-type attribute?` },
    ],
  };
}

function oldAcls(): SchemaSource {
  const permission: FormSource[] = ["tag", "ref:IDREF", "tag ref:IDREF", "xpath"].map((target) => ({
    attributes: `id:ID ${target} attribute?`,
  }));
  const list = "read|write|deny*";
  return {
    acls: [{ children: "acl_user|acl_role:old_role*" }],
    acl_user: [
      { attributes: "id:ID", children: "role_ref*" },
      { attributes: "id:ID", children: list },
    ],
    role_ref: [{ attributes: "id:IDREF" }],
    old_role: [{ attributes: "id:ID", children: list }],
    read: permission,
    write: permission,
    deny: permission,
  };
}
