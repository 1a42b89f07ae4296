import { type DateDuration, parseDuration } from "./dates/mod.ts";

/** Longest interval there is, in milliseconds. */
const LONGEST_MS = 0xffff_ffff;
/** An ISO 8601 duration counts up to the last whole second of that. */
const LONGEST_ISO_S = Math.floor(LONGEST_MS / 1000);

const SECONDS_PER_DAY = 86_400;

/** Milliseconds of one, and how many of it make them. A unit counts by how it starts: `ms` before `m`. */
const UNITS: readonly (readonly [start: string, times: number, by: number])[] = [
  ["s", 1000, 1],
  ["ms", 1, 1],
  ["us", 1, 1000],
  ["m", 60_000, 1],
  ["h", 3_600_000, 1],
];

/**
 * Milliseconds of an interval: a time (see {@link parseTimeMs}) or an ISO 8601 duration; null when it
 * is neither. What is longer than {@link LONGEST_MS} counts as that.
 */
export function parseIntervalMs(text: string): number | null {
  if (!text.startsWith("P")) {
    const ms = parseTimeMs(text);
    return ms === null ? null : Math.min(ms, LONGEST_MS);
  }
  const duration = parseDuration(text);
  if (duration === null) return null;
  const seconds = secondsOf(duration);
  return seconds < 0 ? null : Math.min(seconds, LONGEST_ISO_S) * 1000;
}

/**
 * Milliseconds of a number with unit (none: seconds); null when it is negative, no number or has no
 * such unit. A fraction is passed over, and so is what follows the start of a unit: `5secs` are five
 * seconds, `1m30s` is one minute.
 */
export function parseTimeMs(text: string): number | null {
  const match = /^\s*([+-]?\d+)[\d.]*\s*(.*)$/s.exec(text);
  if (match === null) return null;
  const amount = Number(match[1]);
  if (amount < 0) return null;
  const written = match[2]!.toLowerCase();
  const unit = written === "" ? UNITS[0] : UNITS.find(([start]) => written.startsWith(start));
  return unit === undefined ? null : Math.max(0, Math.floor((amount * unit[1]) / unit[2]));
}

/**
 * The original reads a duration as a date: the first year and the first day are the ones that it
 * begins with, so that `P1Y` and `P1D` take no time and `P2D` is one day; a month has 30 days.
 */
function secondsOf({ years, months, days, seconds }: DateDuration): number {
  const before = Math.max(0, years - 1);
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  const whole = before * 365 + leapDays + Math.max(0, months) * 30 + (days > 0 ? days - 1 : 0);
  return whole * SECONDS_PER_DAY + seconds;
}
