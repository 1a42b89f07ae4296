import { builtinAgents } from "../../agents/mod.ts";
import { CRM_FEATURE_SET, ExitCode } from "../../internal/base/mod.ts";
import { baseEnvironment } from "../../internal/host/agent-environment.ts";
import {
  findAgent,
  listAgents,
  listedBuiltins,
  listProviders,
} from "../../internal/host/agents.ts";
import { fenceMetadata } from "../../internal/host/fence-metadata.ts";
import { serviceMetadata } from "../../internal/host/service-metadata.ts";
import { spawn } from "../../internal/host/spawn.ts";
import type { SpawnResult } from "../../internal/ports/mod.ts";
import { Element, Text } from "../../internal/xml/mod.ts";
import { isGiven, lastValue } from "./options.ts";
import { exitCodeText, Verbatim } from "./output.ts";
import {
  failure,
  openResourceCall,
  plainFailure,
  requireResource,
  resourceId,
} from "./resource-context.ts";
import { parametersOf } from "./resource-edit.ts";
import { addList } from "./resource-query.ts";
import type { ToolRun } from "./tool.ts";

const TIMEOUT_MS = 30_000;

const listed = () => listedBuiltins(builtinAgents);

/** Which agent. */
interface Agent {
  class: string;
  provider: string | null;
  type: string;
}

/** `--list-standards`. */
export async function listStandards({ output }: ToolRun): Promise<number> {
  const { existsSync } = await import("node:fs");
  const standards = ["ocf", "service"];
  if (listAgents("lsb", null, listed()).length > 0) standards.push("lsb");
  if (existsSync("/run/systemd/system")) standards.push("systemd");
  standards.push("stonith");
  for (const standard of standards) output.info(standard);
  addList(output, "standards", standards.map(item));
  return ExitCode.OK;
}

function item(text: string): Element {
  return new Element("item", {}, [new Text(text)]);
}

/** `--list-ocf-providers`, and `--list-ocf-alternatives` of an agent. */
export function listOcfProviders({ output }: ToolRun, type: string | null): number {
  const providers = listProviders(listed(), type ?? undefined);
  if (providers.length === 0) {
    const of = type === null ? "" : ` for ${type}`;
    output.err(`No OCF providers found${of}`);
    throw plainFailure(ExitCode.NOSUCH);
  }
  for (const provider of providers) output.info(provider);
  const list = new Element("providers", type === null ? { standard: "ocf" } : { for: type });
  for (const each of providers) list.append(new Element("provider", {}, [new Text(each)]));
  output.add(list);
  return ExitCode.OK;
}

/** `--list-agents STANDARD[:PROVIDER]`. */
export function listAgentsOf({ output }: ToolRun, spec: string): number {
  const [standard = "", provider] = spec.split(":", 2);
  const named = provider === undefined ? null : provider;
  const providers = named === null ? listProviders(listed()) : [named];
  const agents =
    standard === "ocf"
      ? providers.flatMap((each) => listAgents("ocf", each, listed()))
      : listAgents(standard, null, listed());
  if (agents.length === 0) {
    const of = named === null ? "" : ` and provider '${named}'`;
    output.err(`No agents found for standard '${standard}'${of}`);
    throw plainFailure(ExitCode.ERROR);
  }
  for (const agent of agents) output.info(agent);
  const list = new Element("agents", { standard });
  if (named !== null) list.set("provider", named);
  for (const agent of agents) list.append(new Element("agent", {}, [new Text(agent)]));
  output.add(list);
  return ExitCode.OK;
}

/** `--show-metadata CLASS[:PROVIDER]:AGENT`. */
export async function showMetadata({ output }: ToolRun, spec: string): Promise<number> {
  const words = spec.split(":");
  const [standard = "", second = "", third] = words;
  const ocf = standard === "ocf";
  if (words.length < 2 || (ocf && third === undefined)) {
    throw failure(ExitCode.NOSUCH, `'${spec}' is not a valid agent specification`);
  }
  const agent = ocf
    ? { class: standard, provider: second, type: third! }
    : { class: standard, provider: null, type: words.slice(1).join(":") };
  const text = await metadataOf(agent);
  if (text === null) {
    const reason = "No such device or address";
    throw failure(ExitCode.NOSUCH, `Metadata query for ${spec} failed: ${reason}`);
  }
  output.write(text.endsWith("\n") ? text : `${text}\n`);
  output.add(new Element("metadata", {}, [new Verbatim(text)]));
  return ExitCode.OK;
}

