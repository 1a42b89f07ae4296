import type { PcsContext } from "../frame/context.ts";
import { error, LibraryError } from "../frame/report.ts";
import { joinLines } from "../frame/text.ts";
import { clusterStateXml } from "../status/crm-mon.ts";

/** A node as the cluster knows it: also remote and guest nodes, which the CIB may not list. */
export interface ClusterNode {
  name: string;
  id: string;
  type: string;
}

/** All nodes of the cluster's state. */
export async function clusterNodes(context: PcsContext): Promise<ClusterNode[]> {
  const state = await clusterStateXml(context);
  return (state.first("nodes")?.elements("node") ?? []).map((node) => ({
    name: node.get("name") ?? "",
    id: node.id,
    type: node.get("type") ?? "",
  }));
}

/** The name of the node we are on; null when there is no cluster here. */
export async function localNodeName(context: PcsContext): Promise<string | null> {
  const asked = await context.env.tool(["crm_node", "--name"]);
  if (asked.code === 0) return asked.stdout.trim();
  if (asked.code === 102) return null;
  throw cannotName(joinLines([asked.stderr, asked.stdout]));
}

export async function requireLocalNodeName(context: PcsContext): Promise<string> {
  const asked = await context.env.tool(["crm_node", "--name"]);
  if (asked.code === 0) return asked.stdout.trim();
  throw cannotName(joinLines([asked.stderr, asked.stdout]));
}

function cannotName(reason: string): LibraryError {
  return new LibraryError(error(`unable to get local node name from pacemaker: ${reason}`));
}
