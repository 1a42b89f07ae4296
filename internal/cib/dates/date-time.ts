import {
  daysInMonth,
  daysInYear,
  epochDayOfYear,
  january1Weekday,
  monthAndDay,
  ordinalDay,
  weeksInYear,
} from "./calendar.ts";

const DAY_S = 86_400;

/** A point in time as written: year, ordinal day, second of that day, and the offset east of UTC. */
export interface DateTime {
  year: number;
  /** From 1. */
  day: number;
  /** 0 to 86400. */
  seconds: number;
  /** Seconds east of UTC. */
  offset: number;
}

/** Amounts of calendar and clock units, each of either sign; weeks count as 7 days. */
export interface DateDuration {
  years: number;
  months: number;
  days: number;
  seconds: number;
}

export function fromEpoch(epochSeconds: number, offset = 0): DateTime {
  const local = epochSeconds + offset;
  const date: DateTime = { year: 1970, day: 1, seconds: 0, offset };
  return addSeconds(date, local);
}

/** Seconds since 1970-01-01 00:00:00 UTC. */
export function toEpoch(date: DateTime): number {
  return (epochDayOfYear(date.year) + date.day - 1) * DAY_S + date.seconds - date.offset;
}

export function toUtc(date: DateTime): DateTime {
  if (date.offset === 0) return date;
  return { ...addSeconds(date, -date.offset), offset: 0 };
}

/** Negative, zero or positive as `a` is before, at or after `b`. */
export function compareDates(a: DateTime, b: DateTime): number {
  return toEpoch(a) - toEpoch(b);
}

export function addSeconds(date: DateTime, amount: number): DateTime {
  const total = date.seconds + amount;
  const days = Math.floor(total / DAY_S);
  return { ...addDays(date, days), seconds: total - days * DAY_S };
}

export function addDays(date: DateTime, amount: number): DateTime {
  let { year, day } = date;
  day += amount;
  // Whole 400-year cycles first, so that far dates stay cheap.
  const cycles = Math.floor((day - 1) / 146_097);
  year += cycles * 400;
  day -= cycles * 146_097;
  while (day > daysInYear(year)) {
    day -= daysInYear(year);
    year += 1;
  }
  return { ...date, year, day };
}

/** The day of the month is cut to the length of the month arrived at. */
export function addMonths(date: DateTime, amount: number): DateTime {
  if (amount === 0) return date;
  const { month, day } = monthAndDay(date.year, date.day);
  const total = date.year * 12 + (month - 1) + amount;
  const year = Math.floor(total / 12);
  const newMonth = total - year * 12 + 1;
  const newDay = Math.min(day, daysInMonth(year, newMonth));
  return { ...date, year, day: ordinalDay(year, newMonth, newDay) };
}

/** Keeps the ordinal day, as Pacemaker does: 1 March of a leap year plus a year is 2 March. */
export function addYears(date: DateTime, amount: number): DateTime {
  return { ...date, year: date.year + amount };
}

/** Years, months, days and seconds in that order. */
export function addDuration(date: DateTime, d: DateDuration): DateTime {
  const moved = addDays(addMonths(addYears(date, d.years), d.months), d.days);
  return addSeconds(moved, d.seconds);
}

export function subtractDuration(date: DateTime, d: DateDuration): DateTime {
  return addDuration(date, {
    years: -d.years,
    months: -d.months,
    days: -d.days,
    seconds: -d.seconds,
  });
}

/** Year, ISO week (1-53) and weekday (Monday 1); the week's year may differ from the date's. */
export function isoWeek(date: DateTime): { year: number; week: number; weekday: number } {
  const jan1 = january1Weekday(date.year);
  const weekday = ((((date.day + jan1 - 2) % 7) + 7) % 7) + 1;
  if (date.day <= 8 - jan1 && jan1 > 4) {
    return { year: date.year - 1, week: weeksInYear(date.year - 1), weekday };
  }
  if (daysInYear(date.year) - date.day < 4 - weekday) {
    return { year: date.year + 1, week: 1, weekday };
  }
  const start = jan1 > 4 ? -1 : 0;
  return {
    year: date.year,
    week: Math.floor((date.day + (7 - weekday) + (jan1 - 1)) / 7) + start,
    weekday,
  };
}