/** What an agent says of itself, or is said of one that cannot; null when it is not installed. */
async function metadataOf(agent: Agent): Promise<string | null> {
  if (agent.class !== "ocf" && agent.class !== "stonith") {
    return serviceMetadata(agent.class, agent.type);
  }
  const words = agent.class === "stonith" ? ["-o", "metadata"] : ["meta-data"];
  const result = await runAgent(agent, words, { OCF_RESOURCE_INSTANCE: agent.type });
  if (result === null || result.code !== 0 || result.stdout === "") return null;
  return agent.class === "stonith" ? fenceMetadata(result.stdout) : result.stdout;
}

/** Runs an agent as the cluster would; null when it is not installed. */
async function runAgent(
  agent: Agent,
  words: string[],
  variables: Record<string, string>,
): Promise<SpawnResult | null> {
  const found = findAgent(agent, builtinAgents);
  if (found === null) return null;
  const env: Record<string, string> = { ...processEnvironment(), ...baseEnvironment() };
  if (found.ocfRoot !== "") env["OCF_ROOT"] = found.ocfRoot;
  env["OCF_RA_VERSION_MAJOR"] = "1";
  env["OCF_RA_VERSION_MINOR"] = "1";
  env["OCF_RESOURCE_TYPE"] = agent.type;
  if (agent.provider !== null) env["OCF_RESOURCE_PROVIDER"] = agent.provider;
  Object.assign(env, variables);
  const request = { argv: [...found.argv, ...words], env, timeoutMs: TIMEOUT_MS };
  return new Promise((resolve) => spawn.run(request, resolve));
}

function processEnvironment(): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined) env[name] = value;
  }
  return env;
}

/** With `-V` an agent that is run by hand shows what it does, line by line. */
function tracing({ options }: ToolRun): Record<string, string> {
  if (!isGiven(options, "verbose")) return {};
  return { OCF_TRACE_RA: "1", OCF_TRACE_FILE: "/dev/stderr" };
}

const AGENT_ACTIONS: Record<string, string> = {
  validate: "validate-all",
  "force-check": "monitor",
  "force-start": "start",
  "force-stop": "stop",
  "force-promote": "promote",
  "force-demote": "demote",
};

/** `--validate` and `--force-*`: runs an action of an agent here and now. */
export async function runAction(tool: ToolRun, command: string): Promise<number> {
  const { options } = tool;
  const byAgent = typeof lastValue(options, "class") === "string";
  const given = options.given.filter((option) => option.name === "option");
  if (given.length > 0 && (command !== "validate" || !byAgent)) {
    throw failure(ExitCode.USAGE, "--option must be used with --validate and without -r");
  }
  if (byAgent) return runOnAgent(tool, command);
  return runOnResource(tool, command);
}

async function runOnAgent(tool: ToolRun, command: string): Promise<number> {
  const { options } = tool;
  const value = (name: string): string | null => lastValue(options, name) ?? null;
  if (command !== "validate") {
    throw failure(
      ExitCode.USAGE,
      "--class, --agent, and --provider can only be used with --validate",
    );
  }
  if (value("resource") !== null) {
    throw failure(
      ExitCode.USAGE,
      "--resource cannot be used with --class, --agent, and --provider",
    );
  }
  const agent = {
    class: value("class") ?? "",
    provider: value("provider"),
    type: value("agent") ?? "",
  };
  if (findAgent(agent, builtinAgents) === null) {
    const name =
      agent.class === "stonith"
        ? `${agent.type} is not a known stonith agent`
        : `${agent.class}:${agent.provider ?? ""}:${agent.type} is not a known resource`;
    throw failure(ExitCode.USAGE, name);
  }
  const parameters = new Map<string, string>();
  for (const option of options.given) {
    if (option.name !== "option") continue;
    const at = option.value!.indexOf("=");
    if (at < 0) throw failure(ExitCode.USAGE, `Invalid option '${option.value}'`);
    parameters.set(option.value!.slice(0, at), option.value!.slice(at + 1));
  }
  const run = await runAgent(agent, ["validate-all"], variables("test", parameters));
  return report(tool, command, agent, null, run!);
}

