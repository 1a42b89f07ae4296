import { agentTypes, loadAgent, standardProviders } from "../agent/load.ts";
import {
  type AgentMetadata,
  isStonithAgent,
  OWN_GROUP_PREFIX,
  parameterData,
} from "../agent/model.ts";
import { type AgentName, agentFailureReport, fullName, parseAgentName } from "../agent/name.ts";
import type { PcsContext } from "../frame/context.ts";
import { pythonJson } from "../frame/json.ts";
import type { Options } from "../frame/options.ts";
import { wrapForTerminal } from "../frame/output.ts";
import { CommandLineError, LibraryError } from "../frame/report.ts";
import { byCodePoint, formatList, formatListLast, formatPair, indent } from "../frame/text.ts";
import { wrap } from "../frame/usage.ts";
import { defaultOperations, type Operation, spreadIntervals } from "./operations.ts";

const LIST_COLUMNS = 80;

function lowerCaseOrder(a: string, b: string): number {
  return byCodePoint(a.toLowerCase(), b.toLowerCase());
}

/** `resource standards`. */
export async function standardsVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly([]);
  if (argv.length > 0) throw new CommandLineError();
  const standards = (await context.env.agents.standards()).filter((name) => name !== "stonith");
  if (standards.length === 0) context.die("No standards found");
  context.print(...[...new Set(standards)].sort(lowerCaseOrder));
}

/** `resource providers`. */
export async function providersVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly([]);
  if (argv.length > 0) throw new CommandLineError();
  const providers = [...new Set(await context.env.agents.providers())].sort(lowerCaseOrder);
  if (providers.length === 0) context.die("No OCF providers found");
  context.print(...providers);
}

/** `resource agents [STANDARD[:PROVIDER]]`. */
export async function agentsVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly([]);
  const [wanted, ...more] = argv;
  if (more.length > 0) throw new CommandLineError();
  const { agents } = context.env;
  const places =
    wanted === undefined || wanted === ""
      ? await standardProviders(agents)
      : [wanted.replace(/:$/, "")];
  const types: string[] = [];
  for (const place of places) {
    if (place === "stonith" || place.startsWith("stonith:")) continue;
    types.push(...(await agentTypes(agents, place)));
  }
  if (types.length === 0) {
    context.die(`No agents found${wanted === undefined ? "" : ` for ${wanted}`}`);
  }
  context.print(...types.sort(lowerCaseOrder));
}

async function allAgents(context: PcsContext, stonith: boolean): Promise<AgentName[]> {
  const { agents } = context.env;
  const places = stonith ? ["stonith"] : await standardProviders(agents);
  const names: AgentName[] = [];
  for (const place of places) {
    const [standard = "", provider = null] = place.split(":");
    if ((standard === "stonith") !== stonith) continue;
    for (const type of await agentTypes(agents, place)) names.push({ standard, provider, type });
  }
  return names.sort((a, b) => byCodePoint(fullName(a), fullName(b)));
}

/** `resource list [FILTER] [--nodesc]`. */
export function listVerb(context: PcsContext, argv: string[], options: Options): Promise<void> {
  return list(context, argv, options, false);
}

/** `stonith list [FILTER] [--nodesc]`. */
export function stonithListVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  return list(context, argv, options, true);
}

async function list(
  context: PcsContext,
  argv: string[],
  options: Options,
  stonith: boolean,
): Promise<void> {
  options.allowOnly(["--nodesc"]);
  const [search, ...more] = argv;
  if (more.length > 0) throw new CommandLineError();
  const wanted = (search ?? "").toLowerCase();
  let found = 0;
  const all = await allAgents(context, stonith);
  const names = all.filter((name) => fullName(name).toLowerCase().includes(wanted));
  // All at once: the catalog decides how many agents run beside each other.
  const loading = options.has("--nodesc")
    ? null
    : await Promise.all(names.map((name) => loadAgent(context.env.agents, name)));
  for (const [at, name] of names.entries()) {
    const loaded = loading?.[at];
    const described = loaded === undefined ? "" : shortDescription(context, name, loaded);
    if (described === null) continue;
    found += 1;
    printAgent(context, stonith ? name.type : fullName(name), described);
  }
  if (found > 0) return;
  const kind = stonith ? "stonith" : "resource";
  if (wanted !== "") context.die(`No ${kind} agents matching the filter.`);
  context.die(
    `No ${kind} agents available. Do you have ${stonith ? "fence" : "resource"} agents installed?`,
  );
}

