import type { Element } from "../../xml/mod.ts";
import { RESOURCE_TAGS, unexpectedType } from "../cib/find.ts";
import { constraintsOf, resourcesOf } from "../cib/sections.ts";
import { parseSchemaVersion } from "../cib/version.ts";
import { compareVersions, type PcsContext } from "../frame/context.ts";
import { forceable, type Report } from "../frame/report.ts";
import { plural } from "../frame/text.ts";
import { isAnyClone, isBundle } from "../resource/tree.ts";
import { statusUnknown } from "../rule/data.ts";
import { isSetConstraint, ofIds, readConstraints } from "./data.ts";
import { constraintsText } from "./text.ts";

export const ROLES: readonly string[] = ["Promoted", "Started", "Stopped", "Unpromoted"];
export const ACTIONS: readonly string[] = ["start", "promote", "demote", "stop"];

/** A role as the CIB's schema spells it. */
export function roleForCib(cib: Element, role: string): string {
  if (compareVersions(parseSchemaVersion(cib), [3, 7]) >= 0) return role;
  return role === "Promoted" ? "Master" : role === "Unpromoted" ? "Slave" : role;
}

/** The clone or bundle that a resource is in, at any depth. */
function multipleParent(resource: Element): Element | null {
  if (isAnyClone(resource) || isBundle(resource)) return null;
  for (let parent = resource.parent; parent !== null; parent = parent.parent) {
    if (isAnyClone(parent) || isBundle(parent)) return parent;
  }
  return null;
}

function insteadOf(resource: Element, parent: Element): string {
  const kind = isBundle(parent) ? "bundle" : "clone";
  return (
    `${resource.id} is a ${kind} resource, you should use the ${kind} id: ${parent.id} when ` +
    "adding constraints"
  );
}

/** Reports why an element cannot be constrained: no resource, or inside of a clone or bundle. */
export function checkConstrainable(element: Element, forced: boolean): Report[] {
  if (!RESOURCE_TAGS.includes(element.name)) {
    return [unexpectedType(element.id, RESOURCE_TAGS)];
  }
  const parent = multipleParent(element);
  return parent === null ? [] : [forceable(forced, insteadOf(element, parent))];
}

/** The same for the older verbs, which give up at once. */
export function requireConstrainable(
  context: PcsContext,
  cib: Element,
  id: string,
  forced: boolean,
): void {
  const resource = [...resourcesOf(cib).walk()].find(
    (element) => RESOURCE_TAGS.includes(element.name) && element.get("id") === id,
  );
  if (resource === undefined) context.die(`Resource '${id}' does not exist`);
  const parent = multipleParent(resource);
  if (parent === null || forced) return;
  context.die(`${insteadOf(resource, parent)}. Use --force to override.`);
}

/**
 * Reports constraints that say the same as a new one, after showing them. Only constraints of the
 * same kind are compared, those with sets among themselves.
 */
export function reportDuplicates(
  context: PcsContext,
  added: Element,
  forced: boolean,
  same: (existing: Element) => boolean,
): void {
  const duplicates = sameKind(added).filter(same);
  if (duplicates.length === 0) return;
  const ids = duplicates.map((duplicate) => duplicate.id);
  context.writeError(`Duplicate constraints:\n${describe(added.root, ids)}`);
  const word = plural(ids, "constraint");
  const text = `Duplicate ${word} already ${ids.length === 1 ? "exists" : "exist"}`;
  context.report.add(forceable(forced, text));
  context.report.stopOnErrors();
}

export function sameKind(added: Element): Element[] {
  return constraintsOf(added.root)
    .elements(added.name)
    .filter((other) => other !== added && isSetConstraint(other) === isSetConstraint(added));
}

function describe(cib: Element, ids: readonly string[]): string {
  const data = readConstraints(constraintsOf(cib), statusUnknown);
  const chosen = ofIds(data, new Set(ids));
  // Without the headings of the kinds, which stand at the margin.
  const lines = constraintsText(chosen, true).filter((line) => line.startsWith(" "));
  return `${lines.join("\n")}\n`;
}

/** Ids in each of a constraint's resource sets. */
export function setMembers(constraint: Element): string {
  const sets = constraint
    .elements("resource_set")
    .map((set) => set.elements("resource_ref").map((reference) => reference.id));
  return JSON.stringify(sets);
}
