import { ExitCode } from "../../internal/base/mod.ts";

/** One option of a tool, as GLib's parser understands it. */
export interface OptionSpec {
  long: string;
  short?: string;
  /** Left out: a switch. `optional` takes a value after `=` or a next word that is no option. */
  value?: "text" | "integer" | "optional";
  /** What the value is called in the help. */
  valueName?: string;
  /** One line for the help; an option without one is not listed. */
  help?: string;
  /** Options of one title stand together in the help. */
  group?: string;
}

/** An option as given, in the order of the command line. */
export interface GivenOption {
  name: string;
  /** Null for a switch. */
  value: string | null;
  /** As written, without its value: `-n` or `--name`. */
  written: string;
}

export interface ParsedOptions {
  given: GivenOption[];
  /** Words that are no options. */
  rest: string[];
  /** Notes on old spellings, for standard error. */
  notes: string[];
}

/** Options that every tool has. */
export const COMMON_OPTIONS: OptionSpec[] = [
  { long: "help", short: "h", help: "Show this help" },
  { long: "help-all", help: "Show this help" },
  { long: "version", short: "$", help: "Show the version and exit" },
  { long: "verbose", short: "V", help: "Say more (may be given several times)" },
];

/** Options of those that can write HTML. */
export const HTML_OPTIONS: OptionSpec[] = [
  { long: "html-cgi", help: "With CGI headers (HTML)", group: "Output" },
  {
    long: "html-stylesheet",
    value: "text",
    valueName: "URI",
    help: "Link to a style sheet (HTML)",
    group: "Output",
  },
  {
    long: "html-title",
    value: "text",
    valueName: "TITLE",
    help: "Title of the page (HTML)",
    group: "Output",
  },
];

/** `--output-as` and `--output-to`. */
export const OUTPUT_OPTIONS: OptionSpec[] = [
  {
    long: "output-as",
    value: "text",
    valueName: "FORMAT",
    help: "Format of the output",
    group: "Output",
  },
  {
    long: "output-to",
    value: "text",
    valueName: "DEST",
    help: "File for the output; '-' is standard output",
    group: "Output",
  },
];

/** An option with a value: its long and short name (none: ""), help and heading. */
export const textOption = (
  long: string,
  short: string,
  help: string,
  group: string,
): OptionSpec => ({
  long,
  ...(short === "" ? {} : { short }),
  value: "text",
  help,
  group,
});

/** A switch; options without a group stand first in the help. */
export const flagOption = (
  long: string,
  short: string,
  help: string,
  group?: string,
): OptionSpec => ({ long, short, help, ...(group === undefined ? {} : { group }) });

/** An option whose value has a name in the help. `short`: "" for none. */
export const namedOption = (
  long: string,
  short: string,
  valueName: string,
  help: string,
  group: string,
): OptionSpec => ({ ...textOption(long, short, help, group), valueName });

export type ParseResult = { ok: true; value: ParsedOptions } | { ok: false; message: string };

/**
 * Reads a command line with GLib's rules and messages: short switches may be joined, `--` ends the
 * options, options and words may be mixed. A short option that takes a value takes the next word,
 * whatever that is, or (an old spelling, noted) what is joined to it.
 */
export function parseOptions(argv: string[], specs: readonly OptionSpec[]): ParseResult {
  const longs = new Map(specs.map((spec) => [spec.long, spec]));
  const shorts = new Map(
    specs.flatMap((spec) => (spec.short ? [[spec.short, spec] as const] : [])),
  );
  const parsed: ParsedOptions = { given: [], rest: [], notes: [] };
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!;
    if (word === "--") {
      parsed.rest.push(...argv.slice(i + 1));
      break;
    }
    if (word.startsWith("--")) {
      const taken = takeLong(word, argv[i + 1], longs, parsed);
      if (typeof taken === "string") return { ok: false, message: taken };
      i += taken;
    } else if (word.startsWith("-") && word !== "-") {
      const taken = takeShort(word, argv[i + 1], shorts, parsed);
      if (typeof taken === "string") return { ok: false, message: taken };
      i += taken;
    } else parsed.rest.push(word);
  }
  return { ok: true, value: parsed };
}

/** Words taken beyond this one, or what is wrong. */
function takeLong(
  word: string,
  next: string | undefined,
  longs: Map<string, OptionSpec>,
  parsed: ParsedOptions,
): number | string {
  const equals = word.indexOf("=");
  const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
  const spec = longs.get(name);
  if (spec === undefined) return `Unknown option ${word}`;
  const written = `--${name}`;
  const joined = equals < 0 ? undefined : word.slice(equals + 1);
  if (spec.value === undefined) {
    parsed.given.push({ name, value: null, written });
    return 0;
  }
  if (spec.value === "optional") {
    const value = joined ?? plainWord(next);
    parsed.given.push({ name, value, written });
    return joined === undefined && value !== null ? 1 : 0;
  }
  const value = joined ?? next;
  if (value === undefined) return `Missing argument for ${written}`;
  return addValue(spec, value, written, parsed) ?? (joined === undefined ? 1 : 0);
}