/** Null for an agent that has no metadata; that is told as a warning. */
function shortDescription(
  context: PcsContext,
  name: AgentName,
  loaded: Awaited<ReturnType<typeof loadAgent>>,
): string | null {
  if (loaded.ok) return loaded.value.shortdesc ?? "";
  const report = agentFailureReport(loaded.error, isStonithAgent(name));
  context.report.add({ ...report, severity: "warning" });
  return null;
}

function printAgent(context: PcsContext, label: string, description: string): void {
  if (description === "") {
    context.print(label);
    return;
  }
  const lead = `${label} - `;
  const columns = Math.max(context.env.columns ?? LIST_COLUMNS, 40) - lead.length;
  const words = description.split(/\s+/).join(" ").trim();
  const lines = wrap(words, columns < 1 ? LIST_COLUMNS : columns);
  context.print(lead + lines.join(`\n${" ".repeat(lead.length)}`));
}

/** `resource describe [STANDARD:[PROVIDER:]]TYPE [--full]`. */
export async function describeVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--full"]);
  const [text, ...more] = argv;
  if (text === undefined || more.length > 0) throw new CommandLineError();
  const name = text.includes(":") ? fullAgentName(context, text) : await singleAgent(context, text);
  if (isStonithAgent(name)) {
    context.writeError(
      "Error: This command does not accept stonith / fence agents. Please use 'pcs stonith " +
        "describe' instead.\n",
    );
  }
  await describe(context, name, options.has("--full"));
}

/** `stonith describe TYPE [--full]`. */
export async function stonithDescribeVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--full"]);
  const [type, ...more] = argv;
  if (type === undefined || more.length > 0) throw new CommandLineError();
  await describe(context, { standard: "stonith", provider: null, type }, options.has("--full"));
}

function fullAgentName(context: PcsContext, text: string): AgentName {
  const name = parseAgentName(text);
  if (name !== null) return name;
  context.report.add(agentFailureReport({ kind: "bad-name", name: text }));
  throw new LibraryError();
}

async function singleAgent(context: PcsContext, type: string): Promise<AgentName> {
  const all = [...(await allAgents(context, false)), ...(await allAgents(context, true))];
  const found = all.filter((name) => name.type.toLowerCase() === type.toLowerCase());
  if (found.length === 1) {
    const only = found[0]!;
    context.writeError(`Assumed agent name '${fullName(only)}' (deduced from '${type}')\n`);
    return only;
  }
  if (found.length === 0) {
    throw new CommandLineError(`Unable to find agent '${type}', try specifying its full name`);
  }
  throw new CommandLineError(
    `Multiple agents match '${type}', please specify full name: ` +
      formatListLast(found.map(fullName), " or "),
  );
}

async function describe(context: PcsContext, name: AgentName, full: boolean): Promise<void> {
  const loaded = await loadAgent(context.env.agents, name);
  if (!loaded.ok) {
    context.report.add(agentFailureReport(loaded.error));
    throw new LibraryError();
  }
  const operations = spreadIntervals(defaultOperations(loaded.value, false), context.report);
  const lines = describeAgent(loaded.value, operations, full);
  context.print(...wrapForTerminal(lines, context.env.columns));
}

const oneLine = (text: string) => text.replaceAll("\n", " ");

