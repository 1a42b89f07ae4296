/** `muster agent NAME ACTION`: runs a resource agent as the cluster would, parameters as words. */
import { builtinAgents } from "../../agents/mod.ts";
import { baseEnvironment, makeAgentFolders } from "../../internal/host/agent-environment.ts";
import { findAgent, listAgents, listProviders } from "../../internal/host/agents.ts";
import { Paths, underRoot } from "../../internal/host/paths.ts";
import { errOut, out } from "../io.ts";

const USAGE = `Usage: muster agent STANDARD:[PROVIDER:]TYPE ACTION [PARAMETER=VALUE]...
       muster agent list [STANDARD[:PROVIDER]]

Runs an agent's action with the parameters given and exits with the agent's code.
Actions: start stop monitor meta-data validate-all and whatever else the agent knows.
A built-in agent is used where none of its name is installed.
`;

export async function main(argv: string[]): Promise<number> {
  const [name, action, ...pairs] = argv;
  if (name === undefined || name === "--help" || name === "-h") {
    out(USAGE);
    return name === undefined ? 1 : 0;
  }
  if (name === "list") return list(action);
  const parts = name.split(":");
  const agent =
    parts.length === 3
      ? { class: parts[0]!, provider: parts[1]!, type: parts[2]! }
      : { class: parts[0]!, provider: null, type: parts[1] ?? "" };
  if (action === undefined) {
    errOut(USAGE);
    return 1;
  }
  const found = findAgent(agent, builtinAgents);
  if (found === null) {
    errOut(`muster agent: there is no agent ${name}\n`);
    return 5;
  }
  makeAgentFolders();
  const env: Record<string, string> = {
    HA_RSCTMP: underRoot("/run/resource-agents"),
    OCF_RESOURCE_INSTANCE: "default",
    ...baseEnvironment(),
    OCF_ROOT: found.ocfRoot === "" ? underRoot(Paths.ocfRoot) : found.ocfRoot,
    OCF_RA_VERSION_MAJOR: "1",
    OCF_RA_VERSION_MINOR: "1",
    OCF_RESOURCE_TYPE: agent.type,
    OCF_RESOURCE_PROVIDER: agent.provider ?? "",
  };
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    if (at > 0) env[`OCF_RESKEY_${pair.slice(0, at)}`] = pair.slice(at + 1);
  }
  const isFence = agent.class === "stonith";
  const words = isFence ? ["-o", action === "meta-data" ? "metadata" : action] : [action];
  const child = Bun.spawn([...found.argv, ...words], {
    env,
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
  });
  return child.exited;
}

function list(of: string | undefined): number {
  const [standard = "", provider] = (of ?? "").split(":");
  const print = (name: string): void => out(`${name}\n`);
  if (standard !== "" && standard !== "ocf") {
    listAgents(standard, null, builtinAgents).forEach(print);
    return 0;
  }
  const providers = provider === undefined ? listProviders(builtinAgents) : [provider];
  for (const one of providers) {
    for (const type of listAgents("ocf", one, builtinAgents)) print(`ocf:${one}:${type}`);
  }
  if (standard === "") {
    for (const type of listAgents("stonith", null, builtinAgents)) print(`stonith:${type}`);
  }
  return 0;
}