function takeShort(
  word: string,
  next: string | undefined,
  shorts: Map<string, OptionSpec>,
  parsed: ParsedOptions,
): number | string {
  // A negative number is taken whole, not as joined switches.
  if (/^-\d{2,}$/.test(word)) return `Unknown option ${word}`;
  const letters = [...word.slice(1)];
  for (let k = 0; k < letters.length; k++) {
    const written = `-${letters[k]}`;
    const spec = shorts.get(letters[k]!);
    if (spec === undefined) return `Unknown option ${written}`;
    const last = k === letters.length - 1;
    if (spec.value === undefined || (spec.value === "optional" && !last)) {
      parsed.given.push({ name: spec.long, value: null, written });
      continue;
    }
    if (spec.value === "optional") {
      const value = plainWord(next);
      parsed.given.push({ name: spec.long, value, written });
      return value === null ? 0 : 1;
    }
    const joined = letters.slice(k + 1).join("");
    if (joined === "") {
      if (next === undefined) return `Missing argument for ${written}`;
      return addValue(spec, next, written, parsed) ?? 1;
    }
    parsed.notes.push(
      `Deprecated argument format '${written}${joined}' used.`,
      `Please use '${written} ${joined}' instead.  Support will be removed in a future release.`,
    );
    return addValue(spec, joined, written, parsed) ?? 0;
  }
  return 0;
}

function plainWord(word: string | undefined): string | null {
  return word === undefined || word.startsWith("-") ? null : word;
}

function addValue(
  spec: OptionSpec,
  value: string,
  written: string,
  parsed: ParsedOptions,
): string | null {
  if (spec.value === "integer" && !/^\s*[+-]?(0x[0-9a-f]+|\d+)$/i.test(value)) {
    return `Cannot parse integer value “${value}” for ${written}`;
  }
  parsed.given.push({ name: spec.long, value, written });
  return null;
}

/** Last value given for an option; null for a switch that was given, undefined when it was not. */
export function lastValue(parsed: ParsedOptions, name: string): string | null | undefined {
  return parsed.given.findLast((option) => option.name === name)?.value;
}

export function isGiven(parsed: ParsedOptions, name: string): boolean {
  return parsed.given.some((option) => option.name === name);
}

export interface ToolInfo {
  name: string;
  /** What it is for, in a few words. */
  summary: string;
  /** After the options in the usage line, such as `<command>`. */
  operands?: string;
  options: OptionSpec[];
  /** What the help of a group of options is asked for by, where that is not the group's first word. */
  helpWords?: Record<string, string>;
  /** Exit code where an output format is not known; 1 if not given. */
  badFormatCode?: number;
}

/** `--help-GROUP` for each group of a tool's options, as GLib has it. */
export function groupHelps(tool: ToolInfo): OptionSpec[] {
  return groupsOf(tool.options).map((group) => ({
    long: helpOption(tool, group),
    help: `Show the options under ${group}`,
  }));
}

function helpOption(tool: ToolInfo, group: string): string {
  return `help-${tool.helpWords?.[group] ?? group.split(" ")[0]!.toLowerCase()}`;
}

function groupsOf(options: readonly OptionSpec[]): string[] {
  return [...new Set(options.flatMap(({ group }) => (group === undefined ? [] : [group])))];
}

/** The group whose help was asked for, null when that of none was. */
export function askedGroup(tool: ToolInfo, parsed: ParsedOptions): string | null {
  return groupsOf(tool.options).find((group) => isGiven(parsed, helpOption(tool, group))) ?? null;
}

/** The help of a tool, or of one group of its options. */
export function usageText(tool: ToolInfo, only: string | null = null): string {
  const lines = ["Usage:"];
  lines.push(`  ${tool.name} [OPTION…]${tool.operands === undefined ? "" : ` ${tool.operands}`}`);
  lines.push("", tool.summary);
  const groups = new Map<string, OptionSpec[]>();
  for (const option of tool.options) {
    if (option.help === undefined) continue;
    const group = option.group ?? "Options";
    groups.set(group, [...(groups.get(group) ?? []), option]);
  }
  for (const [group, options] of groups) {
    if (only !== null && group !== only) continue;
    lines.push("", `${group}:`);
    for (const option of options) {
      const short = option.short === undefined ? "    " : `-${option.short}, `;
      const value = option.value === undefined ? "" : `=${option.valueName ?? "VALUE"}`;
      lines.push(`  ${short}${`--${option.long}${value}`.padEnd(26)} ${option.help}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

/** Exit code where the command line itself is wrong. */
export const USAGE_ERROR = ExitCode.USAGE;
