import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError } from "../frame/report.ts";
import { explainFailure } from "./access.ts";
import { askAll, onAll, type Target, targets } from "./everywhere.ts";
import { parse } from "./files.ts";
import { memberNames } from "./members.ts";

/**
 * Sends a changed corosync.conf to nodes of the cluster and has one of them reload it, which
 * reloads all. With `skipOffline` nodes that do not answer are left out with a warning.
 */
export async function distributeConf(
  context: PcsContext,
  names: readonly string[],
  text: string,
  skipOffline = false,
): Promise<void> {
  const nodes = await targets(context, names);
  context.report.info("Sending updated corosync.conf to nodes...");
  const form = { corosync_conf: text };
  const reached: Target[] = [];
  await askAll(
    context,
    nodes,
    "remote/set_corosync_conf",
    () => form,
    (target, answer) => {
      if (answer.ok) {
        reached.push(target);
        context.report.info(`${target.name}: Succeeded`);
        return;
      }
      const why = explainFailure(target.name, answer);
      if (skipOffline) context.report.warning(why);
      else context.report.error(why, "--skip-offline");
      const what = `${target.name}: Unable to set corosync config`;
      if (skipOffline) context.report.warning(what);
      else context.report.error(what, "--skip-offline");
    },
  );
  context.report.stopOnErrors();
  const inOrder = nodes.filter((node) => reached.includes(node));
  await reloadOnOne(context, inOrder);
}

/** A reload on any member reloads all of them. Members that are not running are passed over. */
export async function reloadOnOne(context: PcsContext, nodes: readonly Target[]): Promise<void> {
  for (const node of nodes) {
    const answer = await context.env.nodes.call(node.host, "remote/reload_corosync_conf");
    const reply = answer.ok ? parse<{ code?: string; message?: string }>(answer.body) : null;
    if (reply?.code === "reloaded") {
      context.report.info(`${node.name}: Corosync configuration reloaded`);
      return;
    }
    if (reply?.code === "not_running") {
      context.report.info(`${node.name}: Corosync is not running on the node`);
      continue;
    }
    context.report.warning(
      `${node.name}: Unable to reload corosync configuration: ${reply?.message ?? "no answer"}`,
    );
  }
  if (nodes.length === 0) context.die("Unable to perform operation on any available node/host");
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
