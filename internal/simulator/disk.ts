import type { Ground } from "../node/mod.ts";
import type { Element } from "../xml/mod.ts";
import type { EventQueue } from "./event-queue.ts";
import type { SeededRandom } from "./random.ts";

/** How long a durable write takes, in milliseconds. */
const QUICK_MS = { low: 2, high: 8 };
const SLOW_MS = { low: 500, high: 5_000 };

/** A CIB as it is kept, with the ground that it stands on. */
export interface HeldCib {
  cib: Element;
  ground: Ground | null;
}

interface Write extends HeldCib {
  cancel(): void;
}

/**
 * The disk of one machine. What was acknowledged stays; what is under way when the power goes has
 * either landed, or is torn and the copy before it is read, or never left the memory.
 */
export class SimulatedDisk {
  readonly #queue: EventQueue;
  readonly #random: SeededRandom;
  #held: HeldCib;
  readonly #empty: Element;
  #underWay: Write[] = [];
  slow = false;
  full = false;

  constructor(queue: EventQueue, random: SeededRandom, held: Element, empty: Element) {
    this.#queue = queue;
    this.#random = random;
    this.#held = { cib: held, ground: null };
    this.#empty = empty;
  }

  /** What an engine that starts now finds. */
  read(): HeldCib {
    return { ...this.#held, cib: this.#held.cib.clone() };
  }

  /** Nothing on it can be read any more. */
  lose(): void {
    this.#held = { cib: this.#empty, ground: null };
  }

  /** `cib` must not change afterwards. */
  write({ cib, ground }: HeldCib, done: (error: string | null) => void): void {
    const { low, high } = this.slow ? SLOW_MS : QUICK_MS;
    const write: Write = { cib, ground, cancel: () => {} };
    this.#underWay.push(write);
    write.cancel = this.#queue.after(this.#random.between(low, high), () => {
      this.#underWay = this.#underWay.filter((other) => other !== write);
      if (!this.full) this.#held = { cib, ground };
      done(this.full ? "No space left on device" : null);
    });
  }

  /** What was not on it is lost, or just made it. */
  powerOff(): void {
    for (const { cib, ground, cancel } of this.#underWay) {
      cancel();
      if (!this.full && this.#random.between(0, 2) === 0) this.#held = { cib, ground };
    }
    this.#underWay = [];
  }
}
