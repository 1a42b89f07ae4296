import type { Element } from "../../xml/mod.ts";
import { error, type Report } from "../frame/report.ts";

/** Elements whose `id` names something else than themselves. */
const REFERENCES = new Set(["acl_target", "role", "obj_ref", "resource_ref"]);

/**
 * All configuration elements that hold this id. The status section does not count: it may tell of
 * deleted resources. A primitive's `remote-node` name counts, Pacemaker makes a resource of it.
 */
export function elementsById(within: Element, id: string): Element[] {
  const root = within.root;
  const found: Element[] = [];
  const visit = (element: Element): void => {
    if (holdsId(element, id)) found.push(element);
    for (const child of element.elements()) visit(child);
  };
  if (root.name !== "cib") visit(root);
  else {
    for (const part of root.elements()) {
      if (part.name !== "status") for (const child of part.elements()) visit(child);
    }
  }
  return found;
}

function holdsId(element: Element, id: string): boolean {
  if (!REFERENCES.has(element.name) && element.get("id") === id) return true;
  if (element.name !== "primitive") return false;
  return element
    .elements("meta_attributes")
    .some((set) =>
      set
        .elements("nvpair")
        .some((pair) => pair.get("name") === "remote-node" && pair.get("value") === id),
    );
}

export function idExists(within: Element, id: string): boolean {
  return elementsById(within, id).length > 0;
}

/** Gives out ids that are not in the CIB and were not given out before. */
export class IdProvider {
  private readonly root: Element;
  private readonly booked = new Set<string>();

  constructor(within: Element) {
    this.root = within.root;
  }

  /** The proposed id, with `-1`, `-2` ... when that is taken. */
  allocate(proposed: string): string {
    let id = proposed;
    for (let n = 1; this.booked.has(id) || idExists(this.root, id); n++) id = `${proposed}-${n}`;
    this.booked.add(id);
    return id;
  }

  /** Reserves ids that the user chose; reports those that are taken. */
  book(...ids: string[]): Report[] {
    const reports: Report[] = [];
    for (const id of new Set(ids)) {
      if (this.booked.has(id) || idExists(this.root, id)) reports.push(idTaken(id));
      else this.booked.add(id);
    }
    return reports;
  }
}

export function idTaken(id: string): Report {
  return error(`'${id}' already exists`);
}

const BAD_FIRST = /[^a-zA-Z_]/;
const BAD_REST = /[^a-zA-Z0-9_.-]/;

/** Reports what keeps a text from being an XML id. `description` says whose id it is. */
export function checkId(id: string, description = "id"): Report[] {
  if (id === "") return [error(`${description} cannot be empty`)];
  const reports: Report[] = [];
  const chars = [...id];
  chars.forEach((char, i) => {
    if (!(i === 0 ? BAD_FIRST : BAD_REST).test(char)) return;
    const first = i === 0 ? "first " : "";
    reports.push(
      error(
        `invalid ${description} '${id}', '${char}' is not a valid ${first}character for a ${description}`,
      ),
    );
  });
  return reports;
}

/** The text with what an id may not hold taken out (or replaced). */
export function sanitizeId(text: string, replacement = ""): string {
  if (text === "") return text;
  const first = BAD_FIRST.test(text[0]!) ? "" : text[0]!;
  return first + text.slice(1).replace(/[^a-zA-Z0-9_.-]/g, replacement);
}

/** The id itself when it is free, else the first free one with a number. */
export function freeIdIn(within: Element, wanted: string): string {
  let id = wanted;
  for (let n = 1; idExists(within, id); n++) id = `${wanted}-${n}`;
  return id;
}
