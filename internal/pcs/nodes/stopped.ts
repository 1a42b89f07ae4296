import type { PcsContext } from "../frame/context.ts";
import { byCodePoint, formatList } from "../frame/text.ts";
import { askAll, targets } from "./everywhere.ts";
import { parse } from "./files.ts";
import { memberNames } from "./members.ts";

/** For changes that no running Corosync can take: stops unless it is down on all nodes. */
export async function requireStopped(context: PcsContext, skipOffline: boolean): Promise<void> {
  const nodes = await targets(context, await memberNames(context));
  const running: string[] = [];
  context.report.info("Checking that corosync is not running on nodes...");
  await askAll(
    context,
    nodes,
    "remote/check_host",
    () => ({}),
    ({ name }, answer) => {
      type Host = { services?: { corosync?: { running?: boolean } } };
      const state = answer.ok ? parse<Host>(answer.body) : null;
      const runs = state?.services?.corosync?.running;
      if (runs === false) context.report.info(`Corosync is not running on node '${name}'`);
      else if (runs === true) {
        context.report.error(`Corosync is running on node '${name}'`);
        running.push(name);
      } else {
        const text = `Unable to check if corosync is running on node '${name}'`;
        if (skipOffline) context.report.warning(text);
        else context.report.error(text, "--skip-offline");
      }
    },
  );
  if (running.length > 0) {
    const sorted = running.sort(byCodePoint);
    const words = sorted.map((name) => `'${name}'`).join(" ");
    const nodesText = sorted.length === 1 ? "node" : "nodes";
    context.report.error(
      `Corosync is running on ${nodesText} ${formatList(sorted)}. Requested change can only be made if ` +
        `the cluster is stopped. In order to proceed, stop the cluster. Run "pcs cluster stop ` +
        `${words}" to stop the ${nodesText} or "pcs cluster stop --all" to stop the whole cluster.`,
    );
  }
  context.report.stopOnErrors();
}
