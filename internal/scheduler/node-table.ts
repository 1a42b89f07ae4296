import { addScores, hashOrder, INFINITY_SCORE } from "../base/mod.ts";
import type { Node } from "./node.ts";

const ABSENT = -1;

/**
 * Scores of one resource by node: typed arrays indexed by `node.index`, since there is one such
 * table per resource and they are merged, copied and compared all the time.
 */
export class NodeTable {
  scores: Int32Array;
  /** Discovery mode, or -1 where the table has no entry for the node. */
  modes: Int8Array;
  /** Instances counted on each node (clones and bundles only). */
  counts: Int32Array | null = null;
  /** Whose table it is: told of each change. */
  owner: { tableChanged(): void } | null = null;
  /** The nodes in the order of their entry; null in a table that is never asked for its order. */
  #entered: Node[] | null;
  /** How often it was copied since: each time the entries are made anew in the order of that day. */
  #copies = 0;

  constructor(capacity: number, keepsOrder = false) {
    this.scores = new Int32Array(capacity);
    this.modes = new Int8Array(capacity).fill(ABSENT);
    this.#entered = keepsOrder ? [] : null;
  }

  has(node: Node): boolean {
    return node.index < this.modes.length && this.modes[node.index] !== ABSENT;
  }

  /** The score, or `missing` where there is no entry. */
  score(node: Node, missing = 0): number {
    return this.has(node) ? this.scores[node.index]! : missing;
  }

  mode(node: Node): number {
    return this.has(node) ? this.modes[node.index]! : 0;
  }

  set(node: Node, score: number): void {
    if (!this.has(node)) {
      this.#ensure(node.index);
      this.modes[node.index] = 0;
      this.#enter(node);
    }
    this.scores[node.index] = score;
    this.owner?.tableChanged();
  }

  /** Makes an entry as a copy of a node has it. */
  insert(node: Node, score: number, mode: number): void {
    if (!this.has(node)) this.#enter(node);
    this.#ensure(node.index);
    this.modes[node.index] = mode;
    this.scores[node.index] = score;
    this.owner?.tableChanged();
  }

  setMode(node: Node, mode: number): void {
    this.modes[node.index] = mode;
  }

  /** Adds to an existing entry. */
  add(node: Node, score: number): void {
    this.scores[node.index] = addScores(this.scores[node.index]!, score);
    this.owner?.tableChanged();
  }

  delete(node: Node): void {
    if (this.has(node)) {
      this.modes[node.index] = ABSENT;
      if (this.#entered !== null) this.#entered = this.#settled().filter((n) => n !== node);
    }
    this.owner?.tableChanged();
  }

  clear(): void {
    this.modes.fill(ABSENT);
    this.counts = null;
    if (this.#entered !== null) this.#entered = [];
    this.#copies = 0;
    this.owner?.tableChanged();
  }

  /** -INFINITY for every node in the table. */
  banAll(): void {
    for (let i = 0; i < this.scores.length; i++) {
      if (this.modes[i] !== ABSENT) this.scores[i] = -INFINITY_SCORE;
    }
    this.owner?.tableChanged();
  }

  isEmpty(): boolean {
    for (let i = 0; i < this.modes.length; i++) if (this.modes[i] !== ABSENT) return false;
    return true;
  }

  get size(): number {
    let n = 0;
    for (let i = 0; i < this.modes.length; i++) if (this.modes[i] !== ABSENT) n += 1;
    return n;
  }

  count(node: Node): number {
    return this.counts === null ? 0 : (this.counts[node.index] ?? 0);
  }

  addCount(node: Node, delta: number): void {
    if (this.counts === null || this.counts.length < this.scores.length) {
      const grown = new Int32Array(this.scores.length);
      if (this.counts !== null) grown.set(this.counts);
      this.counts = grown;
    }
    this.counts[node.index]! += delta;
  }

  resetCounts(): void {
    this.counts = null;
  }

  /** `inPlace`: a copy that stands for the table itself, changed. */
  copy(inPlace = false): NodeTable {
    const out = new NodeTable(0);
    out.scores = this.scores.slice();
    out.modes = this.modes.slice();
    out.counts = this.counts === null ? null : this.counts.slice();
    out.#entered = this.#entered;
    out.#copies = this.#copies + (inPlace ? 0 : 1);
    return out;
  }

  /** Counts copies that were not made, because what they were for was known. */
  copiedMore(times: number): void {
    this.#copies += times;
  }

  /** The nodes in the order of the original's hash table, whose keys are their ids. */
  inHashOrder(): Node[] {
    return nodesByHash(this.#settled());
  }

  #enter(node: Node): void {
    if (this.#entered !== null) this.#entered = [...this.#settled(), node];
  }

  /** The nodes in the order of their last entry, copies counted. */
  #settled(): Node[] {
    if (this.#entered === null) return [];
    let nodes = this.#entered;
    for (; this.#copies > 0; this.#copies--) {
      const next = nodesByHash(nodes);
      const settled = next.every((node, i) => node === nodes[i]);
      nodes = next;
      if (settled) break;
    }
    this.#copies = 0;
    this.#entered = nodes;
    return nodes;
  }

  #ensure(index: number): void {
    if (index < this.scores.length) return;
    const capacity = Math.max(index + 1, this.scores.length + 8);
    const scores = new Int32Array(capacity);
    scores.set(this.scores);
    const modes = new Int8Array(capacity).fill(ABSENT);
    modes.set(this.modes);
    this.scores = scores;
    this.modes = modes;
  }
}

/** Nodes in the order in which a hash table of the original's lists them. */
export function nodesByHash(nodes: readonly Node[]): Node[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  return hashOrder(byId.keys()).map((id) => byId.get(id)!);
}

/** A set of nodes as bytes by `node.index`. */
export class NodeSet {
  #bits: Uint8Array | null = null;

  has(node: Node): boolean {
    return this.#bits !== null && this.#bits[node.index] === 1;
  }

  get isEmpty(): boolean {
    return this.#bits === null;
  }

  add(node: Node): void {
    if (this.#bits === null || node.index >= this.#bits.length) {
      const grown = new Uint8Array(Math.max(node.index + 8, 16));
      if (this.#bits !== null) grown.set(this.#bits);
      this.#bits = grown;
    }
    this.#bits[node.index] = 1;
  }
}
