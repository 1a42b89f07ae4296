import type { Cancel } from "../ports/mod.ts";
import type { NodeEffect } from "./types.ts";

type TimerEffect = Extract<NodeEffect, { type: "set-timer" | "clear-timer" }>;

/** Carries out what a node says of its timers, by whatever clock. One that is set again starts anew. */
export class Timers {
  readonly #after: (delayMs: number, due: () => void) => Cancel;
  readonly #due: (id: string) => void;
  readonly #set = new Map<string, Cancel>();

  constructor(after: (delayMs: number, due: () => void) => Cancel, due: (id: string) => void) {
    this.#after = after;
    this.#due = due;
  }

  /** How many are set. */
  get size(): number {
    return this.#set.size;
  }

  do(effect: TimerEffect): void {
    const { id } = effect;
    this.#set.get(id)?.();
    this.#set.delete(id);
    if (effect.type === "clear-timer") return;
    const cancel = this.#after(effect.delayMs, () => {
      this.#set.delete(id);
      this.#due(id);
    });
    this.#set.set(id, cancel);
  }

  /** None goes off any more. */
  clear(): void {
    for (const cancel of this.#set.values()) cancel();
    this.#set.clear();
  }
}
