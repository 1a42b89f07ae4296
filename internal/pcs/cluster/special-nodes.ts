import type { PcsContext } from "../frame/context.ts";
import { needsPcsd } from "./needs-pcsd.ts";

/** Options of the verbs that add and remove remote and guest nodes. */
export const SPREADING = [
  "--force",
  "--skip-offline",
  "--request-timeout",
  "--corosync_conf",
  "-f",
];

const NOT_LIVE = "the command does not run on a live cluster (e.g. -f was used)";

/**
 * On a running cluster these verbs also prepare the node itself, through its pcsd. A corosync.conf
 * that is named must be there, though without the cluster nothing is looked up in it.
 */
export async function requireFile(context: PcsContext, command: string): Promise<void> {
  const { cib, corosyncConf } = context.env;
  if (cib.live) needsPcsd(context, command);
  if (corosyncConf.live) return;
  const text = await corosyncConf.read();
  if (!text.ok) context.die(`Unable to read corosync.conf: ${text.error}`);
}

export function sayCorosyncSkipped(context: PcsContext): void {
  context.report.info(
    `Unable to check if there is a conflict with nodes set in corosync because ${NOT_LIVE}`,
  );
}

/** What is left to the user to do on a node that was added. */
export function sayAdded(context: PcsContext, node: string): void {
  context.report.info(
    `Distribution of 'pacemaker authkey' to '${node}' was skipped because ${NOT_LIVE}. Please, ` +
      "distribute the file(s) manually.",
  );
  sayActions(context, node, ["enable", "start"]);
}

/** What is left to the user to do on nodes that were removed. */
export function sayRemoved(context: PcsContext, nodes: readonly string[]): void {
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
