import type { PcsContext } from "../frame/context.ts";

/** Ends a verb that changes other nodes: talking to their pcsd is not part of muster yet. */
export function needsPcsd(context: PcsContext, command: string): never {
  context.die(
    `'pcs ${command}' changes other nodes through their pcsd, which muster does not do yet`,
  );
}
