import type { Element } from "../../xml/mod.ts";
import {
  addDays,
  addMonths,
  addSeconds,
  addYears,
  compareDates,
  type DateTime,
  isoWeek,
  monthAndDay,
  parseDate,
  toEpoch,
} from "../dates/mod.ts";
import type { RuleInput } from "./input.ts";

/**
 * What a date_expression says of now: `satisfied` for a date_spec that holds, `within`, `before` or
 * `after` a range, `invalid` when it cannot be read.
 */
export type DateOutcome = "satisfied" | "within" | "before" | "after" | "invalid";

export function datePasses(outcome: DateOutcome): boolean {
  return outcome === "satisfied" || outcome === "within";
}

type DateInput = Pick<RuleInput, "now" | "onNextChange" | "onFault">;

/** Evaluates a date_expression, proposing when its outcome changes next. */
export function evaluateDate(expression: Element, input: DateInput): DateOutcome {
  const outcome = outcomeOf(expression, input);
  if (outcome === "invalid") {
    const { id } = expression;
    input.onFault?.(`Treating date_expression ${id} as not passing because it is invalid`);
  }
  return outcome;
}

function outcomeOf(expression: Element, input: DateInput): DateOutcome {
  if (!expression.has("id")) return "invalid";
  switch (expression.get("operation")?.toLowerCase() ?? "in_range") {
    case "in_range":
      return inRange(expression, input);
    case "date_spec":
      return dateSpec(expression, input.now);
    case "gt":
      return after(expression, input);
    case "lt":
      return before(expression, input);
    default:
      return "invalid";
  }
}

function inRange(expression: Element, input: DateInput): DateOutcome {
  const start = bound(expression, "start", input);
  let end = bound(expression, "end", input);
  if (start === "invalid" || end === "invalid") return "invalid";
  if (end === null) {
    const duration = expression.first("duration");
    if (duration !== null) {
      if (start === null || !duration.has("id")) return "invalid";
      end = addDurationElement(start, duration);
      if (end === null) return "invalid";
    } else if (start === null) return "invalid";
  }
  if (start !== null && compareDates(input.now, start) < 0) {
    propose(input, start);
    return "before";
  }
  if (end !== null) {
    if (compareDates(input.now, end) > 0) return "after";
    propose(input, addSeconds(end, 1));
  }
  return "within";
}

function after(expression: Element, input: DateInput): DateOutcome {
  const start = bound(expression, "start", input);
  if (start === null || start === "invalid") return "invalid";
  if (compareDates(input.now, start) > 0) return "within";
  propose(input, addSeconds(start, 1));
  return "before";
}

function before(expression: Element, input: DateInput): DateOutcome {
  const end = bound(expression, "end", input);
  if (end === null || end === "invalid") return "invalid";
  if (compareDates(input.now, end) >= 0) return "after";
  propose(input, end);
  return "within";
}

function bound(
  expression: Element,
  name: "start" | "end",
  input: DateInput,
): DateTime | null | "invalid" {
  const text = expression.get(name);
  if (text === null) return null;
  const context = { now: toEpoch(input.now), localOffset: input.now.offset };
  return parseDate(text, context) ?? "invalid";
}

function propose(input: DateInput, date: DateTime): void {
  const epoch = toEpoch(date);
  if (epoch > toEpoch(input.now)) input.onNextChange?.(epoch);
}

/** A `duration` element added to a date, largest unit first; null when an amount is no number. */
export function addDurationElement(date: DateTime, duration: Element): DateTime | null {
  let result = date;
  const steps: [string, (d: DateTime, n: number) => DateTime][] = [
    ["years", addYears],
    ["months", addMonths],
    ["weeks", (d, n) => addDays(d, n * 7)],
    ["days", addDays],
    ["hours", (d, n) => addSeconds(d, n * 3600)],
    ["minutes", (d, n) => addSeconds(d, n * 60)],
    ["seconds", addSeconds],
  ];
  for (const [name, add] of steps) {
    const text = duration.get(name);
    if (text === null) continue;
    const amount = /^\s*[+-]?\d+/.exec(text);
    if (amount === null || Math.abs(Number(amount[0])) > 2_147_483_647) return null;
    result = add(result, Number(amount[0]));
  }
  return result;
}

function dateSpec(expression: Element, now: DateTime): DateOutcome {
  const spec = expression.first("date_spec");
  if (spec === null || !spec.has("id")) return "invalid";
  const { month, day } = monthAndDay(now.year, now.day);
  const week = isoWeek(now);
  const fields: [string, number][] = [
    ["years", now.year],
    ["months", month],
    ["monthdays", day],
    ["hours", Math.floor(now.seconds / 3600)],
    ["minutes", Math.floor(now.seconds / 60) % 60],
    ["seconds", now.seconds % 60],
    ["yeardays", now.day],
    ["weekyears", week.year],
    ["weeks", week.week],
    ["weekdays", week.weekday],
  ];
  for (const [name, value] of fields) {
    const range = spec.get(name);
    if (range === null) continue;
    const outcome = rangeOutcome(range, value);
    if (outcome !== "satisfied") return outcome;
  }
  return "satisfied";
}

/** Position of a value to `A`, `A-B`, `A-` or `-B`. */
function rangeOutcome(range: string, value: number): DateOutcome {
  const match = /^\s*(?:(\d+)(?:(-)(\d+)?)?|-(\d+))$/.exec(range);
  if (match === null) return "invalid";
  const low = match[1] === undefined ? null : Number(match[1]);
  const upper = match[2] === undefined ? (match[1] ?? match[4]) : match[3];
  if (low !== null && value < low) return "before";
  return upper !== undefined && value > Number(upper) ? "after" : "satisfied";
}
