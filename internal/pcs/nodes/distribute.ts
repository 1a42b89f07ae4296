import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError } from "../frame/report.ts";
import { explainFailure } from "./access.ts";
import { askAll, onAll, targets } from "./everywhere.ts";
import { parse } from "./files.ts";
import { memberNames } from "./members.ts";

/**
 * Sends a changed corosync.conf to all nodes of the cluster and has one of them reload it, which
 * reloads all.
 */
export async function distributeConf(
  context: PcsContext,
  names: readonly string[],
  text: string,
): Promise<void> {
  const nodes = await targets(context, names);
  context.report.info("Sending updated corosync.conf to nodes...");
  const form = { corosync_conf: text };
  await askAll(
    context,
    nodes,
    "remote/set_corosync_conf",
    () => form,
    (target, answer) => {
      if (answer.ok) context.report.info(`${target.name}: Succeeded`);
      else context.report.error(explainFailure(target.name, answer));
    },
  );
  context.report.stopOnErrors();
  for (const node of nodes) {
    const answer = await context.env.nodes.call(node.host, "remote/reload_corosync_conf");
    const code = answer.ok ? parse<{ code?: string }>(answer.body)?.code : "failed";
    if (code === "reloaded") {
      context.report.info(`${node.name}: Corosync configuration reloaded`);
      return;
    }
    if (code === "failed") {
      context.report.error(`${node.name}: Unable to reload corosync configuration`);
    }
  }
  context.report.stopOnErrors();
}

/** `cluster sync [corosync]`: this machine's corosync.conf to all members. */
export async function clusterSync(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--request-timeout"]);
  if (argv.length > 0) throw new CommandLineError();
  const nodes = await targets(context, await memberNames(context));
  const text = await context.env.corosyncConf.read();
  if (!text.ok) context.die(`Unable to read corosync.conf: ${text.error}`);
  await onAll(
    context,
    nodes,
    "remote/set_corosync_conf",
    { corosync_conf: text.value },
    (name) => `${name}: Succeeded`,
    "Unable to set corosync config",
  );
  context.report.warning(
    "Corosync configuration has been synchronized, please reload corosync daemon using 'pcs " +
      "cluster reload corosync' command.",
  );
}
