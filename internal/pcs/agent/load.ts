import { err, ok, type Result } from "../../base/mod.ts";
import { primaryRole } from "../cib/attributes.ts";
import type { AgentCatalog } from "../frame/environment.ts";
import { byCodePoint } from "../frame/text.ts";
import { fencingParameters, traceParameters } from "./built-in.ts";
import { type AgentMetadata, type AgentParameter, isStonithAgent } from "./model.ts";
import { type AgentFailure, type AgentName, fullName } from "./name.ts";
import { parseAgentMetadata } from "./parse.ts";

/** What fence agents use instead of their parameter `action`. */
export const ACTION_REPLACED_BY = ["pcmk_off_action", "pcmk_reboot_action"];

/** Names among the installed programs that look like fence agents and are none. */
const NO_AGENTS = new Set([
  "fence_ack_manual",
  "fence_check",
  "fence_kdump_send",
  "fence_legacy",
  "fence_na",
  "fence_node",
  "fence_nss_wrapper",
  "fence_pcmk",
  "fence_sanlockd",
  "fence_tool",
  "fence_virtd",
  "fence_vmware_helper",
]);

/** Metadata of an installed agent, with the parameters that the cluster adds. */
export async function loadAgent(
  catalog: AgentCatalog,
  name: AgentName,
): Promise<Result<AgentMetadata, AgentFailure>> {
  const read = await catalog.metadata(fullName(name));
  if (!read.ok) return err({ kind: "no-metadata", name: fullName(name), reason: read.error });
  const parsed = parseAgentMetadata(name, read.value);
  return parsed.ok ? ok(completeMetadata(parsed.value)) : parsed;
}

/** Adds the parameters that the cluster reads itself and mends what fence agents say of theirs. */
export function completeMetadata(metadata: AgentMetadata): AgentMetadata {
  const { name } = metadata;
  let parameters = metadata.parameters;
  if (isStonithAgent(name)) {
    parameters = [...fenceAgentParameters(parameters), ...fencingParameters()];
  } else if (name.standard === "ocf" && ["heartbeat", "pacemaker"].includes(name.provider ?? "")) {
    parameters = [...parameters, ...traceParameters(parameters)];
  }
  const actions = metadata.actions.map((action) => ({
    ...action,
    role: action.role === null ? null : primaryRole(action.role),
  }));
  return { ...metadata, parameters, actions };
}

/**
 * A fence agent's parameters as an administrator should see them: what is for use by hand only is
 * gone, `action` is discouraged, and the cluster sets `port` by itself.
 */
function fenceAgentParameters(parameters: AgentParameter[]): AgentParameter[] {
  const visible = parameters.filter(({ name }) => name !== "help" && name !== "version");
  const portNames = portAndSuccessors(visible);
  return visible.map((parameter) => {
    const required = parameter.required && !portNames.has(parameter.name);
    if (parameter.name !== "action") return { ...parameter, required };
    return {
      ...parameter,
      required: false,
      advanced: true,
      deprecated: true,
      deprecatedBy: [...ACTION_REPLACED_BY, ...parameter.deprecatedBy],
    };
  });
}

/** `port` and everything that replaces it. */
function portAndSuccessors(parameters: AgentParameter[]): Set<string> {
  const found = new Set<string>();
  let current = ["port"];
  while (current.length > 0) {
    const next: string[] = [];
    for (const { name, deprecatedBy } of parameters) {
      if (!current.includes(name) || found.has(name)) continue;
      found.add(name);
      next.push(...deprecatedBy);
    }
    current = next;
  }
  return found;
}

function byLowerCase(a: string, b: string): number {
  return byCodePoint(a.toLowerCase(), b.toLowerCase());
}

/** Standards with agents here, `ocf` split up by provider: `lsb`, `ocf:heartbeat`, `systemd` ... */
export async function standardProviders(catalog: AgentCatalog): Promise<string[]> {
  const standards = [...new Set(await catalog.standards())].sort(byLowerCase);
  const providers = [...new Set(await catalog.providers())].sort(byLowerCase);
  return standards
    .flatMap((standard) =>
      standard === "ocf" ? providers.map((provider) => `ocf:${provider}`) : [standard],
    )
    .sort(byCodePoint);
}

/** Types of agents of a standard or a standard and provider, in order whatever their case. */
export async function agentTypes(
  catalog: AgentCatalog,
  standardProvider: string,
): Promise<string[]> {
  const types = new Set(await catalog.types(standardProvider));
  return [...types].filter((type) => !NO_AGENTS.has(type)).sort(byLowerCase);
}

/** The one agent of that type, of whatever standard and provider. */
export async function guessAgent(
  catalog: AgentCatalog,
  type: string,
): Promise<Result<AgentName, AgentFailure>> {
  const found: AgentName[] = [];
  for (const standardProvider of await standardProviders(catalog)) {
    const [standard = "", provider = null] = standardProvider.split(":");
    for (const candidate of await agentTypes(catalog, standardProvider)) {
      if (candidate.toLowerCase() === type.toLowerCase()) {
        found.push({ standard, provider, type: candidate });
      }
    }
  }
  if (found.length === 1) return ok(found[0]!);
  if (found.length === 0) return err({ kind: "unknown", name: type });
  return err({ kind: "ambiguous", name: type, found: found.map(fullName) });
}
