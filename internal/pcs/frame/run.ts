import { nouns } from "../nouns/table.ts";
import { PcsContext } from "./context.ts";
import type { PcsEnvironment } from "./environment.ts";
import { GetoptError, type ParsedLine, parseLine } from "./getopt.ts";
import { Options } from "./options.ts";
import { CommandLineError, Exit, LibraryError } from "./report.ts";
import { route } from "./router.ts";

/** What the command line asks for before any verb runs; the face opens files by it. */
export interface Invocation {
  line: ParsedLine;
  options: Options;
  /** Value of `-f`, if any. */
  cibFile: string | null;
  /** Value of `--corosync_conf`, if any. */
  corosyncConf: string | null;
}

export interface Output {
  out(text: string): void;
  err(text: string): void;
}

/**
 * Reads the command line. A malformed one, `--version`, `--help` and the like are answered here:
 * then the exit code is returned instead.
 */
export async function readCommandLine(
  argv: readonly string[],
  output: Output,
): Promise<Invocation | number> {
  let line: ParsedLine;
  try {
    line = parseLine(argv);
  } catch (failure) {
    if (!(failure instanceof GetoptError)) throw failure;
    const { mainUsage } = await import("../help/main.ts");
    output.err(`Error: ${failure.message}\n${mainUsage()}`);
    return 1;
  }
  if (line.bareNegatives.length > 0) {
    output.err(
      `Deprecation Warning: Using '${line.bareNegatives.join("', '")}' without '--' is deprecated, ` +
        "those parameters will be considered position independent options in future pcs versions\n",
    );
  }
  return applyOptions(line, output);
}

async function applyOptions(line: ParsedLine, output: Output): Promise<Invocation | number> {
  const given = new Map<string, string | null>();
  const full = line.options.some(([name]) => name === "--full");
  let words = line.words;
  for (const [name, value] of line.options) {
    if (given.has(name)) {
      output.err(`Error: ${name} can only be used once\n`);
      return 1;
    }
    given.set(name, value);
    if (name === "-h" || name === "--help") {
      if (words.length === 0) {
        output.out((await import("../help/main.ts")).mainUsage());
        return 0;
      }
      words = [words[0]!, "help", ...words.slice(1)];
    } else if (name === "--version") {
      output.out((await import("../help/version.ts")).versionText(full));
      return 0;
    } else if (name === "--fullhelp") {
      output.out(await (await import("../help/main.ts")).fullUsage());
      return 0;
    } else if (name === "--wait") given.set(name, line.waitValue);
    else if (name === "--request-timeout" && !(/^\s*\+?\d+\s*$/.test(value) && Number(value) > 0)) {
      output.err(
        `Error: '${value}' is not a valid --request-timeout value, use a positive integer\n`,
      );
      return 1;
    }
  }
  return {
    line: { ...line, words },
    options: new Options(given),
    cibFile: given.get("-f") ?? null,
    corosyncConf: given.get("--corosync_conf") ?? null,
  };
}

/** Runs the verb of a command line in an environment, or tries it out; the exit code. */
export async function runPcs(
  invocation: Invocation,
  env: PcsEnvironment,
  output: Output,
): Promise<number> {
  if (!invocation.options.has("--dry-run")) return runVerb(invocation, env, output);
  const [{ dryRunEnvironment }, { dryRunReport }] = await Promise.all([
    import("../dry-run/environment.ts"),
    import("../dry-run/report.ts"),
  ]);
  const run = dryRunEnvironment(env);
  const code = await runVerb(invocation, run.env, output);
  if (code === 0) output.out(`${(await dryRunReport(run, env.nowMs)).join("\n")}\n`);
  return code;
}

async function runVerb(
  invocation: Invocation,
  env: PcsEnvironment,
  output: Output,
): Promise<number> {
  const { options } = invocation;
  const context = new PcsContext(env, options, output.out, output.err);
  const [word, ...rest] = invocation.line.words;
  const load = word !== undefined && Object.hasOwn(nouns, word) ? nouns[word] : undefined;
  if (word === undefined || load === undefined) {
    const { mainUsage } = await import("../help/main.ts");
    if (word !== "help") {
      output.err(mainUsage());
      return 1;
    }
    output.out(mainUsage());
    return 0;
  }
  try {
    const noun = await load();
    if (rest[0] === "help") {
      const { nounHelp } = await import("../help/main.ts");
      output.out(nounHelp(word, noun, rest.slice(1)));
      return 0;
    }
    await route(noun, [word], context, rest, options);
    return 0;
  } catch (failure) {
    return exitCodeOf(failure, context, output);
  }
}

function exitCodeOf(failure: unknown, context: PcsContext, output: Output): number {
  if (failure instanceof Exit) return failure.code;
  if (failure instanceof CommandLineError) {
    if (failure.text !== null) output.err(`Error: ${failure.text}\n`);
    return 1;
  }
  if (!(failure instanceof LibraryError)) throw failure;
  if (failure.output !== null) output.err(failure.output);
  else if (failure.reports.length === 0) {
    output.err("Error: Errors have occurred, therefore pcs is unable to continue\n");
  } else {
    context.report.all(failure.reports);
    if (!failure.reports.some((report) => report.severity === "error")) return 0;
  }
  return 1;
}
