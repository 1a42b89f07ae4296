import type { Element } from "../../xml/mod.ts";
import { exportAttributes } from "../cib/attributes.ts";
import { byCodePoint, formatOptional, formatPair, indent } from "../frame/text.ts";
import type { RuleStatus, RuleStatusOf } from "./in-effect.ts";
import { ruleParts, ruleToText } from "./text.ts";

export {
  type RuleStatus,
  type RuleStatusOf,
  ruleStatusAt,
  statusUnknown,
} from "./in-effect.ts";

interface DatePart {
  id: string;
  options: Record<string, string>;
}

/** A rule or a part of one as the JSON output writes it; names are the interface. */
export interface RuleData {
  id: string;
  type: "RULE" | "EXPRESSION" | "DATE_EXPRESSION" | "OP_EXPRESSION" | "RSC_EXPRESSION";
  in_effect: RuleStatus;
  options: Record<string, string>;
  date_spec: DatePart | null;
  duration: DatePart | null;
  expressions: RuleData[];
  as_string: string;
}

/** A rule element with everything below it. */
export function ruleToData(rule: Element, statusOf: RuleStatusOf): RuleData {
  const isRule = rule.name === "rule";
  const datePart = (name: string): DatePart | null => {
    const part = rule.name === "date_expression" ? rule.first(name) : null;
    return part === null ? null : { id: part.id, options: exportAttributes(part) };
  };
  return {
    id: rule.id,
    type: rule.name.toUpperCase() as RuleData["type"],
    in_effect: isRule ? statusOf(rule.id) : "UNKNOWN",
    options: exportAttributes(rule),
    date_spec: datePart("date_spec"),
    duration: datePart("duration"),
    expressions: isRule ? ruleParts(rule).map((part) => ruleToData(part, statusOf)) : [],
    as_string: ruleToText(rule),
  };
}

const LABELS: Partial<Record<RuleStatus, string>> = {
  EXPIRED: "expired",
  NOT_YET_IN_EFFECT: "not yet in effect",
};

/** What text output says of a rule that does not count now; null for one that does or may. */
export function ruleInEffectLabel(rule: RuleData): string | null {
  return LABELS[rule.in_effect] ?? null;
}

const pairs = (options: Record<string, string>): string[] =>
  Object.entries(options)
    .sort(([a], [b]) => byCodePoint(a, b))
    .map(([name, value]) => formatPair(name, value));

/** A rule as text, its parts indented below it. */
export function ruleLines(rule: RuleData, withIds = false): string[] {
  const id = (part: DatePart | RuleData) => (withIds ? [`(id: ${part.id})`] : []);
  if (rule.type === "RULE") {
    const heading = `Rule${formatOptional(ruleInEffectLabel(rule), " ({})")}:`;
    return [
      [heading, ...pairs(rule.options), ...id(rule)].join(" "),
      ...indent(rule.expressions.flatMap((part) => ruleLines(part, withIds))),
    ];
  }
  if (rule.type === "DATE_EXPRESSION" && rule.options["operation"] === "date_spec") {
    const spec = rule.date_spec;
    const inner = spec === null ? [] : [...pairs(spec.options), ...id(spec)];
    return [
      ["Expression:", ...id(rule)].join(" "),
      ...indent([["Date Spec:", ...inner].join(" ")]),
    ];
  }
  if (rule.duration !== null && rule.options["operation"] === "in_range") {
    const start = rule.options["start"];
    const range = ["date", "in_range", ...(start === undefined ? [] : [start]), "to", "duration"];
    return [
      ["Expression:", ...range, ...id(rule)].join(" "),
      ...indent([["Duration:", ...pairs(rule.duration.options), ...id(rule.duration)].join(" ")]),
    ];
  }
  return [["Expression:", rule.as_string, ...id(rule)].join(" ")];
}
