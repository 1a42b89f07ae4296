import { INFINITY_SCORE, parseScore } from "../base/mod.ts";
import type { Element } from "../xml/mod.ts";
import type { SimulatedCluster } from "./cluster.ts";
import type { Machine } from "./machine.ts";

export const FAIL_COUNT = /^fail-count-([^#]+)#/;
/** A cleanup is asked for again and again until somebody takes it. */
const CLEANUP_MS = 150_000;
/** What a node holds of itself is back in the CIB so long after it met the others. */
const RETURN_MS = 10_000;
/** Until a node that came has said of itself what it holds, the CIB may tell of its life before. */
const STALE_MS = 2_000;

/** What is known of one node. */
interface Known {
  /** How often its power was lost and its engine left in order: with either, its counts go. */
  life: string;
  pid: number | null;
  /** Since when the engine has been in step with the same peers and DC; null while it is not. */
  steadySinceMs: number | null;
  /** Those peers, as one text. */
  peers: string;
  /** Fail counts, by attribute name, below which none may go. */
  floor: Map<string, number>;
  /** Engines that hold what the node's dead engine held; null while its own does. */
  witnesses: Set<string> | null;
}

/**
 * Fail counts, as the quorate DC's CIB holds them, only grow: they outlive the node's engine as long
 * as a peer's lives, and go with the node. An administrator or a failure timeout may clear them.
 */
export class FailCounts {
  readonly #cluster: SimulatedCluster;
  readonly #fail: (text: string) => void;
  readonly #known = new Map<string, Known>();
  /** `NODE/RESOURCE`: until when its failures may be forgotten. */
  readonly #cleared = new Map<string, number>();

  constructor(cluster: SimulatedCluster, fail: (text: string) => void) {
    this.#cluster = cluster;
    this.#fail = fail;
  }

  cleared(resource: string, node: string): void {
    this.#cleared.set(`${node}/${resource}`, this.#cluster.elapsedMs + CLEANUP_MS);
  }

  /** To be called after every change of the ring or of an engine. */
  observe(): void {
    for (const machine of this.#cluster.machines) this.#observe(machine);
  }

  #observe(machine: Machine): void {
    const { ring, elapsedMs } = this.#cluster;
    const known = this.#of(machine);
    const life = `${machine.lives}/${machine.departures}`;
    if (life !== known.life) {
      known.life = life;
      this.#forget(known);
    }
    const pid = machine.engine?.pid ?? null;
    if (pid !== known.pid) {
      if (known.pid !== null && known.floor.size > 0) known.witnesses ??= this.#peers(machine);
      known.pid = pid;
    }
    const peersNow = `${pid} ${ring.membership(machine.nodeId)} ${machine.node?.dcName}`;
    if (!machine.node?.synced || peersNow !== known.peers) known.steadySinceMs = null;
    if (machine.node?.synced) known.steadySinceMs ??= elapsedMs;
    known.peers = peersNow;
    if (known.witnesses === null) return;
    const peers = this.#peers(machine);
    for (const each of known.witnesses) if (!peers.has(each)) known.witnesses.delete(each);
    if (known.witnesses.size === 0) this.#forget(known);
  }

  /** Compares with the CIB of the DC that has quorum. */
  look(dc: string, cib: Element): void {
    const { ring, machines } = this.#cluster;
    const { side } = ring.view(this.#cluster.machine(dc).nodeId);
    for (const machine of machines) {
      const known = this.#of(machine);
      if (ring.view(machine.nodeId).side !== side || known.steadySinceMs === null) continue;
      const state = cib.first("status")?.child("node_state", String(machine.nodeId)) ?? null;
      this.#compare(machine.name, known, state?.first("transient_attributes") ?? null, cib);
    }
  }

  #compare(node: string, known: Known, attributes: Element | null, cib: Element): void {
    const steadyMs = this.#cluster.elapsedMs - known.steadySinceMs!;
    const counts = new Map<string, number>();
    for (const pair of attributes?.descendants("nvpair") ?? []) {
      const name = pair.get("name") ?? "";
      if (FAIL_COUNT.test(name)) counts.set(name, count(pair.get("value")));
    }
    let low = false;
    for (const [name, least] of known.floor) {
      const value = counts.get(name) ?? 0;
      if (value >= least || this.#mayClear(node, FAIL_COUNT.exec(name)![1]!, cib)) {
        if (value === 0) known.floor.delete(name);
        else known.floor.set(name, value);
        continue;
      }
      // Whoever has just met the others may not have said yet what it holds.
      low = true;
      if (steadyMs < RETURN_MS) continue;
      this.#fail(`${name} of ${node} went from ${least} to ${value}`);
      known.floor.delete(name);
    }
    if (steadyMs < STALE_MS) return;
    for (const [name, value] of counts) if (!known.floor.has(name)) known.floor.set(name, value);
    if (!low) known.witnesses = null;
  }

  #mayClear(node: string, resource: string, cib: Element): boolean {
    const until = this.#cleared.get(`${node}/${resource}`) ?? 0;
    if (until >= this.#cluster.elapsedMs) return true;
    const configured = cib.first("configuration")?.byId(resource)?.descendants("nvpair") ?? [];
    return configured.some((pair) => pair.get("name") === "failure-timeout");
  }

  /** Other engines in the node's partition, each a life of its own. */
  #peers(machine: Machine): Set<string> {
    const { ring, machines } = this.#cluster;
    const { side } = ring.view(machine.nodeId);
    const peers = machines.filter(
      (each) => each !== machine && each.engine !== null && ring.view(each.nodeId).side === side,
    );
    return new Set(peers.map((each) => `${each.name}/${each.engine!.pid}`));
  }

  #of(machine: Machine): Known {
    let known = this.#known.get(machine.name);
    if (known === undefined) {
      known = {
        ...{ life: "", pid: null, steadySinceMs: null, peers: "", witnesses: null },
        floor: new Map(),
      };
      this.#known.set(machine.name, known);
    }
    return known;
  }

  #forget(known: Known): void {
    known.floor.clear();
    known.witnesses = null;
  }
}

function count(text: string | null): number {
  return text === null ? 0 : (parseScore(text) ?? INFINITY_SCORE);
}
