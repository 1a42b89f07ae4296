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
  resources: Resource[];
  /** As written; null when absent. */
  sequential: boolean | null;
  role: string | null;
  action: string | null;
}

/** Resources that a list of ids stands for; null when one is unknown (reported by name). */
export function resolveAll(ws: WorkingSet, ids: readonly string[]): Resource[] | null {
  const out: Resource[] = [];
  for (const id of ids) {
    const direct = constraintResource(ws, id);
    if (direct !== null) {
      out.push(direct);
      continue;
    }
    const members = membersOf(ws, id);
    if (members === null) {
      ws.messages.push({ level: "error", text: `No resource, template, or tag named '${id}'` });
      return null;
    }
    for (const member of members) {
      const resource = constraintResource(ws, member);
      if (resource === null) {
        ws.messages.push({ level: "error", text: `${id}: No resource found for ${member}` });
        return null;
      }
      out.push(resource);
    }
  }
  return out;
}

/** The sets of a constraint; null when one names what does not exist. */
export function readSets(ws: WorkingSet, constraint: Element): ConstraintSet[] | null {
  const out: ConstraintSet[] = [];
  for (const written of constraint.elements("resource_set")) {
    const reference = written.get("id-ref");
    const xml =
      reference === null ? written : (constraint.root.byId(reference, "resource_set") ?? written);
    const ids = xml.elements("resource_ref").map((e) => e.id);
    const resources = resolveAll(ws, ids);
    if (resources === null) return null;
    const sequential = xml.get("sequential");
    out.push({
      id: xml.id,
      xml,
      resources,
      sequential: sequential === null ? null : sequential.toLowerCase() === "true",
      role: xml.get("role"),
      action: xml.get("action"),
    });
  }
  return out;
}

/** One side of a constraint as an unordered set: a tag's members, or the resource alone. */
export function sideAsSet(
  ws: WorkingSet,
  constraint: Element,
  side: string,
  attributes: { role?: string; action?: string },
): ConstraintSet | null {
  const id = constraint.get(side);
  if (id === null) return null;
  const resources = resolveAll(ws, [id]);
  if (resources === null) return null;
  return {
    id,
    xml: null,
    resources,
    sequential: false,
    role: attributes.role === undefined ? null : constraint.get(attributes.role),
    action: attributes.action === undefined ? null : constraint.get(attributes.action),
  };
}

/** Whether the id on that side is a tag or template rather than a resource. */
export function isTagged(ws: WorkingSet, constraint: Element, side: string): boolean {
  const id = constraint.get(side);
  return id !== null && constraintResource(ws, id) === null && membersOf(ws, id) !== null;
}
