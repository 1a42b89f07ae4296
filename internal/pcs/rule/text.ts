import type { Element } from "../../xml/mod.ts";
import { exportAttributes } from "../cib/attributes.ts";
import { byCodePoint, formatPair, quote } from "../frame/text.ts";

/** Elements that a rule consists of; others below a rule say nothing to pcs. */
export const RULE_PARTS: readonly string[] = [
  "rule",
  "expression",
  "date_expression",
  "op_expression",
  "rsc_expression",
];

export function ruleParts(rule: Element): Element[] {
  return rule.elements().filter((child) => RULE_PARTS.includes(child.name));
}

/**
 * A rule, or a part of one, in pcs's rule language. `normalize` writes equal rules equally: the
 * default type is named and parts are sorted.
 */
export function ruleToText(element: Element, normalize = false): string {
  switch (element.name) {
    case "rule":
      return booleanText(element, normalize);
    case "date_expression":
      return dateExpressionText(element);
    case "op_expression":
      return operationText(element);
    case "rsc_expression":
      return `resource ${["class", "provider", "type"].map((n) => element.get(n) ?? "").join(":")}`;
    default:
      return comparisonText(element, normalize);
  }
}

function booleanText(rule: Element, normalize: boolean): string {
  const parts = ruleParts(rule).map((part) => {
    const text = ruleToText(part, normalize);
    return part.name === "rule" ? `(${text})` : text;
  });
  if (normalize) parts.sort(byCodePoint);
  return parts.join(` ${rule.get("boolean-op") ?? "and"} `);
}

function comparisonText(element: Element, normalize: boolean): string {
  const name = element.get("attribute") ?? "";
  const operation = element.get("operation") ?? "";
  const value = element.get("value");
  if (value === null) return `${operation} ${name}`;
  const type = element.get("type") ?? (normalize ? "string" : null);
  const parts = [name, operation, ...(type === null ? [] : [type]), quote(value, " ")];
  return parts.join(" ");
}

function operationText(element: Element): string {
  const interval = element.get("interval");
  return `op ${element.get("name") ?? ""}${interval === null ? "" : ` interval=${interval}`}`;
}

function dateExpressionText(element: Element): string {
  const operation = element.get("operation") ?? "";
  const pairs = (child: Element | null) =>
    child === null
      ? []
      : Object.entries(exportAttributes(child))
          .sort(([a], [b]) => byCodePoint(a, b))
          .map(([name, value]) => formatPair(name, value));
  if (operation === "date_spec") {
    return ["date-spec", ...pairs(element.first("date_spec"))].join(" ");
  }
  const date = (name: string) => {
    const value = element.get(name);
    return value === null ? [] : [compactDate(value)];
  };
  if (operation !== "in_range") {
    return ["date", operation, ...date("start"), ...date("end")].join(" ");
  }
  const duration = element.first("duration");
  const span = duration === null ? [] : ["duration", ...pairs(duration)];
  return ["date", "in_range", ...date("start"), "to", ...date("end"), ...span].join(" ");
}

/** The rule language separates at spaces, so a date must hold none. */
function compactDate(date: string): string {
  return date.replace(/\s*([TZ:.+-])\s*/g, "$1").replace(/\s+/, "T");
}
