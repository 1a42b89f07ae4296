import { ExitCode } from "../../internal/base/mod.ts";
import { callEngine } from "../../internal/host/local-client.ts";
import { localOffset } from "../../internal/host/time-zone.ts";
import type { FenceHistoryEntry, LocalFailure } from "../../internal/node/mod.ts";
import { fenceEventText, fenceEventXml, htmlPage, timeTexts } from "../../internal/status/mod.ts";
import { Element, Text } from "../../internal/xml/mod.ts";
import { cgiHead, htmlOptions } from "./html-options.ts";
import {
  HTML_OPTIONS,
  isGiven,
  lastValue,
  type OptionSpec,
  OUTPUT_OPTIONS,
  type ParsedOptions,
  textOption,
} from "./options.ts";
import { type HtmlWriter, Verbatim } from "./output.ts";
import { runTool, ToolError, type ToolRun } from "./tool.ts";

const OPTIONS: OptionSpec[] = [
  ...OUTPUT_OPTIONS,
  ...HTML_OPTIONS,
  textOption("register", "R", "Register a device", "Definition"),
  textOption("deregister", "D", "Forget a device", "Definition"),
  textOption("register-level", "r", "Register a level", "Definition"),
  textOption("deregister-level", "d", "Forget a level", "Definition"),
  textOption("list", "l", "List the devices that can fence a node", "Queries"),
  { long: "list-registered", short: "L", help: "List all devices", group: "Queries" },
  { long: "list-installed", short: "I", help: "List all installed agents", group: "Queries" },
  textOption("list-targets", "s", "List the nodes that a device can fence", "Queries"),
  { long: "metadata", short: "M", help: "Show an agent's meta-data", group: "Queries" },
  textOption("query", "Q", "Check a device", "Queries"),
  textOption("history", "H", "Show the fencing of a node, or of all ('*')", "Queries"),
  textOption("last", "h", "Show when a node was last fenced", "Queries"),
  { long: "validate", short: "K", help: "Validate a device's configuration", group: "Queries" },
  textOption("fence", "F", "Fence a node", "Fencing"),
  textOption("unfence", "U", "Unfence a node", "Fencing"),
  textOption("reboot", "B", "Reboot a node", "Fencing"),
  textOption("confirm", "C", "Tell the cluster that a node is down", "Fencing"),
  { long: "cleanup", short: "c", help: "Forget the history (with -H)", group: "Additional" },
  { long: "broadcast", short: "b", help: "Ask all nodes (with -H)", group: "Additional" },
  textOption("agent", "a", "The agent", "Additional"),
  textOption("option", "o", "NAME=VALUE for a device", "Additional"),
  textOption("env-option", "e", "Option from the environment", "Additional"),
  textOption("tag", "T", "Mark of the operation in logs", "Additional"),
  textOption("device", "v", "Device of a level", "Additional"),
  textOption("index", "i", "The level (1-9)", "Additional"),
  textOption("timeout", "t", "Seconds for the operation", "Additional"),
  textOption("delay", "y", "Seconds to wait before fencing", "Additional"),
  { long: "as-node-id", short: "n", help: "The target is a node id", group: "Additional" },
  textOption("tolerance", "", "Seconds for which an earlier fencing counts", "Additional"),
  { long: "quiet", short: "q", help: "Say less" },
];

const TOOL = {
  name: "stonith_admin",
  summary: "Query and use fence devices",
  operands: "<command>",
  options: OPTIONS,
  helpWords: { Fencing: "fence" },
};

const DEVICE = { class: "device" };

const COMMANDS = new Set([
  ...["register", "deregister", "register-level", "deregister-level", "list", "list-registered"],
  ...["list-installed", "list-targets", "metadata", "query", "history", "last", "validate"],
  ...["fence", "unfence", "reboot", "confirm"],
]);

/** Fencing by hand, and what was fenced. */
export function main(argv: string[]): Promise<number> {
  const words = argv.map((word) => (word === "-?" ? "--help" : word));
  return runTool(TOOL, words, ["text", "xml", "html", "none"], run, htmlWriter);
}

function htmlWriter(options: ParsedOptions): HtmlWriter {
  return (body, request) =>
    cgiHead(options) + htmlPage(body, { title: request, ...htmlOptions(options) });
}

