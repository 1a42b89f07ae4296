import type { Element } from "../../xml/mod.ts";

interface Entries {
  /** Null: the id stands more than once. */
  byId: Map<string, Element | null>;
  /** How many children were read; another number means that somebody else wrote. */
  read: number;
}

/**
 * The lrm_resource elements of lrm_resources elements by id. A cold start looks for one per resource
 * and node, so that reading all of a node's each time would grow with the square of the resources.
 */
export class HistoryIndex {
  readonly #known = new WeakMap<Element, Entries>();

  /** The history with that id. Where one id stands twice neither entry is trusted: null. */
  find(resources: Element, id: string): Element | null {
    return this.#entries(resources).byId.get(id) ?? null;
  }

  append(resources: Element, history: Element): Element {
    const entries = this.#entries(resources);
    resources.append(history);
    add(entries, history);
    entries.read = resources.children.length;
    return history;
  }

  #entries(resources: Element): Entries {
    const known = this.#known.get(resources);
    if (known !== undefined && known.read === resources.children.length) return known;
    const entries: Entries = { byId: new Map(), read: resources.children.length };
    for (const history of resources.elements("lrm_resource")) add(entries, history);
    this.#known.set(resources, entries);
    return entries;
  }
}

function add({ byId }: Entries, history: Element): void {
  byId.set(history.id, byId.has(history.id) ? null : history);
}
