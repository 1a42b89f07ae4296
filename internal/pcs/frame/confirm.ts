import type { PcsContext } from "./context.ts";
import type { Options } from "./options.ts";

/**
 * Whether the user goes on with something dangerous: by `--yes` (or, as earlier releases had it,
 * `--force`), else by answering. Where nobody can answer the program ends.
 */
export function confirmed(context: PcsContext, danger: string, options: Options): boolean {
  const yes = options.has("--yes");
  if (options.force && !yes) {
    context.report.deprecation(
      "Using --force to confirm this action is deprecated and might be removed in a future release, " +
        "use --yes instead",
    );
  }
  if (yes || options.force) {
    context.report.warning(danger);
    return true;
  }
  const answer = context.env.ask(
    `Warning: ${danger}\nType 'yes' or 'y' to proceed, anything else to cancel: `,
  );
  if (answer === null) context.die(`${danger}, use --yes to override`);
  if (/^(yes|y)$/i.test(answer.trim())) return true;
  context.writeError("Canceled\n");
  return false;
}
