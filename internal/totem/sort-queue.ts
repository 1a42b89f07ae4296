import { seqAdd, seqBefore } from "./seq.ts";

/** Corosync's bound: flow control keeps the ring inside it. */
export const SORT_QUEUE_ENTRIES = 16384;

/** The packets of one ring by sequence number: a window that moves up as messages are released. */
export class SortQueue {
  /** Lowest number the window holds. */
  #head = 1;
  readonly #packets: (Uint8Array | null)[] = new Array<Uint8Array | null>(SORT_QUEUE_ENTRIES).fill(
    null,
  );
  readonly #missed = new Uint8Array(SORT_QUEUE_ENTRIES);
  readonly #served = new Uint8Array(SORT_QUEUE_ENTRIES);

  inRange(seq: number): boolean {
    return seqAdd(seq, -this.#head) < SORT_QUEUE_ENTRIES;
  }

  has(seq: number): boolean {
    return this.inRange(seq) && this.#packets[seq % SORT_QUEUE_ENTRIES] !== null;
  }

  get(seq: number): Uint8Array | null {
    return this.inRange(seq) ? this.#packets[seq % SORT_QUEUE_ENTRIES]! : null;
  }

  /** False when the number is outside the window or taken. */
  add(seq: number, packet: Uint8Array): boolean {
    if (!this.inRange(seq) || this.#packets[seq % SORT_QUEUE_ENTRIES] !== null) return false;
    this.#packets[seq % SORT_QUEUE_ENTRIES] = packet;
    return true;
  }

  /** Counts one more token visit at which `seq` was missing. */
  countMiss(seq: number): number {
    const slot = seq % SORT_QUEUE_ENTRIES;
    if (this.#missed[slot]! < 255) this.#missed[slot]! += 1;
    return this.#missed[slot]!;
  }

  /** Counts one more time that `seq` is sent again. */
  countService(seq: number): number {
    const slot = seq % SORT_QUEUE_ENTRIES;
    if (this.#served[slot]! < 255) this.#served[slot]! += 1;
    return this.#served[slot]!;
  }

  /** Drops everything up to and including `seq`. */
  release(seq: number): void {
    while (!seqBefore(seq, this.#head)) {
      const slot = this.#head % SORT_QUEUE_ENTRIES;
      this.#packets[slot] = null;
      this.#missed[slot] = 0;
      this.#served[slot] = 0;
      this.#head = seqAdd(this.#head, 1);
    }
  }
}
