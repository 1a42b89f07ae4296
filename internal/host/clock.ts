import type { Cancel, Clock } from "../ports/mod.ts";

/** The longest delay a timer of the runtime takes; longer ones are set in steps. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const clock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  timer,
};

function timer(delayMs: number, callback: () => void): Cancel {
  const due = performance.now() + Math.max(0, delayMs);
  let handle: ReturnType<typeof setTimeout>;
  const arm = (): void => {
    const left = due - performance.now();
    if (left > LONGEST_TIMER_MS) handle = setTimeout(arm, LONGEST_TIMER_MS);
    else handle = setTimeout(callback, Math.max(0, left));
  };
  arm();
  return () => clearTimeout(handle);
}
