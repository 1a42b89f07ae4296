import { cibVersion } from "../cib/mod.ts";
import { schedule } from "../scheduler/mod.ts";
import type { Element } from "../xml/mod.ts";
import type { Administrator } from "./administrator.ts";
import type { SimulatedCluster } from "./cluster.ts";
import { SINGLE } from "./configuration.ts";
import { FAIL_COUNT, FailCounts } from "./fail-counts.ts";
import { HistoryTruth } from "./history-truth.ts";
import { HistoryWatch } from "./history-watch.ts";
import { Limits } from "./limits.ts";
import type { Machine } from "./machine.ts";
import { QuorumWatch } from "./quorum-watch.ts";
import { sameText } from "./same-text.ts";
import { type Deed, TIMED_OUT } from "./world.ts";

/** How long two partitions that meet may both have a DC: until the members agree. */
const TWO_DCS_MS = 5_000;
const NOT_RUNNING = 7;
/** A run that goes wrong says the same thing again and again. */
const VIOLATION_LIMIT = 20;
/** What only a promoted instance holds is told apart by this mark. */
const PROMOTED = "!";

/** What the last look saw of one machine. */
interface Seen {
  cib: Element | null;
  dcName: string | null;
  synced: boolean;
}

/**
 * Watches a simulated cluster from outside, by what really happens on its machines, all the time:
 * no resource active or promoted twice; nothing started elsewhere before its last node was fenced or
 * heard from; starts only where quorum allows them; one DC per partition; members that agreed hold one
 * CIB; fail counts and history do not go backwards, and history tells the truth; queues stay bounded.
 */
export class Checkers {
  readonly violations: string[] = [];
  #cluster: SimulatedCluster;
  /** Where a resource was started and nobody has shown since that it is gone: `NODE/RESOURCE`. */
  #held = new Set<string>();
  /** Since when a pair of nodes has been DC in one partition. */
  #twoDcsSinceMs = new Map<string, number>();
  #seen: Seen[] = [];
  #ringSeen = -1;
  readonly #failCounts: FailCounts;
  readonly #history: HistoryWatch;
  readonly #truth: HistoryTruth;
  readonly #limits: Limits;
  readonly #quorum: QuorumWatch;

