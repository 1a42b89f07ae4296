/** The proleptic Gregorian calendar, by ordinal days. */

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

export function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

export function daysInYear(year: number): number {
  return isLeapYear(year) ? 366 : 365;
}

/** Days of a month (1-12); 0 for no month. */
export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (MONTH_DAYS[month - 1] ?? 0);
}

/** Day of the year from 1. */
export function ordinalDay(year: number, month: number, day: number): number {
  let total = day;
  for (let m = 1; m < month; m++) total += daysInMonth(year, m);
  return total;
}

/** Month and day of the month of an ordinal day. Day 0, which arithmetic on years can give, has day 0. */
export function monthAndDay(year: number, ordinal: number): { month: number; day: number } {
  let month = 1;
  let day = ordinal;
  while (month < 12 && day > daysInMonth(year, month)) {
    day -= daysInMonth(year, month);
    month += 1;
  }
  return { month, day };
}

/** Weekday of 1 January, Monday 1 to Sunday 7. */
export function january1Weekday(year: number): number {
  const y = year - 1;
  const days = y * 365 + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400);
  return (days % 7) + 1;
}

/** 52 or 53 ISO weeks: 53 when the year starts on a Thursday, or on a Wednesday and is a leap year. */
export function weeksInYear(year: number): number {
  const jan1 = january1Weekday(year);
  return jan1 === 4 || (jan1 === 3 && isLeapYear(year)) ? 53 : 52;
}

/** Days from 1970-01-01 to 1 January of a year. */
export function epochDayOfYear(year: number): number {
  const y = year - 1;
  return y * 365 + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) - 719162;
}
