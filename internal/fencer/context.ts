import type { FencerEffect, FencerOptions } from "./types.ts";

/** What the parts of the fencer share: options, the effects of this step, timers, the time. */
export class Context {
  readonly options: FencerOptions;
  /** Wall clock of the current step. */
  nowMs = 0;
  #effects: FencerEffect[] = [];
  readonly #timers = new Map<string, () => void>();
  #counter = 0;

  constructor(options: FencerOptions) {
    this.options = options;
  }

  get self(): string {
    return this.options.nodeName;
  }

  emit(effect: FencerEffect): void {
    this.#effects.push(effect);
  }

  log(level: "notice" | "warning" | "info" | "error", message: string): void {
    this.emit({ type: "log", level, message });
  }

  /** An id that no other run or timer of this fencer has. */
  newId(prefix: string): string {
    this.#counter += 1;
    return `${prefix}${this.#counter}`;
  }

  setTimer(id: string, delayMs: number, due: () => void): void {
    this.#timers.set(id, due);
    this.emit({ type: "set-timer", id, delayMs });
  }

  clearTimer(id: string): void {
    if (this.#timers.delete(id)) this.emit({ type: "clear-timer", id });
  }

  fire(id: string): void {
    const due = this.#timers.get(id);
    this.#timers.delete(id);
    due?.();
  }

  begin(nowMs: number): void {
    this.nowMs = nowMs;
    this.#effects = [];
  }

  end(): FencerEffect[] {
    return this.#effects;
  }
}
