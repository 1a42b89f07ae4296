import { PacketType } from "../../internal/wire/mod.ts";

/** Buckets of a histogram with about 9 % resolution from 10 µs on. */
const BUCKETS = 200;
const SMALLEST_MS = 0.01;
const STEP = 1.09;

/** Counts durations in logarithmic buckets; percentiles come out within one bucket. */
export class Histogram {
  readonly #counts = new Float64Array(BUCKETS);
  #total = 0;
  max = 0;

  add(ms: number): void {
    const value = Math.max(ms, SMALLEST_MS);
    const bucket = Math.trunc(Math.log(value / SMALLEST_MS) / Math.log(STEP));
    this.#counts[Math.min(bucket, BUCKETS - 1)]! += 1;
    this.#total += 1;
    if (ms > this.max) this.max = ms;
  }

  get count(): number {
    return this.#total;
  }

  /** Upper edge of the bucket that holds the given share, 0 when nothing was counted. */
  percentile(share: number): number {
    let left = this.#total * share;
    for (let i = 0; i < BUCKETS; i += 1) {
      left -= this.#counts[i]!;
      if (left <= 0) return Math.min(SMALLEST_MS * STEP ** (i + 1), this.max);
    }
    return this.max;
  }
}

/** The ring's watch on itself: how long the token takes, how late its own timers are. */
export class Lateness {
  rotation = new Histogram();
  timerLate = new Histogram();
  #lastToken = 0;

  /** Not `flowing`: the token rested since its last visit, which measures nothing. */
  packet(packet: Uint8Array, nowMs: number, flowing: boolean): void {
    if (packet[3] !== PacketType.token) return;
    if (this.#lastToken !== 0 && flowing) this.rotation.add(nowMs - this.#lastToken);
    this.#lastToken = nowMs;
  }

  clear(): void {
    this.rotation = new Histogram();
    this.timerLate = new Histogram();
  }

  timer(lateMs: number): void {
    this.timerLate.add(Math.max(0, lateMs));
  }
}
