import { parseDurationMs } from "../base/mod.ts";
import { addDuration, parseDuration, toEpoch } from "./dates/mod.ts";

/** Longest interval there is, in milliseconds. */
const LONGEST_MS = 0xffff_ffff;

/**
 * Milliseconds of an interval or timeout: a number with unit (none: seconds; a sign `+` and a
 * fraction are passed over) or an ISO 8601 duration, whose months and years count from 1970; null
 * when it is neither. What is longer than {@link LONGEST_MS} counts as that.
 */
export function parseIntervalMs(text: string): number | null {
  const ms = text.startsWith("P") ? isoDurationMs(text) : parsePlain(text);
  return ms === null ? null : Math.min(ms, LONGEST_MS);
}

function parsePlain(text: string): number | null {
  const exact = parseDurationMs(text);
  if (exact !== null) return exact;
  const match = /^\s*\+?(\d+)(?:\.\d*)?\s*([a-z]*)\s*$/i.exec(text);
  return match === null ? null : parseDurationMs(`${match[1]}${match[2]}`);
}

function isoDurationMs(text: string): number | null {
  const duration = parseDuration(text);
  if (duration === null) return null;
  const epoch = { year: 1970, day: 1, seconds: 0, offset: 0 };
  return toEpoch(addDuration(epoch, duration)) * 1000;
}
