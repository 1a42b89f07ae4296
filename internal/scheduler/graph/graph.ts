import { Element } from "../../xml/mod.ts";
import type { Action } from "../action.ts";
import { A } from "../constants.ts";
import type { Resource } from "../resource.ts";
import type { WorkingSet } from "../working-set.ts";
import { actionElement } from "./element.ts";
import { flagsOf } from "./flags.ts";
import { belongsInGraph, isInput, mergeInputs } from "./inclusion.ts";

/** What the graph needs of the rooms beside it. */
export interface GraphHooks {
  /** Makes the notifications of a clone, just before its actions are written. */
  createNotifications(clone: Resource): void;
  /** A pseudo-action for remote nodes whose maintenance changed, if there are any. */
  maintenanceUpdate(): void;
}

/** The transition_graph element; rules, section 29. */
export function buildGraph(ws: WorkingSet, hooks: GraphHooks): Element {
  const graph = new Element("transition_graph", {
    "cluster-delay": ws.config.clusterDelay,
    "stonith-timeout": ws.properties.get("stonith-timeout") ?? "60s",
    "failed-stop-offset": "INFINITY",
    "failed-start-offset": ws.config.startFailureFatal ? "INFINITY" : "1",
    "batch-limit": ws.config.batchLimit,
    transition_id: "1",
  });
  if (Number(ws.config.migrationLimit) > 0) graph.set("migration-limit", ws.config.migrationLimit);
  if (ws.recheckBy > 0) graph.set("recheck-by", String(ws.recheckBy));
  for (const resource of ws.resources) addResource(ws, graph, resource, hooks);
  hooks.maintenanceUpdate();
  for (let i = ws.actions.length - 1; i >= 0; i--) addSynapse(ws, graph, ws.actions[i]!);
  return graph;
}

function addResource(ws: WorkingSet, graph: Element, resource: Resource, hooks: GraphHooks): void {
  if (resource.variant === 3) {
    const { child, replicas } = resource.bundleData!;
    if (child !== null) addResource(ws, graph, child, hooks);
    for (const { ip, container, remote } of replicas) {
      if (ip !== null) addResource(ws, graph, ip, hooks);
      addResource(ws, graph, container, hooks);
      if (remote !== null) addResource(ws, graph, remote, hooks);
    }
    return;
  }
  if (resource.variant === 2) {
    for (let i = resource.actions.length - 1; i >= 0; i--) flagsOf(resource.actions[i]!, null);
    hooks.createNotifications(resource);
    for (const child of resource.children) addResource(ws, graph, child, hooks);
    addOwn(ws, graph, resource);
    return;
  }
  addOwn(ws, graph, resource);
  for (const child of resource.children) addResource(ws, graph, child, hooks);
}

function addOwn(ws: WorkingSet, graph: Element, resource: Resource): void {
  for (let i = resource.actions.length - 1; i >= 0; i--) {
    addSynapse(ws, graph, resource.actions[i]!);
  }
}

function addSynapse(ws: WorkingSet, graph: Element, action: Action): void {
  mergeInputs(action);
  if (action.has(A.addedToGraph) || !belongsInGraph(action)) return;
  action.flags |= A.addedToGraph;
  const synapse = new Element("synapse", { id: String(graph.children.length) });
  const priority = Math.max(action.resource?.priority ?? 0, action.priority);
  if (priority > 0) synapse.set("priority", String(priority));
  const set = synapse.append(new Element("action_set"));
  set.append(actionElement(ws, action, false));
  const inputs = synapse.append(new Element("inputs"));
  for (let i = action.before.length - 1; i >= 0; i--) {
    const link = action.before[i]!;
    if (!isInput(action, link)) continue;
    link.graphed = true;
    inputs.append(new Element("trigger", {}, [actionElement(ws, link.action, true)]));
  }
  graph.append(synapse);
}
