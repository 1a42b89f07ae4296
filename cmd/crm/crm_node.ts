import { ExitCode } from "../../internal/base/mod.ts";
import { callEngine } from "../../internal/host/local-client.ts";
import type { ClusterInfo } from "../../internal/node/mod.ts";
import { Element } from "../../internal/xml/mod.ts";
import { isGiven, lastValue, type OptionSpec, OUTPUT_OPTIONS } from "./options.ts";
import { runTool, ToolError, type ToolRun } from "./tool.ts";

const COMMANDS: OptionSpec[] = [
  { long: "cluster-id", short: "i", help: "Print this node's id in the ring", group: "Commands" },
  { long: "list", short: "l", help: "Print all known nodes", group: "Commands" },
  { long: "name", short: "n", help: "Print this node's name", group: "Commands" },
  { long: "partition", short: "p", help: "Print the nodes of this partition", group: "Commands" },
  { long: "quorum", short: "q", help: "Print 1 with quorum, 0 without", group: "Commands" },
  {
    long: "name-for-id",
    short: "N",
    value: "integer",
    valueName: "ID",
    help: "Print the name of the node with this id",
    group: "Commands",
  },
  {
    long: "remove",
    short: "R",
    value: "text",
    valueName: "NAME",
    help: "Forget a node that has left the ring for good",
    group: "Commands",
  },
];

const OPTIONS: OptionSpec[] = [
  ...OUTPUT_OPTIONS,
  ...COMMANDS,
  { long: "quiet", short: "Q", help: "Say less" },
  { long: "force", short: "f", help: "Do it even if it is dangerous", group: "Additional" },
];

const TOOL = {
  name: "crm_node",
  badFormatCode: ExitCode.NOSUCH,
  summary: "What this node knows of the ring's nodes",
  options: OPTIONS,
};

const REFUSED = "Connection refused";

/** Names, ids and membership of the nodes, from the engine of this node. */
export function main(argv: string[]): Promise<number> {
  return runTool(TOOL, argv, ["text", "xml", "none"], run);
}

async function run(tool: ToolRun): Promise<number> {
  const { options } = tool;
  const command = options.given.findLast((o) => COMMANDS.some((c) => c.long === o.name));
  if (command === undefined) throw new ToolError(ExitCode.USAGE, "", true);
  if (options.rest.length > 0) {
    const message = `non-option ARGV-elements: ${options.rest.join(" ")}`;
    throw new ToolError(ExitCode.USAGE, message, true);
  }
  if (command.name === "remove") return remove(tool, command.value!);
  const answer = await callEngine("info", {});
  if (!answer.ok) {
    if (answer.error.code !== ExitCode.DISCONNECT) {
      throw new ToolError(
        answer.error.code,
        `Could not ask the controller: ${answer.error.message}`,
      );
    }
    const silent = !["list", "partition"].includes(command.name);
    throw new ToolError(
      ExitCode.DISCONNECT,
      silent ? "" : `Could not connect to controller: ${REFUSED}`,
    );
  }
  return show(tool, command.name, answer.value);
}

function show(tool: ToolRun, command: string, info: ClusterInfo): number {
  const { output } = tool;
  switch (command) {
    case "cluster-id":
      output.info(String(info.nodeId));
      output.add(new Element("node-info", { nodeid: String(info.nodeId) }));
      return ExitCode.OK;
    case "name":
      output.info(info.nodeName);
      output.add(new Element("node-info", { uname: info.nodeName }));
      return ExitCode.OK;
    case "quorum":
      output.info(info.quorate ? "1" : "0");
      output.add(new Element("cluster-info", { quorum: String(info.quorate) }));
      return info.quorate ? ExitCode.OK : ExitCode.QUORUM;
    case "list":
      return list(tool, info);
    case "partition":
      return partition(tool, info);
    default:
      return nameForId(tool, info);
  }
}

function list({ output }: ToolRun, info: ClusterInfo): number {
  const nodes = output.add(new Element("nodes"));
  for (const peer of info.peers) {
    const state = peer.member ? "member" : "lost";
    output.info(`${peer.nodeId} ${peer.name} ${state}`);
    nodes.append(new Element("node", { id: String(peer.nodeId), name: peer.name, state }));
  }
  return ExitCode.OK;
}

function partition({ output }: ToolRun, info: ClusterInfo): number {
  const members = info.peers.filter((peer) => peer.member);
  output.info(`${members.map((peer) => peer.name).join(" ")} `);
  const nodes = output.add(new Element("nodes"));
  for (const { nodeId, name } of members) {
    nodes.append(new Element("node", { id: String(nodeId), name, state: "member" }));
  }
  return ExitCode.OK;
}

function nameForId({ output, options }: ToolRun, info: ClusterInfo): number {
  const id = Number(lastValue(options, "name-for-id"));
  const name = id === 0 ? info.nodeName : info.peers.find((peer) => peer.nodeId === id)?.name;
  if (name === undefined) throw new ToolError(ExitCode.NOSUCH, "Node is not known to cluster");
  output.info(name);
  output.add(new Element("node-info", { nodeid: String(id), uname: name }));
  return ExitCode.OK;
}

async function remove({ options }: ToolRun, target: string): Promise<number> {
  if (!isGiven(options, "force")) {
    throw new ToolError(
      ExitCode.USAGE,
      "The supplied command is considered dangerous.  To prevent accidental destruction of the " +
        "cluster, the --force flag is required in order to proceed.",
    );
  }
  const id = /^\d+$/.test(target) ? Number(target) : undefined;
  const request = id === undefined ? { node: target } : { node: target, nodeId: id };
  const answer = await callEngine("removeNode", request);
  if (answer.ok) return ExitCode.OK;
  const { code, message } = answer.error;
  const reason = code === ExitCode.DISCONNECT ? REFUSED : message;
  throw new ToolError(code, `Could not purge node ${target} from controller: ${reason}`);
}
