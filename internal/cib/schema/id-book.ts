import { Element } from "../../xml/mod.ts";

/** Values of an element's own attributes of type ID and IDREF. */
export interface Marks {
  ids: string[];
  references: string[];
}

export type MarksOf = (element: Element) => Marks | undefined;

/** What is wrong with the ids of a document. */
export type IdFault = { kind: "duplicate" | "unknown"; id: string };

/**
 * Counts ids and references to them from one document to the next: only what the two do not share
 * is looked at, so a small change to a large document costs little.
 */
export class IdBook {
  readonly #ids = new Map<string, number>();
  readonly #references = new Map<string, number>();
  readonly #marksOf: MarksOf;
  #last: Element | null = null;

  constructor(marksOf: MarksOf) {
    this.#marksOf = marksOf;
  }

  /** Turns to another document. The fault is among what is new or gone in it, if there is one. */
  turnTo(root: Element): IdFault | null {
    const gone: Element[] = [];
    const come: Element[] = [];
    compare(this.#last, root, gone, come);
    for (const element of gone) this.#count(element, -1);
    for (const element of come) this.#count(element, 1);
    const fault = this.#fault(gone, come);
    if (fault === null) {
      this.#last = root;
      return null;
    }
    // The next document is made from the one before this one.
    for (const element of come) this.#count(element, -1);
    for (const element of gone) this.#count(element, 1);
    return fault;
  }

  #count(element: Element, by: number): void {
    const marks = this.#marksOf(element);
    if (marks === undefined) return;
    for (const id of marks.ids) add(this.#ids, id, by);
    for (const id of marks.references) add(this.#references, id, by);
  }

  #fault(gone: Element[], come: Element[]): IdFault | null {
    for (const element of come) {
      for (const id of this.#marksOf(element)?.ids ?? []) {
        if (this.#ids.get(id)! > 1) return { kind: "duplicate", id };
      }
      for (const id of this.#marksOf(element)?.references ?? []) {
        if (!this.#ids.has(id)) return { kind: "unknown", id };
      }
    }
    for (const element of gone) {
      for (const id of this.#marksOf(element)?.ids ?? []) {
        if (!this.#ids.has(id) && this.#references.has(id)) return { kind: "unknown", id };
      }
    }
    return null;
  }
}

function add(counts: Map<string, number>, id: string, by: number): void {
  const count = (counts.get(id) ?? 0) + by;
  if (count === 0) counts.delete(id);
  else counts.set(id, count);
}

/** Elements of only one of two documents, each with all below it that is not shared. */
function compare(old: Element | null, now: Element | null, gone: Element[], come: Element[]): void {
  if (old === now) return;
  if (old === null || now === null) {
    if (old !== null) collect(old, gone);
    if (now !== null) collect(now, come);
    return;
  }
  gone.push(old);
  come.push(now);
  const before = old.children;
  const after = now.children;
  // Most children stand where they stood: step over those from both ends.
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start])
    start += 1;
  let [endOld, endNew] = [before.length, after.length];
  while (endOld > start && endNew > start && before[endOld - 1] === after[endNew - 1]) {
    endOld -= 1;
    endNew -= 1;
  }
  const left = elements(before.slice(start, endOld));
  const right = elements(after.slice(start, endNew));
  const [kept, known] = [new Set(right), new Set(left)];
  const lost = left.filter((element) => !kept.has(element));
  const fresh = right.filter((element) => !known.has(element));
  const pairs = Math.max(lost.length, fresh.length);
  for (let i = 0; i < pairs; i++) compare(lost[i] ?? null, fresh[i] ?? null, gone, come);
}

/** An element and all below it. The first document is read so: nothing is shared with it. */
function collect(element: Element, into: Element[]): void {
  into.push(element);
  for (const child of element.children) if (child instanceof Element) collect(child, into);
}

function elements(nodes: readonly unknown[]): Element[] {
  return nodes.filter((node): node is Element => node instanceof Element);
}
