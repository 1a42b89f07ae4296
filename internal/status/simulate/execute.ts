import { INFINITY_SCORE } from "../../base/mod.ts";
import { type GraphAction, readGraph } from "../../controller/mod.ts";
import type { WorkingSet } from "../../scheduler/mod.ts";
import type { Element } from "../../xml/mod.ts";
import { findResource } from "../resource/find.ts";
import type { SimulatedEvent } from "./events.ts";
import { AmbiguousNode, StatusWriter, UnknownNode } from "./status-writer.ts";

export interface SimulationOptions {
  nowSeconds: number;
  /** `RESOURCE_TASK_INTERVAL@NODE=RC` of operations that are to fail. */
  failures: string[];
  /** Nodes that are met and not configured become so. */
  addNodes?: boolean;
}

export interface SimulationResult {
  events: SimulatedEvent[];
  /** False when actions were left that could never run. */
  complete: boolean;
  /** Why it could not be carried on with, if so. */
  fault: string | null;
}

type Synapse = ReturnType<typeof readGraph>["synapses"][number];

/**
 * Carries out a transition as if all went as expected (but for `failures`), writing the results
 * into `cib`, in place. Synapses fire in the order of the graph, again and again until none can.
 */
export function simulateTransition(
  cib: Element,
  graph: Element,
  working: WorkingSet,
  options: SimulationOptions,
): SimulationResult {
  const events: SimulatedEvent[] = [];
  const report = (event: SimulatedEvent) => {
    events.push(event);
  };
  const writer = new StatusWriter(cib, options.nowSeconds, report, options.addNodes === true);
  const run = new Simulation(writer, working, options);
  run.report = report;
  try {
    const complete = run.execute(readGraph(graph).synapses);
    return { events, complete, fault: null };
  } catch (error) {
    if (!(error instanceof AmbiguousNode || error instanceof UnknownNode)) throw error;
    return { events, complete: true, fault: error.message };
  }
}

class Simulation {
  readonly #writer: StatusWriter;
  readonly #working: WorkingSet;
  readonly #failures: string[];
  #abortPriority = 0;
  report: (event: SimulatedEvent) => void = () => {};

  constructor(writer: StatusWriter, working: WorkingSet, options: SimulationOptions) {
    this.#writer = writer;
    this.#working = working;
    this.#failures = options.failures;
  }

  execute(synapses: Synapse[]): boolean {
    const waiting: number[] = [];
    const dependents = new Map<number, number[]>();
    synapses.forEach((synapse, i) => {
      const inputs = new Set(synapse.inputs);
      waiting.push(inputs.size);
      for (const id of inputs) {
        const list = dependents.get(id);
        if (list === undefined) dependents.set(id, [i]);
        else list.push(i);
      }
    });
    let fired = 0;
    // Ready now; those behind the one just fired still belong to the same pass.
    let pass = new MinHeap();
    waiting.forEach((count, i) => {
      if (count === 0) pass.push(i);
    });
    while (pass.size > 0) {
      const next = new MinHeap();
      for (let at = pass.pop(); at !== null; at = pass.pop()) {
        const synapse = synapses[at]!;
        if (synapse.priority < this.#abortPriority && !happensNowhere(synapse)) continue;
        fired += 1;
        for (const action of synapse.actions) {
          this.#carryOut(action);
          for (const dependent of dependents.get(action.id) ?? []) {
            waiting[dependent]! -= 1;
            if (waiting[dependent] === 0) (dependent > at ? pass : next).push(dependent);
          }
        }
      }
      pass = next;
    }
    return fired === synapses.length || this.#abortPriority > 0;
  }

  #carryOut(action: GraphAction): void {
    if (action.kind === "pseudo_event") {
      const task = action.element.get("operation_key") ?? action.operationKey;
      this.report({ kind: "pseudo", task, node: action.node });
    } else if (action.kind === "rsc_op") this.#runOperation(action);
    else if (action.operation === "stonith") this.#fence(action);
    else {
      const resource = action.resource?.id ?? null;
      const node = action.node ?? "";
      this.report({ kind: "cluster", task: action.operation, resource, node });
    }
  }

  #fence(action: GraphAction): void {
    const target = action.node ?? "";
    const operation = action.parameters["CRM_meta_stonith_action"] ?? "";
    this.report({ kind: "fencing", target, operation });
    if (operation === "on") return;
    const state = this.#writer.setNodeState(target, false, "simulate_fencing_action");
    this.#writer.countUpdate();
    this.#writer.forgetHistory(state);
  }

  #runOperation(action: GraphAction): void {
    const { resource: primitive, operation: task, intervalMs } = action;
    const node = action.node ?? "";
    if (primitive === null || task === "probe_complete") return;
    const historyName = primitive.id;
    const shown = this.#shownName(historyName, primitive.longId);
    const event = { kind: "resource", resource: shown, task, node } as const;
    if (!isRecorded(task)) return this.report({ ...event, intervalMs: 0 });
    const state = this.#writer.nodeState(node, action.router === null ? action.nodeUuid : node);
    const history = this.#writer.resourceHistory(state, shown, historyName, primitive);
    this.report({ ...event, intervalMs });
    const rc = this.#resultOf(action, shown, historyName, state);
    this.#writer.addResult(history, node, {
      resource: historyName,
      task,
      intervalMs,
      rc,
      targetRc: action.targetRc,
      exitReason: "User-injected result",
      parameters: action.parameters,
    });
    this.#writer.countUpdate();
  }

  /** The name in the configuration or in history if either is known, else the instance's. */
  #shownName(historyName: string, longId: string | null): string {
    if (findResource(this.#working, historyName) !== null || longId === null) return historyName;
    return findResource(this.#working, longId) === null ? historyName : longId;
  }

  #resultOf(action: GraphAction, shown: string, historyName: string, state: Element): number {
    const { operation: task, intervalMs } = action;
    for (const spec of this.#failures) {
      const name = [shown, historyName].find((one) =>
        spec.toLowerCase().startsWith(`${one}_${task}_${intervalMs}@${action.node}=`.toLowerCase()),
      );
      const rc = Number.parseInt(spec.slice(spec.indexOf("=") + 1), 10);
      if (name === undefined || Number.isNaN(rc)) continue;
      this.#abortPriority = INFINITY_SCORE;
      this.report({ kind: "pretend", action: action.id, rc });
      const { startFailureFatal } = this.#working.config;
      this.#writer.countFailure(state, { resource: name, task, intervalMs }, rc, startFailureFatal);
      return rc;
    }
    return action.targetRc;
  }
}

/** Such steps are not held back by a failure. */
function happensNowhere(synapse: Synapse): boolean {
  return synapse.actions.every((action) => action.kind === "pseudo_event");
}

function isRecorded(task: string): boolean {
  return task !== "delete" && task !== "meta-data";
}

/** Indices, smallest first. */
class MinHeap {
  readonly #items: number[] = [];

  get size(): number {
    return this.#items.length;
  }

  push(value: number): void {
    const items = this.#items;
    let at = items.push(value) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (items[up]! <= value) break;
      items[at] = items[up]!;
      at = up;
    }
    items[at] = value;
  }

  pop(): number | null {
    const items = this.#items;
    const top = items[0];
    if (top === undefined) return null;
    const last = items.pop()!;
    if (items.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && items[child + 1]! < items[child]!) child += 1;
      if (items[child]! >= last) break;
      items[at] = items[child]!;
      at = child;
    }
    items[at] = last;
    return top;
  }
}