async function runOnResource(tool: ToolRun, command: string): Promise<number> {
  const call = await openResourceCall(tool);
  const resource = requireResource(call);
  const id = resourceId(tool);
  if (!resource.isPrimitive) {
    const message = command === "validate" ? "validate" : command;
    throw failure(ExitCode.UNIMPLEMENT_FEATURE, `Cannot perform ${message} on this resource type`);
  }
  const agent = { class: resource.cls, provider: resource.provider, type: resource.type };
  if (agent.class === "stonith") {
    const reason = "Manual execution of the stonith standard is unsupported";
    tool.output.info(
      `Operation ${command} for ${id} (${nameOf(agent)}) could not be executed (Error: ${reason})`,
    );
    throw plainFailure(ExitCode.UNIMPLEMENT_FEATURE);
  }
  const parameters = new Map(parametersOf(call, resource));
  for (const [name, value] of resource.meta)
    parameters.set(`CRM_meta_${name.replaceAll("-", "_")}`, value);
  const env = { ...variables(resource.id, parameters), ...tracing(tool) };
  const run = await runAgent(agent, [AGENT_ACTIONS[command]!], env);
  if (run === null) throw plainFailure(ExitCode.NOT_INSTALLED);
  return report(tool, command, agent, id, run);
}

function variables(instance: string, parameters: Map<string, string>): Record<string, string> {
  const env: Record<string, string> = { OCF_RESOURCE_INSTANCE: instance };
  env["OCF_RESKEY_crm_feature_set"] = CRM_FEATURE_SET;
  for (const [name, value] of parameters) env[`OCF_RESKEY_${name}`] = value;
  return env;
}

function nameOf({ class: standard, provider, type }: Agent): string {
  return provider === null ? `${standard}:${type}` : `${standard}:${provider}:${type}`;
}

function report(
  tool: ToolRun,
  command: string,
  agent: Agent,
  id: string | null,
  run: SpawnResult,
): number {
  const { output } = tool;
  const code = run.outcome === "exited" ? run.code : ExitCode.TIMEOUT;
  const reason = /ocf-exit-reason:(.*)/.exec(run.stderr)?.[1] ?? null;
  const meaning = exitCodeText(code) + (reason === null ? "" : `: ${reason}`);
  const whose = id === null ? "" : ` for ${id}`;
  output.info(`Operation ${command}${whose} (${nameOf(agent)}) returned ${code} (${meaning})`);
  for (const text of [run.stdout, run.stderr])
    if (text !== "") output.info(text.replace(/\n$/, ""));
  const action = new Element("resource-agent-action", {
    action: command,
    class: agent.class,
    type: agent.type,
  });
  if (id !== null) action.set("rsc", id);
  if (agent.provider !== null) action.set("provider", agent.provider);
  action.append(new Element("overrides"));
  const status = new Element("agent-status", {
    code: String(code),
    message: exitCodeText(code),
    execution_code: "0",
    execution_message: "Done",
  });
  if (reason !== null) status.set("reason", reason);
  action.append(status);
  const outputs: [string, string][] = [
    ["stdout", run.stdout],
    ["stderr", run.stderr],
  ];
  const said = outputs
    .filter(([, text]) => text !== "")
    .map(([source, text]) => new Element("output", { source }, [new Text(text)]));
  if (said.length > 0) action.append(new Element("command", { code: String(code) }, said));
  output.add(action);
  if (code !== 0) throw plainFailure(code);
  return ExitCode.OK;
}
