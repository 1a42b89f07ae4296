import type { Element } from "../../xml/mod.ts";
import { type Hardness, unknownOptions } from "../checks/mod.ts";
import { nvsetValue } from "../cib/nvset.ts";
import { error, type Report, warning } from "../frame/report.ts";
import { byCodePoint, formatList, indent, plural, quoteItems } from "../frame/text.ts";
import { ACTION_REPLACED_BY } from "./load.ts";
import { type AgentMetadata, isStonithAgent, uniqueGroups } from "./model.ts";
import { fullName } from "./name.ts";

type Attributes = ReadonlyMap<string, string>;

function say(text: string, hard: Hardness): Report {
  if (hard === "forced") return warning(text);
  return hard === "forceable" ? error(text, "--force") : error(text);
}

function optionType(agent: AgentMetadata): string {
  return isStonithAgent(agent.name) ? "stonith" : "resource";
}

/** Parameters that the agent does not have. */
export function checkKnown(agent: AgentMetadata, given: Attributes, hard: Hardness): Report[] {
  const known = agent.parameters.map(({ name }) => name);
  const unknown = [...given.keys()].filter((name) => !known.includes(name));
  if (unknown.length === 0) return [];
  return [unknownOptions(unknown, [...new Set(known)], optionType(agent), { hard })];
}

/** Parameters that are no longer wanted. */
export function checkDeprecated(agent: AgentMetadata, given: Attributes): Report[] {
  return agent.parameters
    .filter(({ name, deprecated }) => deprecated && given.has(name))
    .map(({ name, deprecatedBy }) =>
      warning(deprecatedText(name, deprecatedBy, optionType(agent))),
    );
}

export function deprecatedText(name: string, replacedBy: readonly string[], type: string): string {
  const hint = replacedBy.length > 0 ? `, use ${formatList(replacedBy)} instead` : "";
  return (
    `${type} option '${name}' is deprecated and might be removed in a future release, ` +
    `therefore it should not be used${hint}`
  );
}

/**
 * Required parameters that are missing. With `only`, those that have nothing to do with the names
 * given are let alone.
 */
export function checkRequired(
  agent: AgentMetadata,
  given: Attributes,
  hard: Hardness,
  only: readonly string[] = [],
): Report[] {
  const reports: Report[] = [];
  const plain: string[] = [];
  const type = optionType(agent);
  for (const { name, required, deprecated } of agent.parameters) {
    if (!required || deprecated) continue;
    const older = predecessors(agent, name);
    const names = [name, ...older];
    if (only.length > 0 && !names.some((n) => only.includes(n))) continue;
    if (older.length === 0) plain.push(name);
    else if (!names.some((n) => given.has(n))) {
      const text = `${type} option ${alternatives(name, older)} has to be specified`;
      reports.push(say(text, hard));
    }
  }
  const missing = [...new Set(plain)].filter((name) => !given.has(name));
  if (missing.length > 0) {
    reports.push(
      say(
        `required ${type} ${plural(missing, "option")} ${formatList(missing)} ` +
          `${plural(missing, "is")} missing`,
        hard,
      ),
    );
  }
  return reports;
}

/** `'a', 'b' (deprecated) or 'c' (deprecated)`. */
function alternatives(name: string, older: string[]): string {
  const words = [`'${name}'`, ...older.sort(byCodePoint).map((old) => `'${old}' (deprecated)`)];
  return `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

/** Every parameter that this one has come to replace, over any number of steps. */
function predecessors(agent: AgentMetadata, name: string): string[] {
  const found = new Set<string>();
  const queue = [name];
  for (let current = queue.shift(); current !== undefined; current = queue.shift()) {
    for (const parameter of agent.parameters) {
      if (!parameter.deprecatedBy.includes(current) || found.has(parameter.name)) continue;
      found.add(parameter.name);
      queue.push(parameter.name);
    }
  }
  return [...found];
}

/** Values that must differ from those of the agent's other resources. */
export function checkUnique(
  agent: AgentMetadata,
  given: Attributes,
  resources: Element,
  hard: Hardness,
  ownId: string | null = null,
): Report[] {
  const reports: Report[] = [];
  const others = resources.descendants("primitive").filter((primitive) => {
    const { standard, provider, type } = agent.name;
    return (
      primitive.get("class") === standard &&
      primitive.get("type") === type &&
      (provider === null || primitive.get("provider") === provider) &&
      primitive.id !== ownId
    );
  });
  for (const [group, names] of uniqueGroups(agent)) {
    const values = names.map((name) => given.get(name) ?? "");
    if (values.every((value) => value === "")) continue;
    const same = others.filter((primitive) =>
      names.every(
        (name, i) => (nvsetValue(primitive, "instance_attributes", name) ?? "") === values[i],
      ),
    );
    if (same.length === 0) continue;
    const ids = formatList(new Set(same.map(({ id }) => id)));
    reports.push(say(notUniqueText(agent, group, names, values, ids), hard));
  }
  return reports;
}

function notUniqueText(
  agent: AgentMetadata,
  group: string,
  names: string[],
  values: string[],
  ids: string,
): string {
  const agentName = fullName(agent.name);
  if (names.length === 1) {
    return (
      `Value '${values[0]}' of option '${names[0]}' is not unique across '${agentName}' resources. ` +
      `Following resources are configured with the same value of the instance attribute: ${ids}`
    );
  }
  const pairs = names.map((name, i) => [name, values[i]!] as const);
  pairs.sort(([a], [b]) => byCodePoint(a, b));
  return (
    `Value ${quoteItems(pairs.map(([, value]) => value)).join(", ")} of options ` +
    `${quoteItems(pairs.map(([name]) => name)).join(", ")} (group '${group}') is not unique ` +
    `across '${agentName}' resources. Following resources are configured with the same values of ` +
    `the instance attributes: ${ids}`
  );
}

/** The parameter `action` of a fence device, which is no good idea. */
export function checkFenceAction(given: Attributes, hard: Hardness): Report[] {
  if ((given.get("action") ?? "") === "") return [];
  return [say(deprecatedText("action", ACTION_REPLACED_BY, "stonith"), hard)];
}

/** What the agent said of its own parameters, as a report. */
export function selfValidationReport(said: string, hard: Hardness): Report {
  const text = indent(said.split("\n")).join("\n");
  if (hard === "forced") return warning(`Validation result from agent:\n${text}`);
  return {
    ...error(`Validation result from agent (use --force to override):\n${text}`, "--force"),
    forceText: "",
  };
}
