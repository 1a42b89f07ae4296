import type { Element } from "../../xml/mod.ts";
import { parseIntervalMs } from "../interval.ts";
import { attributePasses } from "./attribute.ts";
import { datePasses, evaluateDate } from "./date.ts";
import type { RuleInput } from "./input.ts";

/** True when the rule holds. A rule without id, or a condition that is malformed, does not. */
export function evaluateRule(rule: Element, input: RuleInput): boolean {
  if (!rule.has("id")) {
    input.onFault?.("Ignoring rule without id");
    return false;
  }
  const combined = rule.get("boolean-op")?.toLowerCase() ?? "and";
  if (combined !== "and" && combined !== "or") {
    input.onFault?.(`Ignoring rule ${rule.id} because of invalid boolean-op '${combined}'`);
    return false;
  }
  const any = combined === "or";
  let empty = true;
  for (const condition of rule.elements()) {
    empty = false;
    const passes = conditionPasses(condition, input);
    if (passes === any) return any;
  }
  return empty || !any;
}

/** True when `holder` has no rules, or one of them holds. */
export function evaluateRules(holder: Element, input: RuleInput): boolean {
  let any = false;
  for (const rule of holder.elements("rule")) {
    any = true;
    if (evaluateRule(rule, input)) return true;
  }
  return !any;
}

function conditionPasses(condition: Element, input: RuleInput): boolean {
  switch (condition.name) {
    case "rule":
      return evaluateRule(condition, input);
    case "expression":
      return attributePasses(condition, input);
    case "date_expression":
      return datePasses(evaluateDate(condition, input));
    case "rsc_expression":
      return agentPasses(condition, input);
    case "op_expression":
      return operationPasses(condition, input);
    default:
      input.onFault?.(
        `Treating ${condition.name} ${condition.id} as not passing: unknown condition`,
      );
      return false;
  }
}

function agentPasses(condition: Element, input: RuleInput): boolean {
  const agent = input.agent;
  if (agent === undefined || !condition.has("id")) return false;
  const matches = (name: string, actual: string | null) => {
    const wanted = condition.get(name);
    return wanted === null || wanted === actual;
  };
  return (
    matches("class", agent.class) &&
    matches("provider", agent.provider) &&
    matches("type", agent.type)
  );
}

function operationPasses(condition: Element, input: RuleInput): boolean {
  const operation = input.operation;
  if (operation === undefined || !condition.has("id")) return false;
  if (condition.get("name") !== operation.name) return false;
  const interval = condition.get("interval");
  return interval === null || parseIntervalMs(interval) === operation.intervalMs;
}
