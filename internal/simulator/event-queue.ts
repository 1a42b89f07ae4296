/** Simulated time: what is due next happens next, in the order it was asked for. */
export class EventQueue {
  #heap: { dueMs: number; order: number; run: () => void }[] = [];
  #order = 0;
  #cancelled = new Set<number>();
  nowMs: number;
  /** How many things have happened. */
  events = 0;
  /** Called after each event, when the machines are consistent with one another. */
  afterEach: (() => void) | null = null;

  constructor(startMs: number) {
    this.nowMs = startMs;
  }

  /** Calls back at `now + delayMs`; the result cancels it. */
  after(delayMs: number, run: () => void): () => void {
    this.#order += 1;
    const order = this.#order;
    this.#push({ dueMs: this.nowMs + Math.max(0, delayMs), order, run });
    return () => this.#cancelled.add(order);
  }

  /** Runs everything that is due until `untilMs`; time then stands there. */
  runUntil(untilMs: number): void {
    for (
      let next = this.#heap[0];
      next !== undefined && next.dueMs <= untilMs;
      next = this.#heap[0]
    ) {
      this.#pop();
      if (this.#cancelled.delete(next.order)) continue;
      this.nowMs = next.dueMs;
      this.events += 1;
      next.run();
      this.afterEach?.();
    }
    this.nowMs = Math.max(this.nowMs, untilMs);
  }

  #push(entry: { dueMs: number; order: number; run: () => void }): void {
    const heap = this.#heap;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(heap[at]!, heap[parent]!)) break;
      [heap[at], heap[parent]] = [heap[parent]!, heap[at]!];
      at = parent;
    }
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    heap[0] = last;
    for (let at = 0; ; ) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && before(heap[child]!, heap[least]!)) least = child;
      }
      if (least === at) return;
      [heap[at], heap[least]] = [heap[least]!, heap[at]!];
      at = least;
    }
  }
}

function before(a: { dueMs: number; order: number }, b: { dueMs: number; order: number }): boolean {
  return a.dueMs !== b.dueMs ? a.dueMs < b.dueMs : a.order < b.order;
}
