import type { PcsContext } from "../frame/context.ts";
import { CommandLineError } from "../frame/report.ts";
import type { Verb } from "../frame/route.ts";

/** Ends a verb that changes other nodes: talking to their pcsd is not part of muster yet. */
export function needsPcsd(context: PcsContext, command: string): never {
  context.die(
    `'pcs ${command}' changes other nodes through their pcsd, which muster does not do yet`,
  );
}

/** A verb that works through pcsd alone: its command line is checked, then it says so. */
export function pcsdVerb(
  command: string,
  supported: readonly string[],
  least = 0,
  most = Number.POSITIVE_INFINITY,
): Verb {
  return (context, argv, options) => {
    options.allowOnly(supported);
    if (argv.length < least || argv.length > most) throw new CommandLineError();
    needsPcsd(context, command);
  };
}
