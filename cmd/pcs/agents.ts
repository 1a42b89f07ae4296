import { builtinAgents } from "../../agents/mod.ts";
import { err, ok, type Result } from "../../internal/base/mod.ts";
import { baseEnvironment } from "../../internal/host/agent-environment.ts";
import {
  type FoundAgent,
  findAgent,
  listAgents,
  listProviders,
} from "../../internal/host/agents.ts";
import type { AgentCatalog, AgentRun } from "../../internal/pcs/mod.ts";

const AGENT_TIMEOUT_MS = 30_000;

/** The agents of this machine, asked for their metadata when it is needed. */
export function agentCatalog(): AgentCatalog {
  return {
    metadata,
    standards: async () => ["lsb", "ocf", "service", "systemd", "stonith"],
    providers: async () => listProviders(builtinAgents),
    types,
    validate,
  };
}

async function metadata(name: string): Promise<Result<string, string>> {
  const [standard = ""] = name.split(":");
  const known = standard === "stonith" || standard === "ocf";
  const found = known ? find(name) : null;
  if (found === null) return err(noMetadata(name));
  const run =
    standard === "stonith"
      ? await start([...found.argv, "-o", "metadata"])
      : await start([...found.argv, "meta-data"], { OCF_ROOT: found.ocfRoot });
  return run.code === 0 ? ok(run.stdout) : err(run.output);
}

function find(name: string): FoundAgent | null {
  const [standard = "", second = "", type] = name.split(":");
  const agent =
    type === undefined
      ? { class: standard, provider: null, type: second }
      : { class: standard, provider: second, type };
  return findAgent(agent, builtinAgents);
}

/** What crm_resource says of an agent that is not there. */
function noMetadata(name: string): string {
  return (
    `crm_resource: Metadata query for ${name} failed: No such device or address\n` +
    "Error performing operation: No such object"
  );
}

/** Runs the agent's `validate-all` as the cluster would run its operations. */
async function validate(name: string, parameters: Map<string, string>): Promise<AgentRun> {
  const [standard = "", second = "", type = ""] = name.split(":");
  const found = find(name);
  if (found === null) return { code: 5, output: noMetadata(name) };
  if (standard === "stonith") {
    const lines = [...parameters].map(([option, value]) => `${option}=${value}\n`);
    return start(found.argv, {}, `action=validate-all\n${lines.join("")}`);
  }
  const variables: Record<string, string> = {
    OCF_ROOT: found.ocfRoot,
    OCF_RA_VERSION_MAJOR: "1",
    OCF_RA_VERSION_MINOR: "1",
    OCF_RESOURCE_INSTANCE: "test",
    OCF_RESOURCE_PROVIDER: second,
    OCF_RESOURCE_TYPE: type,
    OCF_RESKEY_crm_feature_set: "3.20.0",
  };
  for (const [option, value] of parameters) variables[`OCF_RESKEY_${option}`] = value;
  return start([...found.argv, "validate-all"], variables);
}

/** Runs an agent. `output` is what it complained of, on standard error. */
async function start(
  argv: string[],
  variables: Record<string, string> = {},
  stdin = "",
): Promise<AgentRun & { stdout: string }> {
  const child = Bun.spawn(argv, {
    env: { ...baseEnvironment(), ...variables },
    stdin: new Blob([stdin]),
    stdout: "pipe",
    stderr: "pipe",
    timeout: AGENT_TIMEOUT_MS,
  });
  const [stdout, output, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, output, stdout };
}

async function types(standardProvider: string): Promise<string[]> {
  const [standard = "", provider = ""] = standardProvider.split(":");
  return listAgents(standard, standard === "ocf" ? provider : null, builtinAgents);
}
