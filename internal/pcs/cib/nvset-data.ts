import type { Element } from "../../xml/mod.ts";
import { byCodePoint, formatOptional, formatPair, indent } from "../frame/text.ts";
import {
  type RuleData,
  type RuleStatusOf,
  ruleInEffectLabel,
  ruleLines,
  ruleToData,
} from "../rule/data.ts";
import { exportAttributes } from "./attributes.ts";
import type { NvsetName } from "./nvset.ts";

/** A set of name-value pairs as the JSON output writes it; names are the interface. */
export interface NvsetData {
  id: string;
  options: Record<string, string>;
  rule: RuleData | null;
  nvpairs: { id: string; name: string; value: string }[];
}

/** All sets of a kind directly below an element. */
export function exportNvsets(
  parent: Element,
  kind: NvsetName,
  statusOf: RuleStatusOf,
): NvsetData[] {
  return parent.elements(kind).map((set) => exportNvset(set, statusOf));
}

/** One set, its pairs in order of their ids. */
export function exportNvset(set: Element, statusOf: RuleStatusOf): NvsetData {
  const rule = set.first("rule");
  return {
    id: set.id,
    options: exportAttributes(set),
    rule: rule === null ? null : ruleToData(rule, statusOf),
    nvpairs: set
      .elements("nvpair")
      .map((pair) => ({
        id: pair.id,
        name: pair.get("name") ?? "",
        value: pair.get("value") ?? "",
      }))
      .sort((a, b) => byCodePoint(a.id, b.id)),
  };
}

/** A set as text: a heading with its options, then the pairs by name and the rule. */
export function nvsetLines(set: NvsetData, label: string, withIds = false): string[] {
  const inEffect = set.rule === null ? null : ruleInEffectLabel(set.rule);
  const heading = [`${label}${formatOptional(inEffect, " ({})")}:${formatOptional(set.id, " {}")}`];
  const options = Object.entries(set.options).sort(([a], [b]) => byCodePoint(a, b));
  if (options.length > 0) {
    heading.push(options.map(([name, value]) => formatPair(name, value)).join(" "));
  }
  const pairs = [...set.nvpairs].sort(
    (a, b) => byCodePoint(a.name, b.name) || byCodePoint(a.value, b.value),
  );
  const lines = pairs.map(
    ({ id, name, value }) => formatPair(name, value) + (withIds ? ` (id: ${id})` : ""),
  );
  if (set.rule !== null) lines.push(...ruleLines(set.rule, withIds));
  return [heading.join(" "), ...indent(lines)];
}
