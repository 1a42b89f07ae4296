import type { AgentName } from "./name.ts";

/** Metadata of an agent, whatever version of the standard it was written in. */
export interface AgentMetadata {
  name: AgentName;
  /** False for an agent that is not installed and was forced. */
  exists: boolean;
  ocfVersion: "1.0" | "1.1";
  shortdesc: string | null;
  longdesc: string | null;
  parameters: AgentParameter[];
  actions: AgentAction[];
}

export interface AgentParameter {
  name: string;
  shortdesc: string | null;
  longdesc: string | null;
  type: string;
  default: string | null;
  /** Allowed values of a `select`. */
  values: string[] | null;
  required: boolean;
  advanced: boolean;
  deprecated: boolean;
  deprecatedBy: string[];
  deprecatedDesc: string | null;
  /** Parameters of one group must differ, taken together, between resources. */
  uniqueGroup: string | null;
  reloadable: boolean;
}

export interface AgentAction {
  name: string;
  timeout: string | null;
  interval: string | null;
  role: string | null;
  startDelay: string | null;
  depth: string | null;
  automatic: boolean;
  onTarget: boolean;
}

/** A parameter as the JSON formats spell it. */
export function parameterData(parameter: AgentParameter): Record<string, unknown> {
  return {
    name: parameter.name,
    shortdesc: parameter.shortdesc,
    longdesc: parameter.longdesc,
    type: parameter.type,
    default: parameter.default,
    enum_values: parameter.values,
    required: parameter.required,
    advanced: parameter.advanced,
    deprecated: parameter.deprecated,
    deprecated_by: parameter.deprecatedBy,
    deprecated_desc: parameter.deprecatedDesc,
    unique_group: parameter.uniqueGroup,
    reloadable: parameter.reloadable,
  };
}

/** Begin of the name of a group that one parameter makes alone. */
export const OWN_GROUP_PREFIX = "_pcs_unique_group_";

/** Metadata of an agent that nobody knows. */
export function voidMetadata(name: AgentName): AgentMetadata {
  return {
    name,
    exists: false,
    ocfVersion: "1.0",
    shortdesc: null,
    longdesc: null,
    parameters: [],
    actions: [],
  };
}

export function isStonithAgent(name: AgentName): boolean {
  return name.standard === "stonith";
}

export function validatesItself(agent: AgentMetadata): boolean {
  return agent.actions.some(({ name }) => name === "validate-all");
}

export function isPromotable(agent: AgentMetadata): boolean {
  const names = agent.actions.map(({ name }) => name);
  return names.includes("promote") && names.includes("demote");
}

/** The device must unfence nodes when they join. */
export function providesUnfencing(agent: AgentMetadata): boolean {
  return (
    isStonithAgent(agent.name) &&
    agent.actions.some(({ name, onTarget, automatic }) => name === "on" && onTarget && automatic)
  );
}

/** Names of the parameters of each unique group. */
export function uniqueGroups(agent: AgentMetadata): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { name, uniqueGroup } of agent.parameters) {
    if (uniqueGroup === null || uniqueGroup === "") continue;
    groups.set(uniqueGroup, [...(groups.get(uniqueGroup) ?? []), name]);
  }
  return groups;
}
