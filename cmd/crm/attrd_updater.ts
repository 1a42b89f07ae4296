import { ExitCode, parseDurationMs } from "../../internal/base/mod.ts";
import { callEngine } from "../../internal/host/local-client.ts";
import type { AttributeUpdateCall } from "../../internal/node/mod.ts";
import { Element } from "../../internal/xml/mod.ts";
import { isGiven, lastValue, type OptionSpec, OUTPUT_OPTIONS } from "./options.ts";
import { runTool, ToolError, type ToolRun } from "./tool.ts";

const COMMANDS: OptionSpec[] = [
  { long: "update", short: "U", value: "text", help: "Set the value", group: "Commands" },
  {
    long: "update-both",
    short: "B",
    value: "text",
    help: "Set the value and the dampening",
    group: "Commands",
  },
  { long: "update-delay", short: "Y", help: "Set the dampening", group: "Commands" },
  { long: "query", short: "Q", help: "Print the value", group: "Commands" },
  { long: "delete", short: "D", help: "Unset the attribute", group: "Commands" },
  { long: "refresh", short: "R", help: "Write all values to the CIB again", group: "Commands" },
  { long: "attr-value", short: "v", value: "text" },
];

const OPTIONS: OptionSpec[] = [
  ...OUTPUT_OPTIONS,
  { long: "name", short: "n", value: "text", help: "Name of the attribute", group: "Selecting" },
  {
    long: "pattern",
    short: "P",
    value: "text",
    help: "All attributes that match this expression",
    group: "Selecting",
  },
  ...COMMANDS,
  {
    long: "delay",
    short: "d",
    value: "text",
    help: "Time to wait for further changes",
    group: "Additional",
  },
  { long: "set", short: "s", value: "text", help: "Id of the set", group: "Additional" },
  {
    long: "node",
    short: "N",
    value: "text",
    help: "Node, this one by default",
    group: "Additional",
  },
  { long: "all", short: "A", help: "Print the values of all nodes", group: "Additional" },
  { long: "lifetime", short: "l", value: "text", help: "Not used", group: "Additional" },
  { long: "private", short: "p", help: "Never write it to the CIB", group: "Additional" },
  {
    long: "wait",
    short: "W",
    value: "text",
    help: "When to return: no, local, cluster",
    group: "Additional",
  },
  { long: "utilization", short: "z", help: "A utilization attribute", group: "Additional" },
  { long: "quiet", short: "q" },
];

const TOOL = {
  name: "attrd_updater",
  summary: "Query and change transient attributes",
  options: OPTIONS,
  helpWords: { Commands: "command", Selecting: "required" },
};

/** Transient node attributes, straight from the attribute manager. */
export function main(argv: string[]): Promise<number> {
  return runTool(TOOL, argv, ["text", "xml", "none"], run);
}

async function run(tool: ToolRun): Promise<number> {
  const { options } = tool;
  const given = options.given.findLast((o) => COMMANDS.some((c) => c.long === o.name));
  const name = lastValue(options, "name") ?? null;
  const pattern = lastValue(options, "pattern") ?? null;
  const command = given?.name ?? "query";
  if (command !== "refresh" && name === null && pattern === null) {
    throw usage("Command requires --name or --pattern argument");
  }
  if (isGiven(options, "utilization") && !/^(update|attr-value)/.test(command)) {
    throw usage("-z/--utilization is only valid with -B, -U, and -Y");
  }
  if (command === "query") {
    if (name === null) throw usage("Error: pattern can only be used with delete or update");
    return query(tool, name);
  }
  const needsDelay = command === "update-both" || command === "update-delay";
  if (needsDelay && !isGiven(options, "delay")) {
    const letter = command === "update-both" ? "B" : "Y";
    tool.output.info(`Warning: '${letter}' command given without required --delay`);
  }
  return change(tool, command, given?.value ?? null, name, pattern);
}

function usage(message: string): ToolError {
  return new ToolError(ExitCode.USAGE, message);
}

async function change(
  tool: ToolRun,
  command: string,
  value: string | null,
  name: string | null,
  pattern: string | null,
): Promise<number> {
  const { options } = tool;
  const kinds: Record<string, AttributeUpdateCall["kind"]> = {
    "update-both": "both",
    "update-delay": "delay",
    refresh: "refresh",
  };
  const call: AttributeUpdateCall = {
    name: name ?? pattern ?? "",
    value: command === "delete" ? null : (value ?? ""),
    kind: kinds[command] ?? "update",
  };
  if (name === null && pattern !== null) call.regex = true;
  const node = nodeName(options.given.findLast((o) => o.name === "node")?.value ?? null);
  if (node !== null) call.node = node;
  const delay = lastValue(options, "delay");
  if (typeof delay === "string") call.dampenMs = parseDurationMs(delay) ?? 0;
  const set = lastValue(options, "set");
  if (typeof set === "string") call.setId = set;
  if (isGiven(options, "utilization")) call.setType = "utilization";
  if (isGiven(options, "private")) call.private = true;
  const wait = lastValue(options, "wait");
  if (wait === "local" || wait === "cluster") call.wait = wait;
  const answer = await callEngine("attributeUpdate", call);
  if (answer.ok) return ExitCode.OK;
  const { code, message, legacy } = answer.error;
  const gone = code === ExitCode.DISCONNECT;
  const reason = gone ? "Connection refused (111)" : `${message} (${Math.abs(legacy)})`;
  const asked = `${call.name === "" ? "(null)" : call.name}=${value ?? "(null)"}`;
  throw new ToolError(code, `Could not update ${asked}: ${reason}`);
}

/** The node named, or the one an agent runs for; null for the engine's own. */
function nodeName(given: string | null): string | null {
  if (given !== null && given !== "" && given !== "auto" && given !== "localhost") return given;
  const target = process.env["OCF_RESKEY_CRM_meta_container_attribute_target"];
  const physical = process.env["OCF_RESKEY_CRM_meta_physical_host"];
  if (target === "host" && physical !== undefined) return physical;
  return process.env["OCF_RESKEY_CRM_meta_on_node"] ?? null;
}

async function query({ output, options }: ToolRun, name: string): Promise<number> {
  const all = isGiven(options, "all");
  const node = nodeName(lastValue(options, "node") ?? null);
  const answer = await callEngine("attributeQuery", {
    name,
    ...(all ? { allNodes: true } : node === null ? {} : { node }),
  });
  if (!answer.ok) {
    const { code, message } = answer.error;
    if (code === ExitCode.DISCONNECT) {
      const reason = "Could not connect to attribute manager: Connection refused";
      throw new ToolError(code, reason);
    }
    const reason = code === ExitCode.NOSUCH ? "attribute does not exist" : message;
    throw new ToolError(code, `Could not query value of ${name}: ${reason}`);
  }
  const values = answer.value.values.filter((each) => each.value !== null);
  if (values.length === 0) {
    const missing = `Could not query value of ${name}: attribute does not exist`;
    throw new ToolError(ExitCode.NOSUCH, missing);
  }
  for (const { node: host, value } of values) {
    output.info(`name="${name}" host="${host}" value="${value}"`);
    output.add(new Element("attribute", { name, value: value ?? "", host }));
  }
  return ExitCode.OK;
}
