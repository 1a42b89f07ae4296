import type { LogLevel } from "../ports/mod.ts";
import type { NodeEffect } from "./types.ts";

/** What one step of a node has to be done, in order. */
export class Effects {
  #out: NodeEffect[] = [];
  readonly #taken: (effect: NodeEffect) => boolean;

  /** `taken`: an effect that somebody inside carries out himself. */
  constructor(taken: (effect: NodeEffect) => boolean) {
    this.#taken = taken;
  }

  /** Starts the list of a step. */
  begin(): NodeEffect[] {
    this.#out = [];
    return this.#out;
  }

  emit(effect: NodeEffect): void {
    if (!this.#taken(effect)) this.#out.push(effect);
  }

  log(level: LogLevel, message: string): void {
    this.emit({ type: "log", level, message });
  }

  setTimer(id: string, delayMs: number): void {
    this.emit({ type: "set-timer", id, delayMs });
  }

  clearTimer(id: string): void {
    this.emit({ type: "clear-timer", id });
  }
}
