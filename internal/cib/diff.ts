import { Comment, Element, Text } from "../xml/mod.ts";
import { matchChildren, type Reordering } from "./diff-match.ts";
import { cibDigest } from "./digest.ts";
import { VERSION_ATTRIBUTES } from "./version.ts";

export interface DiffOptions {
  /** Attributes that merely changed places count as changed (crm_diff without --cib). */
  attributeOrder?: boolean;
  /** Carry the digest of the result, so that a patch on another document is noticed. */
  digest?: boolean;
  /**
   * Follow the original also where it cannot tell children of one name without ids apart.
   * Otherwise such elements are deleted and created whole, so that patching gives exactly `b`.
   */
  original?: boolean;
}

/**
 * The changes from `a` to `b` as a version 2 patchset (`<diff format="2">`), null when there are
 * none. Elements that both documents share are not looked into.
 */
export function diffCib(a: Element, b: Element, options: DiffOptions = {}): Element | null {
  const run = new Differ(options);
  const changes = run.compare(a, b, `/${pathStep(b)}`);
  if (run.deletes.length === 0 && changes.length === 0) return null;
  const diff = new Element("diff", { format: "2" });
  if (options.digest === true) diff.set("digest", cibDigest(b));
  diff.append(versions(a, b));
  for (const change of run.deletes) diff.append(change);
  for (const change of changes) diff.append(change);
  return diff;
}

/** One step of a patchset's path: the name, with the id where there is one. */
export function pathStep(element: Element): string {
  const id = element.get("id");
  return id === null ? element.name : `${element.name}[@id='${id}']`;
}

function versions(a: Element, b: Element): Element {
  const numbers = (from: Element): Record<string, string> =>
    Object.fromEntries(VERSION_ATTRIBUTES.map((name) => [name, from.get(name) ?? "1"]));
  return new Element("version", {}, [
    new Element("source", numbers(a)),
    new Element("target", numbers(b)),
  ]);
}

class Differ {
  readonly deletes: Element[] = [];
  readonly #options: DiffOptions;

  constructor(options: DiffOptions) {
    this.#options = options;
  }

  /** Changes within `b` in document order; deletions go to the shared list. */
  compare(a: Element, b: Element, path: string): Element[] {
    if (a === b) return [];
    const changes: Element[] = [];
    const modify = this.#attributes(a, b, path);
    if (modify !== null) changes.push(modify);
    if (a.children.length === 0 && b.children.length === 0) return changes;
    const inner = new Map<Element, Element[]>();
    const exact = this.#options.original === true;
    const order = matchChildren(a, b, exact, {
      matched: (old, now) => {
        const found = this.compare(old, now, `${path}/${pathStep(now)}`);
        if (found.length > 0) inner.set(now, found);
      },
      deleted: (node, position) => this.deletes.push(deletion(node, path, position)),
    });
    this.#collect(b, path, order, inner, changes);
    return changes;
  }

  #collect(
    b: Element,
    path: string,
    order: Reordering,
    inner: Map<Element, Element[]>,
    changes: Element[],
  ): void {
    if (order.created.size === 0 && order.moved.size === 0 && inner.size === 0) return;
    let position = 0;
    for (const child of b.children) {
      if (child instanceof Text) continue;
      const place = String(position);
      position += 1;
      if (order.created.has(child)) {
        const create = new Element("change", { operation: "create", path, position: place });
        create.append(child instanceof Element ? child.clone() : new Comment(child.text));
        changes.push(create);
        continue;
      }
      if (child instanceof Element) changes.push(...(inner.get(child) ?? []));
      if (order.moved.has(child)) {
        const step = child instanceof Element ? pathStep(child) : "comment";
        const where = `${path}/${step}`;
        changes.push(new Element("change", { operation: "move", path: where, position: place }));
      }
    }
  }

  #attributes(a: Element, b: Element, path: string): Element | null {
    const list = new Element("change-list");
    const moved = this.#options.attributeOrder === true ? movedAttributes(a, b) : null;
    for (const [name, value] of b.entries()) {
      if (a.get(name) === value && moved?.has(name) !== true) continue;
      list.append(new Element("change-attr", { name, operation: "set", value }));
    }
    for (const name of a.attributeNames()) {
      if (b.has(name)) continue;
      list.append(new Element("change-attr", { name, operation: "unset" }));
    }
    if (list.children.length === 0) return null;
    const bare = new Element(b.name, b.attributes.slice());
    return new Element("change", { operation: "modify", path }, [
      list,
      new Element("change-result", {}, [bare]),
    ]);
  }
}

function deletion(node: Element | Comment, path: string, position: number): Element {
  if (node instanceof Element) {
    return new Element("change", { operation: "delete", path: `${path}/${pathStep(node)}` });
  }
  return new Element("change", {
    operation: "delete",
    path: `${path}/comment`,
    position: String(position),
  });
}

/** Attributes of both that changed places: each found counts out on the side it is further along. */
function movedAttributes(a: Element, b: Element): Set<string> {
  const moved = new Set<string>();
  const out = { a: new Set<string>(), b: new Set<string>() };
  const place = (names: string[], name: string, skipped: Set<string>): number =>
    names.slice(0, names.indexOf(name)).filter((other) => !skipped.has(other)).length;
  const [before, after] = [a.attributeNames(), b.attributeNames()];
  for (const name of before) {
    if (!b.has(name) || a.get(name) !== b.get(name)) continue;
    const [from, to] = [place(before, name, out.a), place(after, name, out.b)];
    if (from === to) continue;
    moved.add(name);
    (from > to ? out.a : out.b).add(name);
  }
  return moved;
}
