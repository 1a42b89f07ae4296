import type { Element } from "../../xml/mod.ts";
import { error, type Report } from "../frame/report.ts";
import { byCodePoint } from "../frame/text.ts";
import { elementsById } from "./ids.ts";

/** What messages call an element of the CIB. */
const TYPE_NAMES: Record<string, string> = {
  acl_group: "ACL group",
  acl_permission: "ACL permission",
  acl_role: "ACL role",
  acl_target: "ACL user",
  "fencing-level": "fencing level",
  master: "clone",
  primitive: "resource",
  resource_set: "resource set",
  rsc_colocation: "colocation constraint",
  rsc_location: "location constraint",
  rsc_order: "order constraint",
  rsc_ticket: "ticket constraint",
};

const AN = new Set(["ACL group", "ACL user", "ACL role", "ACL permission", "options set"]);

/** Elements that are resources. */
export const RESOURCE_TAGS = ["bundle", "clone", "group", "master", "primitive"];

/** `clone/group/resource`, with an article where asked for. */
export function typeNames(tags: readonly string[], article = false): string {
  if (tags.length === 0) return "";
  const names = [...new Set(tags.map((tag) => TYPE_NAMES[tag] ?? tag))].sort(byCodePoint);
  const list = names.join("/");
  if (!article) return list;
  return `${AN.has(names[0]!) ? "an" : "a"} ${list}`;
}

/** `there is no resource 'x' in ...` or `resource 'x' does not exist`. */
export function notFound(
  id: string,
  tags: readonly string[],
  context: { tag: string; id: string } | null = null,
): Report {
  const what = tags.length === 0 ? "" : `${typeNames(tags)} `;
  if (context === null || context.id === "") return error(`${what}'${id}' does not exist`);
  return error(`there is no ${what}'${id}' in the ${context.tag} '${context.id}'`);
}

export function unexpectedType(id: string, expected: readonly string[]): Report {
  return error(`'${id}' is not ${typeNames(expected, true)}`);
}

/** The element of that id and one of these tags below `within`, or why there is none. */
export function findElement(
  within: Element,
  tags: readonly string[],
  id: string,
  described: readonly string[] = tags,
): { element: Element; reports: [] } | { element: null; reports: Report[] } {
  for (const tag of tags) {
    for (const element of within.walk()) {
      if (element !== within && element.name === tag && element.get("id") === id) {
        return { element, reports: [] };
      }
    }
  }
  return { element: null, reports: [whyNotFound(within, tags, id, described)] };
}

function whyNotFound(
  within: Element,
  tags: readonly string[],
  id: string,
  described: readonly string[],
): Report {
  const other = elementsById(within, id)[0];
  if (other === undefined) return notFound(id, described, { tag: within.name, id: within.id });
  if (!tags.includes(other.name)) return unexpectedType(id, described);
  const context = typeNames([within.name]);
  const place = within.id === "" ? `'${context}'` : `${context} '${within.id}'`;
  return error(`${typeNames([other.name])} '${id}' exists but does not belong to ${place}`);
}

/** Resources of these ids, in that order, and reports on those that are none. */
export function findResources(
  within: Element,
  ids: Iterable<string>,
  tags: readonly string[] = RESOURCE_TAGS,
): { elements: Element[]; reports: Report[] } {
  const elements: Element[] = [];
  const reports: Report[] = [];
  for (const id of ids) {
    const found = findElement(within, tags, id);
    if (found.element === null) reports.push(...found.reports);
    else elements.push(found.element);
  }
  return { elements, reports };
}
