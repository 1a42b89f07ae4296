import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError, error, LibraryError } from "../frame/report.ts";

/** `quorum status`: what corosync-quorumtool says. */
export async function quorumStatus(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly([]);
  if (argv.length > 0) throw new CommandLineError();
  const result = await context.env.tool(["corosync-quorumtool", "-p"]);
  // As the original, which takes the tool's 2 (not quorate) for a failure: scripts ask it this way.
  if (result.code > 1 || result.stderr.trim() !== "") {
    throw new LibraryError(error(`Unable to get quorum status: ${result.stderr.trim()}`));
  }
  context.print(result.stdout);
}

/** `quorum expected-votes N`. */
export async function expectedVotes(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly([]);
  const votes = argv[0];
  if (votes === undefined || argv.length > 1) throw new CommandLineError();
  if (!/^\s*\+?\d+\s*$/.test(votes) || Number(votes) < 1) {
    throw new LibraryError(
      error(`'${votes}' is not a valid expected votes value, use positive integer`),
    );
  }
  const result = await context.env.tool(["corosync-quorumtool", "-e", String(Number(votes))]);
  if (result.code !== 0) {
    const reason = (result.stderr || result.stdout).trim();
    throw new LibraryError(error(`Unable to set expected votes: ${reason}`));
  }
}

/** `quorum unblock`: stop waiting for the nodes that have not been seen yet. */
export async function quorumUnblock(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--force", "--yes"]);
  if (argv.length > 0) throw new CommandLineError();
  const status = await context.env.tool([
    "corosync-cmapctl",
    "-g",
    "runtime.votequorum.wait_for_all_status",
  ]);
  if (status.code !== 0) context.die("unable to check quorum status");
  if (status.stdout.split("=").at(-1)?.trim() !== "1") {
    context.die("cluster is not waiting for nodes to establish quorum");
  }
  const set = (value: string) =>
    context.env.tool(["corosync-cmapctl", "-s", "quorum.cancel_wait_for_all", "u8", value]);
  if ((await set("1")).code !== 0) context.die("unable to cancel waiting for nodes");
  context.writeError("Quorum unblocked\n");
}

/** `quorum device status [--full]`. */
export async function deviceStatus(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--full"]);
  if (argv.length > 0) throw new CommandLineError();
  const verbose = options.has("--full") ? ["-v"] : [];
  const result = await context.env.tool(["corosync-qdevice-tool", "-s", ...verbose]);
  if (result.code !== 0) {
    const reason = (result.stderr || result.stdout).trim();
    throw new LibraryError(error(`Unable to get quorum status: ${reason}`));
  }
  context.print(result.stdout);
}
