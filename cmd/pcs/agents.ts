import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { builtinAgents } from "../../agents/mod.ts";
import { CRM_FEATURE_SET, err, ok, type Result } from "../../internal/base/mod.ts";
import { baseEnvironment } from "../../internal/host/agent-environment.ts";
import {
  type FoundAgent,
  findAgent,
  listAgents,
  listedBuiltins,
  listProviders,
} from "../../internal/host/agents.ts";
import { fenceMetadata } from "../../internal/host/fence-metadata.ts";
import { validationInput } from "../../internal/host/fence-validation.ts";
import { serviceMetadata } from "../../internal/host/service-metadata.ts";
import type { AgentCatalog, AgentRun } from "../../internal/pcs/mod.ts";
import { cachedMetadata } from "./metadata-cache.ts";

const AGENT_TIMEOUT_MS = 30_000;
/** Agents that run beside each other when all of them are asked: a core more than there are. */
const AT_ONCE = availableParallelism() + 1;

const listed = () => listedBuiltins(builtinAgents);

/** The agents of this machine, asked for their metadata when it is needed. */
export const agentCatalog: AgentCatalog = {
  metadata,
  standards,
  providers: async () => listProviders(listed()),
  types,
  validate,
};

async function metadata(name: string): Promise<Result<string, string>> {
  const [standard = "", ...type] = name.split(":");
  const known = standard === "stonith" || standard === "ocf";
  if (!known) {
    const text = await serviceMetadata(standard, type.join(":"));
    return text === null ? err(noMetadata(name)) : ok(text);
  }
  const found = find(name);
  if (found === null) return err(noMetadata(name));
  let failure = "";
  const ask = async () => {
    const run =
      standard === "stonith"
        ? await start([...found.argv, "-o", "metadata"])
        : await start([...found.argv, "meta-data"], ocfVariables(name, found.ocfRoot));
    failure = run.output;
    if (run.code !== 0) return null;
    return standard === "stonith" ? fenceMetadata(run.stdout) : run.stdout;
  };
  // Of an agent inside the executable the shell is only the first word.
  const [program = "", script = ""] = found.argv;
  const text = await cachedMetadata(name, program === "/bin/sh" ? script : program, ask);
  return text === null ? err(failure) : ok(text);
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

/** What every OCF agent is told. Without a resource the type stands for its name. */
function ocfVariables(name: string, ocfRoot: string): Record<string, string> {
  const [, provider = "", type = ""] = name.split(":");
  return {
    OCF_ROOT: ocfRoot,
    OCF_RA_VERSION_MAJOR: "1",
    OCF_RA_VERSION_MINOR: "1",
    OCF_RESOURCE_INSTANCE: type,
    OCF_RESOURCE_PROVIDER: provider,
    OCF_RESOURCE_TYPE: type,
  };
}

/** Runs the agent's `validate-all` as the cluster would run its operations. */
async function validate(name: string, parameters: Map<string, string>): Promise<AgentRun> {
  const [standard = ""] = name.split(":");
  const found = find(name);
  if (found === null) return { code: 5, output: noMetadata(name) };
  if (standard === "stonith") {
    const known = parameters.size === 0 ? ok("") : await metadata(name);
    return start(found.argv, {}, validationInput(parameters, known.ok ? known.value : ""));
  }
  const variables: Record<string, string> = {
    ...ocfVariables(name, found.ocfRoot),
    OCF_RESOURCE_INSTANCE: "test",
    OCF_RESKEY_crm_feature_set: CRM_FEATURE_SET,
  };
  for (const [option, value] of parameters) variables[`OCF_RESKEY_${option}`] = value;
  return start([...found.argv, "validate-all"], variables);
}

/** Exit code that a shell gives for a command that cannot be run. */
const CANNOT_RUN = 126;

let running = 0;
const queue: (() => void)[] = [];

/** Runs an agent when its turn comes. `output` is what it complained of, on standard error. */
async function start(...what: Parameters<typeof startNow>): ReturnType<typeof startNow> {
  if (running >= AT_ONCE) await new Promise<void>((turn) => queue.push(turn));
  else running += 1;
  try {
    return await startNow(...what);
  } finally {
    const next = queue.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}

async function startNow(
  argv: string[],
  variables: Record<string, string> = {},
  stdin = "",
): Promise<AgentRun & { stdout: string }> {
  let child: Bun.Subprocess<Blob, "pipe", "pipe">;
  try {
    child = Bun.spawn(argv, {
      env: { ...baseEnvironment(), ...variables },
      stdin: new Blob([stdin]),
      stdout: "pipe",
      stderr: "pipe",
      timeout: AGENT_TIMEOUT_MS,
    });
  } catch (error) {
    // Not executable, or its interpreter is missing: the agent's fault, said as such.
    return { code: CANNOT_RUN, output: (error as Error).message, stdout: "" };
  }
  const [stdout, output, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, output, stdout };
}

/** Standards that this machine can run agents of; systemd's only where systemd runs. */
async function standards(): Promise<string[]> {
  const own = ["lsb", "ocf", "service", "stonith"];
  return existsSync("/run/systemd/system") ? [...own, "systemd"] : own;
}

async function types(standardProvider: string): Promise<string[]> {
  const [standard = "", provider = ""] = standardProvider.split(":");
  if (standard === "ocf" && provider === "") {
    return listProviders(listed()).flatMap((name) => listAgents("ocf", name, listed()));
  }
  return listAgents(standard, standard === "ocf" ? provider : null, listed());
}
