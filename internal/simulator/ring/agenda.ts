interface Entry {
  at: number;
  /** Breaks ties: what was planned first runs first. */
  order: number;
  run: () => void;
}

/** Simulated time: a heap of things to do, run in order. */
export class Agenda {
  now = 0;
  events = 0;
  /** A defect can make the ring talk without pause; then the run ends here. */
  limit = 2_000_000;
  #order = 0;
  readonly #heap: Entry[] = [];

  at(time: number, run: () => void): void {
    this.#order += 1;
    const heap = this.#heap;
    const entry = { at: Math.max(time, this.now), order: this.#order, run };
    heap.push(entry);
    let i = heap.length - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(entry, heap[parent]!)) break;
      heap[i] = heap[parent]!;
      i = parent;
    }
    heap[i] = entry;
  }

  after(delay: number, run: () => void): void {
    this.at(this.now + delay, run);
  }

  /** Runs everything up to `time`. */
  runUntil(time: number): void {
    while (this.#heap.length > 0 && this.#heap[0]!.at <= time && this.events < this.limit) {
      this.events += 1;
      const entry = this.#pop();
      this.now = entry.at;
      entry.run();
    }
    this.now = time;
  }

  #pop(): Entry {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child += 1;
      if (!before(heap[child]!, last)) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = last;
    return first;
  }
}

function before(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
