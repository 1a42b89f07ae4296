import { isTrue } from "../../base/mod.ts";
import type { Element } from "../../xml/mod.ts";
import { nvsetValue } from "../cib/nvset.ts";
import { crmConfigOf, ensureSection, findSection } from "../cib/sections.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError } from "../frame/report.ts";
import { indent } from "../frame/text.ts";
import { setProperties } from "../property/set.ts";
import {
  addPermissions,
  assignRoles,
  checkPermissions,
  createHolder,
  createRole,
  findAnyHolder,
  findHolder,
  findPermission,
  type Holder,
  type Permission,
  removeRole,
  unassignRole,
} from "./edit.ts";

type Arguments = [context: PcsContext, argv: string[], options: Options];

/** Changes the rights and stores them. */
async function edit(
  context: PcsContext,
  change: (acls: Element, cib: Element) => void,
): Promise<void> {
  const cib = await context.cib();
  change(ensureSection(cib, "acls"), cib);
  await context.pushCib();
}

/** `acl [config]`. */
export async function aclConfig(...[context, argv, options]: Arguments): Promise<void> {
  options.allowOnly(["-f"]);
  if (argv.length > 0) throw new CommandLineError();
  const cib = await context.cib();
  const enabled = isTrue(nvsetValue(crmConfigOf(cib), "cluster_property_set", "enable-acl"));
  context.print(
    enabled ? "ACLs are enabled" : "ACLs are disabled, run 'pcs acl enable' to enable",
    "",
  );
  const acls = findSection(cib, "acls");
  const holders = (tag: Holder, label: string) =>
    (acls?.elements(tag) ?? []).flatMap((holder) => [
      `${label}: ${holder.id}`,
      ...indent([["Roles:", ...holder.elements("role").map((role) => role.id)].join(" ")]),
    ]);
  const roles = (acls?.elements("acl_role") ?? []).flatMap((role) => {
    const description = role.get("description");
    const about = description ? [`Description: ${description}`] : [];
    const permissions = role.elements("acl_permission").map(permissionText);
    return [`Role: ${role.id}`, ...indent([...about, ...permissions])];
  });
  context.print(...holders("acl_target", "User"), ...holders("acl_group", "Group"), ...roles);
}

function permissionText(permission: Element): string {
  const xpath = permission.get("xpath");
  const reference = permission.get("reference");
  const what = xpath !== null ? ["xpath", xpath] : reference !== null ? ["id", reference] : [];
  return ["Permission:", permission.get("kind") ?? "", ...what, `(${permission.id})`].join(" ");
}

/** `acl enable` and `acl disable`. */
export async function aclEnable(...[context, argv, options]: Arguments): Promise<void> {
  await switchAcls(context, argv, options, "true");
}

export async function aclDisable(...[context, argv, options]: Arguments): Promise<void> {
  await switchAcls(context, argv, options, "false");
}

async function switchAcls(
  context: PcsContext,
  argv: string[],
  options: Options,
  value: string,
): Promise<void> {
  options.allowOnly(["-f"]);
  if (argv.length > 0) throw new CommandLineError();
  await setProperties(context, new Map([["enable-acl", value]]), false);
}

function parsePermissions(words: readonly string[]): Permission[] {
  if (words.length % 3 !== 0) throw new CommandLineError();
  const permissions: Permission[] = [];
  for (let i = 0; i < words.length; i += 3) {
    const kind = words[i]!.toLowerCase();
    const scope = words[i + 1]!.toLowerCase();
    if (!["read", "write", "deny"].includes(kind) || !["xpath", "id"].includes(scope)) {
      throw new CommandLineError();
    }
    permissions.push([kind, scope, words[i + 2]!]);
  }
  return permissions;
}

/** `acl role create ROLE [description=D] [KIND xpath|id WHAT]...`. */
export async function roleCreate(...[context, argv, options]: Arguments): Promise<void> {
  options.allowOnly(["-f"]);
  const [id, ...words] = argv;
  if (id === undefined) throw new CommandLineError();
  const prefix = "description=";
  const described = words[0]?.startsWith(prefix) === true && words[0].length > prefix.length;
  const description = described ? words.shift()!.slice(prefix.length) : "";
  const permissions = parsePermissions(words);
  await edit(context, (acls, cib) => {
    checkPermissions(cib, permissions);
    addPermissions(createRole(acls, id, description), permissions);
  });
}

