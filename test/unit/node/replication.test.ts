import { describe, expect, test } from "bun:test";
import type { LocalAnswer } from "../../../internal/node/mod.ts";
import { SimulatedCluster } from "../../../internal/simulator/mod.ts";

function started(nodes: number, seed: number): SimulatedCluster {
  const cluster = new SimulatedCluster({ nodes, seed, rebootMs: null });
  cluster.powerOn();
  expect(cluster.runUntil(() => cluster.settled(), 60_000)).toBe(true);
  return cluster;
}

/** Asks for a new property from a node without waiting; true in `acknowledged` when it is safe. */
function addProperty(
  cluster: SimulatedCluster,
  node: string,
  name: string,
  acknowledged: Set<string>,
): void {
  const machine = cluster.machine(node);
  if (machine.node === null) return;
  const input =
    `<cluster_property_set id="test"><nvpair id="test-${name}" name="${name}" value="1"/>` +
    "</cluster_property_set>";
  const call = { operation: "modify", scope: "crm_config", input, allowCreate: true };
  machine.request("cib", call, (answer: LocalAnswer) => {
    if (answer.ok) acknowledged.add(name);
  });
}

function configurations(cluster: SimulatedCluster): string[] {
  const running = cluster.machines.filter((machine) => machine.node !== null);
  return running.map(
    ({ name }) => cluster.cib(name, { operation: "query", scope: "configuration" }).output ?? "",
  );
}

/** All equal, and holding every acknowledged name. */
function expectAgreed(cluster: SimulatedCluster, acknowledged: Set<string>): void {
  const [first = "", ...others] = configurations(cluster);
  for (const other of others) expect(other).toBe(first);
  for (const name of acknowledged) expect(first).toContain(`id="test-${name}"`);
}

describe("the replicated CIB", () => {
  test("500 concurrent changes from all nodes while one dies and returns", () => {
    for (const seed of [1]) {
      const cluster = started(3, seed);
      const acknowledged = new Set<string>();
      for (let i = 0; i < 500; i++) {
        addProperty(cluster, `node${(i % 3) + 1}`, `p${i}`, acknowledged);
        if (i % 5 === 0) cluster.run(1);
        if (i === 150) cluster.machine("node3").powerOff();
        if (i === 350) cluster.machine("node3").powerOn();
      }
      cluster.run(60_000);
      expect(acknowledged.size).toBeGreaterThan(400);
      expectAgreed(cluster, acknowledged);
    }
  }, 60_000);

  test("power loss of all nodes keeps what was acknowledged", () => {
    for (let seed = 1; seed <= 6; seed++) {
      const cluster = started(3, seed);
      const acknowledged = new Set<string>();
      for (let i = 0; i < 60; i++) {
        addProperty(cluster, `node${(i % 3) + 1}`, `p${i}`, acknowledged);
        cluster.run(1);
      }
      for (const machine of cluster.machines) machine.powerOff();
      for (const machine of cluster.machines) {
        machine.powerOn();
        cluster.run(700);
      }
      cluster.run(30_000);
      expect(acknowledged.size).toBeGreaterThan(0);
      expectAgreed(cluster, acknowledged);
    }
  }, 60_000);

  test("an engine that dies alone finds its peers again", () => {
    const cluster = started(3, 7);
    const acknowledged = new Set<string>();
    for (const victim of ["node1", "node2", "node3"]) {
      cluster.machine(victim).killEngine();
      addProperty(cluster, victim === "node1" ? "node2" : "node1", `while-${victim}`, acknowledged);
      cluster.run(500);
      cluster.machine(victim).startEngine();
      expect(cluster.runUntil(() => cluster.settled(), 60_000)).toBe(true);
    }
    expect(acknowledged.size).toBe(3);
    expectAgreed(cluster, acknowledged);
  });

  test("partitions that changed apart hold one CIB after they meet", () => {
    for (const seed of [1, 2, 3, 4]) {
      const cluster = started(3, seed);
      const [left, right] = [new Set<string>(), new Set<string>()];
      cluster.ring.partition([[1], [2, 3]]);
      cluster.run(1_000);
      addProperty(cluster, "node1", "alone", left);
      for (let i = 0; i < 3; i++) addProperty(cluster, "node2", `many${i}`, right);
      cluster.run(1_000);
      cluster.ring.heal();
      cluster.run(30_000);
      expect([left.size, right.size]).toEqual([1, 3]);
      expectAgreed(cluster, right);
    }
  });

  /** What everybody holds after all lost power and `first` booted alone, was changed, and met the others. */
  function afterBootingAlone(
    cluster: SimulatedCluster,
    first: string,
    changes: () => void,
  ): string {
    for (const machine of cluster.machines) machine.powerOff();
    cluster.machine(first).powerOn();
    cluster.run(2_000);
    changes();
    cluster.run(1_000);
    for (const machine of cluster.machines) machine.powerOn();
    cluster.run(30_000);
    const [held = "", ...others] = configurations(cluster);
    for (const other of others) expect(other).toBe(held);
    return held;
  }

  test("an old copy that was changed alone does not win by its version", () => {
    const cluster = started(3, 5);
    const [acknowledged, alone] = [new Set<string>(), new Set<string>()];
    cluster.machine("node3").powerOff();
    cluster.run(2_000);
    addProperty(cluster, "node1", "agreed", acknowledged);
    cluster.run(2_000);
    const held = afterBootingAlone(cluster, "node3", () => {
      for (let i = 0; i < 5; i++) addProperty(cluster, "node3", `alone${i}`, alone);
    });
    expect([acknowledged.size, alone.size]).toEqual([1, 5]);
    expect(held).toContain('id="test-agreed"');
    expect(held).not.toContain("alone");
  });

  test("a copy that missed nothing, changed alone, is what all hold, and stays so", () => {
    const cluster = started(3, 6);
    const [acknowledged, alone] = [new Set<string>(), new Set<string>()];
    addProperty(cluster, "node1", "agreed", acknowledged);
    cluster.run(2_000);
    for (const [round, first] of ["node3", "node1", "node2"].entries()) {
      const held = afterBootingAlone(cluster, first, () =>
        addProperty(cluster, first, `alone${round}`, alone),
      );
      for (const name of [...acknowledged, ...alone]) expect(held).toContain(`id="test-${name}"`);
    }
    expect([acknowledged.size, alone.size]).toEqual([1, 3]);
  });

  test("a raised admin_epoch wins, whatever its copy missed", () => {
    const cluster = started(3, 7);
    const [acknowledged, alone] = [new Set<string>(), new Set<string>()];
    cluster.machine("node3").powerOff();
    cluster.run(2_000);
    addProperty(cluster, "node1", "agreed", acknowledged);
    cluster.run(2_000);
    const held = afterBootingAlone(cluster, "node3", () => {
      cluster.cib("node3", { operation: "modify", input: '<cib admin_epoch="1"/>' });
      addProperty(cluster, "node3", "decreed", alone);
    });
    expect([acknowledged.size, alone.size]).toEqual([1, 1]);
    expect(held).toContain('id="test-decreed"');
    expect(held).not.toContain('id="test-agreed"');
  });
});
