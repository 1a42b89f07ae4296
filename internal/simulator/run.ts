import { schedule } from "../scheduler/mod.ts";
import { printXml } from "../xml/mod.ts";
import { Administrator } from "./administrator.ts";
import { Checkers } from "./checkers.ts";
import { SimulatedCluster } from "./cluster.ts";
import { calm, strike } from "./faults.ts";
import { SeededRandom } from "./random.ts";

/** Administrators have taken back what they did within this time (standby, bans). */
const MENDING_MS = 40_000;
/** Within this time after the last fault the cluster must be at rest. */
const SETTLE_LIMIT_MS = 300_000;
/** At rest means: nothing to do for this long. */
const REST_MS = 15_000;
const STEP_MS = 1_000;

export interface RunOptions {
  seed: number;
  /** How many faults; absent: 10 to 40, from the seed. */
  faults?: number;
  /** How many nodes; absent: 3 to 9, from the seed. */
  nodes?: number;
  /** Something that must go wrong: shows that the checkers see it. */
  sabotage?: (cluster: SimulatedCluster) => void;
}

export interface SimulationResult {
  seed: number;
  nodes: number;
  violations: string[];
  log: string[];
  simulatedMs: number;
  events: number;
  /** Time from the last fault to rest, in simulated milliseconds. */
  settledMs: number;
}

const MONITOR = (id: string): string =>
  `<operations><op id="${id}-mon" name="monitor" interval="5s"/></operations>`;
const primitive = (id: string, inside = MONITOR(id)): string =>
  `<primitive id="${id}" class="ocf" provider="pacemaker" type="Dummy">${inside}</primitive>`;
const SINGLE = ["d1", "d2", "d3", "g1", "g2"];

function resources(nodes: string[]): string {
  return (
    '<resources><primitive id="fence" class="stonith" type="fence_sim"><instance_attributes ' +
    `id="fence-ia"><nvpair id="fence-hosts" name="pcmk_host_list" value="${nodes.join(" ")}"/>` +
    `</instance_attributes></primitive>${primitive("d1")}${primitive("d2")}${primitive("d3", "")}` +
    `<group id="g">${primitive("g1")}${primitive("g2")}</group>` +
    `<clone id="c-clone">${primitive("c")}</clone></resources>`
  );
}

/** One whole run from one seed: a cluster, its faults, calm, and every check. */
export function simulate(options: RunOptions): SimulationResult {
  const { seed } = options;
  const random = new SeededRandom(seed * 7919 + 1);
  const count = options.nodes ?? random.between(3, 9);
  const cluster = new SimulatedCluster({
    nodes: count,
    seed,
    rebootMs: random.between(2, 20) * 1e3,
  });
  cluster.world.clones.add("c");
  cluster.world.listeners.push(({ node, resource, action, rc }) => {
    if (rc === null || action === "meta-data" || (action === "monitor" && rc === 0)) return;
    cluster.note(`${node} ${action} ${resource} rc=${rc}`);
  });
  cluster.onFenced.push((target, by, action) => cluster.note(`${by} fenced ${target} (${action})`));
  const checkers = new Checkers(cluster);
  options.sabotage?.(cluster);
  const admin = new Administrator(cluster, random);
  cluster.powerOn();
  cluster.run(2_000);
  admin.modify("resources", resources(cluster.machines.map((machine) => machine.name)));
  cluster.run(8_000);
  const context = { cluster, random, admin, resources: [...SINGLE, "c"] };
  for (let left = options.faults ?? random.between(10, 40); left > 0; left--) {
    strike(context);
    cluster.run(random.between(0, 3) === 0 ? random.between(1, 500) : random.between(10, 25_000));
    checkers.compareCibs();
  }
  // Straight from the midst of it: what a fault wanted to mend later is mended now.
  calm(cluster);
  const settledMs = settle(cluster, admin);
  const violations = [...checkers.violations, ...cluster.world.violations];
  if (settledMs < 0) violations.push(`not at rest ${SETTLE_LIMIT_MS} ms after the last fault`);
  else violations.push(...atRest(cluster, admin));
  const { elapsedMs: simulatedMs, log } = cluster;
  return {
    seed,
    nodes: count,
    violations,
    log,
    simulatedMs,
    events: cluster.queue.events,
    settledMs,
  };
}

/** Runs until there is nothing to do; the time that it took, or -1. Then all failures are forgotten. */
function settle(cluster: SimulatedCluster, admin: Administrator): number {
  const from = cluster.elapsedMs;
  let restedMs = 0;
  let settledMs = -1;
  while (cluster.elapsedMs - from < SETTLE_LIMIT_MS) {
    cluster.run(STEP_MS);
    // An orderly stop may have ended only now.
    for (const machine of cluster.machines) machine.startEngine();
    restedMs = whole(cluster) ? restedMs + STEP_MS : 0;
    const passedMs = cluster.elapsedMs - from;
    if (restedMs < REST_MS || passedMs < MENDING_MS) continue;
    if (settledMs >= 0) return settledMs;
    settledMs = passedMs - restedMs;
    restedMs = 0;
    for (const resource of [...SINGLE, "c", "fence"]) {
      for (const { name } of cluster.machines) admin.cleanup(resource, name);
    }
  }
  return -1;
}

function whole(cluster: SimulatedCluster): boolean {
  return cluster.settled() && cluster.machines.every((machine) => machine.node?.synced);
}

/** What must hold of a cluster that has come to rest. */
function atRest(cluster: SimulatedCluster, admin: Administrator): string[] {
  const bad: string[] = [];
  const cibs = cluster.machines.map((machine) => printXml(machine.node!.cib));
  if (new Set(cibs).size !== 1) bad.push("at rest, but the CIBs differ");
  for (const name of admin.acknowledged) {
    if (!cibs[0]!.includes(`name="${name}"`)) bad.push(`acknowledged change ${name} is lost`);
  }
  for (const resource of SINGLE) {
    const nodes = cluster.world.where(resource);
    if (nodes.length !== 1)
      bad.push(`at rest, but ${resource} runs on ${nodes.join(" ") || "none"}`);
  }
  const { graph } = schedule(cluster.machines[0]!.node!.cib, { nowMs: cluster.queue.nowMs });
  if (graph.children.length > 0) bad.push("at rest, but the scheduler wants more");
  return bad;
}
