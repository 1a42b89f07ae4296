import { Element } from "../../xml/mod.ts";
import { checkNames, hardness } from "../checks/mod.ts";
import { findElement } from "../cib/find.ts";
import { checkId, IdProvider } from "../cib/ids.ts";
import { setPairsInOrder } from "../cib/nvset.ts";
import { exportNvsets, type NvsetData, nvsetLines } from "../cib/nvset-data.ts";
import { configuration, ensureSection } from "../cib/sections.ts";
import { groupByKeywords, keyValues } from "../frame/arguments.ts";
import type { PcsContext } from "../frame/context.ts";
import { pythonJson } from "../frame/json.ts";
import type { Options } from "../frame/options.ts";
import { commandList, pairsToCommand } from "../frame/output.ts";
import { CommandLineError, error, LibraryError, type Report } from "../frame/report.ts";
import type { Verb } from "../frame/route.ts";
import { byCodePoint, indent, shellQuote } from "../frame/text.ts";
import { type AllowedExpressions, checkRule, ruleSyntaxReport } from "../rule/check.ts";
import type { BoolExpression } from "../rule/expression.ts";
import { ruleStatusAt, statusUnknown } from "../rule/in-effect.ts";
import { parseRule } from "../rule/parse.ts";
import { appendRule } from "../rule/store.ts";
import { ruleFromWords } from "../rule/words.ts";

/** Defaults of resources or of operations: the same verbs on two sections. */
interface Kind {
  section: "rsc_defaults" | "op_defaults";
  /** What stands between `pcs` and `defaults`. */
  command: string;
  rules: AllowedExpressions;
}

export const RESOURCE_DEFAULTS: Kind = {
  section: "rsc_defaults",
  command: "resource defaults",
  rules: { resource: true },
};

export const OPERATION_DEFAULTS: Kind = {
  section: "op_defaults",
  command: "resource op defaults",
  rules: { resource: true, op: true, attribute: true },
};

const SET_TAGS = ["instance_attributes", "meta_attributes"];

/** The verbs of one kind of defaults. */
export function defaultsVerbs(
  kind: Kind,
): Record<"config" | "create" | "remove" | "change" | "update", Verb> {
  return {
    config: (context, argv, options) => config(context, argv, options, kind),
    create: (context, argv, options) => createSet(context, argv, options, kind),
    remove: (context, argv, options) => removeSets(context, argv, options, kind),
    change: (context, argv, options) => changeSet(context, argv, options, kind),
    update: (context, argv) => updateOnlySet(context, argv, kind),
  };
}

async function config(
  context: PcsContext,
  argv: string[],
  options: Options,
  kind: Kind,
): Promise<void> {
  if (argv.length > 0) throw new CommandLineError();
  options.allowOnly(["-f", "--all", "--full", "--no-expire-check", "--output-format"]);
  options.notTogether("--all", "--no-expire-check");
  const format = options.outputFormat();
  const full = options.has("--full");
  if (full && format !== "text") {
    throw new CommandLineError(`option '--full' is not compatible with '${format}' output format.`);
  }
  const cib = await context.cib();
  const statusOf = options.has("--no-expire-check")
    ? statusUnknown
    : ruleStatusAt(cib, context.env.nowMs);
  const section = configuration(cib).first(kind.section) ?? new Element(kind.section);
  const all = options.has("--all");
  const read = (name: "instance_attributes" | "meta_attributes") =>
    exportNvsets(section, name, statusOf).filter(
      ({ rule }) => all || rule?.in_effect !== "EXPIRED",
    );
  const instance_attributes = read("instance_attributes");
  const meta_attributes = read("meta_attributes");
  const text =
    format === "cmd"
      ? commandList(meta_attributes.map((set) => setCommand(kind, set)))
      : format === "json"
        ? pythonJson({ instance_attributes, meta_attributes })
        : meta_attributes.flatMap((set) => nvsetLines(set, "Meta Attrs", full)).join("\n");
  if (text !== "") context.print(text);
}

function setCommand(kind: Kind, set: NvsetData): string[] {
  const options = [...Object.entries(set.options), ["id", set.id] as [string, string]];
  options.sort(([a], [b]) => byCodePoint(a, b));
  const parts: string[] = [];
  if (set.nvpairs.length > 0) {
    const pairs = set.nvpairs.map(({ name, value }) => [name, value] as const);
    parts.push(`meta ${pairsToCommand(pairs)}`);
  }
  if (set.rule !== null) parts.push(`rule ${shellQuote(set.rule.as_string)}`);
  return [`pcs -- ${kind.command} set create ${pairsToCommand(options)}`, ...indent(parts)];
}

function warnOverridden(context: PcsContext): void {
  context.report.warning(
    "Defaults do not apply to resources which override them with their own defined values",
  );
}

