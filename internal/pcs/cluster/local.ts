import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError } from "../frame/report.ts";

/** `cluster corosync [NODE]`: the corosync.conf of this machine, or of another node. */
export async function clusterCorosync(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--request-timeout"]);
  if (argv.length > 1) throw new CommandLineError();
  if (argv.length === 1) {
    const { corosyncOf } = await import("../nodes/keys.ts");
    await corosyncOf(context, argv[0]!);
    return;
  }
  const store = context.env.corosyncConf;
  const text = await store.read();
  if (!text.ok) context.die(`Unable to read ${store.path}: ${text.error}`);
  context.print(text.value);
}

/** `cluster reload corosync`. */
export async function clusterReload(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly([]);
  if (argv.length !== 1 || argv[0] !== "corosync") throw new CommandLineError();
  const result = await context.env.tool(["corosync-cfgtool", "-R"]);
  const output = (result.stdout + result.stderr).trimEnd();
  if (result.code !== 0 || output.includes("invalid option")) context.die(output);
  context.writeError("Corosync reloaded\n");
}
