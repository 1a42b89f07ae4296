import { Element } from "../../xml/mod.ts";
import { NEW_ID } from "./from-3.ts";
import type { Copies } from "./references.ts";

/** Makes lifetimes of locations part of their rule; lifetimes of other constraints go away. */
export function mergeLifetimes(cib: Element, copies: Copies, warn: (text: string) => void): void {
  const constraints = cib.first("configuration")?.first("constraints");
  if (constraints === null || constraints === undefined) return;
  if (!constraints.elements().some((constraint) => constraint.first("lifetime") !== null)) return;
  const orphans = referencedElsewhere(cib, constraints, copies);
  for (const constraint of constraints.elements()) {
    const lifetime = constraint.first("lifetime");
    if (lifetime === null) continue;
    if (constraint.name === "rsc_location") mergeIntoRule(constraint, lifetime);
    else {
      lifetime.remove();
      warn(
        `Dropping lifetime element from constraint ${constraint.id} because lifetime elements ` +
          "are no longer supported. Any rules contained there will no longer apply to the constraint",
      );
    }
  }
  if (orphans.length > 0) constraints.append(holder(orphans));
}

/** Rules written in a lifetime that goes away, with a copy in a place that stays. */
function referencedElsewhere(cib: Element, constraints: Element, copies: Copies): Element[] {
  const goes = (rule: Element) => {
    const owner = rule.ancestor("lifetime")?.parent?.name;
    return owner === "rsc_colocation" || owner === "rsc_order";
  };
  const staying = new Set<string>();
  for (const rule of cib.descendants("rule")) if (!goes(rule)) staying.add(rule.id);
  const found: Element[] = [];
  for (const constraint of constraints.elements()) {
    if (constraint.name !== "rsc_colocation" && constraint.name !== "rsc_order") continue;
    for (const rule of constraint.first("lifetime")?.elements("rule") ?? []) {
      if (!copies.has(rule) && staying.has(rule.id)) found.push(rule);
    }
  }
  return found;
}

/** A location constraint for no resource, where such rules live on. */
function holder(rules: Element[]): Element {
  const id = `${NEW_ID}coloc-order-lifetime-rules`;
  const wrapper = new Element("rule", { id: `${id}-rule`, score: "-INFINITY" });
  for (const rule of rules) wrapper.append(rule.remove());
  return new Element("rsc_location", { id, "rsc-pattern": "a^" }, [wrapper]);
}

function mergeIntoRule(location: Element, lifetime: Element): void {
  const both = new Element("rule", {
    id: `${NEW_ID}${location.id}-lifetime-and-rule`,
    "boolean-op": "and",
  });
  const own = location.first("rule");
  both.append(own === null ? nodeScoreRule(location) : own.remove());
  const times = lifetime.elements("rule").map((rule) => rule.remove());
  lifetime.remove();
  if (times.length === 1) both.append(times[0]!);
  else {
    const id = `${NEW_ID}${location.id}-lifetime-or-rule`;
    both.append(new Element("rule", { id, "boolean-op": "or" }, times));
  }
  location.unset("node");
  location.unset("score");
  location.append(both);
}

/** The rule that says what the node and score attributes said. */
function nodeScoreRule(location: Element): Element {
  const id = `${NEW_ID}${location.id}-node-score-rule`;
  const rule = new Element("rule", { id });
  const score = location.get("score");
  if (score !== null) rule.set("score", score);
  rule.append(
    new Element("expression", {
      id: `${id}-expr`,
      attribute: "#uname",
      operation: "eq",
      value: location.get("node") ?? "",
    }),
  );
  return rule;
}
