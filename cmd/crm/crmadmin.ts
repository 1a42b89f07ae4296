import { ExitCode } from "../../internal/base/mod.ts";
import { parseIntervalMs } from "../../internal/cib/mod.ts";
import { callEngine } from "../../internal/host/local-client.ts";
import type { LocalFailure } from "../../internal/node/mod.ts";
import { Element } from "../../internal/xml/mod.ts";
import { openCib } from "./cib-source.ts";
import { isGiven, lastValue, type OptionSpec, OUTPUT_OPTIONS } from "./options.ts";
import { runTool, ToolError, type ToolRun } from "./tool.ts";

const COMMANDS: OptionSpec[] = [
  { long: "status", short: "S", value: "text", help: "Show what a node's controller does" },
  { long: "pacemakerd", short: "P", help: "Show whether the engine runs here" },
  { long: "dc_lookup", short: "D", help: "Show which node is the DC" },
  {
    long: "nodes",
    short: "N",
    value: "optional",
    help: "Show the nodes: all, cluster, guest or remote",
  },
];

const OPTIONS: OptionSpec[] = [
  ...OUTPUT_OPTIONS,
  ...COMMANDS.map((command) => ({ ...command, group: "Commands" })),
  { long: "dc-lookup" },
  { long: "timeout", short: "t", value: "text", help: "Time to wait", group: "Additional" },
  { long: "bash-export", short: "B", help: "Nodes as shell variables", group: "Additional" },
  { long: "ipc-name", short: "i", value: "text", help: "Not used", group: "Additional" },
  { long: "quiet", short: "q", help: "Print the value alone" },
  { long: "health", short: "H" },
];

const TOOL = {
  name: "crmadmin",
  summary: "Ask the cluster's controllers",
  options: OPTIONS,
  helpWords: { Commands: "command" },
};

/** The DC, the state of controllers, and the nodes. */
export function main(argv: string[]): Promise<number> {
  return runTool(TOOL, argv, ["text", "xml", "none"], run);
}

async function run(tool: ToolRun): Promise<number> {
  const { options } = tool;
  const known = ["status", "pacemakerd", "dc_lookup", "dc-lookup", "nodes", "health"];
  const command = options.given.findLast((each) => known.includes(each.name));
  if (options.rest.length > 0) {
    const message = `non-option ARGV-elements: ${options.rest.join(" ")}`;
    throw new ToolError(ExitCode.USAGE, message, true);
  }
  if (command === undefined) {
    throw new ToolError(ExitCode.USAGE, "Must specify a command option", true);
  }
  switch (command.name) {
    case "nodes":
      return nodes(tool, command.value ?? "all");
    case "status":
      return status(tool, command.value!);
    case "pacemakerd":
      return engine(tool);
    default:
      return dc(tool);
  }
}

function refused(tool: ToolRun, error: LocalFailure): never {
  const reason = error.code === ExitCode.DISCONNECT ? "Connection refused" : error.message;
  tool.output.err(`error: Command failed: ${reason}`);
  throw new ToolError(error.code, "");
}

function timeout({ options }: ToolRun): { timeoutMs?: number } {
  const given = lastValue(options, "timeout");
  const ms = typeof given === "string" ? parseIntervalMs(given) : null;
  return ms === null ? {} : { timeoutMs: ms };
}

async function dc(tool: ToolRun): Promise<number> {
  const answer = await callEngine("info", {}, timeout(tool));
  if (!answer.ok) return refused(tool, answer.error);
  const name = answer.value.dc;
  const quiet = isGiven(tool.options, "quiet");
  tool.output.info(name === null ? "" : quiet ? name : `Designated Controller is: ${name}`);
  tool.output.add(new Element("dc", { node_name: name ?? "" }));
  return ExitCode.OK;
}

async function status(tool: ToolRun, node: string): Promise<number> {
  const answer = await callEngine("controllerStatus", { node }, timeout(tool));
  if (!answer.ok) return refused(tool, answer.error);
  const { state } = answer.value;
  const quiet = isGiven(tool.options, "quiet");
  tool.output.info(quiet ? state : `Controller on ${answer.value.node} in state ${state}: ok`);
  const facts = { program: "Controller", node_name: answer.value.node, state, result: "ok" };
  tool.output.add(new Element("crmd", facts));
  return ExitCode.OK;
}

async function engine(tool: ToolRun): Promise<number> {
  const answer = await callEngine("info", {}, timeout(tool));
  if (!answer.ok) return refused(tool, answer.error);
  const state = answer.value.state === "starting" ? "starting_daemons" : "running";
  const now = new Date().toISOString().replace("T", " ").replace(/\.\d+/, "");
  const quiet = isGiven(tool.options, "quiet");
  const meaning =
    state === "running" ? "Pacemaker is running" : "Pacemaker daemons are being started";
  tool.output.info(quiet ? state : `Status of pacemakerd: '${meaning}' (last updated ${now})`);
  const facts = { sys_from: "pacemakerd", state, last_updated: now };
  tool.output.add(new Element("pacemakerd", facts));
  return ExitCode.OK;
}

interface Row {
  kind: "cluster" | "guest" | "remote";
  name: string;
  id: string;
}

async function nodes(tool: ToolRun, types: string): Promise<number> {
  const opened = await openCib();
  if (!opened.ok) {
    const { code, message } = opened.error;
    tool.output.err(`error: Command failed: ${message}`);
    throw new ToolError(code, "");
  }
  const answer = await opened.value.request({ operation: "query" });
  const cib = answer.ok ? answer.value.output : null;
  const wanted = types === "all" ? ["cluster", "guest", "remote"] : types.split(",");
  const rows = (cib === null ? [] : allNodes(cib)).filter((row) => wanted.includes(row.kind));
  const list = tool.output.add(new Element("nodes"));
  const bash = isGiven(tool.options, "bash-export");
  for (const { kind, name, id } of rows) {
    if (bash) tool.output.info(`export ${name}=${id}`);
    else tool.output.info(isGiven(tool.options, "quiet") ? name : `${kind} node: ${name} (${id})`);
    list.append(new Element("node", { type: kind, name, id }));
  }
  if (rows.length === 0 && !bash) tool.output.info("No nodes configured");
  return ExitCode.OK;
}

function allNodes(cib: Element): Row[] {
  const configuration = cib.first("configuration");
  const rows: Row[] = [];
  for (const node of configuration?.first("nodes")?.elements("node") ?? []) {
    if (node.get("type") === "remote") continue;
    rows.push({ kind: "cluster", name: node.get("uname") ?? node.id, id: node.id });
  }
  const primitives = configuration?.first("resources")?.descendants("primitive") ?? [];
  for (const primitive of primitives) {
    for (const set of primitive.elements("meta_attributes")) {
      for (const pair of set.elements("nvpair")) {
        const guest = pair.get("name") === "remote-node" ? pair.get("value") : null;
        if (guest !== null) rows.push({ kind: "guest", name: guest, id: guest });
      }
    }
  }
  for (const primitive of primitives) {
    const remote = primitive.get("type") === "remote" && primitive.get("provider") === "pacemaker";
    if (remote) rows.push({ kind: "remote", name: primitive.id, id: primitive.id });
  }
  return rows;
}
