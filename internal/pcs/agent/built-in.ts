import type { AgentParameter } from "./model.ts";

function parameter(
  name: string,
  type: string,
  fallback: string | null,
  advanced: boolean,
  longdesc: string,
  values: string[] | null = null,
): AgentParameter {
  return {
    name,
    shortdesc: longdesc,
    longdesc,
    type,
    default: fallback,
    values,
    required: false,
    advanced,
    deprecated: false,
    deprecatedBy: [],
    deprecatedDesc: null,
    uniqueGroup: null,
    reloadable: false,
  };
}

/** Parameters that every fence device has, whatever its agent: the cluster itself reads them. */
export function fencingParameters(): AgentParameter[] {
  return [
    parameter(
      "pcmk_host_argument",
      "string",
      null,
      true,
      "The agent's parameter that tells it which node to fence. Without it, 'port' or 'plug' is " +
        "used where the agent has one; 'none' gives the agent no such parameter.",
    ),
    parameter(
      "pcmk_host_map",
      "string",
      null,
      false,
      "Names that the device has for the nodes, such as 'node1:1;node2:2,3'.",
    ),
    parameter(
      "pcmk_host_list",
      "string",
      null,
      false,
      "Names of the nodes that this device can fence, separated by commas.",
    ),
    parameter(
      "pcmk_host_check",
      "select",
      null,
      false,
      "How to find out which nodes the device can fence: 'static-list' looks at pcmk_host_list and " +
        "pcmk_host_map, 'dynamic-list' asks the device for its list, 'status' asks it about one " +
        "node, 'none' takes it to fence any node.",
      ["dynamic-list", "static-list", "status", "none"],
    ),
    parameter(
      "pcmk_delay_max",
      "time",
      "0s",
      false,
      "Upper bound of a random delay before fencing. A base delay counts in.",
    ),
    parameter(
      "pcmk_delay_base",
      "string",
      "0s",
      false,
      "Delay before fencing, so that two nodes do not fence each other at the same moment: one " +
        "time for all nodes, or a map such as 'node1:1s;node2:5'.",
    ),
    parameter(
      "pcmk_action_limit",
      "integer",
      "1",
      false,
      "How many actions the device can do at the same time; -1 for no limit.",
    ),
    ...["reboot", "off", "on", "list", "monitor", "status"].flatMap(actionParameters),
  ];
}

function actionParameters(action: string): AgentParameter[] {
  return [
    parameter(
      `pcmk_${action}_action`,
      "string",
      action,
      true,
      `Action that the agent is told to do where '${action}' is meant.`,
    ),
    parameter(
      `pcmk_${action}_timeout`,
      "time",
      "60s",
      true,
      `Time that '${action}' of this device may take, in place of stonith-timeout.`,
    ),
    parameter(
      `pcmk_${action}_retries`,
      "integer",
      "2",
      true,
      `How often '${action}' is tried within its time.`,
    ),
  ];
}

/** Parameters for tracing that agents of these providers have without saying so. */
export function traceParameters(existing: readonly AgentParameter[]): AgentParameter[] {
  const known = new Set(existing.map(({ name }) => name.toLowerCase()));
  return [
    parameter(
      "trace_ra",
      "integer",
      "0",
      true,
      "1 makes the agent write a trace of what it does, to trace_file if that is set.",
    ),
    parameter("trace_file", "string", "", true, "File that a trace of the agent is written to."),
  ].filter(({ name }) => !known.has(name));
}
