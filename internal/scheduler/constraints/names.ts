import type { Element } from "../../xml/mod.ts";
import type { Resource } from "../resource.ts";
import type { WorkingSet } from "../working-set.ts";

/** The resource a constraint names; a name that only history knows stands for its whole clone. */
export function constraintResource(ws: WorkingSet, id: string | null): Resource | null {
  if (id === null) return null;
  const found = ws.resourcesById.get(id);
  if (found !== undefined) return found;
  const renamed = ws.resourcesByHistoryId.get(id);
  return renamed !== undefined && renamed.historyId === id ? renamed.top() : null;
}

/** The resource that a constraint's attribute names; null, said aloud, when there is none. */
export function namedResource(ws: WorkingSet, constraint: Element, side: string): Resource | null {
  const id = constraint.get(side);
  const found = constraintResource(ws, id);
  if (found !== null) return found;
  const why = id === null ? `it has no '${side}'` : `'${id}' is not a valid resource or tag`;
  ws.problem("error", `Ignoring constraint '${constraint.id}' because ${why}`);
  return null;
}

/** Ids of what a tag or template stands for; null when it is neither. */
export function membersOf(ws: WorkingSet, id: string | null): string[] | null {
  if (id === null) return null;
  return ws.templates.get(id) ?? ws.tags.get(id) ?? null;
}

/** A resource_set, or what a tag was turned into. */
export interface ConstraintSet {
  id: string;
  xml: Element | null;
  /** Null stands for what does not exist, which was said aloud. */
  resources: (Resource | null)[];
  /** As written; null when absent. */
  sequential: boolean | null;
  role: string | null;
  action: string | null;
}

/**
 * The sets of a constraint. When one of them, or a tag in it, names what is neither resource nor tag,
 * no tag of the constraint stands for anything.
 */
export function readSets(ws: WorkingSet, constraint: Element): ConstraintSet[] {
  const all = constraint.elements("resource_set").map((written) => {
    const reference = written.get("id-ref");
    if (reference === null) return written;
    return constraint.root.byId(reference, "resource_set") ?? written;
  });
  const named = all.map((xml) => xml.elements("resource_ref").map((e) => e.id));
  const expanded = named.map((ids) => ids.flatMap((id) => expandFully(ws, id, new Set())));
  const unknown = expanded.flat().find((id) => !isKnown(ws, id));
  if (unknown !== undefined) sayUnknown(ws, constraint, unknown);
  return all.map((xml, i) => {
    const ids = unknown === undefined ? expanded[i]! : named[i]!;
    const sequential = xml.get("sequential");
    return {
      id: xml.id,
      xml,
      resources: ids.map((id) => member(ws, xml.id, id)),
      sequential: sequential === null ? null : sequential.toLowerCase() === "true",
      role: xml.get("role"),
      action: xml.get("action"),
    };
  });
}

/** What one side of a constraint names: the resource, or a tag's members; nothing if it is neither. */
export function sideMembers(
  ws: WorkingSet,
  constraint: Element,
  side: string,
): (Resource | null)[] | null {
  const id = constraint.get(side);
  if (id === null) return null;
  if (isKnown(ws, id)) return expand(ws, id).map((name) => member(ws, id, name));
  sayUnknown(ws, constraint, id);
  return null;
}

/** One side of a constraint as an unordered set. */
export function sideAsSet(
  ws: WorkingSet,
  constraint: Element,
  side: string,
  attributes: { role?: string; action?: string },
): ConstraintSet | null {
  const resources = sideMembers(ws, constraint, side);
  if (resources === null) return null;
  return {
    id: constraint.get(side)!,
    xml: null,
    resources,
    sequential: false,
    role: attributes.role === undefined ? null : constraint.get(attributes.role),
    action: attributes.action === undefined ? null : constraint.get(attributes.action),
  };
}

function isKnown(ws: WorkingSet, id: string): boolean {
  return constraintResource(ws, id) !== null || membersOf(ws, id) !== null;
}

function sayUnknown(ws: WorkingSet, constraint: Element, id: string): void {
  const text = `No resource, template, or tag named '${id}', as constraint '${constraint.id}' has it`;
  ws.messages.push({ level: "error", text });
}

function expand(ws: WorkingSet, id: string): string[] {
  return constraintResource(ws, id) === null ? (membersOf(ws, id) ?? [id]) : [id];
}

/** As {@link expand}, with the tags that a tag names; one that leads back to itself stands for nothing. */
function expandFully(ws: WorkingSet, id: string, above: ReadonlySet<string>): string[] {
  const ids = expand(ws, id);
  if (ids.length === 1 && ids[0] === id) return ids;
  const below = new Set(above).add(id);
  return ids.flatMap((name) => (below.has(name) ? [] : expandFully(ws, name, below)));
}

function member(ws: WorkingSet, set: string, id: string): Resource | null {
  const resource = constraintResource(ws, id);
  if (resource === null) {
    ws.messages.push({ level: "error", text: `${set}: No resource found for ${id}` });
  }
  return resource;
}

/** Whether the id on that side is a tag or template rather than a resource. */
export function isTagged(ws: WorkingSet, constraint: Element, side: string): boolean {
  const id = constraint.get(side);
  return id !== null && constraintResource(ws, id) === null && membersOf(ws, id) !== null;
}
