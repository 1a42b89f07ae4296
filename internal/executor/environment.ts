import type { AgentId, ExecutorOptions, OperationRequest } from "./types.ts";

/** The version of the OCF standard that agents are told; pcs and agents look at it. */
const OCF_VERSION = { OCF_RA_VERSION_MAJOR: "1", OCF_RA_VERSION_MINOR: "1" };

/**
 * Environment of an agent for one operation, without PATH and the host's own variables.
 * Every parameter becomes OCF_RESKEY_name; OCF_CHECK_LEVEL is also given as it is.
 */
export function agentEnvironment(
  request: Pick<OperationRequest, "resource" | "agent" | "parameters">,
  options: ExecutorOptions,
): Record<string, string> {
  const env: Record<string, string> = { ...options.env };
  if (request.agent.class !== "ocf") return env;
  for (const [name, value] of Object.entries(request.parameters)) {
    if (name === "OCF_CHECK_LEVEL") env[name] = value;
    else env[`OCF_RESKEY_${variableName(name)}`] = value;
  }
  return {
    ...env,
    ...OCF_VERSION,
    OCF_ROOT: options.ocfRoot,
    OCF_EXIT_REASON_PREFIX: EXIT_REASON_PREFIX,
    OCF_RESOURCE_INSTANCE: request.resource,
    OCF_RESOURCE_TYPE: request.agent.type,
    OCF_RESOURCE_PROVIDER: request.agent.provider ?? "",
    HA_RSCTMP: `${options.runFolder}/resource-agents`,
  };
}

/** What an agent writes before an explanation, on a line of standard error. */
export const EXIT_REASON_PREFIX = "ocf-exit-reason:";
const LONGEST_EXIT_REASON = 128;

/** The agent's last explanation; empty when it gave none. */
export function exitReasonOf(stderr: string): string {
  const at = stderr.lastIndexOf(EXIT_REASON_PREFIX);
  if (at < 0) return "";
  const line = stderr.slice(at + EXIT_REASON_PREFIX.length).split("\n", 1)[0]!;
  return line.slice(0, LONGEST_EXIT_REASON).trimEnd();
}

/** `CRM_meta_on-node` would be no variable of a shell. */
function variableName(name: string): string {
  return name.replaceAll("-", "_");
}

/** `ocf:heartbeat:IPaddr2`, `systemd:nginx`. */
export function agentName(agent: AgentId): string {
  const parts = agent.provider === null ? [agent.class] : [agent.class, agent.provider];
  return [...parts, agent.type].join(":");
}

/** The word that an agent of this class is called with. LSB scripts and systemd know `status`. */
export function nativeAction(agent: AgentId, action: string): string {
  if (agent.class === "ocf" || agent.class === "stonith") return action;
  return action === "monitor" ? "status" : action;
}
