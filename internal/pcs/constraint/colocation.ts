import { parseScore } from "../../base/mod.ts";
import { Element } from "../../xml/mod.ts";
import { primaryRole } from "../cib/attributes.ts";
import { IdProvider } from "../cib/ids.ts";
import { constraintsOf } from "../cib/sections.ts";
import { splitOption } from "../frame/arguments.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError, error, LibraryError } from "../frame/report.ts";
import { byCodePoint, formatList } from "../frame/text.ts";
import { statusUnknown } from "../rule/data.ts";
import { ROLES, requireConstrainable, roleForCib, sameKind } from "./checks.ts";
import { kindConfig, loadConstraints } from "./config.ts";
import { requireFreeId } from "./order.ts";
import { removeConstraints } from "./remove.ts";
import { createWithSets, type SetKind } from "./sets.ts";

const colocationSet: SetKind = {
  tag: "rsc_colocation",
  prefix: "colocation",
  optionNames: ["score"],
  attributes(options) {
    const score = options.get("score") ?? "INFINITY";
    if (parseScore(score) === null) {
      throw new LibraryError(
        error(`invalid score '${score}', use integer or INFINITY or -INFINITY`),
      );
    }
    return new Map([...options, ["score", score]]);
  },
};

export async function colocationSetCreate(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  await createWithSets(context, argv, options, colocationSet);
}

export async function colocationConfig(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  await kindConfig(context, argv, options, "colocation");
}

export const STANDALONE_SCORE =
  "Specifying score as a standalone value is deprecated and might be removed in a future " +
  "release, use score=value instead";

/** `colocation add [ROLE] A with [ROLE] B [score=SCORE] [options]`. */
export async function colocationAdd(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["-f", "--force"]);
  if (argv.length < 3) throw new CommandLineError();
  const cib = await context.cib();
  const words = argv.slice();
  let role = "";
  if (words[2] === "with") role = knownRole(context, cib, words.shift()!);
  else if (words[1] !== "with") throw new CommandLineError();
  const resource = words.shift()!;
  words.shift();
  if (words.includes("with")) {
    throw new CommandLineError(
      "Multiple 'with's cannot be specified.",
      "Use the 'pcs constraint colocation set' command if you want to create a constraint for " +
        "more than two resources.",
      true,
    );
  }
  if (words.length === 0) throw new CommandLineError();
  let withRole = "";
  if (words.length > 1 && !isScoreOrOption(words[1]!)) {
    withRole = knownRole(context, cib, words.shift()!);
  }
  const other = words.shift()!;
  const { score, pairs } = scoreAndOptions(context, words);
  for (const id of [resource, other]) requireConstrainable(context, cib, id, options.force);
  for (const [name, value] of pairs) if (name === "id") requireFreeId(context, cib, value);
  const element = new Element("rsc_colocation", { rsc: resource, "with-rsc": other, score });
  // Pacemaker reads a missing role as Started, yet both or none are to be written.
  if (role !== "" || withRole !== "") {
    element.set("rsc-role", role || "Started").set("with-rsc-role", withRole || "Started");
  }
  for (const [name, value] of pairs) element.set(name, value);
  if (!element.has("id")) {
    element.set("id", new IdProvider(cib).allocate(`colocation-${resource}-${other}-${score}`));
  }
  constraintsOf(cib).append(element);
  if (!options.force) refuseDuplicates(context, element);
  await context.pushCibPlainly();
}

function knownRole(context: PcsContext, cib: Element, word: string): string {
  const role = word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();
  if (ROLES.includes(role)) return roleForCib(cib, role);
  return context.die(`invalid role value '${word}', allowed values are: ${formatList(ROLES)}`);
}

function isScoreOrOption(word: string): boolean {
  return word.includes("=") || parseScore(word) !== null;
}

function scoreAndOptions(
  context: PcsContext,
  words: string[],
): { score: string; pairs: [string, string][] } {
  let score: string | null = null;
  let rest = words;
  if (words[0] !== undefined && !words[0].includes("=")) {
    score = words[0];
    rest = words.slice(1);
    context.report.deprecation(STANDALONE_SCORE);
  }
  const pairs = rest.map((word) => splitOption(word, false));
  for (const [name, value] of pairs) if (name === "score") score = value;
  return { score: score ?? "INFINITY", pairs };
}

function refuseDuplicates(context: PcsContext, element: Element): void {
  const role = (e: Element, name: string) => {
    const text = e.get(name) ?? "";
    return text === ""
      ? "Started"
      : primaryRole(text[0]!.toUpperCase() + text.slice(1).toLowerCase());
  };
  const key = (e: Element) =>
    JSON.stringify([
      e.get("rsc"),
      e.get("with-rsc"),
      role(e, "rsc-role"),
      role(e, "with-rsc-role"),
    ]);
  const duplicates = sameKind(element).filter((other) => key(other) === key(element));
  if (duplicates.length === 0) return;
  const lines = duplicates.map((duplicate) => `  ${describe(duplicate)}`);
  context.die(`duplicate constraint already exists, use --force to override\n${lines.join("\n")}`);
}

function describe(colocation: Element): string {
  const get = (name: string) => colocation.get(name) ?? "";
  const told = ["rsc", "with-rsc", "id", "score"];
  const others = [...colocation.entries()]
    .filter(([name]) => !told.includes(name))
    .sort(([a], [b]) => byCodePoint(a, b))
    .map(([name, value]) => `(${name}:${value})`);
  const parts = [get("rsc"), "with", get("with-rsc"), `(score:${get("score")})`];
  return [...parts, ...others, `(id:${get("id")})`].join(" ");
}

/** `colocation remove A B`. */
export async function colocationRemove(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["-f"]);
  const [source, target] = argv;
  if (source === undefined || target === undefined || argv.length > 2) {
    throw new CommandLineError();
  }
  const ids: string[] = [];
  const data = await loadConstraints(context, statusUnknown);
  for (const { resource_id, with_resource_id, attributes } of data.colocation) {
    const straight = resource_id === source && with_resource_id === target;
    const swapped = resource_id === target && with_resource_id === source;
    if (!straight && !swapped) continue;
    if (!straight) {
      context.report.deprecation(
        "Removing colocation constraint with interchanged source resource id and targert " +
          "resource id. This behavior is deprecated and will be removed.",
      );
    }
    ids.push(attributes.constraint_id);
  }
  if (ids.length === 0) {
    throw new CommandLineError(
      `Unable to find colocation constraint with source resource '${source}' and target ` +
        `resource '${target}'`,
    );
  }
  await removeConstraints(context, ids);
}
