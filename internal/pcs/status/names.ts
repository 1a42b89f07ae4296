import { readCorosyncConf } from "../corosync/file.ts";
import { nodesOf } from "../corosync/model.ts";
import type { PcsContext } from "../frame/context.ts";

/** Names of Corosync's nodes, sorted; warns of nodes that have none. */
export async function corosyncNodeNames(context: PcsContext): Promise<string[]> {
  const nodes = nodesOf(await readCorosyncConf(context));
  const names = nodes.flatMap((node) => (node.name ? [node.name] : []));
  if (names.length < nodes.length) {
    context.report.warning(
      "Some nodes are missing names in corosync.conf, those nodes were omitted. Edit " +
        "corosync.conf and make sure all nodes have their name set.",
    );
  }
  return names.sort();
}
