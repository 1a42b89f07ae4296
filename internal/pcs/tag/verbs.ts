import { Element } from "../../xml/mod.ts";
import { IdProvider } from "../cib/ids.ts";
import { constraintsOf, ensureSection, findSection, resourcesOf } from "../cib/sections.ts";
import { groupByKeywords } from "../frame/arguments.ts";
import type { PcsContext } from "../frame/context.ts";
import { pythonJsonPretty } from "../frame/json.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError, LibraryError, type Report } from "../frame/report.ts";
import { indent, shellQuote } from "../frame/text.ts";
import {
  applyChange,
  checkChange,
  checkNewTag,
  checkUnreferenced,
  findTags,
  references,
} from "./checks.ts";

type Arguments = [context: PcsContext, argv: string[], options: Options];

function failOn(context: PcsContext, reports: readonly Report[]): void {
  context.report.all(reports);
  if (context.report.hasErrors) throw new LibraryError();
}

/** `tag create`. */
export async function tagCreate(...[context, argv, options]: Arguments): Promise<void> {
  options.allowOnly(["-f"]);
  const [id, ...members] = argv;
  if (id === undefined || members.length === 0) throw new CommandLineError();
  const cib = await context.cib();
  failOn(context, checkNewTag(resourcesOf(cib), id, members, new IdProvider(cib)));
  const tag = ensureSection(cib, "tags").append(new Element("tag", { id }));
  for (const member of members) tag.append(new Element("obj_ref", { id: member }));
  await context.pushCib();
}

/** `tag delete`. */
export async function tagRemove(...[context, argv, options]: Arguments): Promise<void> {
  options.allowOnly(["-f"]);
  if (argv.length === 0) throw new CommandLineError();
  const cib = await context.cib();
  const found = findTags(ensureSection(cib, "tags"), argv);
  failOn(context, [...checkUnreferenced(constraintsOf(cib), argv), ...found.reports]);
  for (const tag of new Set(found.elements)) tag.remove();
  await context.pushCib();
}

/** `tag update`. */
export async function tagUpdate(...[context, argv, options]: Arguments): Promise<void> {
  options.allowOnly(["-f", "--after", "--before"]);
  const [id, ...rest] = argv;
  if (id === undefined) throw new CommandLineError();
  const groups = groupByKeywords(rest, ["add", "remove"]);
  groups.repeatOnly();
  const given = ["add", "remove"].filter((keyword) => groups.has(keyword));
  if (given.length === 0 || given.some((keyword) => groups.isEmptyKeyword(keyword))) {
    const hint = "Specify at least one id for 'add' or 'remove' arguments.";
    throw new CommandLineError(null, hint, true);
  }
  if (options.has("--after") && options.has("--before")) {
    throw new CommandLineError("Cannot specify both --before and --after");
  }
  const cib = await context.cib();
  const found = findTags(ensureSection(cib, "tags"), [id]);
  const tag = found.elements[0] ?? null;
  const change = {
    id,
    tag,
    add: groups.flat("add"),
    remove: groups.flat("remove"),
    adjacent: options.value("--after") ?? options.value("--before"),
  };
  failOn(context, [...found.reports, ...checkChange(change, resourcesOf(cib))]);
  if (tag !== null) applyChange(tag, change, options.has("--before"));
  await context.pushCib();
}

/** `tag [config]`. */
export async function tagConfig(...[context, argv, options]: Arguments): Promise<void> {
  options.allowOnly(["-f", "--output-format"]);
  const tags = await selectTags(context, argv);
  const format = options.outputFormat();
  if (format === "json") {
    const data = tags.map((tag) => ({ id: tag.id, idref_list: references(tag) }));
    context.print(pythonJsonPretty({ tags: data }));
  } else if (format === "cmd") context.print(tagCommands(tags));
  else context.print(...tagLines(tags));
}

async function selectTags(context: PcsContext, ids: readonly string[]): Promise<Element[]> {
  const cib = await context.cib();
  if (ids.length === 0) return findSection(cib, "tags")?.elements("tag") ?? [];
  const found = findTags(ensureSection(cib, "tags"), ids);
  failOn(context, found.reports);
  return found.elements;
}

/** Tags as text: what each holds stands below it. */
export function tagLines(tags: readonly Element[]): string[] {
  return tags.flatMap((tag) => [tag.id, ...indent(references(tag))]);
}

function tagCommands(tags: readonly Element[]): string {
  return tags
    .map((tag) => `pcs -- tag create ${[tag.id, ...references(tag)].map(shellQuote).join(" ")}`)
    .join(";\n");
}
