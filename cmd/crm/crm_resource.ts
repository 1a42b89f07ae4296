import { ExitCode } from "../../internal/base/mod.ts";
import {
  isGiven,
  lastValue,
  type OptionSpec,
  OUTPUT_OPTIONS,
  type ParsedOptions,
} from "./options.ts";
import { failure, openResourceCall, resourceId } from "./resource-context.ts";
import { runTool, ToolError, type ToolRun } from "./tool.ts";

const option = (group: string, long: string, short: string, help: string): OptionSpec => ({
  long,
  ...(short === "" ? {} : { short }),
  help,
  group,
});

const valued = (
  group: string,
  long: string,
  short: string,
  valueName: string,
  help: string,
): OptionSpec => ({ ...option(group, long, short, help), value: "text", valueName });

const QUERIES = "Queries";
const COMMANDS = "Commands";
const LOCATION = "Locations";
const ADVANCED = "Advanced";
const OTHER = "Additional";

const COMMAND_OPTIONS: OptionSpec[] = [
  option(QUERIES, "list", "L", "List all resources with their states"),
  option(QUERIES, "list-raw", "l", "List the ids of all instances"),
  option(QUERIES, "list-operations", "O", "List operations of active resources"),
  option(QUERIES, "list-all-operations", "o", "List all operations"),
  valued(QUERIES, "list-options", "", "TYPE", "List options of a type (primitive, fencing)"),
  option(QUERIES, "list-standards", "", "List the standards of agents"),
  option(QUERIES, "list-ocf-providers", "", "List the providers of OCF agents"),
  valued(QUERIES, "list-agents", "", "STD[:PROV]", "List the agents of a standard"),
  valued(QUERIES, "list-ocf-alternatives", "", "AGENT", "List the providers of an OCF agent"),
  valued(QUERIES, "show-metadata", "", "SPEC", "Print an agent's meta-data"),
  option(QUERIES, "query-xml", "q", "Print a resource's XML, templates merged in"),
  option(QUERIES, "query-xml-raw", "w", "Print a resource's XML as configured"),
  valued(QUERIES, "get-parameter", "g", "PARAM", "Print the value of a parameter"),
  option(QUERIES, "locate", "W", "Print where a resource runs"),
  option(QUERIES, "constraints", "a", "Print the constraints of a resource"),
  option(QUERIES, "stack", "A", "Print the constraints of all it depends on, too"),
  option(QUERIES, "why", "Y", "Print whether resources run, and why not"),
  option(QUERIES, "explain", "", "Explain why a resource runs where it runs, and not elsewhere"),
  option(COMMANDS, "validate", "", "Have the agent check the parameters"),
  option(COMMANDS, "cleanup", "C", "Forget failures"),
  option(COMMANDS, "refresh", "R", "Forget all operations and look again"),
  valued(COMMANDS, "set-parameter", "p", "PARAM", "Set a parameter"),
  valued(COMMANDS, "delete-parameter", "d", "PARAM", "Delete a parameter"),
  option(LOCATION, "move", "M", "Move a resource to a node, or away from where it is"),
  option(LOCATION, "ban", "B", "Keep a resource away from a node"),
  option(LOCATION, "clear", "U", "Remove what move and ban made"),
  option(ADVANCED, "delete", "D", "Delete a resource from the configuration"),
  option(ADVANCED, "fail", "F", "Have the cluster believe that a resource failed"),
  option(ADVANCED, "restart", "", "Stop a resource and start it again"),
  option(ADVANCED, "wait", "", "Wait until nothing is left to do"),
  option(ADVANCED, "digests", "", "Print the digests of a resource's parameters"),
  option(ADVANCED, "force-demote", "", "Demote a resource here, past the cluster"),
  option(ADVANCED, "force-stop", "", "Stop a resource here, past the cluster"),
  option(ADVANCED, "force-start", "", "Start a resource here, past the cluster"),
  option(ADVANCED, "force-promote", "", "Promote a resource here, past the cluster"),
  option(ADVANCED, "force-check", "", "Monitor a resource here, past the cluster"),
];

