import type { Graph, GraphAction, Synapse } from "./graph.ts";

/** An action that was started and has not ended. */
interface Pending {
  action: GraphAction;
  synapse: Synapse;
}

/**
 * Walks one transition graph. It is told what ended and says what may start next; it knows no time
 * and no node. A walk ends (`over`) when nothing is in flight and nothing more may start.
 */
export class Transition {
  readonly id: number;
  readonly graph: Graph;
  /** Actions with a lower priority are not started any more; null: everything may start. */
  #abortPriority: number | null = null;
  #abortReason: string | null = null;
  #done = new Set<number>();
  #failed = new Set<number>();
  #pending = new Map<number, Pending>();
  /** Actions of each fired synapse that have not ended. */
  #open = new Map<Synapse, number>();
  /** Inputs of each synapse that are not done. */
  #missing = new Map<Synapse, number>();
  /** Synapses that wait for a synapse. */
  #dependents = new Map<Synapse, Synapse[]>();
  /** Synapses whose inputs are done and that were not started, in the graph's order. */
  #ready: Synapse[] = [];
  #order = new Map<Synapse, number>();

  constructor(id: number, graph: Graph) {
    this.id = id;
    this.graph = graph;
    const synapseOf = new Map<number, Synapse>();
    for (const [index, synapse] of graph.synapses.entries()) {
      this.#order.set(synapse, index);
      for (const action of synapse.actions) synapseOf.set(action.id, synapse);
    }
    for (const synapse of graph.synapses) {
      // An input is done when its whole synapse is: actions of one synapse belong together.
      const inputs = new Set(synapse.inputs.map((input) => synapseOf.get(input) ?? null));
      this.#missing.set(synapse, inputs.size);
      if (inputs.size === 0) this.#ready.push(synapse);
      // One that is not in the graph is never done.
      for (const input of inputs) if (input !== null) this.#dependOn(synapse, input);
    }
  }

  #dependOn(synapse: Synapse, input: Synapse): void {
    const list = this.#dependents.get(input);
    if (list === undefined) this.#dependents.set(input, [synapse]);
    else list.push(synapse);
  }

  get aborted(): boolean {
    return this.#abortPriority !== null;
  }

  get abortReason(): string | null {
    return this.#abortReason;
  }

  /** Every action was carried out with success. */
  get complete(): boolean {
    return this.#done.size === this.graph.actions.size;
  }

  get over(): boolean {
    return this.#pending.size === 0 && this.#nextSynapse() === null;
  }

  get pending(): GraphAction[] {
    return [...this.#pending.values()].map((entry) => entry.action);
  }

  counts(): { total: number; done: number; failed: number; pending: number } {
    return {
      total: this.graph.actions.size,
      done: this.#done.size,
      failed: this.#failed.size,
      pending: this.#pending.size,
    };
  }

  /** Starts nothing more of a lower priority than this; what is in flight is waited for. */
  abort(priority: number, reason: string): void {
    if (this.#abortPriority === null || priority > this.#abortPriority) {
      this.#abortPriority = priority;
      this.#abortReason = reason;
    }
  }

  /** The actions to start now, within the limits; they count as in flight from here on. */
  next(): GraphAction[] {
    const start: GraphAction[] = [];
    for (let synapse = this.#nextSynapse(); synapse !== null; synapse = this.#nextSynapse()) {
      this.#ready.splice(this.#ready.indexOf(synapse), 1);
      this.#open.set(synapse, synapse.actions.length);
      for (const action of synapse.actions) {
        this.#pending.set(action.id, { action, synapse });
        start.push(action);
      }
    }
    return start;
  }

  isPending(actionId: number): boolean {
    return this.#pending.has(actionId);
  }

  action(actionId: number): GraphAction | null {
    return this.graph.actions.get(actionId) ?? null;
  }

  /** An action ended. What depends on a failed one never starts. */
  end(actionId: number, ok: boolean): void {
    const entry = this.#pending.get(actionId);
    if (entry === undefined) return;
    this.#pending.delete(actionId);
    (ok ? this.#done : this.#failed).add(actionId);
    const open = this.#open.get(entry.synapse)! - 1;
    this.#open.set(entry.synapse, open);
    if (open === 0) this.#synapseEnded(entry.synapse);
  }

  #synapseEnded(synapse: Synapse): void {
    if (synapse.actions.some((action) => !this.#done.has(action.id))) return;
    for (const dependent of this.#dependents.get(synapse) ?? []) {
      const missing = this.#missing.get(dependent)! - 1;
      this.#missing.set(dependent, missing);
      if (missing === 0) this.#insertReady(dependent);
    }
  }

  #insertReady(synapse: Synapse): void {
    const order = this.#order.get(synapse)!;
    const after = this.#ready.findIndex((other) => this.#order.get(other)! > order);
    this.#ready.splice(after < 0 ? this.#ready.length : after, 0, synapse);
  }

  /** The first synapse that may start, or null. */
  #nextSynapse(): Synapse | null {
    const limit = this.graph.batchLimit;
    if (limit > 0 && this.#inFlight() >= limit) return null;
    return this.#ready.find((synapse) => this.#mayStart(synapse)) ?? null;
  }

  #inFlight(): number {
    let count = 0;
    for (const { action } of this.#pending.values()) if (action.kind !== "pseudo_event") count += 1;
    return count;
  }

  #mayStart(synapse: Synapse): boolean {
    if (this.#abortPriority !== null && synapse.priority < this.#abortPriority) return false;
    return this.#withinMigrationLimit(synapse);
  }

  #withinMigrationLimit(synapse: Synapse): boolean {
    const limit = this.graph.migrationLimit;
    if (limit < 0) return true;
    for (const action of synapse.actions) {
      if (!isMigration(action)) continue;
      let busy = 0;
      for (const entry of this.#pending.values()) {
        if (isMigration(entry.action) && entry.action.node === action.node) busy += 1;
      }
      if (busy >= limit) return false;
    }
    return true;
  }
}

function isMigration(action: GraphAction): boolean {
  return action.operation === "migrate_to" || action.operation === "migrate_from";
}
