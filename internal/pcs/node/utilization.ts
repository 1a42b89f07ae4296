import { Element } from "../../xml/mod.ts";
import { updateSetInOrder } from "../cib/legacy-nvset.ts";
import { nodesOf } from "../cib/sections.ts";
import { keyValues } from "../frame/arguments.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError } from "../frame/report.ts";
import { byCodePoint } from "../frame/text.ts";
import { warnUtilizationIdle } from "../resource/utilization.ts";
import { pairLines } from "./attribute.ts";
import { clusterNodes } from "./cluster-nodes.ts";

/** `node utilization [NODE [name=value]...] [--name NAME]`. */
export async function nodeUtilization(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["-f", "--name"]);
  const wanted = options.value("--name") ?? "";
  const [name, ...words] = argv;
  if (wanted !== "" && words.length > 0) throw new CommandLineError();
  const cib = await context.cib();
  warnUtilizationIdle(context, cib);
  if (name !== undefined && words.length > 0) {
    await setUtilization(context, cib, name, keyValues(words));
    return;
  }
  const nodes = nodesOf(cib);
  if (name !== undefined && entryOf(nodes, name) === null) await requireKnown(context, name);
  const filter = options.has("--name") ? wanted : null;
  context.print("Node Utilization:", ...pairLines(nodes, "utilization", name ?? null, filter));
}

function entryOf(nodes: Element, name: string): Element | null {
  return nodes.elements("node").find((node) => node.get("uname") === name) ?? null;
}

/** The cluster may know nodes that are not in the CIB; a file knows none. */
async function requireKnown(context: PcsContext, name: string) {
  const known = context.env.cib.live ? await clusterNodes(context) : [];
  const node = known.find((candidate) => candidate.name === name);
  return node ?? context.die(`Unable to find a node: ${name}`);
}

async function setUtilization(
  context: PcsContext,
  cib: Element,
  name: string,
  values: Map<string, string>,
): Promise<void> {
  const nodes = nodesOf(cib);
  let node = entryOf(nodes, name);
  if (node === null) {
    const known = await requireKnown(context, name);
    if (known.type !== "remote") context.die(`Unable to find a node: ${name}`);
    if ([...values.values()].every((value) => value === "")) return;
    node = nodes.append(new Element("node", { id: known.id, type: known.type, uname: name }));
  }
  const pairs = [...values].sort(([a], [b]) => byCodePoint(a, b));
  for (const [pair, value] of pairs) {
    if (value === "" || /^\s*[+-]?\d+\s*$/.test(value)) continue;
    context.die(`Value of utilization attribute must be integer: '${pair}=${value}'`);
  }
  updateSetInOrder(node, "utilization", pairs, "nodes-");
  await context.pushCibPlainly();
}