const OPTIONS: OptionSpec[] = [
  ...OUTPUT_OPTIONS,
  ...COMMAND_OPTIONS,
  option(LOCATION, "expired", "e", "Only what has passed its end"),
  { ...valued(LOCATION, "lifetime", "u", "TIMESPEC", "How long the constraint holds") },
  option(LOCATION, "promoted", "", "Only for the promoted role"),
  option(LOCATION, "master", "", "Old name of --promoted"),
  valued(OTHER, "node", "N", "NAME", "Node"),
  { long: "host", short: "H", value: "text" },
  option(OTHER, "recursive", "", "Follow colocations, or the members of a group"),
  valued(OTHER, "resource-type", "t", "ELEMENT", "Kind of resource (primitive, group ...)"),
  valued(OTHER, "parameter-value", "v", "VALUE", "Value of the parameter"),
  option(OTHER, "meta", "m", "A meta-attribute"),
  option(OTHER, "utilization", "z", "A utilization attribute"),
  valued(OTHER, "element", "", "ELEMENT", "Kind of set the parameter is in"),
  valued(OTHER, "operation", "n", "OPERATION", "Operation whose failures to forget"),
  valued(OTHER, "interval", "I", "N", "Interval of the operation"),
  valued(OTHER, "class", "", "CLASS", "Standard of the agent to validate"),
  valued(OTHER, "agent", "", "AGENT", "The agent to validate"),
  valued(OTHER, "provider", "", "PROVIDER", "Provider of the agent to validate"),
  valued(OTHER, "option", "", "NAME=VALUE", "Parameter to validate"),
  valued(OTHER, "set-name", "s", "ID", "Id of the set the parameter is in"),
  valued(OTHER, "nvpair", "i", "ID", "Id of the parameter's XML element"),
  valued(OTHER, "timeout", "T", "N", "Longest time to wait"),
  option(OTHER, "all", "", "List advanced and deprecated options too"),
  option(OTHER, "force", "f", "Do it all the same"),
  option(OTHER, "quiet", "Q", "Print the values alone"),
  valued(OTHER, "resource", "r", "ID", "Resource"),
];

const TOOL = {
  name: "crm_resource",
  summary: "Query and change the resources of the cluster",
  operands: "<query>|<command>",
  options: OPTIONS,
};

/** Resources: what they are, where they run, and moving them about. */
export function main(argv: string[]): Promise<number> {
  return runTool(TOOL, argv, ["text", "xml", "none"], run);
}

const KNOWN_COMMANDS = new Set(COMMAND_OPTIONS.map((each) => each.long));
const NEED_RESOURCE = new Set([
  ...["query-xml", "query-xml-raw", "get-parameter", "locate", "constraints", "stack", "delete"],
  "explain",
  ...["set-parameter", "delete-parameter", "move", "ban", "fail", "restart", "digests"],
]);

async function run(tool: ToolRun): Promise<number> {
  const { options } = tool;
  if (options.rest.length > 0) {
    const all = options.rest.length;
    const lines = options.rest.map((word, i) => `[${i + 1} of ${all}] ${word}`);
    throw new ToolError(ExitCode.USAGE, `non-option ARGV-elements:\n${lines.join("\n")}\n`);
  }
  for (const given of options.given) if (given.name === "host") given.name = "node";
  const given = options.given.findLast((each) => KNOWN_COMMANDS.has(each.name));
  const command = given?.name ?? "list";
  if (NEED_RESOURCE.has(command)) resourceId(tool);
  if (command === "digests" && !isGiven(options, "node")) {
    throw failure(ExitCode.USAGE, "Must supply a node name with -N");
  }
  const outside = await withoutCib(tool, command, given?.value ?? null);
  return outside ?? withCib(tool, command, given?.value ?? "", options);
}