  constructor(cluster: SimulatedCluster) {
    this.#cluster = cluster;
    const fail = (text: string): void => this.fail(text);
    this.#failCounts = new FailCounts(cluster, fail);
    this.#history = new HistoryWatch(cluster, fail);
    this.#truth = new HistoryTruth(cluster, fail);
    this.#limits = new Limits(cluster, fail);
    this.#quorum = new QuorumWatch(cluster, fail);
    cluster.onCleanup = (resource, node) => this.#failCounts.cleared(resource, node);
    cluster.world.listeners.push((deed) => this.#deed(deed));
    cluster.onLeft = (machine) => this.#left(machine);
    cluster.onConfirmed.push((target, action) => {
      if (action !== "on") this.#forget(target);
    });
    const before = cluster.queue.afterEach;
    cluster.queue.afterEach = () => {
      before?.();
      if (this.#twoDcsSinceMs.size > 0 || this.#somethingChanged()) this.#look();
    };
  }

  /** Everything that was found, with the simulated second before it. */
  get all(): string[] {
    return [...this.violations, ...this.#cluster.world.violations];
  }

  fail(text: string): void {
    if (this.violations.length >= VIOLATION_LIMIT) return;
    this.#cluster.note("-", "WRONG", text);
    this.violations.push(`${(this.#cluster.elapsedMs / 1000).toFixed(3)} ${text}`);
  }

  /** What is too dear for every event, the CIBs of members that are at the same point among it. */
  lookClosely(): void {
    this.#look();
    this.#limits.look();
    const first = new Map<string, { name: string; cib: Element }>();
    for (const { name, nodeId, node } of this.#cluster.machines) {
      if (node === null || !this.#agreed(nodeId)) continue;
      const { side } = this.#cluster.ring.view(nodeId);
      const key = `${side} ${versionText(node.cib)}`;
      const other = first.get(key);
      if (other === undefined) first.set(key, { name, cib: node.cib });
      else if (!sameText(other.cib, node.cib))
        this.fail(`CIBs of ${other.name} and ${name} differ`);
    }
  }

  #deed({ node, resource, action, rc, atMs }: Deed): void {
    const key = `${node}/${resource}`;
    if (action === "start" && rc === null) this.#start(node, resource, atMs);
    if (action === "promote" && rc === null) this.#hold(node, resource, PROMOTED, "is promoted");
    if (action === "start" && (rc === 0 || rc === TIMED_OUT)) this.#held.add(key);
    if (action === "promote" && (rc === 0 || rc === TIMED_OUT)) this.#held.add(key + PROMOTED);
    if (action === "stop" && rc === 0) this.#release(key);
    if (action === "demote" && rc === 0) this.#held.delete(key + PROMOTED);
    if (action === "monitor" && rc === NOT_RUNNING) this.#release(key);
    if (action === "monitor" && rc === 0) this.#held.delete(key + PROMOTED);
  }

  /** An engine that leaves in order has stopped its services, unless it was to leave them alone. */
  #left({ name, node }: Machine): void {
    const { world } = this.#cluster;
    const configuration = node!.cib.first("configuration");
    const hands = configuration?.descendants("nvpair") ?? [];
    const off = (option: string, value: string): boolean =>
      hands.some((pair) => pair.get("name") === option && pair.get("value") === value);
    if (off("maintenance-mode", "true") || off("is-managed", "false")) return;
    const running = world.activeOn(name).filter((resource) => !world.deceived.has(resource));
    if (running.length > 0) this.fail(`${name} leaves with ${running.join(", ")} running`);
  }

  #release(key: string): void {
    this.#held.delete(key);
    this.#held.delete(key + PROMOTED);
  }

  #start(node: string, resource: string, atMs: number): void {
    this.#quorum.started(node, resource, atMs);
    const { world } = this.#cluster;
    if (world.clones.has(resource.replace(/:\d+$/, ""))) return;
    for (const active of world.where(resource)) {
      if (active === node || this.#excused(resource, active, node)) continue;
      this.fail(`${resource} starts on ${node}, is active on ${active}`);
    }
    this.#hold(node, resource, "", "starts");
  }

  /** Nobody else may hold what the node is about to have. */
  #hold(node: string, resource: string, mark: string, what: string): void {
    for (const { name } of this.#cluster.machines) {
      if (name === node || !this.#held.has(`${name}/${resource}${mark}`)) continue;
      if (this.#excused(resource, name, node)) continue;
      this.fail(`${resource} ${what} on ${node}, but ${name} was neither fenced nor asked`);
    }
  }

  /**
   * Whoever was lied to by an agent or a fencing device cannot know: neither that a node still holds what
   * it held, nor, on that node, that the others have taken it over, as long as they are cut off from it.
   */
  #excused(resource: string, holder: string, starter: string): boolean {
    const { deceived, undead } = this.#cluster.world;
    if (deceived.has(resource) || undead.has(holder)) return true;
    return undead.has(starter) && this.#sideOf(starter) !== this.#sideOf(holder);
  }

  #sideOf(name: string): number {
    return this.#cluster.ring.view(this.#cluster.machine(name).nodeId).side;
  }

  #forget(node: string): void {
    for (const key of [...this.#held]) if (key.startsWith(`${node}/`)) this.#held.delete(key);
  }

  #somethingChanged(): boolean {
    const { machines, ring } = this.#cluster;
    let changed = ring.changes !== this.#ringSeen;
    this.#ringSeen = ring.changes;
    for (let at = 0; at < machines.length; at++) {
      const node = machines[at]!.node;
      const cib = node?.cib ?? null;
      const dcName = node?.dcName ?? null;
      const synced = node?.synced ?? false;
      const seen = this.#seen[at];
      if (seen?.cib === cib && seen.dcName === dcName && seen.synced === synced) continue;
      this.#seen[at] = { cib, dcName, synced };
      changed = true;
    }
    return changed;
  }

