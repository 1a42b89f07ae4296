import { needsPcsd } from "../cluster/needs-pcsd.ts";
import type { PcsContext } from "../frame/context.ts";
import { parseJson } from "../frame/json.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError, error, LibraryError } from "../frame/report.ts";
import { indent } from "../frame/text.ts";

const PATH = "/var/lib/pcsd/disaster-recovery";

/** What the file holds, as far as it is shown. */
interface DisasterRecovery {
  local?: { role?: string };
  remote_sites?: { role?: string; nodes?: { name?: string }[] }[];
}

/** `dr config`. */
export async function drConfig(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly([]);
  if (argv.length > 0) throw new CommandLineError();
  const config = await readConfig(context);
  context.print("Local site:", ...indent(siteLines(config.local?.role, [])));
  for (const site of config.remote_sites ?? []) {
    const names = (site.nodes ?? []).map(({ name }) => name ?? "").sort();
    context.print("Remote site:", ...indent(siteLines(site.role, names)));
  }
}

/** `dr status`. */
export async function drStatus(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--full", "--hide-inactive", "--request-timeout"]);
  if (argv.length > 0) throw new CommandLineError();
  await readConfig(context);
  needsPcsd(context, "dr status");
}

/** `dr destroy`. */
export async function drDestroy(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--skip-offline", "--request-timeout"]);
  if (argv.length > 0) throw new CommandLineError();
  await readConfig(context);
  needsPcsd(context, "dr destroy");
}

async function readConfig(context: PcsContext): Promise<DisasterRecovery> {
  const text = await context.env.systemFile(PATH);
  if (!text.ok) {
    context.report.error("Disaster-recovery is not configured");
    throw new LibraryError();
  }
  const config = parseJson(text.value) as DisasterRecovery | null;
  if (typeof config !== "object" || config === null) {
    throw new LibraryError(error(`Unable to parse disaster-recovery configuration file '${PATH}'`));
  }
  return config;
}

function siteLines(role = "", names: readonly string[]): string[] {
  const shown = role.charAt(0).toUpperCase() + role.slice(1).toLowerCase();
  return [`Role: ${shown}`, ...(names.length > 0 ? ["Nodes:", ...indent(names)] : [])];
}
