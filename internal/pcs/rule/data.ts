import type { Element } from "../../xml/mod.ts";
import { exportAttributes } from "../cib/attributes.ts";
import { byCodePoint, formatPair, indent, quote } from "../frame/text.ts";

/** Whether a rule applies now; UNKNOWN where nobody asked. */
export type RuleStatus = "NOT_YET_IN_EFFECT" | "IN_EFFECT" | "EXPIRED" | "UNKNOWN";

export type RuleStatusOf = (rule: Element) => RuleStatus;

/** A rule or an expression in it as the JSON output writes it; names are the interface. */
export interface RuleData {
  id: string;
  type: "RULE" | "EXPRESSION" | "DATE_EXPRESSION" | "OP_EXPRESSION" | "RSC_EXPRESSION";
  in_effect: RuleStatus;
  options: Record<string, string>;
  date_spec: RulePartData | null;
  duration: RulePartData | null;
  expressions: RuleData[];
  as_string: string;
}

export interface RulePartData {
  id: string;
  options: Record<string, string>;
}

const TYPES: Record<string, RuleData["type"]> = {
  rule: "RULE",
  expression: "EXPRESSION",
  date_expression: "DATE_EXPRESSION",
  op_expression: "OP_EXPRESSION",
  rsc_expression: "RSC_EXPRESSION",
};

/** A rule, or an expression of one, with everything below it. */
export function ruleToData(element: Element, statusOf: RuleStatusOf): RuleData {
  const isDate = element.name === "date_expression";
  return {
    id: element.id,
    type: TYPES[element.name] ?? "EXPRESSION",
    in_effect: element.name === "rule" ? statusOf(element) : "UNKNOWN",
    options: exportAttributes(element),
    date_spec: isDate ? partData(element.first("date_spec")) : null,
    duration: isDate ? partData(element.first("duration")) : null,
    expressions: ruleParts(element).map((part) => ruleToData(part, statusOf)),
    as_string: ruleToString(element),
  };
}

function ruleParts(element: Element): Element[] {
  if (element.name !== "rule") return [];
  return element.elements().filter(({ name }) => Object.hasOwn(TYPES, name));
}

function partData(element: Element | null): RulePartData | null {
  return element === null ? null : { id: element.id, options: exportAttributes(element) };
}

/** The rule in pcs's rule language. */
export function ruleToString(element: Element): string {
  switch (element.name) {
    case "rule":
      return ruleParts(element)
        .map((part) => (part.name === "rule" ? `(${ruleToString(part)})` : ruleToString(part)))
        .join(` ${element.get("boolean-op") ?? "and"} `);
    case "date_expression":
      return dateToString(element);
    case "op_expression": {
      const interval = element.get("interval");
      return `op ${element.get("name") ?? ""}${interval === null ? "" : ` interval=${interval}`}`;
    }
    case "rsc_expression":
      return `resource ${["class", "provider", "type"].map((name) => element.get(name) ?? "").join(":")}`;
    default:
      return attributeToString(element);
  }
}

function attributeToString(element: Element): string {
  const attribute = element.get("attribute") ?? "";
  const operation = element.get("operation") ?? "";
  const value = element.get("value");
  if (value === null) return `${operation} ${attribute}`;
  const type = element.get("type");
  return [attribute, operation, ...(type === null ? [] : [type]), quote(value, " ")].join(" ");
}

function dateToString(element: Element): string {
  const operation = element.get("operation") ?? "";
  const start = element.get("start");
  const end = element.get("end");
  const duration = element.first("duration");
  if (operation === "date_spec") {
    const spec = element.first("date_spec");
    return spec === null ? "date-spec" : `date-spec ${pairsOf(exportAttributes(spec))}`;
  }
  const parts = ["date", operation];
  if (start !== null) parts.push(dateText(start));
  if (operation === "in_range") parts.push("to");
  if (end !== null) parts.push(dateText(end));
  if (operation === "in_range" && duration !== null) {
    parts.push("duration", pairsOf(exportAttributes(duration)));
  }
  return parts.join(" ");
}

/** One word: no space around separators, and the first that is left becomes the `T`. */
function dateText(date: string): string {
  return date.replace(/\s*([TZ:.+-])\s*/g, "$1").replace(/\s+/, "T");
}

function pairsOf(options: Record<string, string>): string {
  return Object.entries(options)
    .sort(([a], [b]) => byCodePoint(a, b))
    .map(([name, value]) => formatPair(name, value))
    .join(" ");
}

/** `expired`, `not yet in effect`, or nothing. */
export function ruleInEffectLabel(rule: RuleData): string | null {
  if (rule.in_effect === "EXPIRED") return "expired";
  return rule.in_effect === "NOT_YET_IN_EFFECT" ? "not yet in effect" : null;
}

/** A rule or an expression as lines of text. */
export function ruleLines(rule: RuleData, withIds = false): string[] {
  const id = withIds ? ` (id: ${rule.id})` : "";
  if (rule.type === "RULE") {
    const label = ruleInEffectLabel(rule);
    const options = Object.keys(rule.options).length > 0 ? ` ${pairsOf(rule.options)}` : "";
    const heading = `Rule${label === null ? "" : ` (${label})`}:${options}${id}`;
    return [heading, ...indent(rule.expressions.flatMap((part) => ruleLines(part, withIds)))];
  }
  const { operation } = rule.options;
  if (rule.type === "DATE_EXPRESSION" && operation === "date_spec") {
    return [`Expression:${id}`, ...indent([partLine("Date Spec:", rule.date_spec, withIds)])];
  }
  if (rule.type === "DATE_EXPRESSION" && operation === "in_range" && rule.duration !== null) {
    const start = rule.options["start"] === undefined ? "" : ` ${rule.options["start"]}`;
    return [
      `Expression: date in_range${start} to duration${id}`,
      ...indent([partLine("Duration:", rule.duration, withIds)]),
    ];
  }
  return [`Expression: ${rule.as_string}${id}`];
}

function partLine(label: string, part: RulePartData | null, withIds: boolean): string {
  if (part === null) return label;
  const pairs = pairsOf(part.options);
  const id = withIds ? ` (id: ${part.id})` : "";
  return `${label}${pairs === "" ? "" : ` ${pairs}`}${id}`;
}
