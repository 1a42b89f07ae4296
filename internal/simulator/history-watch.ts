import type { Element } from "../xml/mod.ts";
import type { SimulatedCluster } from "./cluster.ts";

/** What the quorate DC's CIB said last of one node. */
interface Last {
  /** Which life of the node's engine, in whose reach, and seen by whom. */
  life: string;
  history: Element | null;
  /** Call ids by operation key. */
  calls: Map<string, number>;
  /** What an engine before this one left in the history; its calls were counted anew since. */
  inherited: Map<string, number> | null;
}

/**
 * Operation history, as the quorate DC's CIB holds it, only grows while the node's engine lives and
 * stays in reach.
 */
export class HistoryWatch {
  readonly #cluster: SimulatedCluster;
  readonly #fail: (text: string) => void;
  readonly #last = new Map<string, Last>();

  constructor(cluster: SimulatedCluster, fail: (text: string) => void) {
    this.#cluster = cluster;
    this.#fail = fail;
  }

  look(dc: string, cib: Element): void {
    const { ring } = this.#cluster;
    const leader = this.#cluster.machine(dc);
    const { side } = ring.view(leader.nodeId);
    for (const machine of this.#cluster.machines) {
      const { name, nodeId, engine } = machine;
      const reached = ring.view(nodeId).side === side && engine !== null;
      const own = `${machine.lives}/${engine?.pid ?? 0}/${ring.membership(nodeId)}`;
      // A DC that stood still has just read of what was before that life.
      const life = `${own} as ${dc} saw it since ${leader.resumedMs}`;
      let last = this.#last.get(name);
      if (!reached || last?.life !== life) {
        last = { life, history: null, calls: new Map(), inherited: null };
        this.#last.set(name, last);
      }
      if (!reached) continue;
      const state = cib.first("status")?.child("node_state", String(nodeId)) ?? null;
      this.#compare(name, last, state?.first("lrm") ?? null);
    }
  }

  #compare(node: string, last: Last, now: Element | null): void {
    if (now === last.history) return;
    last.history = now;
    const fresh = last.inherited === null;
    const inherited = last.inherited ?? new Map<string, number>();
    last.inherited = inherited;
    for (const resource of now?.descendants("lrm_resource") ?? []) {
      for (const op of resource.elements("lrm_rsc_op")) {
        const key = `${resource.id} ${op.id}`;
        const call = Number(op.get("call-id") ?? -1);
        const before = last.calls.get(key) ?? -1;
        if (fresh) inherited.set(key, call);
        // A pending operation has no call yet.
        if (call < 0 || inherited.get(key) === call) continue;
        if (call < before) this.#fail(`${key} of ${node} went from call ${before} to ${call}`);
        last.calls.set(key, call);
      }
    }
  }
}