async function createSet(
  context: PcsContext,
  argv: string[],
  options: Options,
  kind: Kind,
): Promise<void> {
  options.allowOnly(["-f", "--force"]);
  const groups = groupByKeywords(argv, ["meta", "rule"], "options");
  groups.repeatOnly();
  const pairs = keyValues(groups.flat("meta"));
  const given = keyValues(groups.flat("options"));
  const ruleText = ruleFromWords(context, groups.flat("rule"));
  const cib = await context.cib(ruleText === "" ? null : [3, 9]);
  const ids = new IdProvider(cib);
  context.report.all(checkSetOptions(given, ids, options.force));
  const rule = ruleText === "" ? null : readRule(context, ruleText, kind.rules);
  context.report.stopOnErrors();
  appendSet(ensureSection(cib, kind.section), pairs, given, rule, ids);
  warnOverridden(context);
  await context.pushCib();
}

function checkSetOptions(
  given: ReadonlyMap<string, string>,
  ids: IdProvider,
  force: boolean,
): Report[] {
  const reports = checkNames(given, ["id", "score"], null, { hard: hardness(force) });
  const id = given.get("id");
  if (id !== undefined) {
    const wrong = checkId(id, "id");
    reports.push(...(wrong.length > 0 ? wrong : ids.book(id)));
  }
  const score = given.get("score");
  if (score !== undefined && !/^[+-]?(INFINITY|\d+)$/.test(score)) {
    reports.push(error(`invalid score '${score}', use integer or INFINITY or -INFINITY`));
  }
  return reports;
}

function readRule(
  context: PcsContext,
  text: string,
  allowed: AllowedExpressions,
): BoolExpression | null {
  const parsed = parseRule(text);
  if (!parsed.ok) {
    context.report.add(ruleSyntaxReport(parsed.error));
    return null;
  }
  context.report.all(checkRule(parsed.value, allowed));
  return parsed.value;
}

function appendSet(
  section: Element,
  pairs: ReadonlyMap<string, string>,
  given: ReadonlyMap<string, string>,
  rule: BoolExpression | null,
  ids: IdProvider,
): void {
  const wanted = given.get("id") ?? "";
  const id = wanted === "" ? ids.allocate(`${section.name}-meta_attributes`) : wanted;
  const set = section.append(new Element("meta_attributes", { id }));
  for (const [name, value] of given) if (name !== "id" && value !== "") set.set(name, value);
  if (rule !== null) appendRule(set, rule, ids);
  setPairsInOrder(set, pairs, ids);
}

function findSet(section: Element, id: string): { element: Element | null; reports: Report[] } {
  return findElement(section, SET_TAGS, id, ["options set"]);
}

async function removeSets(
  context: PcsContext,
  argv: string[],
  options: Options,
  kind: Kind,
): Promise<void> {
  options.allowOnly(["-f"]);
  if (argv.length === 0) return;
  const section = ensureSection(await context.cib(), kind.section);
  const found = argv.map((id) => findSet(section, id));
  context.report.all(found.flatMap(({ reports }) => reports));
  context.report.stopOnErrors();
  for (const { element } of found) if (element!.parent !== null) element!.remove();
  await context.pushCib();
}

async function changeSet(
  context: PcsContext,
  argv: string[],
  options: Options,
  kind: Kind,
): Promise<void> {
  options.allowOnly(["-f"]);
  const [id, ...words] = argv;
  if (id === undefined) throw new CommandLineError();
  const groups = groupByKeywords(words, ["meta"]);
  groups.repeatOnly();
  const pairs = keyValues(groups.flat("meta"));
  const cib = await context.cib();
  const { element, reports } = findSet(ensureSection(cib, kind.section), id);
  context.report.all(reports);
  context.report.stopOnErrors();
  setPairsInOrder(element!, pairs, new IdProvider(cib));
  warnOverridden(context);
  await context.pushCib();
}

/** The old way, where there is at most one set. */
async function updateOnlySet(context: PcsContext, argv: string[], kind: Kind): Promise<void> {
  const pairs = keyValues(argv);
  if (pairs.size === 0) {
    await context.cib();
    return;
  }
  const cib = await context.cib();
  const onlyRemoving = [...pairs.values()].every((value) => value === "");
  if (onlyRemoving && configuration(cib).first(kind.section) === null) {
    warnOverridden(context);
    return;
  }
  const section = ensureSection(cib, kind.section);
  const sets = section.elements("meta_attributes");
  if (sets.length > 1) {
    context.report.error(
      `Several options sets exist, please use the 'pcs ${kind.command} set update' command and ` +
        "specify an option set ID",
    );
    throw new LibraryError();
  }
  warnOverridden(context);
  const ids = new IdProvider(cib);
  if (sets.length === 1) setPairsInOrder(sets[0]!, pairs, ids);
  else if (onlyRemoving) return;
  else appendSet(section, pairs, new Map(), null, ids);
  await context.pushCib();
}
