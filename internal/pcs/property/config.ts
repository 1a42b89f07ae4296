import type { AgentParameter } from "../agent/model.ts";
import { exportNvsets, nvsetLines } from "../cib/nvset-data.ts";
import { crmConfigOf } from "../cib/sections.ts";
import type { PcsContext } from "../frame/context.ts";
import { pythonJson } from "../frame/json.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError } from "../frame/report.ts";
import { byCodePoint, formatList, formatPair, indent, plural, shellQuote } from "../frame/text.ts";
import { statusUnknown } from "../rule/data.ts";
import { propertyMetadata, READ_ONLY } from "./metadata.ts";

const EXCLUSIVE = ["--all", "--defaults", "--output-format"];

/** `property [config] [NAME... | --all | --defaults] [--output-format]`. */
export async function propertyConfig(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["-f", ...EXCLUSIVE]);
  if (argv.length > 0 && options.hasAny(...EXCLUSIVE)) {
    throw new CommandLineError(`cannot specify properties when using ${formatList(EXCLUSIVE)}`);
  }
  options.notTogether(...EXCLUSIVE);
  const format = options.outputFormat();
  if (options.has("--defaults")) {
    context.report.deprecation(
      "Option --defaults is deprecated and will be removed. Please use command 'pcs property " +
        "defaults' instead.",
    );
    context.print(...defaultLines(await propertyMetadata(context)));
    return;
  }
  const sets = exportNvsets(
    crmConfigOf(await context.cib()),
    "cluster_property_set",
    statusUnknown,
  );
  const first = sets[0];
  if (argv.length > 0 || options.has("--all")) {
    const metadata = await propertyMetadata(context);
    const set = first ?? { id: "", nvpairs: [] };
    const lines = markedLines(set.nvpairs, metadata, argv.length > 0 ? argv : null);
    context.print(`Cluster Properties:${set.id === "" ? "" : ` ${set.id}`}`, ...indent(lines));
  } else if (format === "json") context.print(pythonJson({ nvsets: sets.slice(0, 1) }));
  else if (format === "cmd") {
    const pairs = (first?.nvpairs ?? []).filter(({ name }) => !READ_ONLY.includes(name));
    if (pairs.length === 0) return;
    const words = pairs.map(({ name, value }) => shellQuote(`${name}=${value}`));
    context.print(["pcs property set --force --", ...indent(words)].join(" \\\n"));
  } else if (first !== undefined) context.print(...nvsetLines(first, "Cluster Properties"));
}

function defaultLines(metadata: readonly AgentParameter[]): string[] {
  const known = metadata.flatMap((p): [string, string][] =>
    p.default === null ? [] : [[p.name, p.default]],
  );
  return known
    .sort(([a], [b]) => byCodePoint(a, b))
    .map(([name, value]) => formatPair(name, value));
}

/** What is set, and the defaults of what is not. */
function markedLines(
  pairs: readonly { name: string; value: string }[],
  metadata: readonly AgentParameter[],
  names: readonly string[] | null,
): string[] {
  const set = pairs.map(({ name, value }) => ({ name, line: formatPair(name, value) }));
  const unset = metadata
    .filter(({ name }) => !pairs.some((pair) => pair.name === name))
    .flatMap((p) =>
      p.default === null
        ? []
        : [{ name: p.name, line: `${formatPair(p.name, p.default)} (default)` }],
    );
  return [...set, ...unset]
    .filter(({ name }) => names === null || names.includes(name))
    .sort((a, b) => byCodePoint(a.name, b.name))
    .map(({ line }) => line);
}

/** `property defaults [NAME... | --full]`. */
export async function propertyDefaults(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--full"]);
  const full = options.has("--full");
  if (argv.length > 0 && full) {
    throw new CommandLineError("cannot specify properties when using '--full'");
  }
  const chosen = choose(await propertyMetadata(context), argv, full);
  const found = chosen.filter((p) => p.default !== null).map(({ name }) => name);
  requireAll(argv, found, "default value");
  context.print(...defaultLines(chosen));
}

export function choose(
  metadata: readonly AgentParameter[],
  names: readonly string[],
  full: boolean,
): AgentParameter[] {
  if (names.length > 0) return metadata.filter(({ name }) => names.includes(name));
  return metadata.filter(({ advanced }) => full || !advanced);
}

export function requireAll(
  wanted: readonly string[],
  found: readonly string[],
  what: string,
): void {
  const missing = new Set(wanted.filter((name) => !found.includes(name)));
  if (missing.size === 0) return;
  throw new CommandLineError(
    `No ${what} for ${plural(missing, "property")}: ${formatList(missing)}`,
  );
}
