import { KeyValues } from "../frame/arguments.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError } from "../frame/report.ts";
import { indent } from "../frame/text.ts";

/** `resource status [ID or TAG] [node=NODE] [--hide-inactive]`. */
export function statusVerb(context: PcsContext, argv: string[], options: Options): Promise<void> {
  return status(context, argv, options, false);
}

/** `stonith status`: without arguments the fencing levels follow. */
export async function stonithStatusVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  await status(context, argv, options, true);
  if (argv.length > 0) return;
  const { exportLevels, levelText } = await import("../stonith/level-output.ts");
  const lines = levelText(exportLevels(await context.cib()));
  if (lines.length > 0) context.print("", "Fencing Levels:", ...indent(lines));
}

async function status(
  context: PcsContext,
  argv: string[],
  options: Options,
  stonith: boolean,
): Promise<void> {
  options.allowOnly(["-f", "--hide-inactive"]);
  if (argv.length > 2) throw new CommandLineError();
  const at = argv.findIndex((word) => !word.includes("="));
  const id = at < 0 ? null : argv[at]!;
  const parser = new KeyValues(argv.filter((_, i) => i !== at));
  parser.allowOnly(["node"]);
  const node = parser.unique().get("node") ?? null;
  if (node === "") context.die("missing value of 'node' option");
  const command = ["crm_mon", "--one-shot"];
  if (!options.has("--hide-inactive")) command.push("--inactive");
  if (id !== null) command.push("--include", "none,resources", "--resource", id);
  if (node !== null) command.push("--node", node);
  const run = await context.env.tool(command);
  if (run.code !== 0) {
    const whose = id === null ? "cluster status" : `status of '${id}'`;
    context.die(`unable to get ${whose} from crm_mon\n${(run.stdout + run.stderr).trimEnd()}`);
  }
  printResources(context, run.stdout.split("\n"), id, node, stonith);
}

/** Picks the list of resources, of those the ones of the right sort, from crm_mon's text. */
function printResources(
  context: PcsContext,
  lines: readonly string[],
  id: string | null,
  node: string | null,
  stonith: boolean,
): void {
  const none = stonith ? "NO stonith devices configured" : "NO resources configured";
  let inside = false;
  let any = false;
  for (const line of lines) {
    if (line === "  * No active resources" || line === "No active resources") {
      context.print("No active resources");
      return;
    }
    if (line === "  * No resources" || line === "No resources") {
      if (id !== null && node === null) context.die(`resource or tag id '${id}' not found`);
      context.print(node === null ? none : "No active resources");
      return;
    }
    if (line === "Full List of Resources:" || line === "Active Resources:") {
      inside = true;
    } else if (line === "") {
      if (!inside) continue;
      if (!any) context.print(none);
      return;
    } else if (inside && (id !== null || /stonith:/.test(line) === stonith)) {
      any = true;
      context.print(line);
    }
  }
}
