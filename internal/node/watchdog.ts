import type { RingQuorum } from "../ports/mod.ts";
import type { NodeEffect } from "./types.ts";

/** The watchdog device of this machine. */
export interface WatchdogOptions {
  /** It resets the machine when it was not fed for this long. */
  timeoutMs: number;
}

/** Fed this often within its timeout, and at least once a second. */
const FEEDS = 4;
const MOST_MS = 1000;

interface WatchdogContext {
  emit(effect: NodeEffect): void;
  /** Calls {@link Watchdog.due} after `delayMs`. */
  setTimer(delayMs: number): void;
}

/**
 * Feeds the watchdog as long as this node may have resources: while it has quorum, and before it
 * first had. A node that lost quorum is reset by the device; its peers wait for that long and then
 * count it as fenced.
 */
export class Watchdog {
  readonly #timeoutMs: number;
  readonly #context: WatchdogContext;
  /** Resources may run here: only quorum lets the device be fed. */
  #strict: boolean;
  #quorate = false;
  #fenced = false;
  #starving = false;

  constructor(options: WatchdogOptions, leftovers: boolean, context: WatchdogContext) {
    this.#timeoutMs = options.timeoutMs;
    this.#strict = leftovers;
    this.#context = context;
  }

  start(): void {
    this.due();
  }

  quorum(quorum: RingQuorum | null): void {
    this.#quorate = quorum !== null && quorum.quorate && !aloneOfTwo(quorum);
    if (this.#quorate) this.#strict = true;
  }

  /** It is time to feed the device, or not to. */
  due(): void {
    this.#context.setTimer(Math.min(MOST_MS, this.#timeoutMs / FEEDS));
    const starve = this.#fenced || (this.#strict && !this.#quorate);
    if (starve !== this.#starving) {
      const message = starve
        ? `The watchdog is not fed any more: this machine is reset within ${this.#timeoutMs}ms`
        : "The watchdog is fed again";
      this.#context.emit({ type: "log", level: starve ? "error" : "notice", message });
    }
    this.#starving = starve;
    if (!starve) this.#context.emit({ type: "watchdog", order: "feed" });
  }

  /** The cluster wants this node reset: nothing feeds the device again. */
  fenced(): void {
    this.#fenced = true;
    this.due();
  }

  /** The engine ends. `clean`: nothing that the cluster runs is left here. */
  leave(clean: boolean): void {
    if (this.#fenced || (this.#strict && !clean)) return;
    this.#context.emit({ type: "watchdog", order: "disarm" });
  }
}

/** With two_node either side of a cut has quorum, so a node without its peer cannot go by it. */
function aloneOfTwo({ expectedVotes, neededVotes, totalVotes }: RingQuorum): boolean {
  return expectedVotes === 2 && neededVotes === 1 && totalVotes < 2;
}
