import type { PcsContext } from "./context.ts";
import type { Route } from "./route.ts";

/** A word that earlier releases had: it names what took its place. */
export function replacedBy(...commands: string[]): Route {
  const list = commands.map((command) => `'pcs ${command}'`).join(", ");
  return gone(`replaced with ${list}`);
}

/** A word that earlier releases had and that nothing took the place of. */
export function removed(): Route {
  return gone("removed");
}

function gone(fate: string): Route {
  const verb = (context: PcsContext) =>
    context.die(`This command has been ${fate}. See 'man pcs' -> Changes in pcs-0.12.`);
  return { run: async () => verb };
}