async function run(tool: ToolRun): Promise<number> {
  const command = tool.options.given.findLast((each) => COMMANDS.has(each.name));
  if (command === undefined) {
    throw new ToolError(ExitCode.USAGE, "", true);
  }
  const value = command.value ?? "";
  switch (command.name) {
    case "list-installed":
      return listInstalled(tool);
    case "metadata":
      return metadata(tool);
    case "validate":
      return (await import("./fence-validate.ts")).validate(tool);
    case "list-registered":
      return devices(tool, null);
    case "list":
      return devices(tool, value);
    case "list-targets":
      return deviceAction(tool, value, "list");
    case "query":
      return deviceAction(tool, value, "monitor");
    case "history":
      return history(tool, value);
    case "last":
      return last(tool, value);
    case "fence":
      return fence(tool, value, "off", "fence");
    case "unfence":
      return fence(tool, value, "on", "unfence");
    case "reboot":
      return fence(tool, value, "reboot", "fence");
    case "confirm":
      return confirm(tool, value);
    default:
      throw new ToolError(
        ExitCode.UNIMPLEMENT_FEATURE,
        "Devices and levels are taken from the configuration: change them there",
      );
  }
}

async function listInstalled({ output }: ToolRun): Promise<number> {
  const { builtinAgents } = await import("../../agents/mod.ts");
  const { listAgents, listedBuiltins, listGluePlugins } = await import(
    "../../internal/host/agents.ts"
  );
  const found = listAgents("stonith", null, listedBuiltins(builtinAgents));
  const agents = [...listGluePlugins(), ...found];
  for (const agent of agents) output.info(agent);
  output.info(`${agents.length} fence device${agents.length === 1 ? "" : "s"} found`);
  output.htmlList("Installed fence devices", agents, DEVICE);
  const items = agents.map((agent) => new Element("item", {}, [new Text(agent)]));
  output.add(
    new Element("list", { name: "Installed fence devices", count: String(items.length) }, items),
  );
  return ExitCode.OK;
}

async function metadata({ output, options }: ToolRun): Promise<number> {
  const agent = lastValue(options, "agent");
  if (typeof agent !== "string") {
    throw new ToolError(
      ExitCode.USAGE,
      "Please specify an agent to query using -a,--agent [value]",
    );
  }
  const { builtinAgents } = await import("../../agents/mod.ts");
  const { findAgent } = await import("../../internal/host/agents.ts");
  const { baseEnvironment } = await import("../../internal/host/agent-environment.ts");
  const found = findAgent({ class: "stonith", provider: null, type: agent }, builtinAgents);
  const said = found === null ? "" : await readMetadata(found.argv, baseEnvironment());
  const { fenceMetadata } = await import("../../internal/host/fence-metadata.ts");
  const text = said === "" ? "" : fenceMetadata(said);
  if (text === "") {
    output.err("Can't get fence agent meta-data: No such device");
    throw new ToolError(ExitCode.NOSUCH, "");
  }
  output.write(text.endsWith("\n") ? text : `${text}\n`);
  output.add(new Element("metadata", {}, [new Verbatim(text)]));
  output.html("pre", text);
  return ExitCode.OK;
}

async function readMetadata(argv: string[], env: Record<string, string>): Promise<string> {
  const { spawn } = await import("../../internal/host/spawn.ts");
  const request = { argv: [...argv, "-o", "metadata"], env, timeoutMs: 30_000 };
  return new Promise((resolve) => {
    spawn.run(request, (result) => resolve(result.code === 0 ? result.stdout : ""));
  });
}

const NOT_CONNECTED = "Transport endpoint is not connected";

function unreachable({ output }: ToolRun, error: LocalFailure): never {
  const reason = error.code === ExitCode.DISCONNECT ? NOT_CONNECTED : error.message;
  output.err(`Could not connect to fencer: ${reason}`);
  throw new ToolError(error.code, "");
}

async function devices(tool: ToolRun, target: string | null): Promise<number> {
  const answer = await callEngine("fenceDevices", target === null ? {} : { target });
  if (!answer.ok) return unreachable(tool, answer.error);
  const found = answer.value.devices;
  const { output } = tool;
  for (const device of found) output.info(device);
  const title = target === null ? "Registered fence devices" : `Fence devices for ${target}`;
  const count = found.length;
  output.info(`${count} fence device${count === 1 ? "" : "s"} found`);
  output.htmlList(title, found, DEVICE);
  const items = found.map((device) => new Element("item", {}, [new Text(device)]));
  output.add(new Element("list", { name: title, count: String(count) }, items));
  return count === 0 && target !== null ? ExitCode.NOSUCH : ExitCode.OK;
}

