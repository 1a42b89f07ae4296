import type { PcsContext } from "./context.ts";
import type { Route } from "./route.ts";

/** A word that earlier releases had: it names what took its place. */
export function replacedBy(...commands: string[]): Route {
  const verb = (context: PcsContext) => endReplaced(context, ...commands);
  return { run: async () => verb, hidden: true };
}

/** The same for a verb that tells its words apart itself. */
export function endReplaced(context: PcsContext, ...commands: string[]): never {
  const list = commands.map((command) => `'pcs ${command}'`).join(", ");
  return endGone(context, `replaced with ${list}`);
}

/** A word that earlier releases had and that nothing took the place of. */
export function removed(): Route {
  const verb = (context: PcsContext) => endGone(context, "removed");
  return { run: async () => verb, hidden: true };
}

function endGone(context: PcsContext, fate: string): never {
  context.die(`This command has been ${fate}. See 'man pcs' -> Changes in pcs-0.12.`);
}
