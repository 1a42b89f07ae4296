import type { Element } from "../../xml/mod.ts";
import { configuration, findSection } from "./sections.ts";

/** Elements whose `id` is a reference; they have none of their own. */
const REFERENCE_TAGS = ["obj_ref", "resource_ref", "role"];

export function isReference(element: Element): boolean {
  return REFERENCE_TAGS.includes(element.name);
}

const CONSTRAINT_ATTRIBUTES: Record<string, string[]> = {
  rsc_colocation: ["rsc", "with-rsc"],
  rsc_location: ["rsc"],
  rsc_order: ["first", "then"],
  rsc_ticket: ["rsc"],
};

export const CONSTRAINT_TAGS = Object.keys(CONSTRAINT_ATTRIBUTES);

/** Elements that name a resource or tag: constraints, references in sets and tags, permissions. */
export function referencesTo(within: Element, id: string): Element[] {
  const root = configuration(within.root);
  const found: Element[] = [];
  for (const constraint of root.first("constraints")?.elements() ?? []) {
    const attributes = CONSTRAINT_ATTRIBUTES[constraint.name];
    if (attributes === undefined) continue;
    const hasSet = constraint.descendants("resource_set").length > 0;
    if (!hasSet && attributes.some((name) => constraint.get(name) === id)) found.push(constraint);
    for (const set of constraint.elements("resource_set")) {
      found.push(...set.elements("resource_ref").filter((ref) => ref.get("id") === id));
    }
  }
  for (const tag of root.first("tags")?.elements("tag") ?? []) {
    found.push(...tag.elements("obj_ref").filter((ref) => ref.get("id") === id));
  }
  for (const holder of root.first("acls")?.elements() ?? []) {
    found.push(...holder.elements("role").filter((ref) => ref.get("id") === id));
    found.push(...holder.elements("acl_permission").filter((part) => part.get("reference") === id));
  }
  return found;
}

/** Fencing levels that use a device. */
export function levelsWithDevice(within: Element, device: string): Element[] {
  const topology = findSection(within.root, "fencing-topology");
  return (topology?.elements("fencing-level") ?? []).filter((level) =>
    levelDevices(level).includes(device),
  );
}

export function levelDevices(level: Element): string[] {
  return (level.get("devices") ?? "").split(",").filter((device) => device !== "");
}

export function dropLevelDevice(level: Element, device: string): void {
  level.set(
    "devices",
    levelDevices(level)
      .filter((name) => name !== device)
      .join(","),
  );
}
