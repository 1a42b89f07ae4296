import { evaluateDate, fromEpoch } from "../../cib/mod.ts";
import type { Element } from "../../xml/mod.ts";

export type RuleStatus = "UNKNOWN" | "EXPIRED" | "IN_EFFECT" | "NOT_YET_IN_EFFECT";

/** Tells whether the rule with that id is in effect. */
export type RuleStatusOf = (ruleId: string) => RuleStatus;

/** Does not look at rules: everything is unknown. */
export const statusUnknown: RuleStatusOf = () => "UNKNOWN";

/**
 * Looks at each rule as `crm_rule --check` does: only a rule with exactly one date expression can
 * be judged, and a date specification only when it names years and no moon.
 */
export function ruleStatusAt(cib: Element, nowMs: number): RuleStatusOf {
  const now = fromEpoch(Math.floor(nowMs / 1000));
  return (ruleId) => {
    const rules = [...cib.walk()].filter((e) => e.name === "rule" && e.get("id") === ruleId);
    const rule = rules[0];
    if (rule === undefined || rules.length > 1) return "UNKNOWN";
    const dates = rule.elements("date_expression");
    const date = dates[0];
    if (date === undefined || dates.length > 1) return "UNKNOWN";
    if (date.get("operation") === "date_spec") {
      const spec = date.first("date_spec");
      if (spec === null || !spec.has("years") || spec.has("moon")) return "UNKNOWN";
    }
    switch (evaluateDate(date, { now })) {
      case "within":
      case "satisfied":
        return "IN_EFFECT";
      case "before":
        return "NOT_YET_IN_EFFECT";
      case "after":
        return "EXPIRED";
      default:
        return "UNKNOWN";
    }
  };
}
