import { Comment, Element, type Node, Text } from "../xml/mod.ts";
import { sameElement } from "./compare.ts";

type Child = Element | Comment;

/** Which children of the new element came to be, and which stand in another place. */
export interface Reordering {
  created: Set<Node>;
  moved: Set<Node>;
}

interface Visitor {
  matched(old: Element, now: Element): void;
  /** `position`: place among the old children still there, needed to find a comment. */
  deleted(node: Child, position: number): void;
}

/**
 * Pairs the children of two elements as Pacemaker does: elements by name and id, comments by text
 * and place. A child that changed places is taken out of the count on the side where it stands
 * further along, so one move is reported and not a shift of all between.
 */
export function matchChildren(
  a: Element,
  b: Element,
  original: boolean,
  visit: Visitor,
): Reordering {
  const olds = a.children.filter((n): n is Child => !(n instanceof Text));
  const news = b.children.filter((n): n is Child => !(n instanceof Text));
  const result: Reordering = { created: new Set(), moved: new Set() };
  const side = new Sides(olds, news, original);
  const survivors: Child[] = [];
  const standsFor = new Map<Child, Child>();
  const oldCount = new Counter(olds.length);
  for (let i = 0; i < olds.length; i++) {
    const old = olds[i]!;
    const position = oldCount.before(i);
    const found = side.inNew(old, position);
    if (found === null) {
      visit.deleted(old, position);
      oldCount.skip(i);
      continue;
    }
    survivors.push(old);
    if (old instanceof Element && found instanceof Element && old !== found) {
      visit.matched(old, found);
    }
  }
  let newPosition = 0;
  for (const now of news) {
    const at = side.inOld(now, newPosition, oldCount);
    if (at < 0) {
      result.created.add(now);
      continue;
    }
    standsFor.set(now, olds[at]!);
    const oldPosition = oldCount.before(at);
    if (oldPosition === newPosition) {
      newPosition += 1;
      continue;
    }
    result.moved.add(now);
    if (oldPosition > newPosition) {
      oldCount.skip(at);
      newPosition += 1;
    }
  }
  if (!original && result.moved.size > 0) correctMoves(survivors, news, standsFor, result);
  return result;
}

/**
 * Creations and moves are carried out by ascending position. Where some of them cross, the moves
 * found do not give the order wanted: then each child that is not yet in its place is moved there
 * from further back, so that all before the position is final.
 */
function correctMoves(
  survivors: Child[],
  news: Child[],
  standsFor: Map<Child, Child>,
  result: Reordering,
): void {
  const wanted = news.map((child) => standsFor.get(child) ?? child);
  const found = new Set([...result.moved].map((child) => standsFor.get(child as Child)));
  const list = survivors.slice();
  const put = (child: Child, position: number): void => {
    if (standsFor.has(news[position]!)) list.splice(list.indexOf(child), 1);
    list.splice(position, 0, child);
  };
  wanted.forEach((child, i) => {
    if (result.created.has(child) || found.has(child)) put(child, i);
  });
  if (wanted.every((child, i) => list[i] === child)) return;
  list.splice(0, list.length, ...survivors);
  result.moved.clear();
  wanted.forEach((child, i) => {
    if (list[i] === child) return;
    if (!result.created.has(child)) result.moved.add(news[i]!);
    put(child, i);
  });
}

class Sides {
  readonly #olds: Child[];
  readonly #news: Child[];
  readonly #original: boolean;
  readonly #oldByKey: Map<string, number>;
  readonly #newByKey: Map<string, number>;

  constructor(olds: Child[], news: Child[], original: boolean) {
    this.#olds = olds;
    this.#news = news;
    this.#original = original;
    this.#oldByKey = firstByKey(olds);
    this.#newByKey = firstByKey(news);
  }

  /** The new child that stands for an old one. */
  inNew(old: Child, position: number): Child | null {
    if (old instanceof Comment) {
      const candidate = this.#news[position];
      return candidate instanceof Comment && this.#sameText(old, candidate) ? candidate : null;
    }
    const index = this.#newByKey.get(key(old));
    if (index === undefined) return null;
    const candidate = this.#news[index] as Element;
    return this.#reconcilable(old, candidate) ? candidate : null;
  }

  /** Index of the old child that a new one stands for, or -1. */
  inOld(now: Child, position: number, count: Counter): number {
    if (now instanceof Comment) {
      const at = count.at(position);
      const candidate = this.#olds[at];
      return candidate instanceof Comment && this.#sameText(candidate, now) ? at : -1;
    }
    const index = this.#oldByKey.get(key(now));
    if (index === undefined) return -1;
    return this.#reconcilable(this.#olds[index] as Element, now) ? index : -1;
  }

  #sameText(a: Comment, b: Comment): boolean {
    if (!this.#original) return a.text === b.text;
    return a.text.toLowerCase() === b.text.toLowerCase();
  }

  /** Whether paths can tell the children of both apart, so that a patch can say what changed. */
  #reconcilable(a: Element, b: Element): boolean {
    if (this.#original || a === b) return true;
    return (!ambiguous(a) && !ambiguous(b)) || sameElement(a, b);
  }
}

function key(element: Element): string {
  return `${element.name} ${element.get("id") ?? ""}`;
}

function firstByKey(children: Child[]): Map<string, number> {
  const map = new Map<string, number>();
  for (let i = 0; i < children.length; i++) {
    const child = children[i]!;
    if (!(child instanceof Element)) continue;
    // A child without id stands for the first of its name, whatever that one's id is.
    for (const name of child.has("id") ? [key(child), `${child.name} `] : [key(child)]) {
      if (!map.has(name)) map.set(name, i);
    }
  }
  return map;
}

function ambiguous(element: Element): boolean {
  const seen = new Set<string>();
  let nameless = false;
  for (const child of element.children) {
    if (child instanceof Text) return true;
    if (!(child instanceof Element)) continue;
    const own = key(child);
    if (seen.has(own) || child.id.includes("'")) return true;
    seen.add(own);
    nameless ||= !child.has("id");
  }
  if (!nameless) return false;
  return element.elements().some((child) => child.has("id") && seen.has(`${child.name} `));
}

/** Counts the members before an index while members drop out (a Fenwick tree). */
class Counter {
  readonly #tree: Int32Array;
  readonly #out: Uint8Array;
  #dropped = 0;

  constructor(size: number) {
    this.#tree = new Int32Array(size + 1);
    this.#out = new Uint8Array(size);
  }

  skip(index: number): void {
    if (this.#out[index] === 1) return;
    this.#out[index] = 1;
    this.#dropped += 1;
    for (let i = index + 1; i < this.#tree.length; i += i & -i) this.#tree[i]! += 1;
  }

  before(index: number): number {
    if (this.#dropped === 0) return index;
    let dropped = 0;
    for (let i = index; i > 0; i -= i & -i) dropped += this.#tree[i]!;
    return index - dropped;
  }

  /** Index of the member with `position` members before it. */
  at(position: number): number {
    let seen = 0;
    for (let i = 0; i < this.#out.length; i++) {
      if (this.#out[i] === 1) continue;
      if (seen === position) return i;
      seen += 1;
    }
    return -1;
  }
}
