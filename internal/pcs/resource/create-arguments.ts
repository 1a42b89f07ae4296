import { type ArgumentGroups, groupByKeywords, keyValues } from "../frame/arguments.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError, type Reporter } from "../frame/report.ts";

type Values = Map<string, string>;

/** Options of a primitive from the command line. */
export interface PrimitiveArguments {
  instance: Values;
  meta: Values;
  operations: Values[];
}

export interface CloneArguments {
  id: string | null;
  meta: Values;
}

export interface GroupArguments {
  id: string;
  before: string | null;
  after: string | null;
}

/** Everything after the agent's name in `resource create`. */
export interface CreateArguments {
  primitive: PrimitiveArguments;
  group: GroupArguments | null;
  clone: CloneArguments | null;
  promotable: CloneArguments | null;
  bundle: string | null;
}

const PARTS = ["op", "meta"];
const NEEDS_OPTION = "When using 'op' you must specify an operation name and at least one option";

/** `monitor timeout=1 start timeout=2` groups as one list of words an operation, name first. */
export function operationWords(groups: readonly string[][]): string[][] {
  const operations: string[][] = [];
  for (const group of groups) {
    if (group.length === 0) throw new CommandLineError(NEEDS_OPTION);
    if (group[0]!.includes("=")) {
      throw new CommandLineError("When using 'op' you must specify an operation name after 'op'");
    }
    for (const word of group) {
      if (word.includes("=")) operations.at(-1)!.push(word);
      else operations.push([`name=${word}`]);
    }
  }
  if (operations.some((words) => words.length < 2)) throw new CommandLineError(NEEDS_OPTION);
  return operations;
}

function primitiveOf(instance: string[], meta: string[], ops: string[][]): PrimitiveArguments {
  return {
    instance: keyValues(instance),
    meta: keyValues(meta),
    operations: operationWords(ops).map(keyValues),
  };
}

/** `[option=value]... [op ...] [meta ...]`, as `stonith create` takes it. */
export function parsePrimitive(argv: readonly string[]): PrimitiveArguments {
  const groups = groupByKeywords(argv, PARTS, "instance");
  return primitiveOf(groups.flat("instance"), groups.flat("meta"), groups.each("op"));
}

/** Takes a clone's id off the front of its options, if there is one. */
function takeCloneId(options: string[]): string | null {
  return options.length > 0 && !options[0]!.includes("=") ? options.shift()! : null;
}

/** The grammar of today, where options after `clone` and the like are still the primitive's. */
export function parseCreate(
  argv: readonly string[],
  options: Options,
  report: Reporter,
): CreateArguments {
  const top = groupByKeywords(argv, ["clone", "promotable", "bundle"], "primitive");
  const groups = groupByKeywords(top.flat("primitive"), PARTS, "instance");
  const meta = groups.flat("meta");
  const ops = groups.each("op").map((words) => words.slice());
  const group = dashedGroup(options, report);
  const cloneLike = (type: "clone" | "promotable"): CloneArguments | null => {
    if (!top.has(type)) return null;
    const parts = groupByKeywords(top.flat(type), PARTS, "options");
    const words = parts.flat("options");
    const id = takeCloneId(words);
    if (words.length > 0) {
      report.deprecation(
        `Configuring ${type} meta attributes without specifying the 'meta' keyword after the ` +
          `'${type}' keyword is deprecated and will be removed in a future release. ${FUTURE}`,
      );
    }
    if (parts.has("op")) {
      report.deprecation(
        `Specifying 'op' after '${type}' now defines operations for the base resource. In a ` +
          "future release, this will be removed and operations will have to be specified before " +
          `'${type}'. ${FUTURE}`,
      );
      ops.push(...parts.each("op"));
    }
    if (parts.has("meta")) {
      report.deprecation(
        `Specifying 'meta' after '${type}' now defines meta attributes for the base resource. In a ` +
          `future release, this will define meta attributes for the ${type}. ${FUTURE}`,
      );
      meta.push(...parts.flat("meta"));
    }
    return { id, meta: keyValues(words) };
  };
  const clone = cloneLike("clone");
  const promotable = cloneLike("promotable");
  const bundle = bundleOfToday(top, meta, ops, report);
  return {
    primitive: primitiveOf(groups.flat("instance"), meta, ops),
    group,
    clone,
    promotable,
    bundle,
  };
}

const FUTURE = "Specify --future to switch to the future behavior.";

