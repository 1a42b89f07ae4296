import { CommandLineError, error, LibraryError } from "./report.ts";
import { byCodePoint, formatList, plural } from "./text.ts";

/** Options that hold a text; the others are flags. */
export type ValueOption =
  | "--after"
  | "--before"
  | "--booth-conf"
  | "--booth-key"
  | "--corosync_conf"
  | "--from"
  | "--group"
  | "--name"
  | "--node"
  | "--output-format"
  | "--request-timeout"
  | "--to"
  | "--token"
  | "-f"
  | "-p"
  | "-u";

export type OutputFormat = "text" | "json" | "cmd";

/** The options given on a command line, and what a command may demand of them. */
export class Options {
  private readonly given: ReadonlyMap<string, string | null>;

  /** `given`: full option name to its value; flags have an empty value, `--wait` may have null. */
  constructor(given: ReadonlyMap<string, string | null>) {
    this.given = given;
  }

  /** Whether the option was given at all. */
  has(option: string): boolean {
    return this.given.has(option);
  }

  hasAny(...options: string[]): boolean {
    return options.some((option) => this.given.has(option));
  }

  value(option: ValueOption): string | null {
    return this.given.get(option) ?? null;
  }

  get force(): boolean {
    return this.has("--force");
  }

  /** Only those of `options` that were given. */
  subset(...options: string[]): Options {
    return new Options(new Map([...this.given].filter(([name]) => options.includes(name))));
  }

  /** These options with one more. */
  with(option: string, value: string | null = ""): Options {
    return new Options(new Map([...this.given, [option, value]]));
  }

  /** `--wait`: seconds, 0 for "as long as it takes", -1 when not asked for. */
  waitSeconds(): number {
    if (!this.has("--wait")) return -1;
    const text = this.given.get("--wait") ?? null;
    if (text === null || text === "") return 0;
    const seconds = timeoutSeconds(text);
    if (seconds === null) {
      throw new LibraryError(error(`'${text}' is not a valid number of seconds to wait`));
    }
    return seconds;
  }

  /** What stood after `--wait=`; null when nothing did. */
  waitText(): string | null {
    return this.given.get("--wait") ?? null;
  }

  /** Refuses every option but those named. `--debug` is always allowed. */
  allowOnly(supported: readonly string[], changedIn: string | null = null): void {
    const wrong = [...this.given.keys()].filter(
      (option) => option !== "--debug" && option !== "--dry-run" && !supported.includes(option),
    );
    if (wrong.length === 0) return;
    const hint =
      changedIn === null
        ? null
        : `Syntax has changed from previous version. See 'man pcs' -> Changes in pcs-${changedIn}.`;
    throw new CommandLineError(
      `Specified ${plural(wrong, "option")} ${formatList(wrong)} ${plural(wrong, "is")} not ` +
        "supported in this command",
      hint,
    );
  }

  /** At most one of these. */
  notTogether(...options: string[]): void {
    const both = options.filter((option) => this.has(option));
    if (both.length > 1) throw new CommandLineError(`Only one of ${formatList(both)} can be used`);
  }

  /** `option` excludes the others. */
  notWith(option: string, others: readonly string[]): void {
    if (!this.has(option)) return;
    const wrong = others.filter((other) => this.has(other));
    if (wrong.length > 0) {
      throw new CommandLineError(`'${option}' cannot be used with ${formatList(wrong)}`);
    }
  }

  /** None of `dependents` without `main`. */
  needs(main: string, dependents: readonly string[]): void {
    if (this.has(main)) return;
    const wrong = dependents.filter((option) => this.has(option));
    if (wrong.length > 0) {
      throw new CommandLineError(`${formatList(wrong)} cannot be used without '${main}'`);
    }
  }

  /** `--output-format`, one of those this command knows. */
  outputFormat(supported: readonly OutputFormat[] = ["cmd", "json", "text"]): OutputFormat {
    const format = this.value("--output-format") ?? "text";
    if ((supported as readonly string[]).includes(format)) return format as OutputFormat;
    throw new CommandLineError(
      `Unknown value '${format}' for '--output-format' option. Supported ` +
        `${plural(supported, "value")} ${plural(supported, "is")}: ` +
        formatList([...supported].sort(byCodePoint)),
    );
  }
}

const UNIT_SECONDS: Record<string, number> = {
  "": 1,
  s: 1,
  sec: 1,
  m: 60,
  min: 60,
  h: 3600,
  hr: 3600,
};

/** Seconds of a timeout such as `30`, `30s`, `5min`; null when it is none. */
export function timeoutSeconds(text: string): number | null {
  const match = /^(\d+)(s|sec|m|min|h|hr)?$/.exec(text);
  if (match === null) return null;
  return Number(match[1]) * UNIT_SECONDS[match[2] ?? ""]!;
}
