import { cibVersion } from "../cib/mod.ts";
import { printXml } from "../xml/mod.ts";
import type { SimulatedCluster } from "./cluster.ts";
import { type Deed, TIMED_OUT } from "./world.ts";

/** Orders given before quorum was lost may still be on their way for this long. */
const ORDER_IN_FLIGHT_MS = 1_000;
/** How long two partitions that meet may both have a DC: until the members agree. */
const TWO_DCS_MS = 5_000;
const NOT_RUNNING = 7;
/** A run that goes wrong says the same thing again and again. */
const VIOLATION_LIMIT = 20;

/**
 * Watches a simulated cluster from outside, by what really happens on its machines, all the time:
 * no resource active twice; nothing started elsewhere before its last node was fenced or heard from;
 * starts in quorate partitions only; one DC per partition; members that agreed hold one CIB.
 */
export class Checkers {
  readonly violations: string[] = [];
  #cluster: SimulatedCluster;
  /** Where a resource was started and nobody has shown since that it is gone: `NODE/RESOURCE`. */
  #held = new Set<string>();
  /** Since when a node's partition has had no quorum, by node id. */
  #inquorateSinceMs = new Map<number, number>();
  /** Since when a pair of nodes has been DC in one partition. */
  #twoDcsSinceMs = new Map<string, number>();

  constructor(cluster: SimulatedCluster) {
    this.#cluster = cluster;
    cluster.world.listeners.push((deed) => this.#deed(deed));
    cluster.onFenced.push((target, _by, action) => {
      if (action !== "on") this.#forget(target);
    });
    const before = cluster.queue.afterEach;
    cluster.queue.afterEach = () => {
      before?.();
      this.#look();
    };
  }

  /** Compares the CIBs of members that agreed, to the byte. Dear: not for every event. */
  compareCibs(): void {
    const first = new Map<number, { name: string; text: string }>();
    for (const { name, nodeId, node } of this.#cluster.machines) {
      if (node === null || !this.#agreed(nodeId)) continue;
      const { side } = this.#cluster.ring.view(nodeId);
      const text = printXml(node.cib);
      const other = first.get(side);
      if (other === undefined) first.set(side, { name, text });
      else if (other.text !== text) this.#fail(`CIBs of ${other.name} and ${name} differ`);
    }
  }

  #fail(text: string): void {
    if (this.violations.length >= VIOLATION_LIMIT) return;
    this.#cluster.note(`VIOLATION ${text}`);
    this.violations.push(`${(this.#cluster.elapsedMs / 1000).toFixed(3)} ${text}`);
  }

  #deed({ node, resource, action, rc, atMs }: Deed): void {
    const key = `${node}/${resource}`;
    if (action === "start" && rc === null) this.#start(node, resource, atMs);
    if (action === "start" && (rc === 0 || rc === TIMED_OUT)) this.#held.add(key);
    if (action === "stop" && rc === 0) this.#held.delete(key);
    if (action === "monitor" && rc === NOT_RUNNING) this.#held.delete(key);
  }

  #start(node: string, resource: string, atMs: number): void {
    const machine = this.#cluster.machine(node);
    const since = this.#inquorateSinceMs.get(machine.nodeId);
    if (since !== undefined && atMs - since > ORDER_IN_FLIGHT_MS) {
      this.#fail(`${resource} starts on ${node}, which has no quorum`);
    }
    if (this.#cluster.world.clones.has(resource.replace(/:\d+$/, ""))) return;
    for (const active of this.#cluster.world.where(resource)) {
      if (active !== node) this.#fail(`${resource} starts on ${node}, is active on ${active}`);
    }
    for (const { name } of this.#cluster.machines) {
      if (name === node || !this.#held.has(`${name}/${resource}`)) continue;
      this.#fail(`${resource} starts on ${node}, but ${name} was neither fenced nor asked`);
    }
  }

  #forget(node: string): void {
    for (const key of [...this.#held]) if (key.startsWith(`${node}/`)) this.#held.delete(key);
  }

  #look(): void {
    const now = this.#cluster.queue.nowMs;
    const dcs = new Map<number, string>();
    const versions = new Map<number, { name: string; text: string }>();
    const pairs = new Set<string>();
    for (const { name, nodeId, node } of this.#cluster.machines) {
      const { side, quorate } = this.#cluster.ring.view(nodeId);
      if (quorate) this.#inquorateSinceMs.delete(nodeId);
      else if (!this.#inquorateSinceMs.has(nodeId)) this.#inquorateSinceMs.set(nodeId, now);
      if (node === null) continue;
      if (node.dcName === name) {
        const other = dcs.get(side);
        if (other !== undefined) pairs.add(`${other} and ${name}`);
        dcs.set(side, name);
      }
      if (!node.synced) continue;
      const { adminEpoch, epoch, numUpdates } = cibVersion(node.cib);
      const text = `${adminEpoch}.${epoch}.${numUpdates}`;
      const other = versions.get(side);
      if (other === undefined) versions.set(side, { name, text });
      else if (other.text !== text && this.#agreed(nodeId)) {
        this.#fail(`${other.name} has CIB ${other.text}, ${name} has ${text}`);
      }
    }
    this.#pairs(pairs, now);
  }

  /** All engines of the node's partition have agreed. */
  #agreed(nodeId: number): boolean {
    const { ring, machines } = this.#cluster;
    const { side } = ring.view(nodeId);
    const peers = machines.filter((m) => m.node !== null && ring.view(m.nodeId).side === side);
    return peers.every((peer) => peer.node?.synced);
  }

  #pairs(pairs: Set<string>, now: number): void {
    for (const pair of [...this.#twoDcsSinceMs.keys()]) {
      if (!pairs.has(pair)) this.#twoDcsSinceMs.delete(pair);
    }
    for (const pair of pairs) {
      const since = this.#twoDcsSinceMs.get(pair) ?? now;
      this.#twoDcsSinceMs.set(pair, since);
      if (now - since > TWO_DCS_MS) {
        this.#fail(`${pair} are both DC`);
        this.#twoDcsSinceMs.set(pair, Number.POSITIVE_INFINITY);
      }
    }
  }
}
