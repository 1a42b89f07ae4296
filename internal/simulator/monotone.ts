import { INFINITY_SCORE, parseScore } from "../base/mod.ts";
import type { Element } from "../xml/mod.ts";
import type { SimulatedCluster } from "./cluster.ts";

export const FAIL_COUNT = /^fail-count-([^#]+)#/;
/** A cleanup is asked for again and again until somebody takes it. */
const CLEANUP_MS = 150_000;

/** What the quorate DC's CIB said last of one node. */
interface Last {
  /** Which life of the node's engine, and in whose reach. */
  life: string;
  attributes: Element | null;
  history: Element | null;
  failCounts: Map<string, number>;
  /** What stood there when the engine came: it counts anew. */
  inheritedCounts: Map<string, number> | null;
  /** Call ids by operation key. */
  calls: Map<string, number>;
  /** What an engine before this one left in the history; its calls were counted anew since. */
  inherited: Map<string, number> | null;
}

/**
 * Fail counts and operation history, as the quorate DC's CIB holds them, only grow while the node's
 * engine lives and stays in reach; unless an administrator or a failure timeout clears them.
 */
export class Monotone {
  readonly #cluster: SimulatedCluster;
  readonly #fail: (text: string) => void;
  readonly #last = new Map<string, Last>();
  /** `NODE/RESOURCE`: until when its failures may be forgotten. */
  readonly #cleared = new Map<string, number>();

  constructor(cluster: SimulatedCluster, fail: (text: string) => void) {
    this.#cluster = cluster;
    this.#fail = fail;
  }

  cleared(resource: string, node: string): void {
    this.#cleared.set(`${node}/${resource}`, this.#cluster.elapsedMs + CLEANUP_MS);
  }

  look(dc: string, cib: Element): void {
    const { ring } = this.#cluster;
    const { side } = ring.view(this.#cluster.machine(dc).nodeId);
    for (const machine of this.#cluster.machines) {
      const { name, nodeId, engine } = machine;
      const reached = ring.view(nodeId).side === side && engine !== null;
      const life = `${machine.lives}/${engine?.pid ?? 0}/${ring.membership(nodeId)}`;
      let last = this.#last.get(name);
      if (!reached || last?.life !== life) {
        last = {
          ...{ life, attributes: null, history: null, failCounts: new Map() },
          ...{ calls: new Map(), inherited: null, inheritedCounts: null },
        };
        this.#last.set(name, last);
      }
      if (!reached) continue;
      const state = cib.first("status")?.child("node_state", String(nodeId)) ?? null;
      this.#attributes(name, last, state?.first("transient_attributes") ?? null, cib);
      this.#history(name, last, state?.first("lrm") ?? null);
    }
  }

  #attributes(node: string, last: Last, now: Element | null, cib: Element): void {
    if (now === last.attributes) return;
    last.attributes = now;
    const counts = new Map<string, number>();
    for (const pair of now?.descendants("nvpair") ?? []) {
      const name = pair.get("name") ?? "";
      if (FAIL_COUNT.test(name)) counts.set(name, count(pair.get("value")));
    }
    last.inheritedCounts ??= counts;
    for (const [name, before] of last.failCounts) {
      const after = counts.get(name) ?? 0;
      if (after >= before || before === last.inheritedCounts.get(name)) continue;
      if (this.#mayClear(node, FAIL_COUNT.exec(name)![1]!, cib)) continue;
      this.#fail(`${name} of ${node} went from ${before} to ${after}`);
    }
    last.failCounts = counts;
  }

  #mayClear(node: string, resource: string, cib: Element): boolean {
    const until = this.#cleared.get(`${node}/${resource}`) ?? 0;
    if (until >= this.#cluster.elapsedMs) return true;
    const timeouts = cib.first("configuration")?.descendants("nvpair") ?? [];
    return timeouts.some((pair) => pair.get("name") === "failure-timeout");
  }

  #history(node: string, last: Last, now: Element | null): void {
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

function count(text: string | null): number {
  return text === null ? 0 : (parseScore(text) ?? INFINITY_SCORE);
}
