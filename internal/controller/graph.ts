import { assert, INFINITY_SCORE, parseDurationMs, parseScore } from "../base/mod.ts";
import type { Element } from "../xml/mod.ts";

/** One action of a transition graph. */
export interface GraphAction {
  id: number;
  kind: "rsc_op" | "crm_event" | "pseudo_event";
  /** start, stop, monitor, stonith, do_shutdown, … */
  operation: string;
  operationKey: string;
  /** Node the action is about; null for pseudo-events. */
  node: string | null;
  nodeUuid: string | null;
  /** Node that carries it out where that is another (connections of remote nodes). */
  router: string | null;
  /** The `<attributes>` child: resource and operation parameters, CRM_meta_*. */
  parameters: Record<string, string>;
  resource: GraphResource | null;
  timeoutMs: number;
  intervalMs: number;
  /** The return code that counts as success. */
  targetRc: number;
  /** Counts as done as soon as it is sent. */
  noWait: boolean;
  /** Nodes (uuid) that are down once this is done. */
  downed: string[];
  element: Element;
}

export interface GraphResource {
  id: string;
  longId: string | null;
  class: string;
  provider: string | null;
  type: string;
}

/** Actions that may start together once all inputs are done. */
export interface Synapse {
  id: number;
  priority: number;
  actions: GraphAction[];
  /** Ids of the actions that must be done before. */
  inputs: number[];
}

export interface Graph {
  synapses: Synapse[];
  actions: Map<number, GraphAction>;
  /** Most actions in flight; 0: no limit. */
  batchLimit: number;
  /** Most migrations in flight on a node; negative: no limit. */
  migrationLimit: number;
  /** Added to each action's own timeout, for the way there and back. */
  clusterDelayMs: number;
  stonithTimeoutMs: number;
  /** Fail count that a failed start or stop sets: INFINITY, or 1 to count up. */
  failedStartOffset: string;
  failedStopOffset: string;
  /** Seconds since 1970 at which time alone changes the outcome; null when it does not. */
  recheckBy: number | null;
}

/** Reads a `<transition_graph>`. The element is not changed and stays referenced. */
export function readGraph(root: Element): Graph {
  assert(root.name === "transition_graph", `<${root.name}> is no transition graph`);
  const actions = new Map<number, GraphAction>();
  const synapses = root.elements("synapse").map((element) => readSynapse(element, actions));
  const recheck = root.get("recheck-by");
  return {
    synapses,
    actions,
    batchLimit: integer(root.get("batch-limit"), 0),
    migrationLimit: integer(root.get("migration-limit"), -1),
    clusterDelayMs: parseDurationMs(root.get("cluster-delay") ?? "60s") ?? 60_000,
    stonithTimeoutMs: parseDurationMs(root.get("stonith-timeout") ?? "60s") ?? 60_000,
    failedStartOffset: root.get("failed-start-offset") ?? "INFINITY",
    failedStopOffset: root.get("failed-stop-offset") ?? "INFINITY",
    recheckBy: recheck === null ? null : integer(recheck, 0),
  };
}

function readSynapse(element: Element, actions: Map<number, GraphAction>): Synapse {
  const own: GraphAction[] = [];
  for (const set of element.elements("action_set")) {
    for (const child of set.elements()) {
      const action = readAction(child);
      actions.set(action.id, action);
      own.push(action);
    }
  }
  const inputs: number[] = [];
  for (const list of element.elements("inputs")) {
    for (const trigger of list.elements("trigger")) {
      for (const child of trigger.elements()) inputs.push(integer(child.get("id"), -1));
    }
  }
  const priority = parseScore(element.get("priority") ?? "0") ?? 0;
  return { id: integer(element.get("id"), -1), priority, actions: own, inputs };
}

/** Reads one action of a graph; also from its text as it went to the node that carries it out. */
export function readAction(element: Element): GraphAction {
  const parameters: Record<string, string> = {};
  for (const [name, value] of element.first("attributes")?.entries() ?? []) {
    parameters[name] = value;
  }
  const primitive = element.first("primitive");
  const kind = element.name;
  assert(
    kind === "rsc_op" || kind === "crm_event" || kind === "pseudo_event",
    `<${kind}> in graph`,
  );
  return {
    id: integer(element.get("id"), -1),
    kind,
    operation: element.get("operation") ?? "",
    operationKey: element.get("internal_operation_key") ?? element.get("operation_key") ?? "",
    node: element.get("on_node"),
    nodeUuid: element.get("on_node_uuid"),
    router: element.get("router_node"),
    parameters,
    resource: primitive === null ? null : readResource(primitive),
    timeoutMs: integer(parameters["CRM_meta_timeout"] ?? null, 0),
    intervalMs: integer(parameters["CRM_meta_interval"] ?? null, 0),
    targetRc: integer(parameters["CRM_meta_op_target_rc"] ?? null, 0),
    noWait: parameters["CRM_meta_op_no_wait"] === "true",
    downed:
      element
        .first("downed")
        ?.elements("node")
        .map((node) => node.id) ?? [],
    element,
  };
}

function readResource(primitive: Element): GraphResource {
  return {
    id: primitive.id,
    longId: primitive.get("long-id"),
    class: primitive.get("class") ?? "",
    provider: primitive.get("provider"),
    type: primitive.get("type") ?? "",
  };
}

function integer(text: string | null, fallback: number): number {
  if (text === null) return fallback;
  if (text === "INFINITY") return INFINITY_SCORE;
  const value = Number.parseInt(text, 10);
  return Number.isNaN(value) ? fallback : value;
}
