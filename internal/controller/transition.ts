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
  #fired = new Set<Synapse>();
  #done = new Set<number>();
  #failed = new Set<number>();
  #pending = new Map<number, Pending>();
  /** Actions of each fired synapse that have not ended. */
  #open = new Map<Synapse, number>();
  #bySynapse = new Map<number, Synapse>();

  constructor(id: number, graph: Graph) {
    this.id = id;
    this.graph = graph;
    for (const synapse of graph.synapses) {
      for (const action of synapse.actions) this.#bySynapse.set(action.id, synapse);
    }
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
      this.#fired.add(synapse);
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
    this.#open.set(entry.synapse, this.#open.get(entry.synapse)! - 1);
  }

  /** The first synapse that may start, or null. */
  #nextSynapse(): Synapse | null {
    const limit = this.graph.batchLimit;
    if (limit > 0 && this.#inFlight() >= limit) return null;
    for (const synapse of this.graph.synapses) {
      if (!this.#fired.has(synapse) && this.#ready(synapse)) return synapse;
    }
    return null;
  }

  #inFlight(): number {
    let count = 0;
    for (const { action } of this.#pending.values()) if (action.kind !== "pseudo_event") count += 1;
    return count;
  }

  #ready(synapse: Synapse): boolean {
    if (this.#abortPriority !== null && synapse.priority < this.#abortPriority) return false;
    for (const input of synapse.inputs) if (!this.#inputDone(input)) return false;
    return this.#withinMigrationLimit(synapse);
  }

  /** An input is done when its whole synapse is: actions of one synapse belong together. */
  #inputDone(actionId: number): boolean {
    if (!this.#done.has(actionId)) return false;
    const synapse = this.#bySynapse.get(actionId);
    return synapse === undefined || synapse.actions.every((action) => this.#done.has(action.id));
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
