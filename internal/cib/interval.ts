import { parseDurationMs } from "../base/mod.ts";
import { addDuration, parseDuration, toEpoch } from "./dates/mod.ts";

/**
 * Milliseconds of an interval or timeout: a number with unit (none: seconds) or an ISO 8601
 * duration, whose months and years count from 1970; null when it is neither.
 */
export function parseIntervalMs(text: string): number | null {
  if (!text.startsWith("P")) return parseDurationMs(text);
  const duration = parseDuration(text);
  if (duration === null) return null;
  const epoch = { year: 1970, day: 1, seconds: 0, offset: 0 };
  return toEpoch(addDuration(epoch, duration)) * 1000;
}
