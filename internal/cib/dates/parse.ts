import { daysInMonth, daysInYear, january1Weekday, ordinalDay, weeksInYear } from "./calendar.ts";
import {
  addDays,
  addDuration,
  addSeconds,
  type DateDuration,
  type DateTime,
  fromEpoch,
  subtractDuration,
} from "./date-time.ts";

/** What reading a date needs of the world. */
export interface DateContext {
  /** Seconds since 1970; the date of a bare time of day. */
  now: number;
  /** Seconds east of UTC of local time now; for times written without zone. */
  localOffset: number;
}

const DATE_CHARS = /^[0-9W-]*/;

/**
 * An ISO 8601 date, time or both: calendar (2024-03-01, 20240301), ordinal (2024-061) and week
 * (2024-W09-5) dates, a space or T before the time; null when malformed.
 *
 * Pacemaker's dialect: a date without time is midnight UTC, a time without zone is local, and a
 * numeric zone only counts after a space ("10:00 +02:00").
 */
export function parseDate(text: string, context: DateContext): DateTime | null {
  if (text === "") return null;
  if (text.startsWith("T") || text[2] === ":") {
    const today = fromEpoch(context.now, context.localOffset);
    return parseTime(text.startsWith("T") ? text.slice(1) : text, today, context);
  }
  if (/^epoch(?:\s|$)/i.test(text)) return { year: 1970, day: 1, seconds: 0, offset: 0 };
  const date = calendarDate(text) ?? ordinalDate(text) ?? weekDate(text);
  if (date === null || date === "invalid") return null;
  const rest = text.slice(DATE_CHARS.exec(text)![0].length);
  if (rest[0] !== " " && rest[0] !== "T") return date;
  return parseTime(rest.slice(1), date, context);
}

type Found = DateTime | "invalid" | null;

function calendarDate(text: string): Found {
  const match = /^\s*([+-]?\d+)-([+-]?\d+)-([+-]?\d+)/.exec(text);
  const compact = match ?? /^\s*(\d{4})(\d{2})(\d{1,2})/.exec(text);
  if (compact === null) return null;
  const [year, month, day] = [Number(compact[1]), Number(compact[2]), Number(compact[3])];
  if (match === null && /^\s*\d+-/.test(text)) return null;
  if (!validYear(year) || month < 1 || month > 12) return "invalid";
  if (day < 1 || day > daysInMonth(year, month)) return "invalid";
  return { year, day: ordinalDay(year, month, day), seconds: 0, offset: 0 };
}

function ordinalDate(text: string): Found {
  const match = /^\s*([+-]?\d+)-([+-]?\d+)/.exec(text);
  if (match === null) return null;
  const [year, day] = [Number(match[1]), Number(match[2])];
  if (!validYear(year) || day < 1 || day > daysInYear(year)) return "invalid";
  return { year, day, seconds: 0, offset: 0 };
}

function weekDate(text: string): Found {
  const match = /^\s*(\d+)-W([+-]?\d+)-([+-]?\d+)/.exec(text);
  if (match === null) return null;
  const [year, week, weekday] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (!validYear(year) || week < 1 || week > weeksInYear(year)) return "invalid";
  if (weekday < 1 || weekday > 7) return "invalid";
  const jan1 = january1Weekday(year);
  const monday1 = jan1 <= 4 ? 2 - jan1 : 9 - jan1;
  const start: DateTime = { year, day: 1, seconds: 0, offset: 0 };
  return addDays(start, monday1 - 1 + (week - 1) * 7 + weekday - 1);
}

function validYear(year: number): boolean {
  return year >= 1 && year <= 2_147_483_647;
}

function parseTime(text: string, date: DateTime, context: DateContext): DateTime | null {
  if (text === "") return { ...date, seconds: 0, offset: context.localOffset };
  const seconds = timeOfDay(text);
  if (seconds === null) return null;
  const offset = zone(text, context.localOffset);
  if (offset === null) return null;
  return addSeconds({ ...date, seconds: 0, offset }, seconds);
}

