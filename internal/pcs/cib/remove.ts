import type { Element } from "../../xml/mod.ts";
import { info, type Report } from "../frame/report.ts";
import { byCodePoint, formatList, plural } from "../frame/text.ts";
import { typeNames } from "./find.ts";
import { elementsById } from "./ids.ts";
import {
  CONSTRAINT_TAGS,
  dropLevelDevice,
  isReference,
  levelDevices,
  levelsWithDevice,
  referencesTo,
} from "./references.ts";

/** What goes when elements are removed, with everything that cannot be without them. */
export interface Removal {
  /** Ids of all elements that go. */
  ids: string[];
  /** Ids of those that the user did not name. */
  dependants: string[];
  /** Ids named by the user that are not in the CIB. */
  missing: string[];
  /** Ids named by the user of elements that cannot be removed this way. */
  unsupported: string[];
  /** For a removed id, the elements that stay and merely lose a reference to it. */
  references: Map<string, Set<string>>;
  /** Element name of each id above. */
  tags: Map<string, string>;
}

const RESOURCES = ["primitive", "group", "clone", "master", "bundle"];
/** What can be removed, as messages call it. */
export const REMOVABLE = ["constraint", "location rule", "resource"];

function isRemovable(element: Element): boolean {
  if (element.name === "rule") return element.parent?.name === "rsc_location";
  if (CONSTRAINT_TAGS.includes(element.name)) return element.parent?.name === "constraints";
  return RESOURCES.includes(element.name);
}

/** Works out what goes with these ids. The CIB is not changed. */
export function planRemoval(cib: Element, wanted: readonly string[]): Removal {
  const work = cib.clone();
  const missing: string[] = [];
  const unsupported: string[] = [];
  const queue: Element[] = [];
  for (const id of new Set(wanted)) {
    const element = elementsById(work, id)[0];
    if (element === undefined) missing.push(id);
    else if (isRemovable(element)) queue.push(element);
    else unsupported.push(id);
  }
  const gone = new Set<string>();
  const references = new Map<string, Set<string>>();
  const noteReference = (id: string, holder: string) =>
    references.set(id, (references.get(id) ?? new Set()).add(holder));
  for (let element = queue.shift(); element !== undefined; element = queue.shift()) {
    const { id } = element;
    if (!isReference(element)) {
      if (gone.has(id)) continue;
      gone.add(id);
      queue.push(...referencesTo(work, id));
      if (RESOURCES.includes(element.name)) {
        queue.push(...element.elements().filter(({ name }) => RESOURCES.includes(name)));
      }
      for (const level of levelsWithDevice(work, id)) {
        noteReference(id, level.id);
        dropLevelDevice(level, id);
        if (levelDevices(level).length === 0) queue.push(level);
      }
    }
    const parent = element.parent;
    if (parent === null) continue;
    if (isEmptyWithout(parent)) queue.push(parent);
    element.remove();
    if (parent.has("id")) noteReference(id, parent.id);
  }
  for (const [id, holders] of references) {
    for (const holder of holders) if (gone.has(holder)) holders.delete(holder);
    if (holders.size === 0) references.delete(id);
  }
  const ids = [...gone];
  return {
    ids,
    dependants: ids.filter((id) => !wanted.includes(id)),
    missing,
    unsupported,
    references,
    tags: tagsOf(cib, [...ids, ...unsupported, ...[...references.values()].flatMap((s) => [...s])]),
  };
}

function tagsOf(cib: Element, ids: readonly string[]): Map<string, string> {
  const tags = new Map<string, string>();
  for (const id of ids) {
    const element = elementsById(cib, id)[0];
    if (element !== undefined) tags.set(id, element.name);
  }
  return tags;
}

/** A parent that may not be without this last child. */
function isEmptyWithout(parent: Element): boolean {
  const only = (name: string) => parent.elements(name).length === 1;
  if (parent.name === "clone" || parent.name === "master") return true;
  if (parent.name === "group") return only("primitive");
  if (parent.name === "tag") return only("obj_ref");
  if (parent.name === "resource_set") return only("resource_ref");
  if (!CONSTRAINT_TAGS.includes(parent.name)) return false;
  if (parent.first("resource_set") !== null) return only("resource_set");
  return parent.name === "rsc_location" && only("rule");
}

/** Carries a removal out. */
export function applyRemoval(cib: Element, removal: Removal): void {
  for (const id of removal.ids) for (const element of elementsById(cib, id)) element.remove();
  for (const [id, holders] of removal.references) {
    for (const holderId of holders) {
      const holder = elementsById(cib, holderId)[0];
      if (holder === undefined) continue;
      if (holder.name === "fencing-level") dropLevelDevice(holder, id);
      else {
        const name = holder.name === "tag" ? "obj_ref" : "resource_ref";
        for (const ref of holder.elements(name)) if (ref.get("id") === id) ref.remove();
      }
    }
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1).toLowerCase();
}

function byTag(ids: Iterable<string>, tags: ReadonlyMap<string, string>, pad: string): string {
  const groups = new Map<string, string[]>();
  for (const id of ids) {
    const tag = tags.get(id) ?? "element";
    groups.set(tag, [...(groups.get(tag) ?? []), id]);
  }
  return [...groups]
    .map(([tag, list]) => `${pad}${capital(plural(list, typeNames([tag])))}: ${formatList(list)}`)
    .sort(byCodePoint)
    .join("\n");
}

/** Tells what else goes and what loses a reference. */
export function removalReports(removal: Removal): Report[] {
  const { dependants, references, tags } = removal;
  const reports: Report[] = [];
  if (dependants.length > 0) {
    const heading = `Removing dependant ${plural(dependants, "element")}:`;
    reports.push(info(`${heading}\n${byTag(dependants, tags, "  ")}`));
  }
  if (references.size > 0) {
    const parts = [...references.keys()].sort(byCodePoint).map((id) => {
      const name = capital(typeNames([tags.get(id) ?? "element"]));
      return `  ${name} '${id}' from:\n${byTag(references.get(id)!, tags, "    ")}`;
    });
    reports.push(info(`Removing references:\n${parts.join("\n")}`));
  }
  return reports;
}
