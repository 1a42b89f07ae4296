import type { SimulatedCluster } from "./cluster.ts";

/** So long after the last fault was mended there must be nothing left to do. */
export const SETTLE_LIMIT_MS = 300_000;
/** Work that time alone brings up (the scheduler looks again now and then) is done within this. */
const MOMENT_MS = 5_000;
/** How often time alone may have the scheduler run: a few times, and once more in each such while. */
const RUNS = 3;
const RUN_EVERY_MS = 300_000;

/** Watches a long time without faults, which must be one of rest. */
export class Unrest {
  readonly #cluster: SimulatedCluster;
  readonly #fail: (text: string) => void;
  /** Since when every look has found work under way; null: the last one did not. */
  #busySinceMs: number | null = null;
  /** When rest was due, and how often the scheduler had run by then. */
  #due: { atMs: number; runs: number } | null = null;
  #told = false;

  constructor(cluster: SimulatedCluster, fail: (text: string) => void) {
    this.#cluster = cluster;
    this.#fail = fail;
  }

  /** `idleMs`: how long ago the last fault was mended; 0 while something is broken. */
  look(idleMs: number): void {
    if (idleMs < SETTLE_LIMIT_MS) {
      this.#busySinceMs = null;
      this.#due = null;
      this.#told = false;
      return;
    }
    if (this.#told) return;
    const { elapsedMs, schedulerRuns: runs } = this.#cluster;
    this.#due ??= { atMs: elapsedMs, runs };
    if (this.#cluster.settled()) this.#busySinceMs = null;
    else this.#busySinceMs ??= elapsedMs;
    if (this.#busySinceMs !== null && elapsedMs - this.#busySinceMs >= MOMENT_MS) {
      this.#tell(`not at rest ${idleMs} ms after a fault was mended`);
    }
    const often = runs - this.#due.runs;
    if (often > RUNS + (elapsedMs - this.#due.atMs) / RUN_EVERY_MS) {
      this.#tell(`the scheduler ran ${often} times although there was nothing to do`);
    }
  }

  #tell(text: string): void {
    this.#told = true;
    this.#fail(text);
  }
}