/** Seconds of HH, HH:MM, HH:MM:SS, HHMM or HHMMSS; 24:00:00 is the next midnight. */
function timeOfDay(text: string): number | null {
  const match =
    /^\s*(\d+):(\d+)(?::(\d+))?/.exec(text) ?? /^\s*(\d{1,2})(?:(\d{1,2})(\d{1,2})?)?/.exec(text);
  if (match === null) return null;
  const [hour, minute, second] = [1, 2, 3].map((i) => Number(match[i] ?? 0)) as [
    number,
    number,
    number,
  ];
  if (hour > 24 || minute > 59 || second > 59) return null;
  if (hour === 24 && (minute !== 0 || second !== 0)) return null;
  return hour * 3600 + minute * 60 + second;
}

function zone(text: string, localOffset: number): number | null {
  const z = text.indexOf("Z");
  if (z >= 0) return 0;
  const space = text.indexOf(" ");
  if (space < 0) return localOffset;
  const written = text.slice(space).trimStart();
  if (!/^[+-]?\d/.test(written)) return 0;
  const seconds = timeOfDay(written.replace(/^[+-]/, ""));
  if (seconds === null) return null;
  return written.startsWith("-") ? -seconds : seconds;
}

/** An ISO 8601 duration such as P1Y2M3DT4H5M6S or P2W, signs allowed; null when malformed or zero. */
export function parseDuration(text: string): DateDuration | null {
  const body = /^P([^\s/]+)/.exec(text)?.[1];
  if (body === undefined) return null;
  const duration: DateDuration = { years: 0, months: 0, days: 0, seconds: 0 };
  let inTime = false;
  const item = /(T)|([-+:]?\d{1,10})([YMWDHS])/y;
  while (item.lastIndex < body.length) {
    const match = item.exec(body);
    if (match === null) return null;
    if (match[1] === "T") inTime = true;
    else if (!addUnit(duration, Number(match[2]!.replace(":", "")), match[3]!, inTime)) return null;
  }
  const defined = duration.years || duration.months || duration.days || duration.seconds;
  return defined ? duration : null;
}

function addUnit(duration: DateDuration, amount: number, unit: string, inTime: boolean): boolean {
  if (!isInt32(amount)) return false;
  if (unit === "Y") duration.years = amount;
  else if (unit === "M" && !inTime) duration.months = amount;
  else if (unit === "W") duration.days += amount * 7;
  else if (unit === "D") duration.days += amount;
  else if (unit === "H") duration.seconds += amount * 3600;
  else duration.seconds += unit === "M" ? amount * 60 : amount;
  return isInt32(duration.days) && isInt32(duration.seconds);
}

function isInt32(value: number): boolean {
  return value === (value | 0);
}

/** START/END, START/DURATION, DURATION/END or DURATION (from now); null when malformed. */
export function parseInterval(
  text: string,
  context: DateContext,
): { start: DateTime; end: DateTime } | null {
  const slash = text.indexOf("/");
  const first = slash < 0 ? text : text.slice(0, slash);
  const second = slash < 0 ? null : text.slice(slash + 1);
  if (first.startsWith("P")) {
    const duration = parseDuration(first);
    if (duration === null || second?.startsWith("P") === true) return null;
    if (second === null) {
      const start = fromEpoch(context.now, context.localOffset);
      return { start, end: addDuration(start, duration) };
    }
    const end = parseDate(second, context);
    return end === null ? null : { start: subtractDuration(end, duration), end };
  }
  const start = parseDate(first, context);
  if (start === null || second === null) return null;
  if (second.startsWith("P")) {
    const duration = parseDuration(second);
    return duration === null ? null : { start, end: addDuration(start, duration) };
  }
  const end = parseDate(second, context);
  return end === null ? null : { start, end };
}
