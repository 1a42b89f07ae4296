/** Durations as Pacemaker writes them: a number with a unit. ISO 8601 durations live in cib/. */

const UNIT_MS: Record<string, number> = {
  us: 0.001,
  usec: 0.001,
  ms: 1,
  msec: 1,
  s: 1000,
  sec: 1000,
  "": 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  hr: 3_600_000,
};

/**
 * Milliseconds of `10`, `10s`, `500ms`, `2min`, `1h`; a bare number counts seconds.
 * Null when the text is no such duration (the caller may still try ISO 8601).
 */
export function parseDurationMs(text: string): number | null {
  const match = /^\s*(\d+)\s*([a-z]*)\s*$/i.exec(text);
  if (match === null) return null;
  const unit = UNIT_MS[match[2]!.toLowerCase()];
  return unit === undefined ? null : Math.trunc(Number(match[1]) * unit);
}

const READABLE: readonly (readonly [string, number])[] = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
];

/** `1d2h3m4.005s`: an interval in milliseconds for people. */
export function readableInterval(ms: number): string {
  let rest = ms;
  let text = "";
  for (const [unit, size] of READABLE) {
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest %= size;
  }
  const part = rest % 1000;
  if (rest >= 1000) {
    return `${text}${Math.floor(rest / 1000)}${part > 0 ? `.${String(part).padStart(3, "0")}` : ""}s`;
  }
  return part > 0 ? `${text}${part}ms` : text || "0s";
}

/** Whole seconds of a timeout: rounded to the nearest, but a timeout is never none for being short. */
export function timeoutSeconds(ms: number): number {
  return ms > 0 && ms < 1000 ? 1 : Math.floor((ms + 500) / 1000);
}
