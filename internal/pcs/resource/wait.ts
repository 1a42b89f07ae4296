import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { LibraryError } from "../frame/report.ts";

/** Tells that `--wait` is on its way out. */
export function deprecateWait(context: PcsContext, options: Options): void {
  if (!options.has("--wait")) return;
  context.report.deprecation(
    "Using '--wait' is deprecated. Instead, use the 'pcs status wait' command to wait for the " +
      "cluster to settle into stable state. Use the 'pcs status query resource' commands to verify " +
      "that the resource is in the expected state after the wait.",
  );
}

/** Says where resources run, after the cluster has settled. */
export async function reportState(context: PcsContext, ids: readonly string[]): Promise<void> {
  if (context.dryRun) return;
  const { runningState } = await import("./state.ts");
  const state = await runningState(context);
  for (const id of ids) context.report.info(state.describe(id));
}

/** The same, and fails when they run though they should not, or the other way round. */
export async function expectState(
  context: PcsContext,
  ids: readonly string[],
  running: boolean,
): Promise<void> {
  if (context.dryRun) return;
  const { runningState } = await import("./state.ts");
  const state = await runningState(context);
  const reports = ids.map((id) => state.expect(id, running));
  context.report.all(reports);
  if (reports.some(({ severity }) => severity === "error")) throw new LibraryError();
}
