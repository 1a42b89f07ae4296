import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError } from "../frame/report.ts";
import { disableResources, enableResources } from "../resource/enable.ts";
import { requireStonith } from "../resource/sort.ts";
import { updateMeta, updateResource } from "../resource/update.ts";

/** The verbs that work as those of resources do and take fence devices only. */

/** `stonith enable ID...`. */
export async function enableVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--wait", "-f"]);
  if (argv.length === 0) {
    throw new CommandLineError("You must specify stonith resource(s) to enable");
  }
  await requireStonith(context, argv, "pcs resource enable");
  await enableResources(context, argv, options);
}

/** `stonith disable ID...`. */
export async function disableVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  if (argv.length === 0) {
    throw new CommandLineError("You must specify stonith resource(s) to disable");
  }
  await requireStonith(context, argv, "pcs resource disable");
  options.allowOnly(["-f", "--wait"], "0.12");
  await disableResources(context, argv, options);
}

/** `stonith update ID ...`. */
export async function updateVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  if (argv.length === 0) throw new CommandLineError();
  await requireStonith(context, [argv[0]!], "pcs resource update");
  await updateResource(context, argv, options);
}

/** `stonith meta ID ...`. */
export async function metaVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  if (argv.length === 0) throw new CommandLineError();
  await requireStonith(context, [argv[0]!], "pcs resource meta");
  await updateMeta(context, argv, options);
}
