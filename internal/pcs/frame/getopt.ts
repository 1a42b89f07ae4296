import { LONG_OPTIONS, SHORT_OPTIONS } from "./option-names.ts";

/** A command line taken apart. */
export interface ParsedLine {
  /** Options in the order given, by full name (`--full`, `-f`), flags with an empty value. */
  options: [name: string, value: string][];
  /** The words that are no options. */
  words: string[];
  /** Negative numbers given without `--` before them: allowed, yet no longer wanted. */
  bareNegatives: string[];
  /** Value of `--wait=N`; null when it had none. */
  waitValue: string | null;
}

/** The command line is not well-formed; the text is complete. */
export class GetoptError extends Error {}

/**
 * Takes the command line apart as the original does: options may stand anywhere, long ones may be
 * shortened while they stay unique. Without `--`, negative numbers are plain words.
 */
export function parseLine(argv: readonly string[]): ParsedLine {
  let waitValue: string | null = null;
  const args = argv.map((arg) => {
    if (!arg.startsWith("--wait=")) return arg;
    const value = arg.slice("--wait=".length);
    if (value === "") return arg;
    waitValue = value;
    return "--wait";
  });
  if (args.includes("--")) {
    return { ...gnuGetopt(args), bareNegatives: [], waitValue };
  }
  const previous = (i: number) => (i > 0 ? args[i - 1]! : "");
  const takesValue = (i: number) => expectsValue(previous(i));
  const bareNegatives = args.filter((arg, i) => isNegativeNumber(arg) && !takesValue(i));
  const rest = args.filter((arg, i) => !isNegativeNumber(arg) || takesValue(i));
  const { options } = gnuGetopt(rest);
  // A value after a shortened option stays a word as well: so it does in the original.
  const words = args.filter(
    (arg, i) => !takesValue(i) && (!arg.startsWith("-") || arg === "-" || isNegativeNumber(arg)),
  );
  return { options, words, bareNegatives, waitValue };
}

/** Whether this word, an option written out, takes the next word as its value. */
export function expectsValue(arg: string): boolean {
  if (/^-[^-]$/.test(arg)) return SHORT_OPTIONS.includes(`${arg[1]}:`);
  return arg.length > 2 && arg.startsWith("--") && isLong(`${arg.slice(2)}=`);
}

function isLong(name: string): boolean {
  return (LONG_OPTIONS as readonly string[]).includes(name);
}

const INTEGER = /^\s*[+-]?\d+(_\d+)*\s*$/;
const FLOAT = /^\s*[+-]?(\d+(_\d+)*\.?(\d+(_\d+)*)?|\.\d+(_\d+)*)(e[+-]?\d+)?\s*$/i;

function isNegativeNumber(arg: string): boolean {
  if (!arg.startsWith("-")) return false;
  const rest = arg.slice(1);
  if (rest.toLowerCase() === "infinity" || INTEGER.test(rest)) return true;
  return FLOAT.test(arg) || /^-(inf|infinity|nan)$/i.test(arg);
}

function gnuGetopt(argv: readonly string[]): Pick<ParsedLine, "options" | "words"> {
  const options: [string, string][] = [];
  const words: string[] = [];
  let rest = argv.slice();
  while (rest.length > 0) {
    const arg = rest[0]!;
    if (arg === "--") {
      words.push(...rest.slice(1));
      break;
    }
    if (arg.startsWith("--")) rest = takeLong(arg.slice(2), rest.slice(1), options);
    else if (arg.startsWith("-") && arg !== "-") {
      rest = takeShort(arg.slice(1), rest.slice(1), options);
    } else {
      words.push(arg);
      rest = rest.slice(1);
    }
  }
  return { options, words };
}

function takeLong(text: string, rest: string[], options: [string, string][]): string[] {
  const equals = text.indexOf("=");
  const typed = equals < 0 ? text : text.slice(0, equals);
  let value = equals < 0 ? null : text.slice(equals + 1);
  const { name, hasValue } = resolveLong(typed);
  let after = rest;
  if (hasValue) {
    if (value === null) {
      if (rest.length === 0) throw new GetoptError(`option --${name} requires argument`);
      value = rest[0]!;
      after = rest.slice(1);
    }
  } else if (value !== null) {
    throw new GetoptError(`option --${name} must not have an argument`);
  }
  options.push([`--${name}`, value ?? ""]);
  return after;
}

function resolveLong(typed: string): { name: string; hasValue: boolean } {
  const candidates = LONG_OPTIONS.filter((option) => option.startsWith(typed));
  if (candidates.length === 0) throw new GetoptError(`option --${typed} not recognized`);
  if (isLong(typed)) return { name: typed, hasValue: typed.endsWith("=") };
  if (isLong(`${typed}=`)) return { name: typed, hasValue: true };
  if (candidates.length > 1) throw new GetoptError(`option --${typed} not a unique prefix`);
  const only = candidates[0]!;
  return only.endsWith("=")
    ? { name: only.slice(0, -1), hasValue: true }
    : { name: only, hasValue: false };
}

function takeShort(text: string, rest: string[], options: [string, string][]): string[] {
  let letters = text;
  let after = rest;
  while (letters !== "") {
    const letter = letters[0]!;
    letters = letters.slice(1);
    const at = SHORT_OPTIONS.indexOf(letter);
    if (letter === ":" || at < 0) throw new GetoptError(`option -${letter} not recognized`);
    if (SHORT_OPTIONS[at + 1] !== ":") {
      options.push([`-${letter}`, ""]);
      continue;
    }
    if (letters === "") {
      if (after.length === 0) throw new GetoptError(`option -${letter} requires argument`);
      letters = after[0]!;
      after = after.slice(1);
    }
    options.push([`-${letter}`, letters]);
    letters = "";
  }
  return after;
}
