/**
 * Milliseconds since the epoch of the ISO 8601 dates that pcs accepts in rules: calendar, week and
 * ordinal dates, with an optional time and offset; null for anything else. Dates without an offset
 * count as UTC, which serves for comparing them.
 */
export function isoDateMs(text: string): number | null {
  const match = /^([^T ]+)(?:[T ](.+))?$/.exec(text);
  if (match === null) return null;
  const day = dayMs(match[1]!);
  if (day === null || match[2] === undefined) return day;
  const time = timeMs(match[2]);
  return time === null ? null : day + time;
}

const DAY_MS = 86_400_000;

function dayMs(text: string): number | null {
  const calendar = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?|(\d\d)(\d\d))?$/.exec(text);
  if (calendar !== null) {
    const month = Number(calendar[2] ?? calendar[4] ?? 1);
    const day = Number(calendar[3] ?? calendar[5] ?? 1);
    return calendarMs(Number(calendar[1]), month, day);
  }
  const week = /^(\d{4})-?W(\d\d)(?:-?([1-7]))?$/.exec(text);
  if (week !== null) return weekMs(Number(week[1]), Number(week[2]), Number(week[3] ?? 1));
  const ordinal = /^(\d{4})-?(\d{3})$/.exec(text);
  if (ordinal === null) return null;
  const year = Number(ordinal[1]);
  const start = calendarMs(year, 1, 1);
  const days = Number(ordinal[2]);
  if (start === null || days < 1 || days > (isLeap(year) ? 366 : 365)) return null;
  return start + (days - 1) * DAY_MS;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function calendarMs(year: number, month: number, day: number): number | null {
  if (year < 1 || month < 1 || month > 12 || day < 1) return null;
  const lengths = [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  if (day > lengths[month - 1]!) return null;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime();
}

function weekMs(year: number, week: number, weekday: number): number | null {
  const fourth = calendarMs(year, 1, 4);
  if (fourth === null || week < 1 || week > 53) return null;
  const monday = fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * DAY_MS;
  return monday + ((week - 1) * 7 + weekday - 1) * DAY_MS;
}

function timeMs(text: string): number | null {
  const match = /^(\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,](\d+))?)?)?(Z|[+-]\d\d(?::?\d\d)?)?$/.exec(
    text,
  );
  if (match === null) return null;
  const [hour, minute, second] = [match[1], match[2], match[3]].map((part) => Number(part ?? 0));
  const midnight = hour === 24 && minute === 0 && second === 0;
  if ((hour! > 23 && !midnight) || minute! > 59 || second! > 59) return null;
  const fraction = match[4] === undefined ? 0 : Number(`0.${match[4]}`) * 1000;
  const offset = offsetMinutes(match[5]);
  if (offset === null) return null;
  return ((hour! * 60 + minute! - offset) * 60 + second!) * 1000 + fraction;
}

function offsetMinutes(text: string | undefined): number | null {
  if (text === undefined || text === "Z") return 0;
  const [hours, minutes] = [Number(text.slice(1, 3)), Number(text.slice(3).replace(":", "") || 0)];
  if (hours > 23 || minutes > 59) return null;
  return (text[0] === "-" ? -1 : 1) * (hours * 60 + minutes);
}
