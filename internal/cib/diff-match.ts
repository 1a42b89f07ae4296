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
  if (pairwise(a, b, original, visit)) return { created: new Set(), moved: new Set() };
  const olds = a.children.filter((n): n is Child => !(n instanceof Text));
  const news = b.children.filter((n): n is Child => !(n instanceof Text));
  let side = new Sides(olds, news, original);
  let gone = deletions(olds, side);
  let result = reorder(olds, news, side, gone, original);
  if (result === null) {
    // A comment kept its place but not its order among what stays: make the comments anew.
    side = new Sides(olds, news, original, true);
    gone = deletions(olds, side);
    result = reorder(olds, news, side, gone, true)!;
    correctMoves(olds, news, side, gone, result);
  }
  for (const old of olds) {
    const position = gone.get(old);
    const found = position === undefined && old instanceof Element ? side.inNew(old, 0) : null;
    if (position !== undefined) visit.deleted(old, position);
    else if (found instanceof Element && found !== old) visit.matched(old as Element, found);
  }
  return result;
}

/** The old children that nothing stands for, with their places among those still there. */
function deletions(olds: Child[], side: Sides): Map<Child, number> {
  const gone = new Map<Child, number>();
  olds.forEach((old, i) => {
    const position = i - gone.size;
    if (side.inNew(old, position) === null) gone.set(old, position);
  });
  return gone;
}

/** What was created and moved; null when comments cannot be followed through it. */
function reorder(
  olds: Child[],
  news: Child[],
  side: Sides,
  gone: Map<Child, number>,
  original: boolean,
): Reordering | null {
  const result: Reordering = { created: new Set(), moved: new Set() };
  const oldCount = new Counter(olds.length);
  olds.forEach((old, i) => {
    if (gone.has(old)) oldCount.skip(i);
  });
  let kept = 0;
  let newPosition = 0;
  for (const now of news) {
    const at = side.inOld(now, newPosition, oldCount);
    if (at < 0) {
      result.created.add(now);
      continue;
    }
    kept += 1;
    side.standsFor.set(now, olds[at]!);
    const oldPosition = oldCount.before(at);
    if (oldPosition !== newPosition) {
      result.moved.add(now);
      if (oldPosition < newPosition) continue;
      oldCount.skip(at);
    }
    newPosition += 1;
  }
  if (original) return result;
  if (kept !== olds.length - gone.size) return null;
  if (result.moved.size > 0) correctMoves(olds, news, side, gone, result);
  return result;
}

/** The usual case, quickly: the same children in the same places, one or two of them altered. */
function pairwise(a: Element, b: Element, original: boolean, visit: Visitor): boolean {
  const altered = alteredInPlace(a, b);
  if (altered === null) return false;
  if (!original && altered.some(([old, now]) => !distinguishable(old, now))) return false;
  for (const [old, now] of altered) visit.matched(old, now);
  return true;
}

/** The pairs of children that differ, when all stand in the same places and can be told apart. */
function alteredInPlace(a: Element, b: Element): [Element, Element][] | null {
  if (a.children.length !== b.children.length) return null;
  const altered: [Element, Element][] = [];
  for (let i = 0; i < a.children.length; i++) {
    const [old, now] = [a.children[i]!, b.children[i]!];
    if (old === now) continue;
    if (!(old instanceof Element && now instanceof Element) || altered.length === 2) return null;
    const id = now.get("id");
    if (old.name !== now.name || old.get("id") !== id || id?.includes("'") === true) return null;
    let same = 0;
    for (const other of b.children) {
      if (!(other instanceof Element) || other.name !== now.name) continue;
      if (id === null || other.get("id") === id || !other.has("id")) same += 1;
    }
    if (same > 1) return null;
    altered.push([old, now]);
  }
  return altered;
}

/** Whether paths can tell the children of both apart, so that a patch can say what changed. */
function distinguishable(a: Element, b: Element): boolean {
  return alteredInPlace(a, b) !== null || (!ambiguous(a) && !ambiguous(b));
}

/**
 * Creations and moves are carried out by ascending position. Where some of them cross, the moves
 * found do not give the order wanted: then each child that is not yet in its place is moved there
 * from further back, so that all before the position is final.
 */
function correctMoves(
  olds: Child[],
  news: Child[],
  { standsFor }: Sides,
  gone: Map<Child, number>,
  result: Reordering,
): void {
  const survivors = olds.filter((child) => !gone.has(child));
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
  readonly #commentsAnew: boolean;
  /** Old child of each new one that is not created. */
  readonly standsFor = new Map<Child, Child>();

  constructor(olds: Child[], news: Child[], original: boolean, commentsAnew = false) {
    this.#commentsAnew = commentsAnew;
    this.#olds = olds;
    this.#news = news;
    this.#original = original;
    this.#oldByKey = firstByKey(olds);
    this.#newByKey = firstByKey(news);
  }

  /** The new child that stands for an old one. */
  inNew(old: Child, position: number): Child | null {
    if (old instanceof Comment) {
      if (this.#commentsAnew) return null;
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
      if (this.#commentsAnew) return -1;
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

  #reconcilable(a: Element, b: Element): boolean {
    if (this.#original || a === b) return true;
    return distinguishable(a, b) || sameElement(a, b);
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
