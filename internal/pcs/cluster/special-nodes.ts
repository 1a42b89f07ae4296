import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { prepareRemote, releaseRemotes } from "../nodes/remote-service.ts";

/** Options of the verbs that add and remove remote and guest nodes. */
export const SPREADING = [
  "--force",
  "--skip-offline",
  "--request-timeout",
  "--corosync_conf",
  "-f",
];

const NOT_LIVE = "the command does not run on a live cluster (e.g. -f was used)";

/** A corosync.conf that is named must be there, though nothing is looked up in it. */
export async function requireFile(context: PcsContext): Promise<void> {
  const { corosyncConf } = context.env;
  if (corosyncConf.live) return;
  const text = await corosyncConf.read();
  if (!text.ok) context.die(`Unable to read corosync.conf: ${text.error}`);
}

export function sayCorosyncSkipped(context: PcsContext): void {
  if (context.env.cib.live) return;
  context.report.info(
    `Unable to check if there is a conflict with nodes set in corosync because ${NOT_LIVE}`,
  );
}

/** Gets a node ready on a running cluster; on a file, says what is left to the user to do there. */
export async function addedNode(
  context: PcsContext,
  node: string,
  options: Options,
): Promise<void> {
  if (context.env.cib.live) {
    await prepareRemote(context, node, options);
    return;
  }
  context.report.info(
    `Distribution of 'pacemaker authkey' to '${node}' was skipped because ${NOT_LIVE}. Please, ` +
      "distribute the file(s) manually.",
  );
  sayActions(context, node, ["enable", "start"]);
}

/** Ends the daemons of nodes that were removed; on a file, says what is left to the user to do. */
export async function removedNodes(
  context: PcsContext,
  nodes: readonly string[],
  options: Options,
): Promise<void> {
  if (context.env.cib.live) {
    await releaseRemotes(context, nodes, options);
    for (const node of nodes) await context.env.tool(["crm_node", "--force", "--remove", node]);
    return;
  }
  for (const node of nodes) sayActions(context, node, ["disable", "stop"]);
  const list = nodes.map((node) => `'${node}'`).join(", ");
  context.report.info(
    `Removing 'pacemaker authkey' from ${list} was skipped because ${NOT_LIVE}. Please, remove ` +
      "the file(s) manually.",
  );
}

function sayActions(context: PcsContext, node: string, actions: readonly string[]): void {
  const list = actions.map((action) => `'pacemaker_remote ${action}'`).join(", ");
  context.report.info(
    `Running action(s) ${list} on '${node}' was skipped because ${NOT_LIVE}. Please, run the ` +
      "action(s) manually.",
  );
}