  #look(): void {
    const now = this.#cluster.queue.nowMs;
    const dcs = new Map<number, string>();
    const versions = new Map<number, { name: string; text: string }>();
    const pairs = new Set<string>();
    this.#quorum.look();
    this.#failCounts.observe();
    for (const { name, nodeId, node } of this.#cluster.machines) {
      const { side, quorate } = this.#cluster.ring.view(nodeId);
      if (node === null) continue;
      if (node.dcName === name) {
        const other = dcs.get(side);
        if (other !== undefined) pairs.add(`${other} and ${name}`);
        dcs.set(side, name);
        if (quorate && node.synced) {
          this.#failCounts.look(name, node.cib);
          this.#history.look(name, node.cib);
          this.#truth.look(node.cib);
        }
      }
      if (!node.synced || !this.#cluster.ring.atOnce) continue;
      const text = versionText(node.cib);
      const other = versions.get(side);
      if (other === undefined) versions.set(side, { name, text });
      else if (other.text !== text && this.#agreed(nodeId)) {
        this.fail(`${other.name} has CIB ${other.text}, ${name} has ${text}`);
      }
    }
    this.#pairs(pairs, now);
  }

  /** All engines of the node's partition have agreed, and none of them stands still. */
  #agreed(nodeId: number): boolean {
    const { ring, machines } = this.#cluster;
    const { side } = ring.view(nodeId);
    const peers = machines.filter((m) => m.node !== null && ring.view(m.nodeId).side === side);
    return peers.every((peer) => peer.node?.synced && !peer.engine?.paused);
  }

  #pairs(pairs: Set<string>, now: number): void {
    for (const pair of [...this.#twoDcsSinceMs.keys()]) {
      if (!pairs.has(pair)) this.#twoDcsSinceMs.delete(pair);
    }
    for (const pair of pairs) {
      const since = this.#twoDcsSinceMs.get(pair) ?? now;
      this.#twoDcsSinceMs.set(pair, since);
      const paused = this.#cluster.machines.some((machine) => machine.engine?.paused);
      if (paused) this.#twoDcsSinceMs.set(pair, now);
      else if (now - since > TWO_DCS_MS) {
        this.fail(`${pair} are both DC`);
        this.#twoDcsSinceMs.set(pair, Number.POSITIVE_INFINITY);
      }
    }
  }
}

function versionText(cib: Element): string {
  const { adminEpoch, epoch, numUpdates } = cibVersion(cib);
  return `${adminEpoch}.${epoch}.${numUpdates}`;
}

/** Nothing is left to do on any machine, and all hold what was agreed on. */
export function whole(cluster: SimulatedCluster): boolean {
  return cluster.settled() && cluster.machines.every((machine) => machine.node?.synced);
}

/** Services with a monitor that run nowhere although no failure of theirs is known. */
export function unnoticed(cluster: SimulatedCluster): string[] {
  const cib = cluster.machines[0]!.node!.cib;
  const failed = cib
    .descendants("nvpair")
    .map((pair) => FAIL_COUNT.exec(pair.get("name") ?? "")?.[1]);
  // A service that depends on one that failed may have to wait for it.
  if (failed.some((resource) => resource !== undefined)) return [];
  const disabled = cib.descendants("nvpair").some((pair) => pair.get("name") === "target-role");
  if (disabled) return [];
  const monitored = SINGLE.filter((resource) => resource !== "d3");
  return monitored
    .filter((resource) => cluster.world.where(resource).length === 0)
    .map((resource) => `${resource} runs nowhere, and nobody has noticed`);
}

/** What must hold of a cluster that has come to rest, and does not. */
export function atRest(cluster: SimulatedCluster, admin: Administrator): string[] {
  const bad: string[] = [];
  const [first, ...others] = cluster.machines.map((machine) => machine.node!.cib);
  if (others.some((cib) => !sameText(first!, cib))) bad.push("at rest, but the CIBs differ");
  const names = new Set(first!.descendants("nvpair").map((pair) => pair.get("name")));
  for (const name of admin.acknowledged) {
    if (!names.has(name)) bad.push(`acknowledged change ${name} is lost`);
  }
  for (const resource of SINGLE) {
    const nodes = cluster.world.where(resource);
    if (nodes.length !== 1) {
      bad.push(`at rest, but ${resource} runs on ${nodes.join(" and ") || "none"}`);
    }
  }
  for (const machine of cluster.machines) {
    const waiting = machine.node!.waitingChanges;
    if (waiting > 0) bad.push(`at rest, but ${waiting} changes wait on ${machine.name}`);
    const { requests } = machine.engine!.open;
    if (requests > 0) bad.push(`at rest, but ${requests} requests wait on ${machine.name}`);
  }
  const { graph } = schedule(first!, { nowMs: cluster.queue.nowMs });
  if (graph.children.length > 0) bad.push("at rest, but the scheduler wants more");
  return bad;
}
