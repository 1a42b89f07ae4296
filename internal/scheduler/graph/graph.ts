import { Element } from "../../xml/mod.ts";
import type { Action } from "../action.ts";
import { flagsOf } from "../action-flags.ts";
import { newNodeAction } from "../actions.ts";
import { A } from "../constants.ts";
import { createCloneNotifications } from "../notify/notifications.ts";
import type { Resource } from "../resource.ts";
import type { WorkingSet } from "../working-set.ts";
import { actionElement, maintenanceElement } from "./element.ts";
import { belongsAsInput, belongsInGraph, deduplicateInputs } from "./inputs.ts";

/** The transition graph: synapses of one action each, and what each waits for. */
export function createGraph(ws: WorkingSet): Element {
  const config = ws.config;
  const graph = new Element("transition_graph", {
    "cluster-delay": config.clusterDelay,
    "stonith-timeout": ws.properties.get("stonith-timeout") ?? "60s",
    "failed-stop-offset": "INFINITY",
    "failed-start-offset": config.startFailureFatal ? "INFINITY" : "1",
    "batch-limit": config.batchLimit,
    transition_id: "1",
  });
  if (Number(config.migrationLimit) > 0) graph.set("migration-limit", config.migrationLimit);
  if (ws.recheckBy > 0) graph.set("recheck-by", String(ws.recheckBy));
  const writer = new GraphWriter(ws, graph);
  for (const resource of ws.resources) writer.addResource(resource);
  writer.addMaintenance();
  for (let i = ws.actions.length - 1; i >= 0; i--) writer.add(ws.actions[i]!);
  return graph;
}

class GraphWriter {
  #ws: WorkingSet;
  #graph: Element;
  #synapses = 0;

  constructor(ws: WorkingSet, graph: Element) {
    this.#ws = ws;
    this.#graph = graph;
  }

  addResource(resource: Resource): void {
    switch (resource.variant) {
      case 2:
        for (let i = resource.actions.length - 1; i >= 0; i--) flagsOf(resource.actions[i]!, null);
        createCloneNotifications(this.#ws, resource);
        for (const child of resource.children) this.addResource(child);
        this.#addOwn(resource);
        break;
      case 3: {
        const data = resource.bundleData!;
        if (data.child !== null) this.addResource(data.child);
        for (const { ip, container, remote } of data.replicas) {
          if (ip !== null) this.addResource(ip);
          this.addResource(container);
          if (remote !== null) this.addResource(remote);
        }
        break;
      }
      default:
        this.#addOwn(resource);
        for (const child of resource.children) this.addResource(child);
    }
  }

  #addOwn(resource: Resource): void {
    for (let i = resource.actions.length - 1; i >= 0; i--) this.add(resource.actions[i]!);
  }

  /** Remote nodes whose maintenance mode changed are told of it. */
  addMaintenance(): void {
    const changed = this.#ws.nodes.filter(
      (node) => node.isRemote && node.maintenance !== node.remoteMaintenance,
    );
    if (changed.length === 0) return;
    const action = newNodeAction(this.#ws, "maintenance_nodes", "maintenance_nodes", null, false);
    action.flags |= A.pseudo | A.runnable;
    this.add(action);
    const element = this.#graph.children[this.#graph.children.length - 1];
    if (element instanceof Element) {
      element.first("action_set")?.first()?.append(maintenanceElement(changed));
    }
  }

  add(action: Action): void {
    deduplicateInputs(action);
    if (action.has(A.addedToGraph) || !belongsInGraph(action)) return;
    action.flags |= A.addedToGraph;
    const synapse = new Element("synapse", { id: String(this.#synapses++) });
    const priority = Math.max(action.resource?.priority ?? 0, action.priority);
    if (priority > 0) synapse.set("priority", String(priority));
    const set = synapse.append(new Element("action_set"));
    set.append(actionElement(this.#ws, action, true));
    const inputs = synapse.append(new Element("inputs"));
    for (const link of action.before) {
      if (!belongsAsInput(action, link)) continue;
      link.graphed = true;
      const trigger = inputs.append(new Element("trigger"));
      trigger.append(actionElement(this.#ws, link.action, false));
    }
    this.#graph.append(synapse);
  }
}
