import { Element } from "../../xml/mod.ts";
import { IdProvider } from "../cib/ids.ts";
import { updateNvset } from "../cib/nvset.ts";
import { nodesOf } from "../cib/sections.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError, error, LibraryError } from "../frame/report.ts";
import { type ClusterNode, clusterNodes, requireLocalNodeName } from "./cluster-nodes.ts";

type Arguments = [context: PcsContext, argv: string[], options: Options];

export const nodeStandby = (...args: Arguments) => switchMode("standby", "on", ...args);
export const nodeUnstandby = (...args: Arguments) => switchMode("standby", "", ...args);
export const nodeMaintenance = (...args: Arguments) => switchMode("maintenance", "on", ...args);
export const nodeUnmaintenance = (...args: Arguments) => switchMode("maintenance", "", ...args);

/** Sets (or with an empty value removes) an attribute of the local node, of some or of all. */
async function switchMode(
  attribute: string,
  value: string,
  ...[context, argv, options]: Arguments
): Promise<void> {
  options.allowOnly(["-f", "--wait", "--all"]);
  const all = options.has("--all");
  if (all && argv.length > 0) {
    throw new CommandLineError("Cannot specify both --all and a list of nodes.");
  }
  const wait = options.waitSeconds();
  if (!all && argv.length === 0 && !context.env.cib.live) {
    throw new LibraryError(error("Node(s) must be specified if -f is used"));
  }
  context.requireWaitable(wait);
  const cib = await context.cib();
  const known = await clusterNodes(context);
  const names = all ? known.map(({ name }) => name) : argv;
  if (names.length === 0 && !all) names.push(await requireLocalNodeName(context));
  const unknown = names.filter((name) => !known.some((node) => node.name === name));
  if (unknown.length > 0) throw new LibraryError(unknown.map(nodeNotFound));
  const ids = new IdProvider(cib);
  for (const name of names) setNodeAttribute(nodesOf(cib), ids, name, known, attribute, value);
  await context.pushCib(wait);
}

function nodeNotFound(name: string) {
  return error(`Node '${name}' does not appear to exist in configuration`);
}

/**
 * Sets a permanent attribute of a node in its first set. The node's entry is made when there is
 * none, the set when there is something to put in; neither is ever taken away.
 */
function setNodeAttribute(
  nodes: Element,
  ids: IdProvider,
  name: string,
  known: readonly ClusterNode[],
  attribute: string,
  value: string,
): void {
  const entry = nodes.elements("node").find((node) => node.get("uname") === name);
  const node = entry ?? newEntry(known.find((candidate) => candidate.name === name)!);
  const existing = node.first("instance_attributes");
  const set =
    existing ?? new Element("instance_attributes", { id: ids.allocate(`nodes-${node.id}`) });
  updateNvset(set, [[attribute, value]], ids);
  if (existing === null && set.elements().length > 0) node.append(set);
  if (entry === undefined) nodes.append(node);
}

function newEntry({ id, name, type }: ClusterNode): Element {
  const node = new Element("node", { id, uname: name });
  if (type !== "") node.set("type", type);
  return node;
}
