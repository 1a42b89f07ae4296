import { error, type Report, warning } from "../frame/report.ts";
import { formatList, plural } from "../frame/text.ts";
import type { ValueRule } from "./values.ts";

/** Names and values as given, in that order. */
export type Pairs = ReadonlyMap<string, string>;

/** How hard a broken rule is: an error, one that `--force` lifts, or lifted already. */
export type Hardness = "error" | "forceable" | "forced";

export function hardness(forced: boolean): Hardness {
  return forced ? "forced" : "forceable";
}

function complain(text: string, hard: Hardness): Report {
  if (hard === "forced") return warning(text);
  return hard === "forceable" ? error(text, "--force") : error(text);
}

const typed = (type: string | null) => (type === null ? "" : `${type} `);

/** `'x' is not a valid NAME value, use ...`. */
export function invalidValue(
  name: string,
  value: string,
  allowed: string | readonly string[],
  hard: Hardness = "error",
): Report {
  const hint = typeof allowed === "string" ? allowed : formatList(allowed);
  return complain(
    `'${value}' is not a valid ${name} value${hint === "" ? "" : `, use ${hint}`}`,
    hard,
  );
}

export function emptyValue(name: string, allowed: string | readonly string[]): Report {
  const hint = typeof allowed === "string" ? allowed : formatList(allowed);
  return error(`${name} cannot be empty${hint === "" ? "" : `, use ${hint}`}`);
}

/** What stands behind `invalid ... option`: names that are not known here. */
export function unknownOptions(
  names: readonly string[],
  allowed: readonly string[],
  type: string | null,
  options: { patterns?: readonly string[]; hard?: Hardness } = {},
): Report {
  const patterns = options.patterns ?? [];
  const head = `invalid ${typed(type)}option${names.length === 1 ? "" : "s:"} ${formatList(names)},`;
  const list = `allowed option${allowed.length === 1 ? " is" : "s are:"} ${formatList(allowed)}`;
  let tail = list;
  if (patterns.length > 0) {
    const matching = `options matching patterns: ${formatList(patterns)}`;
    tail = allowed.length > 0 ? `${list} and ${matching}` : `allowed are ${matching}`;
  } else if (allowed.length === 0) tail = "there are no options allowed";
  return complain(`${head} ${tail}`, options.hard ?? "error");
}

export function requiredOptions(names: readonly string[], type: string | null = null): Report {
  const option = plural(names, "option");
  return error(
    `required ${typed(type)}${option} ${formatList(names)} ${plural(names, "is")} missing`,
  );
}

/** Unknown names among the options, as one report or none. */
export function checkNames(
  options: Pairs,
  allowed: readonly string[],
  type: string | null,
  extra: { pattern?: { name: string; test: RegExp }; hard?: Hardness } = {},
): Report[] {
  const unknown = [...options.keys()].filter(
    (name) => !allowed.includes(name) && extra.pattern?.test.test(name) !== true,
  );
  if (unknown.length === 0) return [];
  const patterns = extra.pattern === undefined ? [] : [extra.pattern.name];
  return [unknownOptions(unknown, allowed, type, { patterns, hard: extra.hard ?? "error" })];
}

/** One value against its rule. An empty one passes where it means removal. */
export function checkValue(
  name: string,
  value: string,
  rule: ValueRule,
  extra: { emptyRemoves?: boolean; hard?: Hardness } = {},
): Report[] {
  if ((extra.emptyRemoves === true && value === "") || rule.test(value)) return [];
  if (rule.cannotBeEmpty === true) return [emptyValue(name, rule.allowed)];
  return [invalidValue(name, value, rule.allowed, extra.hard)];
}

/** Every option that has a rule, in the order of the rules. */
export function checkValues(
  options: Pairs,
  rules: Readonly<Record<string, ValueRule>>,
  extra: { emptyRemoves?: boolean; hard?: Hardness } = {},
): Report[] {
  return Object.entries(rules).flatMap(([name, rule]) => {
    const value = options.get(name);
    return value === undefined ? [] : checkValue(name, value, rule, extra);
  });
}

/** `dependent` is enabled, so `needed` must be. */
export function mustBeEnabled(dependent: string, needed: string, type: string): Report {
  return error(
    `If ${type} option '${dependent}' is enabled, ${type} option '${needed}' must be enabled as well`,
  );
}
