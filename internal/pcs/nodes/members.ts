import { readCorosyncConf } from "../corosync/file.ts";
import { nodesOf } from "../corosync/model.ts";
import type { PcsContext } from "../frame/context.ts";

/** Names of the nodes of this machine's cluster, in the order of its corosync.conf. */
export async function memberNames(context: PcsContext): Promise<string[]> {
  return nodesOf(await readCorosyncConf(context)).flatMap((node) =>
    node.name === null ? [] : [node.name],
  );
}

/** Ends the verb unless this machine has a corosync.conf. */
export async function requireConfigured(context: PcsContext): Promise<void> {
  const text = await context.env.corosyncConf.read();
  if (!text.ok) context.die("cluster is not currently configured on this node");
}
