import { confirmed } from "../frame/confirm.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError, error, LibraryError } from "../frame/report.ts";
import { joinLines } from "../frame/text.ts";

/** `stonith fence NODE [--off]`. */
export async function fenceVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--off"]);
  const [node = "", ...more] = argv;
  if (argv.length === 0 || more.length > 0) {
    context.die("must specify one (and only one) node to fence");
  }
  const run = await context.env.tool(["stonith_admin", options.has("--off") ? "-F" : "-B", node]);
  if (run.code !== 0) context.die(`unable to fence '${node}'\n${run.stdout}${run.stderr}`);
  context.writeError(`Node: ${node} fenced\n`);
}

/** `stonith confirm NODE [--yes]`: the administrator has seen that the node is down. */
export async function confirmVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--force", "--yes"]);
  const [node = "", ...more] = argv;
  if (argv.length === 0 || more.length > 0) {
    context.die("must specify one (and only one) node to confirm fenced");
  }
  const danger =
    `If node '${node}' is not powered off or it does have access to shared resources, data ` +
    "corruption and/or cluster failure may occur";
  if (!confirmed(context, danger, options)) return;
  const run = await context.env.tool(["stonith_admin", "-C", node]);
  if (run.code !== 0) {
    context.die(`unable to confirm fencing of node '${node}'\n${run.stdout}${run.stderr}`);
  }
  context.print(`Node: ${node} confirmed fenced`);
}

async function history(
  context: PcsContext,
  verb: "show" | "cleanup" | "update",
  node: string | null,
): Promise<string> {
  const option = { show: "--verbose", cleanup: "--cleanup", update: "--broadcast" }[verb];
  const run = await context.env.tool(["stonith_admin", "--history", node ?? "*", option]);
  if (run.code === 0) return run.stdout.trim();
  const reason = joinLines([run.stderr, run.stdout]);
  throw new LibraryError(error(`Unable to ${verb} fence history: ${reason}`));
}

/** `stonith history [show] [NODE]`. */
export async function historyShowVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly([]);
  if (argv.length > 1) throw new CommandLineError();
  context.print(await history(context, "show", argv[0] ?? null));
}

/** `stonith history cleanup [NODE]`. */
export async function historyCleanupVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly([]);
  if (argv.length > 1) throw new CommandLineError();
  context.writeError(`${await history(context, "cleanup", argv[0] ?? null)}\n`);
}

/** `stonith history update`. */
export async function historyUpdateVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly([]);
  if (argv.length > 0) throw new CommandLineError();
  context.writeError(`${await history(context, "update", null)}\n`);
}