function describeAgent(
  agent: AgentMetadata,
  operations: readonly Operation[],
  full: boolean,
): string[] {
  const stonith = isStonithAgent(agent.name);
  const name = stonith ? agent.name.type : fullName(agent.name);
  const { shortdesc, longdesc } = agent;
  const lines = [shortdesc === null || shortdesc === "" ? name : `${name} - ${oneLine(shortdesc)}`];
  if (longdesc !== null && longdesc !== "") lines.push("", oneLine(longdesc));
  const parameters = agent.parameters
    .filter(({ advanced, deprecated }) => full || !(advanced || deprecated))
    .flatMap(parameterLines);
  if (parameters.length > 0) {
    lines.push("", stonith ? "Stonith options:" : "Resource options:", ...indent(parameters));
  }
  if (operations.length > 0) {
    lines.push("", "Default operations:", ...indent(operations.flatMap(defaultOperationLines)));
  }
  return lines;
}

function parameterLines(parameter: AgentMetadata["parameters"][number]): string[] {
  const title = [parameter.name];
  if (parameter.deprecatedBy.length > 0) {
    title.push(`(deprecated by ${parameter.deprecatedBy.join(", ")})`);
  } else if (parameter.deprecated) title.push("(deprecated)");
  if (parameter.required) title.push("(required)");
  const group = parameter.uniqueGroup ?? "";
  if (group.startsWith(OWN_GROUP_PREFIX)) title.push("(unique)");
  else if (group !== "") title.push(`(unique group: ${group})`);
  if (parameter.advanced) title.push("(advanced use only)");
  const description = parameter.longdesc || parameter.shortdesc || "No description available";
  const lines = [`Description: ${oneLine(description)}`];
  if (parameter.values !== null && parameter.values.length > 0) {
    lines.push(`Allowed values: ${formatList(parameter.values)}`);
  } else if (parameter.type !== "") lines.push(`Type: ${parameter.type}`);
  if (parameter.default !== null && parameter.default !== "") {
    lines.push(`Default: ${parameter.default}`);
  }
  return [title.join(" "), ...indent(lines)];
}

function defaultOperationLines(op: Operation): string[] {
  const order = ["interval", "start-delay", "timeout", "role", "OCF_CHECK_LEVEL"];
  const pairs = order.flatMap((name) => {
    const value = op.get(name) ?? "";
    return value === "" ? [] : [formatPair(name, value)];
  });
  return [`${op.get("name") ?? ""}:`, ...indent([pairs.join(" ")])];
}

/** `resource get_resource_agent_info AGENT`: for the web interface, as JSON. */
export async function agentInfoVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly([]);
  const [text, ...more] = argv;
  if (text === undefined || more.length > 0) context.die("One parameter expected");
  await printInfo(context, fullAgentName(context, text));
}

/** `stonith get_fence_agent_info AGENT`. */
export async function fenceAgentInfoVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly([]);
  const [text, ...more] = argv;
  if (text === undefined || more.length > 0) context.die("One parameter expected");
  if (!text.startsWith("stonith:")) context.die(`Invalid fence agent name '${text}'`);
  await printInfo(context, { standard: "stonith", provider: null, type: text.slice(8) });
}

async function printInfo(context: PcsContext, name: AgentName): Promise<void> {
  const loaded = await loadAgent(context.env.agents, name);
  if (!loaded.ok) throw new LibraryError(agentFailureReport(loaded.error));
  const agent = loaded.value;
  const action = (op: Operation) => ({
    OCF_CHECK_LEVEL: op.get("OCF_CHECK_LEVEL") ?? null,
    automatic: false,
    on_target: false,
    name: op.get("name") ?? "",
    interval: op.get("interval") ?? null,
    timeout: op.get("timeout") ?? null,
    role: op.get("role") ?? null,
    "start-delay": op.get("start-delay") ?? null,
  });
  context.print(
    pythonJson({
      shortdesc: agent.shortdesc,
      longdesc: agent.longdesc,
      parameters: agent.parameters.map(parameterData),
      actions: agent.actions.map((one) => ({
        name: one.name,
        timeout: one.timeout,
        interval: one.interval,
        role: one.role,
        "start-delay": one.startDelay,
        OCF_CHECK_LEVEL: one.depth === "0" ? null : one.depth,
        automatic: one.automatic,
        on_target: one.onTarget,
      })),
      default_actions: defaultOperations(agent, false).map(action),
      name: fullName(name),
      standard: name.standard,
      provider: name.provider,
      type: name.type,
    }),
  );
}