async function deviceAction(
  tool: ToolRun,
  device: string,
  action: "list" | "monitor",
): Promise<number> {
  const answer = await callEngine("fenceDeviceAction", { device, action });
  if (!answer.ok) return unreachable(tool, answer.error);
  const { code, output: said } = answer.value;
  if (code !== 0) throw new ToolError(ExitCode.ERROR, answer.value.exitReason ?? "Device failed");
  if (action === "list") {
    for (const line of said.split(/[\n,]/)) if (line.trim() !== "") tool.output.info(line.trim());
  }
  return ExitCode.OK;
}

async function fence(
  tool: ToolRun,
  node: string,
  action: "off" | "on" | "reboot",
  verb: string,
): Promise<number> {
  const { options } = tool;
  const seconds = (name: string): number | undefined => {
    const value = lastValue(options, name);
    return typeof value === "string" ? Number.parseInt(value, 10) : undefined;
  };
  const timeoutS = seconds("timeout") ?? 120;
  const [delayS, toleranceS] = [seconds("delay"), seconds("tolerance")];
  const tag = lastValue(options, "tag");
  const client = typeof tag === "string" ? `stonith_admin.${tag}` : `stonith_admin.${process.pid}`;
  const answer = await callEngine(
    "fence",
    {
      node,
      action,
      timeoutS,
      client,
      ...(delayS === undefined ? {} : { delayS }),
      ...(toleranceS === undefined ? {} : { toleranceS }),
    },
    { timeoutMs: (timeoutS + 30) * 1000 },
  );
  if (answer.ok) return ExitCode.OK;
  const { code, message } = answer.error;
  const reason = code === ExitCode.DISCONNECT ? NOT_CONNECTED : message;
  throw new ToolError(code, `Couldn't ${verb} ${node}: ${reason}`);
}

async function confirm(tool: ToolRun, node: string): Promise<number> {
  const answer = await callEngine("fenceConfirm", { node });
  if (!answer.ok) return unreachable(tool, answer.error);
  return ExitCode.OK;
}

async function entries(tool: ToolRun, node: string): Promise<FenceHistoryEntry[]> {
  const all = node === "" || node === "*";
  const answer = await callEngine("fenceHistory", all ? {} : { node });
  if (!answer.ok) return unreachable(tool, answer.error);
  return answer.value.entries;
}

async function history(tool: ToolRun, node: string): Promise<number> {
  if (isGiven(tool.options, "cleanup")) {
    const all = node === "" || node === "*";
    const answer = await callEngine("fenceHistoryCleanup", all ? {} : { node });
    if (!answer.ok) return unreachable(tool, answer.error);
    tool.output.info(`cleaning up fencing-history for node ${all ? "*" : node}`);
    return ExitCode.OK;
  }
  if (isGiven(tool.options, "broadcast")) {
    tool.output.info("gather fencing-history from all nodes");
  }
  const found = await entries(tool, node);
  const detail = { labelled: isGiven(tool.options, "verbose"), full: true };
  const lines = found.map((entry) => fenceEventText(entry, found, detail, times));
  for (const line of lines) tool.output.info(line);
  tool.output.htmlList("Fencing History", lines);
  const count = found.length;
  tool.output.info(`${count} event${count === 1 ? "" : "s"} found`);
  const list = new Element(
    "fence_history",
    { count: String(count) },
    found.map((entry) => fenceEventXml(entry, times)),
  );
  tool.output.add(list);
  return ExitCode.OK;
}

const times = timeTexts(localOffset);

async function last(tool: ToolRun, node: string): Promise<number> {
  const found = (await entries(tool, node)).find((entry) => entry.state === "success");
  const ms = found?.completedMs ?? null;
  if (isGiven(tool.options, "as-node-id")) {
    tool.output.info(ms === null ? "0" : String(Math.floor(ms / 1000)));
  } else if (ms === null) tool.output.info(`Node ${node} has never been fenced`);
  else tool.output.info(`Node ${node} last fenced at: ${times.short(Math.floor(ms / 1000))}`);
  const event = new Element("last-fenced", { target: node });
  tool.output.add(ms === null ? event : event.set("when", times.short(Math.floor(ms / 1000))));
  return ExitCode.OK;
}
