import { CommandLineError } from "./report.ts";
import { byCodePoint, formatList, formatListLast, plural } from "./text.ts";

/** Splits at each word equal to `separator`. */
export function splitList(argv: readonly string[], separator: string): string[][] {
  const groups: string[][] = [[]];
  for (const word of argv) {
    if (word === separator) groups.push([]);
    else groups[groups.length - 1]!.push(word);
  }
  return groups;
}

/** Groups of `name=value` words, each begun by a word without `=`, which may be any. */
export function splitByAnyKeyword(argv: readonly string[], label: string): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  const first = argv[0];
  if (first === undefined) return groups;
  if (first.includes("=")) {
    throw new CommandLineError(`Invalid character '=' in ${label} '${first}'`);
  }
  let current: string[] = [];
  for (const word of argv) {
    if (word.includes("=")) {
      current.push(word);
      continue;
    }
    if (groups.has(word)) {
      const name = label.charAt(0).toUpperCase() + label.slice(1).toLowerCase();
      throw new CommandLineError(`${name} '${word}' defined multiple times`);
    }
    current = [];
    groups.set(word, current);
  }
  return groups;
}

/** `name=value` at its first `=`. */
export function splitOption(word: string, allowEmpty = true): [name: string, value: string] {
  const at = word.indexOf("=");
  if (at < 0) throw new CommandLineError(`missing value of '${word}' option`);
  if (at === 0) throw new CommandLineError(`missing key in '${word}' option`);
  const name = word.slice(0, at);
  const value = word.slice(at + 1);
  if (value === "" && !allowEmpty) {
    throw new CommandLineError(`value of '${name}' option is empty`);
  }
  return [name, value];
}

/** Refuses words given twice. */
export function requireUnique(argv: readonly string[]): void {
  const twice = new Set(argv.filter((word, i) => argv.indexOf(word) !== i));
  if (twice.size > 0) {
    throw new CommandLineError(`duplicate ${plural(twice, "argument")}: ${formatList(twice)}`);
  }
}

/** `name=value` words by name. */
export class KeyValues {
  private readonly values = new Map<string, string[]>();
  private readonly repeatable: readonly string[];

  constructor(argv: readonly string[], repeatable: readonly string[] = []) {
    this.repeatable = repeatable;
    for (const word of argv) {
      const [name, value] = splitOption(word);
      const list = this.values.get(name);
      if (list === undefined) this.values.set(name, [value]);
      else list.push(value);
    }
  }

  /** Refuses names that are not listed. */
  allowOnly(names: readonly string[]): void {
    const unknown = [...this.values.keys()].filter((name) => !names.includes(name));
    if (unknown.length === 0) return;
    const list = unknown.sort(byCodePoint).join("', '");
    throw new CommandLineError(`Unknown option${unknown.length > 1 ? "s" : ""} '${list}'`);
  }

  /** Names that may stand once, in the order given; a name given twice with two values is refused. */
  unique(): Map<string, string> {
    const result = new Map<string, string>();
    for (const [name, values] of this.values) {
      if (this.repeatable.includes(name)) continue;
      const different = new Set(values);
      if (different.size > 1) {
        throw new CommandLineError(
          `duplicate option '${name}' with different values ${formatListLast(different, " and ")}`,
        );
      }
      result.set(name, values[0]!);
    }
    return result;
  }

  /** All values of a repeatable name. */
  repeated(name: string): string[] {
    return this.values.get(name) ?? [];
  }
}

/** Shorthand: unique `name=value` pairs of these words. */
export function keyValues(argv: readonly string[]): Map<string, string> {
  return new KeyValues(argv).unique();
}

/** Words grouped under keywords; each keyword may have stood several times. */
export class ArgumentGroups {
  private readonly groups: ReadonlyMap<string, string[][]>;

  constructor(groups: ReadonlyMap<string, string[][]>) {
    this.groups = groups;
  }

  get isEmpty(): boolean {
    return this.groups.size === 0;
  }

  has(keyword: string): boolean {
    return this.groups.has(keyword);
  }

  /** The keyword stood there and nothing followed it. */
  isEmptyKeyword(keyword: string): boolean {
    return this.has(keyword) && this.flat(keyword).length === 0;
  }

  /** All words of a keyword in one list. */
  flat(keyword: string): string[] {
    return (this.groups.get(keyword) ?? []).flat();
  }

  /** The words of a keyword, one list for each time it stood. */
  each(keyword: string): string[][] {
    return this.groups.get(keyword) ?? [];
  }

  /** Refuses keywords that stand more than once, but for those named. */
  repeatOnly(...keywords: string[]): void {
    for (const [keyword, groups] of this.groups) {
      if (groups.length > 1 && !keywords.includes(keyword)) {
        throw new CommandLineError(`'${keyword}' cannot be used more than once`);
      }
    }
  }
}

/** Groups words under the keywords; words before the first keyword go under `first`. */
export function groupByKeywords(
  argv: readonly string[],
  keywords: readonly string[],
  first: string | null = null,
): ArgumentGroups {
  const groups = new Map<string, string[][]>();
  const begin = (keyword: string): string[] => {
    const words: string[] = [];
    const list = groups.get(keyword);
    if (list === undefined) groups.set(keyword, [words]);
    else list.push(words);
    return words;
  };
  let current: string[] = [];
  argv.forEach((word, i) => {
    if (keywords.includes(word)) {
      current = begin(word);
      return;
    }
    if (i === 0) {
      if (first === null) throw new CommandLineError();
      current = begin(first);
    }
    current.push(word);
  });
  return new ArgumentGroups(groups);
}

/** `type%value`, the type one of those allowed; a word without `%` has the default type. */
export function typedArgument(
  word: string,
  types: readonly string[],
  defaultType: string,
): [type: string, value: string] {
  const at = word.indexOf("%");
  if (at < 0) return [defaultType, word];
  const type = word.slice(0, at);
  const value = word.slice(at + 1);
  if (type === "") return [defaultType, value];
  if (!types.includes(type)) {
    throw new CommandLineError(
      `'${type}' is not an allowed type for '${word}', use ${[...types].sort(byCodePoint).join(", ")}`,
    );
  }
  return [type, value];
}
