import { Element } from "../../xml/mod.ts";
import { findElement, findResources } from "../cib/find.ts";
import { checkId, type IdProvider } from "../cib/ids.ts";
import { error, type Report } from "../frame/report.ts";
import { formatList, plural } from "../frame/text.ts";

/** Tags of these ids, in that order, and reports on those that are none. */
export function findTags(tags: Element, ids: readonly string[]) {
  const found = ids.map((id) => findElement(tags, ["tag"], id));
  return {
    elements: found.flatMap(({ element }) => element ?? []),
    reports: found.flatMap(({ reports }) => reports),
  };
}

export function references(tag: Element): string[] {
  return tag.elements("obj_ref").map((reference) => reference.id);
}

function checkUnique(ids: readonly string[], action: "add" | "remove"): Report[] {
  const twice = new Set(ids.filter((id, i) => ids.indexOf(id) !== i));
  if (twice.size === 0) return [];
  return [error(`Ids to ${action} must be unique, duplicate ids: ${formatList(twice)}`)];
}

/** Reports everything wrong with a new tag. */
export function checkNewTag(
  resources: Element,
  id: string,
  members: readonly string[],
  ids: IdProvider,
): Report[] {
  return [
    ...checkId(id),
    ...ids.book(id),
    ...(members.includes(id) ? [error("Tag cannot contain itself")] : []),
    ...findResources(resources, members).reports,
    ...checkUnique(members, "add"),
  ];
}

/** Reports tags that constraints refer to. */
export function checkUnreferenced(constraints: Element, ids: readonly string[]): Report[] {
  return ids.flatMap((id) => {
    const users = constraints.elements().filter((constraint) => refersTo(constraint, id));
    if (users.length === 0) return [];
    return [
      error(
        `Tag '${id}' cannot be removed because it is referenced in ${plural(users, "constraint")} ` +
          formatList(users.map((constraint) => constraint.id)),
      ),
    ];
  });
}

const REFERENCES: Record<string, readonly string[]> = {
  rsc_colocation: ["rsc", "with-rsc"],
  rsc_location: ["rsc"],
  rsc_order: ["first", "then"],
  rsc_ticket: ["rsc"],
};

/** Whether a constraint names the tag; one with sets counts by what is in the sets. */
function refersTo(constraint: Element, id: string): boolean {
  const names = REFERENCES[constraint.name];
  if (names === undefined) return false;
  const sets = constraint.elements("resource_set");
  if (sets.length === 0) return names.some((name) => constraint.get(name) === id);
  return sets.some((set) => set.elements("resource_ref").some((ref) => ref.id === id));
}

/** What is to become of a tag. */
export interface TagChange {
  id: string;
  /** Null when there is no such tag. */
  tag: Element | null;
  add: readonly string[];
  remove: readonly string[];
  /** Added references go next to this one. */
  adjacent: string | null;
}

/** Reports everything wrong with such a change. */
export function checkChange(change: TagChange, resources: Element): Report[] {
  const { add, remove, adjacent } = change;
  const reports: Report[] = [];
  if (add.length === 0 && adjacent !== null) {
    reports.push(error(`Cannot specify adjacent id '${adjacent}' without ids to add`));
  }
  const both = new Set(add.filter((id) => remove.includes(id)));
  if (both.size > 0) {
    reports.push(error(`Ids cannot be added and removed at the same time: ${formatList(both)}`));
  }
  return [
    ...reports,
    ...checkAdded(change, resources),
    ...checkRemoved(change),
    ...checkPlace(change),
  ];
}

function checkAdded({ id, tag, add, adjacent }: TagChange, resources: Element): Report[] {
  const wanted = [...new Set(add)];
  const reports = [...checkUnique(add, "add"), ...findResources(resources, wanted).reports];
  if (tag === null || adjacent !== null) return reports;
  const current = references(tag);
  const present = wanted.filter((member) => current.includes(member));
  if (present.length === 0) return reports;
  const ids = `${plural(present, "id")} already in the tag '${id}': ${formatList(present)}`;
  return [...reports, error(`Cannot add reference ${ids}`)];
}

function checkRemoved({ id, tag, add, remove }: TagChange): Report[] {
  if (tag === null || remove.length === 0) return [];
  const current = references(tag);
  const reports = checkUnique(remove, "remove");
  const missing = new Set(remove.filter((member) => !current.includes(member)));
  if (missing.size > 0) {
    const ids = `${plural(missing, "id")}: ${formatList(missing)}`;
    reports.push(error(`Tag '${id}' does not contain ${ids}`));
  }
  const empties = add.length === 0 && current.every((member) => remove.includes(member));
  if (reports.length === 0 && empties) {
    reports.push(error(`There would be no references left in the tag '${id}'`));
  }
  return reports;
}

function checkPlace({ id, tag, add, remove, adjacent }: TagChange): Report[] {
  if (tag === null || adjacent === null) return [];
  if (!references(tag).includes(adjacent)) {
    return [
      error(
        `There is no reference id '${adjacent}' in the tag '${id}', cannot put reference ids ` +
          "next to it in the tag",
      ),
    ];
  }
  const reports: Report[] = [];
  if (add.includes(adjacent)) reports.push(error(`Cannot put id '${adjacent}' next to itself.`));
  if (remove.includes(adjacent)) {
    reports.push(error(`Cannot remove id '${adjacent}' next to which ids are being added`));
  }
  return reports;
}

/** Carries a checked change out; a tag with nothing left in it goes. */
export function applyChange(
  tag: Element,
  { add, remove, adjacent }: TagChange,
  before: boolean,
): void {
  const reference = (id: string) => tag.child("obj_ref", id);
  const added = add.map((id) => reference(id) ?? new Element("obj_ref", { id }));
  for (const element of added) if (element.parent !== null) element.remove();
  const place = adjacent === null ? null : reference(adjacent);
  const at = place === null ? tag.children.length : tag.children.indexOf(place) + (before ? 0 : 1);
  for (const [i, element] of added.entries()) tag.insert(at + i, element);
  for (const id of remove) reference(id)?.remove();
  if (tag.elements("obj_ref").length === 0) tag.remove();
}