/** Commands that look at agents, not at the CIB; null for all others. */
async function withoutCib(
  tool: ToolRun,
  command: string,
  value: string | null,
): Promise<number | null> {
  if (command === "list-options") {
    const { listOptions } = await import("./option-lists.ts");
    const types = ["primitive", "fencing"];
    if (!types.includes(value ?? "")) {
      throw new ToolError(ExitCode.USAGE, "Error parsing option --list-options");
    }
    return listOptions(tool, value!, types, isGiven(tool.options, "all"));
  }
  if (command === "wait") return (await import("./resource-live.ts")).waitIdle(tool);
  if (command === "fail") return (await import("./resource-live.ts")).fail(tool);
  const agentCommand = /^(list-(standards|ocf|agents)|show-metadata|validate|force-)/;
  if (!agentCommand.test(command)) return null;
  const agents = await import("./resource-agents.ts");
  switch (command) {
    case "list-standards":
      return agents.listStandards(tool);
    case "list-ocf-providers":
      return agents.listOcfProviders(tool, null);
    case "list-ocf-alternatives":
      return agents.listOcfProviders(tool, value);
    case "list-agents":
      return agents.listAgentsOf(tool, value!);
    case "show-metadata":
      return agents.showMetadata(tool, value!);
    default:
      return agents.runAction(tool, command);
  }
}

async function withCib(
  tool: ToolRun,
  command: string,
  value: string,
  options: ParsedOptions,
): Promise<number> {
  if (command === "delete" && typeof lastValue(options, "resource-type") !== "string") {
    throw failure(ExitCode.USAGE, "You need to specify a resource type with -t");
  }
  if (command === "set-parameter" && typeof lastValue(options, "parameter-value") !== "string") {
    throw failure(ExitCode.USAGE, "You need to supply a value with the -v option");
  }
  const relations = command === "constraints" || command === "stack";
  const explained = command === "explain";
  const call = await openResourceCall(tool, relations || explained, explained);
  if (relations) {
    const { constraints } = await import("./resource-relations.ts");
    const recursive = command === "stack" || isGiven(options, "recursive");
    return constraints(call, recursive);
  }
  if (explained) return (await import("./resource-explain.ts")).explain(call);
  const queries = await import("./resource-query.ts");
  switch (command) {
    case "list":
      return queries.list(call);
    case "list-raw":
      return queries.listRaw(call);
    case "list-operations":
      return queries.listOperations(call, true);
    case "list-all-operations":
      return queries.listOperations(call, false);
    case "query-xml":
      return queries.queryXml(call, false);
    case "query-xml-raw":
      return queries.queryXml(call, true);
    case "locate":
      return queries.locate(call);
    case "why":
      return queries.why(call);
    default:
      return change(call, command, value);
  }
}

async function change(
  call: Awaited<ReturnType<typeof openResourceCall>>,
  command: string,
  value: string,
): Promise<number> {
  const edit = await import("./resource-edit.ts");
  const moving = await import("./resource-move.ts");
  const live = await import("./resource-live.ts");
  switch (command) {
    case "get-parameter":
      return edit.getParameter(call, value);
    case "set-parameter":
      return edit.setParameter(call, value);
    case "delete-parameter":
      return edit.deleteParameter(call, value);
    case "delete":
      return edit.deleteResource(call);
    case "move":
      return moving.move(call);
    case "ban":
      return moving.banResource(call);
    case "clear":
      return moving.clear(call);
    case "cleanup":
    case "refresh": {
      const { forget } = await import("./resource-forget.ts");
      return forget(call, command === "cleanup");
    }
    case "restart":
      return live.restart(call);
    case "digests":
      return live.digests(call);
    default:
      throw failure(ExitCode.SOFTWARE, `Unimplemented command: ${command}`);
  }
}