function dashedGroup(options: Options, report: Reporter): GroupArguments | null {
  const dashed = (name: string) =>
    report.deprecation(
      `Using '--${name}' is deprecated and will be replaced with '${name}' in a future release. ${FUTURE}`,
    );
  if (!options.has("--group")) {
    for (const option of ["--before", "--after"]) {
      if (options.has(option)) {
        throw new CommandLineError(`you cannot use ${option} without --group`);
      }
    }
    return null;
  }
  dashed("group");
  const position = (option: "--before" | "--after") => {
    const value = options.value(option);
    if (value === null || value === "") return null;
    dashed(option.slice(2));
    return value;
  };
  const before = position("--before");
  const after = position("--after");
  return { id: options.value("--group") ?? "", before, after };
}

function bundleOfToday(
  top: ArgumentGroups,
  meta: string[],
  ops: string[][],
  report: Reporter,
): string | null {
  if (!top.has("bundle")) return null;
  const parts = groupByKeywords(top.flat("bundle"), PARTS, "options");
  if (parts.has("meta")) {
    report.deprecation(
      "Specifying 'meta' after 'bundle' now defines meta options for the base resource. In a " +
        "future release, this will be removed and meta options will have to be specified before " +
        `'bundle'. ${FUTURE}`,
    );
    meta.push(...parts.flat("meta"));
  }
  if (parts.has("op")) {
    report.deprecation(
      "Specifying 'op' after 'bundle' now defines operations for the base resource. In a future " +
        "release, this will be removed and operations will have to be specified before 'bundle'. " +
        FUTURE,
    );
    ops.push(...parts.each("op"));
  }
  return oneBundle(parts.flat("options"));
}

function oneBundle(words: string[]): string {
  if (words.length !== 1) throw new CommandLineError("you have to specify exactly one bundle");
  return words[0]!;
}

/** The grammar to come (`--future`): `group`, and `meta` after `clone` is the clone's. */
export function parseCreateFuture(argv: readonly string[]): CreateArguments {
  const top = groupByKeywords(argv, ["clone", "promotable", "bundle", "group"], "primitive");
  top.repeatOnly();
  const primitive = parsePrimitive(top.flat("primitive"));
  const group = top.has("group") ? futureGroup(top.flat("group")) : null;
  const clone = top.has("clone") ? futureClone("clone", top.flat("clone")) : null;
  const promotable = top.has("promotable")
    ? futureClone("promotable", top.flat("promotable"))
    : null;
  let bundle: string | null = null;
  if (top.has("bundle")) {
    const parts = groupByKeywords(top.flat("bundle"), PARTS, "options");
    refuseParts(parts, "bundle");
    bundle = oneBundle(parts.flat("options"));
  }
  return { primitive, group, clone, promotable, bundle };
}

function refuseParts(parts: ArgumentGroups, owner: string): void {
  if (parts.has("meta")) {
    throw new CommandLineError(
      `meta options must be defined on the base resource, not the ${owner}`,
    );
  }
  refuseOperations(parts, owner);
}

function refuseOperations(parts: ArgumentGroups, owner: string): void {
  if (parts.has("op")) {
    throw new CommandLineError(
      `op settings must be defined on the base resource, not the ${owner}`,
    );
  }
}

function futureGroup(words: string[]): GroupArguments {
  const parts = groupByKeywords(words, ["before", "after", ...PARTS], "group_id");
  refuseParts(parts, "group");
  const ids = parts.flat("group_id");
  if (ids.length !== 1) {
    throw new CommandLineError("You have to specify exactly one group after 'group'");
  }
  const position = (where: string): string | null => {
    if (!parts.has(where)) return null;
    const names = parts.flat(where);
    if (names.length !== 1) {
      throw new CommandLineError(`You have to specify exactly one resource after '${where}'`);
    }
    return names[0]!;
  };
  return { id: ids[0]!, after: position("after"), before: position("before") };
}

function futureClone(type: string, words: string[]): CloneArguments {
  const parts = groupByKeywords(words, PARTS, "options");
  const options = parts.flat("options");
  const id = takeCloneId(options);
  if (options.length > 0) {
    throw new CommandLineError(
      `Specifying instance attributes for a ${type} is not supported. Use 'meta' after '${type}' ` +
        "if you want to specify meta attributes.",
    );
  }
  refuseOperations(parts, type);
  return { id, meta: keyValues(parts.flat("meta")) };
}