/** `acl role delete | remove ROLE [--autodelete]`. */
export async function roleRemove(...[context, argv, options]: Arguments): Promise<void> {
  options.allowOnly(["-f", "--autodelete"]);
  const id = argv[0];
  if (id === undefined || argv.length > 1) throw new CommandLineError();
  await edit(context, (acls) => removeRole(acls, id, options.has("--autodelete")));
}

/** Role and holder of `ROLE [to|from] [user|group] NAME`. */
function parseAssignment(
  context: PcsContext,
  argv: string[],
  keyword: string,
): { role: string; name: string; tag: Holder | null } {
  const [role, ...rest] = argv;
  if (role === undefined || rest.length < 1 || rest.length > 3) throw new CommandLineError();
  const words = rest[0] === keyword && rest.length > 1 ? rest.slice(1) : rest;
  const name = words.at(-1)!;
  if (words.length === 1) {
    context.report.deprecation(
      "Assigning / unassigning a role to a user / group without specifying 'user' or 'group' " +
        "keyword is deprecated and might be removed in a future release.",
    );
    return { role, name, tag: null };
  }
  if (words.length > 2) throw new CommandLineError();
  if (words[0] === "user") return { role, name, tag: "acl_target" };
  if (words[0] === "group") return { role, name, tag: "acl_group" };
  throw new CommandLineError();
}

function holderOf(acls: Element, tag: Holder | null, name: string): Element {
  return tag === null ? findAnyHolder(acls, name) : findHolder(acls, tag, name);
}

export async function roleAssign(...[context, argv, options]: Arguments): Promise<void> {
  options.allowOnly(["-f"]);
  const { role, name, tag } = parseAssignment(context, argv, "to");
  await edit(context, (acls) => assignRoles(acls, holderOf(acls, tag, name), [role]));
}

export async function roleUnassign(...[context, argv, options]: Arguments): Promise<void> {
  options.allowOnly(["-f", "--autodelete"]);
  const { role, name, tag } = parseAssignment(context, argv, "from");
  const dropEmpty = options.has("--autodelete");
  await edit(context, (acls) => unassignRole(holderOf(acls, tag, name), role, dropEmpty));
}

async function create(tag: Holder, ...[context, argv, options]: Arguments): Promise<void> {
  options.allowOnly(["-f"]);
  const [name, ...roles] = argv;
  if (name === undefined) throw new CommandLineError();
  await edit(context, (acls) => assignRoles(acls, createHolder(acls, tag, name), roles));
}

async function remove(tag: Holder, ...[context, argv, options]: Arguments): Promise<void> {
  options.allowOnly(["-f"]);
  const name = argv[0];
  if (name === undefined || argv.length > 1) throw new CommandLineError();
  await edit(context, (acls) => {
    findHolder(acls, tag, name).remove();
  });
}

export const userCreate = (...call: Arguments) => create("acl_target", ...call);
export const userRemove = (...call: Arguments) => remove("acl_target", ...call);
export const groupCreate = (...call: Arguments) => create("acl_group", ...call);
export const groupRemove = (...call: Arguments) => remove("acl_group", ...call);

/** `acl permission add ROLE (KIND xpath|id WHAT)...`: makes the role when there is none. */
export async function permissionAdd(...[context, argv, options]: Arguments): Promise<void> {
  options.allowOnly(["-f"]);
  const [id, ...words] = argv;
  if (id === undefined || words.length < 3) throw new CommandLineError();
  const permissions = parsePermissions(words);
  await edit(context, (acls, cib) => {
    checkPermissions(cib, permissions);
    addPermissions(acls.child("acl_role", id) ?? createRole(acls, id), permissions);
  });
}

/** `acl permission delete | remove ID`. */
export async function permissionRemove(...[context, argv, options]: Arguments): Promise<void> {
  options.allowOnly(["-f"]);
  const id = argv[0];
  if (id === undefined || argv.length > 1) throw new CommandLineError();
  await edit(context, (acls) => {
    findPermission(acls, id).remove();
  });
}
