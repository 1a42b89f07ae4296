import { monthAndDay } from "./calendar.ts";
import { type DateDuration, type DateTime, isoWeek, toEpoch, toUtc } from "./date-time.ts";

export type DateStyle = "calendar" | "ordinal" | "week" | "seconds" | "epoch";

/** Seconds from 0000-001 to 1970-001, for `iso8601 --seconds`. */
const YEAR_ZERO_S = 62_135_596_800;

/** `2024-03-01 12:00:00Z`, in UTC unless `local`, then with the date's own offset behind. */
export function formatDate(date: DateTime, style: DateStyle = "calendar", local = false): string {
  if (style === "epoch") return String(toEpoch(date));
  if (style === "seconds") return String(toEpoch(date) + YEAR_ZERO_S);
  const shown = local ? date : toUtc(date);
  return `${datePart(shown, style)} ${clock(shown.seconds)}${zone(shown.offset)}`;
}

function datePart(date: DateTime, style: DateStyle): string {
  const year = pad(date.year, 4);
  if (style === "ordinal") return `${year}-${pad(date.day, 3)}`;
  if (style === "week") {
    const week = isoWeek(date);
    return `${pad(week.year, 4)}-W${pad(week.week, 2)}-${week.weekday}`;
  }
  const { month, day } = monthAndDay(date.year, date.day);
  return `${year}-${pad(month, 2)}-${pad(day, 2)}`;
}

function clock(seconds: number): string {
  return `${pad(Math.floor(seconds / 3600), 2)}:${pad(Math.floor(seconds / 60) % 60, 2)}:${pad(seconds % 60, 2)}`;
}

function zone(offset: number): string {
  if (offset === 0) return "Z";
  const minutes = Math.floor(Math.abs(offset) / 60);
  return ` ${offset < 0 ? "-" : "+"}${pad(Math.floor(minutes / 60), 2)}:${pad(minutes % 60, 2)}`;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, "0");
}

/** As `iso8601 -D` prints one: `   1 year  2 months 3661 seconds (1 hour 1 minute 1 seconds)`. */
export function formatDuration(d: DateDuration): string {
  let text = "";
  if (d.years !== 0) text += `${String(d.years).padStart(4)} year${d.years === 1 ? "" : "s"} `;
  if (d.months !== 0) text += `${String(d.months).padStart(2)} month${d.months === 1 ? "" : "s"} `;
  if (d.days !== 0) text += `${String(d.days).padStart(2)} day${d.days === 1 ? "" : "s"} `;
  return d.seconds === 0 ? text : text + formatSeconds(d.seconds);
}

function formatSeconds(seconds: number): string {
  const text = `${seconds} second${seconds === 1 ? "" : "s"}`;
  const all = Math.abs(seconds);
  if (all < 60) return text;
  const hours = Math.floor(all / 3600);
  const minutes = Math.floor(all / 60) % 60;
  const parts: string[] = [];
  if (hours > 0) parts.push(`${hours} hour${hours === 1 ? "" : "s"}`);
  if (minutes > 0) parts.push(`${minutes} minute${minutes === 1 ? "" : "s"}`);
  if (all % 60 > 0) parts.push(`${all % 60} seconds`);
  return `${text} (${parts.join(" ")})`;
}
