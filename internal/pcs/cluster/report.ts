import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError } from "../frame/report.ts";

const DAY_MS = 86_400_000;

/** `cluster report [--from T [--to T]] [--overwrite] DEST`: runs crm_report. */
export async function clusterReport(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--force", "--from", "--overwrite", "--to"]);
  const target = argv[0];
  if (target === undefined || argv.length > 1) throw new CommandLineError();
  const archive = `${target}.tar.bz2`;
  if ((await context.env.readFile(archive)).ok) {
    if (!options.has("--overwrite") && !options.force) {
      context.die(`${archive} already exists, use --overwrite to overwrite`);
    }
    if (options.force) {
      context.report.deprecation(
        "Using --force to confirm this action is deprecated and might be removed in a future " +
          "release, use --overwrite instead",
      );
    }
  }
  const from = options.value("--from");
  const to = options.value("--to");
  const yesterday = new Date(context.env.nowMs - DAY_MS).toISOString();
  const period =
    from === null
      ? [yesterday.slice(0, 16).replace("T", " ")]
      : [from, ...(to === null ? [] : ["-t", to])];
  const result = await context.env.tool(["crm_report", "-f", ...period, target]);
  const output = result.stdout + result.stderr;
  if (result.code !== 0) context.die(output.trimEnd());
  context.writeError(`${output}\n`);
}
