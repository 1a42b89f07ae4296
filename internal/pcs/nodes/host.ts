import { KeyValues, splitByAnyKeyword } from "../frame/arguments.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError, Exit } from "../frame/report.ts";
import { formatList, plural } from "../frame/text.ts";
import { explainFailure, type HostDestination, type KnownHost, PCSD_PORT } from "./access.ts";

/** User that nodes log in as, unless told otherwise. */
const DEFAULT_USER = "hacluster";

/** `host auth (NAME [addr=ADDRESS[:PORT]])... [-u USER] [-p PASSWORD]`. */
export async function hostAuth(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--request-timeout", "--token", "-p", "-u"]);
  if (argv.length === 0) throw new CommandLineError();
  const hosts = [...splitByAnyKeyword(argv, "host name")].map(([name, words]) => ({
    name,
    destinations: [destination(name, words)],
  }));
  const login = await credentials(context, options);
  await authenticate(context, hosts, login);
}

function destination(name: string, words: string[]): HostDestination {
  const given = new KeyValues(words, []).unique();
  const unknown = [...given.keys()].filter((key) => key !== "addr");
  if (unknown.length > 0) {
    throw new CommandLineError(
      `Unknown ${plural(unknown, "option")} ${formatList(unknown)} for host '${name}'`,
    );
  }
  const text = given.get("addr") ?? name;
  const match = /^(?:\[([^\]]+)\]|([^:]+)|(.*:.*:.*))(?::(\d+))?$/.exec(text);
  const addr = match?.[1] ?? match?.[2] ?? match?.[3] ?? text;
  const port = match?.[4] === undefined ? PCSD_PORT : Number(match[4]);
  if (port < 1 || port > 65535) {
    throw new CommandLineError(
      `Invalid port number in address '${text}', use 1..65535 for host '${name}'`,
    );
  }
  return { addr, port };
}

/** User and password: options, or the password on standard input. */
export async function credentials(
  context: PcsContext,
  options: Options,
): Promise<{ username: string; password: string }> {
  // As a script gives them: lines on standard input.
  const lines = () => context.env.stdin().split(/\r?\n/);
  const [asked, known] = [options.value("-u"), options.value("-p")];
  const typed = asked !== null && known !== null ? [] : lines();
  if (asked === null) context.write("Username: ");
  const username = asked ?? (typed.shift() || DEFAULT_USER);
  if (known !== null) return { username, password: known };
  context.write("Password: ");
  const password = typed[0] ?? "";
  if (password === "") throw new CommandLineError("no password given: use -p or standard input");
  return { username, password };
}

/** Logs in to all hosts and keeps the tokens; ends the verb when one refused. */
export async function authenticate(
  context: PcsContext,
  hosts: readonly { name: string; destinations: HostDestination[] }[],
  login: { username: string; password: string },
): Promise<void> {
  const tokens = new Map<string, KnownHost>();
  let failed = false;
  await Promise.all(
    hosts.map(async ({ name, destinations }) => {
      const answer = await context.env.nodes.call(
        { destinations, token: "" },
        "remote/auth",
        login,
      );
      if (!answer.ok) {
        context.report.error(explainFailure(name, answer));
        failed = true;
      } else if (answer.body.trim() === "") {
        context.report.error(`${name}: Username and/or password is incorrect`);
        failed = true;
      } else {
        context.writeError(`${name}: Authorized\n`);
        tokens.set(name, { destinations, token: answer.body.trim() });
      }
    }),
  );
  if (tokens.size > 0) await context.env.nodes.remember(tokens, []);
  if (failed) throw new Exit(1);
}

/** `host deauth [NAME]...`: all when none is named. */
export async function hostDeauth(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--request-timeout"]);
  const known = await context.env.nodes.known();
  const missing = argv.filter((name) => !known.has(name));
  const removed = (argv.length === 0 ? [...known.keys()] : argv).filter((name) => known.has(name));
  if (removed.length > 0) await context.env.nodes.remember(new Map(), removed);
  if (missing.length > 0) {
    context.die(`Following hosts were not found: ${formatList(missing)}`);
  }
}
