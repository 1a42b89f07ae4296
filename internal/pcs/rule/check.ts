import {
  anInteger,
  checkNames,
  checkValue,
  checkValues,
  dateSpecPart,
  floatingPoint,
  positive,
  type ValueRule,
  version,
} from "../checks/mod.ts";
import { error, type Report } from "../frame/report.ts";
import { formatList, formatListLast } from "../frame/text.ts";
import type { AttributeExpression, DateRangeExpression, RuleExpression } from "./expression.ts";
import { isoDateMs } from "./iso-date.ts";
import type { RuleSyntaxError } from "./parse.ts";

/** Which kinds of expressions a command's rules may hold. */
export interface AllowedExpressions {
  attribute?: boolean;
  op?: boolean;
  resource?: boolean;
}

const DURATION: Record<string, ValueRule> = {
  years: positive,
  months: positive,
  weeks: positive,
  days: positive,
  hours: positive,
  minutes: positive,
  seconds: positive,
};

const DATE_SPEC: Record<string, ValueRule> = {
  years: dateSpecPart(null, null),
  weekyears: dateSpecPart(null, null),
  months: dateSpecPart(1, 12),
  weeks: dateSpecPart(1, 53),
  yeardays: dateSpecPart(1, 366),
  monthdays: dateSpecPart(1, 31),
  weekdays: dateSpecPart(1, 7),
  hours: dateSpecPart(0, 23),
  minutes: dateSpecPart(0, 59),
  seconds: dateSpecPart(0, 59),
};

const TYPED_VALUES: Record<string, ValueRule> = {
  integer: anInteger,
  number: floatingPoint,
  version,
};

const KEYWORDS = {
  attribute: ["defined", "not_defined", "eq", "ne", "gte", "gt", "lte", "lt"],
  op: ["op"],
  resource: ["resource"],
} as const;

/** The report on a text that is no rule. */
export function ruleSyntaxReport(failure: RuleSyntaxError): Report {
  return error(
    `'${failure.rule}' is not a valid rule expression, parse error near or after line ` +
      `${failure.lineNumber} column ${failure.column}\n  ${failure.line}\n` +
      `  ${"-".repeat(failure.column - 1)}^`,
  );
}

/** Everything wrong with a rule that was parsed. */
export function checkRule(rule: RuleExpression, allowed: AllowedExpressions): Report[] {
  const forbidden = new Set<keyof typeof KEYWORDS>();
  const reports = checkPart(rule, allowed, forbidden);
  for (const kind of forbidden) {
    const words = KEYWORDS[kind];
    const plural = words.length > 1;
    const list = plural
      ? `'${words.slice(0, -1).join("', '")}' and '${words[words.length - 1]}'`
      : formatListLast(words, " and ");
    reports.push(
      error(`Keyword${plural ? "s" : ""} ${list} cannot be used in a rule in this command`),
    );
  }
  return reports;
}

function checkPart(
  part: RuleExpression,
  allowed: AllowedExpressions,
  forbidden: Set<keyof typeof KEYWORDS>,
): Report[] {
  switch (part.kind) {
    case "bool":
      return part.children.flatMap((child) => checkPart(child, allowed, forbidden));
    case "date":
      return checkDate(part.date);
    case "date-range":
      return checkRange(part);
    case "date-spec":
      return checkParts(part.parts, DATE_SPEC, "datespec");
    default:
      if (allowed[part.kind] !== true) {
        forbidden.add(part.kind);
        return [];
      }
      return part.kind === "attribute" ? checkAttribute(part) : [];
  }
}

function checkAttribute(part: AttributeExpression): Report[] {
  const rule = part.type === null ? undefined : TYPED_VALUES[part.type];
  if (rule === undefined || part.value === null) return [];
  return checkValue(`${part.type} attribute`, part.value, rule);
}

function checkDate(date: string): Report[] {
  if (isoDateMs(date) !== null) return [];
  return [error(`'${date}' is not a valid date value, use ISO 8601 date`)];
}

function checkRange(part: DateRangeExpression): Report[] {
  const { start, end, duration } = part;
  const reports = [start, end].flatMap((date) => (date === null ? [] : checkDate(date)));
  const [from, until] = [start, end].map((date) => (date === null ? null : isoDateMs(date)));
  if (typeof from === "number" && typeof until === "number" && from >= until) {
    reports.push(error(`Since '${start}' is not sooner than until '${end}'`));
  }
  if (duration !== null) reports.push(...checkParts(duration, DURATION, "duration"));
  return reports;
}

function checkParts(
  parts: readonly [string, string][],
  rules: Record<string, ValueRule>,
  type: string,
): Report[] {
  const options = new Map(parts);
  const names = parts.map(([name]) => name);
  const twice = new Set(names.filter((name, i) => names.indexOf(name) !== i));
  const reports = [
    ...checkValues(options, rules),
    ...checkNames(options, Object.keys(rules), type),
  ];
  if (twice.size > 0) {
    reports.push(error(`Duplicate options in a single (sub)expression: ${formatList(twice)}`));
  }
  return reports;
}
