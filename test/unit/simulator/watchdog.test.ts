import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { SimulatedCluster } from "../../../internal/simulator/mod.ts";

setDefaultTimeout(120_000);

const WATCHDOG_MS = 5_000;
const WAIT_MS = 10_000;
const OPTIONS =
  '<crm_config><cluster_property_set id="cib-bootstrap-options">' +
  '<nvpair id="wt" name="stonith-watchdog-timeout" value="10s"/>' +
  "</cluster_property_set></crm_config>";
const RESOURCES =
  '<resources><primitive id="d1" class="ocf" provider="pacemaker" type="Dummy"/></resources>';

/** Three nodes whose only way to fence is each one's own watchdog; d1 runs. */
function configured(seed: number): SimulatedCluster {
  const cluster = new SimulatedCluster({
    nodes: 3,
    seed,
    rebootMs: 4_000,
    watchdogMs: WATCHDOG_MS,
  });
  cluster.powerOn();
  cluster.run(2_000);
  for (const [scope, input] of [
    ["crm_config", OPTIONS],
    ["resources", RESOURCES],
  ] as const) {
    cluster.cib("node1", { operation: "modify", scope, input, allowCreate: true });
  }
  cluster.run(3_000);
  expect(cluster.settled()).toBe(true);
  return cluster;
}

function holder(cluster: SimulatedCluster): string {
  const nodes = cluster.world.where("d1");
  expect(nodes).toHaveLength(1);
  return nodes[0]!;
}

/** Milliseconds from now until d1 is started by an agent on another node. */
function untilElsewhere(cluster: SimulatedCluster, node: string): number {
  const from = cluster.elapsedMs;
  while (cluster.elapsedMs - from < 60_000) {
    cluster.run(100);
    if (cluster.world.where("d1").some((at) => at !== node)) return cluster.elapsedMs - from;
  }
  throw new Error("d1 was not started elsewhere");
}

describe("fencing by watchdogs alone", () => {
  test("have-watchdog is told", () => {
    const cluster = configured(1);
    const { output } = cluster.cib("node1", { operation: "query", scope: "crm_config" });
    expect(output).toContain('name="have-watchdog" value="true"');
  });

  for (const seed of [1, 2, 3]) {
    test(`a node that is cut off is reset before its resources start elsewhere, seed ${seed}`, () => {
      const cluster = configured(seed);
      const node = holder(cluster);
      const { lives } = cluster.machine(node);
      const others = cluster.machines.filter(({ name }) => name !== node);
      cluster.ring.partition([[cluster.machine(node).nodeId], others.map(({ nodeId }) => nodeId)]);
      expect(untilElsewhere(cluster, node)).toBeGreaterThan(WAIT_MS);
      expect(cluster.machine(node).lives).toBeGreaterThan(lives);
      expect(cluster.world.violations).toEqual([]);
    });
  }

  test("a machine that stands still is reset", () => {
    const cluster = configured(4);
    const node = holder(cluster);
    cluster.machine(node).pause();
    expect(untilElsewhere(cluster, node)).toBeGreaterThan(WAIT_MS);
    expect(cluster.machine(node).lives).toBe(1);
    expect(cluster.world.violations).toEqual([]);
  });

  test("machines that have quorum, or leave in order, are not reset", () => {
    const cluster = configured(5);
    cluster.run(60_000);
    cluster.machine("node3").shutDown();
    cluster.run(60_000);
    expect(cluster.machines.map(({ lives }) => lives)).toEqual([0, 0, 0]);
  });
});
