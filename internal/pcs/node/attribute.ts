import type { Element } from "../../xml/mod.ts";
import { keyValues } from "../frame/arguments.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError } from "../frame/report.ts";
import { byCodePoint } from "../frame/text.ts";

/** `node attribute [NODE [name=value]...] [--name NAME]`. */
export async function nodeAttribute(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["-f", "--force", "--name"]);
  const wanted = options.value("--name") ?? "";
  const [node, ...words] = argv;
  if (wanted !== "" && words.length > 0) throw new CommandLineError();
  if (node === undefined || words.length === 0) {
    await printAttributes(context, node ?? null, options.has("--name") ? wanted : null);
    return;
  }
  for (const [name, value] of keyValues(words)) {
    await setAttribute(context, node, name, value, options.force);
  }
}

async function setAttribute(
  context: PcsContext,
  node: string,
  name: string,
  value: string,
  forced: boolean,
): Promise<void> {
  const run = (...what: string[]) =>
    context.env.tool(["crm_attribute", "-t", "nodes", "--node", node, "--name", name, ...what]);
  if (value === "" && !forced && (await run("--query")).code !== 0) {
    context.die(`attribute: '${name}' doesn't exist for node: '${node}'`, 2);
  }
  const done = await (value === "" ? run("--delete") : run("--update", value));
  if (done.code === 0) return;
  context.die(`unable to set attribute ${name}\n${done.stdout}${done.stderr}`);
}

async function printAttributes(
  context: PcsContext,
  wanted: string | null,
  name: string | null,
): Promise<void> {
  const read = await context.env.cib.read();
  const nodes = read.ok ? (read.value.first("configuration")?.first("nodes") ?? null) : null;
  if (nodes === null) context.die("unable to get crm_config, is pacemaker running?");
  context.print("Node Attributes:", ...pairLines(nodes, "instance_attributes", wanted, name));
}

/** One line for each node with pairs in its first set; nodes and pairs in order of name. */
export function pairLines(
  nodes: Element,
  kind: "instance_attributes" | "utilization",
  wanted: string | null,
  name: string | null,
): string[] {
  const lines = new Map<string, string>();
  for (const node of nodes.elements("node")) {
    const uname = node.get("uname") ?? "";
    if (wanted !== null && uname !== wanted) continue;
    const pairs = new Map<string, string>();
    for (const pair of node.first(kind)?.descendants("nvpair") ?? []) {
      const pairName = pair.get("name") ?? "";
      if (name === null || pairName === name) pairs.set(pairName, pair.get("value") ?? "");
    }
    if (pairs.size === 0) continue;
    const texts = [...pairs].sort(([a], [b]) => byCodePoint(a, b)).map(([n, v]) => `${n}=${v}`);
    lines.set(uname, ` ${uname}: ${texts.join(" ")}`);
  }
  return [...lines].sort(([a], [b]) => byCodePoint(a, b)).map(([, line]) => line);
}
