import type { Action } from "../action.ts";
import { flagsOf } from "../action-flags.ts";
import { newNodeAction } from "../actions.ts";
import { A } from "../constants.ts";
import type { Node } from "../node.ts";
import { createCloneNotifications } from "../notify/notifications.ts";
import type { Resource } from "../resource.ts";
import type { WorkingSet } from "../working-set.ts";
import { belongsAsInput, belongsInGraph, deduplicateInputs } from "./inputs.ts";

/** One action of the graph and what it waits for. */
export interface Synapse {
  action: Action;
  inputs: Action[];
  /** Remote nodes that are told of their maintenance mode by it. */
  maintenance: Node[];
}

/**
 * The transition graph: synapses of one action each, and what each waits for. Only what is in it
 * is settled here; how it is written is worked out when somebody asks for it.
 */
export function createGraph(ws: WorkingSet): Synapse[] {
  const maker = new GraphMaker(ws);
  for (const resource of ws.resources) maker.addResource(resource);
  maker.addMaintenance();
  for (let i = ws.actions.length - 1; i >= 0; i--) maker.add(ws.actions[i]!);
  return maker.synapses;
}

const NOWHERE: Node[] = [];

class GraphMaker {
  readonly synapses: Synapse[] = [];
  #ws: WorkingSet;

  constructor(ws: WorkingSet) {
    this.#ws = ws;
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
    this.add(action, changed);
  }

  add(action: Action, maintenance: Node[] = NOWHERE): void {
    deduplicateInputs(action);
    if (action.has(A.addedToGraph) || !belongsInGraph(action)) return;
    action.flags |= A.addedToGraph;
    const inputs: Action[] = [];
    for (const link of action.before) {
      if (!belongsAsInput(action, link)) continue;
      link.graphed = true;
      inputs.push(link.action);
    }
    this.synapses.push({ action, inputs, maintenance });
  }
}
