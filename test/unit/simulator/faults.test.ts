import { describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  COMMAND_NAMES,
  parseScript,
  printScript,
  SimulatedCluster,
  shrink,
  simulate,
} from "../../../internal/simulator/mod.ts";

setDefaultTimeout(120_000);

const DEVICE =
  '<primitive id="fence" class="stonith" type="fence_sim"><instance_attributes id="fence-ia">' +
  '<nvpair id="fence-hosts" name="pcmk_host_list" value="node1 node2 node3"/>' +
  "</instance_attributes></primitive>";
const dummy = (id: string, operations = ""): string =>
  `<primitive id="${id}" class="ocf" provider="pacemaker" type="Dummy">${operations}</primitive>`;
const MONITOR = '<operations><op id="d1-mon" name="monitor" interval="3s"/></operations>';
const RESOURCES =
  `<resources>${DEVICE}${dummy("d1", MONITOR)}` +
  `<group id="g">${dummy("g1")}${dummy("g2")}</group></resources>`;

function configured(seed: number, rebootMs: number | null = 4_000): SimulatedCluster {
  const cluster = new SimulatedCluster({ nodes: 3, seed, rebootMs });
  cluster.powerOn();
  cluster.run(1_000);
  const scope = "resources";
  cluster.cib("node1", { operation: "modify", scope, input: RESOURCES, allowCreate: true });
  cluster.run(3_000);
  expect(cluster.settled()).toBe(true);
  return cluster;
}

function only(cluster: SimulatedCluster, resource: string): string {
  const nodes = cluster.world.where(resource);
  expect(nodes).toHaveLength(1);
  return nodes[0]!;
}

/** What the agents did to a resource since the trace had `from` entries, without monitors. */
function deeds(cluster: SimulatedCluster, resource: string, from: number): string[] {
  const trace = cluster.world.trace.slice(from);
  const own = trace.filter((entry) => entry.resource === resource && entry.action !== "monitor");
  return own.map((entry) => `${entry.action} ${entry.node}`);
}

describe("a cluster under fault", () => {
  test("an error thrown by an engine is found, and the cluster goes on", () => {
    const { violations } = simulate({
      ...{ seed: 1, nodes: 3, faults: 1, storm: "model", kinds: ["cleanup"] },
      sabotage: ({ queue, machines }) =>
        queue.after(5_000, () => {
          machines[1]!.node!.step = () => {
            throw new Error("a defect");
          };
        }),
    });
    expect(violations).toEqual([expect.stringContaining("engine of node2: Error: a defect")]);
  });

  test("a resource that dies is started again, and counted", () => {
    const cluster = configured(1);
    const node = only(cluster, "d1");
    cluster.world.kill(node, "d1");
    cluster.run(6_000);
    expect(only(cluster, "d1")).toBe(node);
    const { output } = cluster.cib("node1", { operation: "query", scope: "status" });
    expect(output).toContain('name="fail-count-d1#monitor_3000" value="1"');
    expect(output).toContain('<lrm_rsc_op id="d1_last_failure_0"');
  });

  test("fencing that was given up holds nothing else back, and a change has it tried again", () => {
    const cluster = configured(3, null);
    cluster.fencing = "fails";
    cluster.machine("node3").powerOff();
    cluster.run(40_000);
    const history = () => cluster.call("node1", "fenceHistory", {}).entries.length;
    const given = history();
    expect(given).toBeGreaterThanOrEqual(10);
    cluster.run(20_000);
    expect(history() - given).toBeLessThanOrEqual(1);
    cluster.fencing = "works";
    cluster.cib("node1", {
      operation: "modify",
      scope: "crm_config",
      input:
        '<crm_config><cluster_property_set id="o"><nvpair id="o-x" name="batch-limit" value="7"/></cluster_property_set></crm_config>',
      allowCreate: true,
    });
    cluster.run(5_000);
    expect(cluster.fenced.map(({ target }) => target)).toContain("node3");
    expect(only(cluster, "d1")).not.toBe("node3");
  });

  test("a node that loses power is fenced before its resources start elsewhere", () => {
    const cluster = configured(2);
    const node = only(cluster, "g1");
    const from = cluster.world.trace.length;
    cluster.machine(node).powerOff();
    cluster.run(3_000);
    const other = only(cluster, "g1");
    expect(other).not.toBe(node);
    expect(cluster.fenced.map((entry) => entry.target)).toEqual([node]);
    const start = cluster.world.trace
      .slice(from)
      .find((entry) => entry.resource === "g1" && entry.action === "start");
    expect(start!.atMs).toBeGreaterThanOrEqual(cluster.fenced[0]!.atMs);
    cluster.run(10_000);
    expect(cluster.settled()).toBe(true);
  });

  test("no fencing, no recovery", () => {
    const cluster = configured(3);
    cluster.fencing = "fails";
    const node = only(cluster, "g1");
    cluster.machine(node).powerOff();
    cluster.run(30_000);
    expect(cluster.world.where("g1")).toEqual([]);
    cluster.fencing = "works";
    cluster.run(70_000);
    expect(cluster.world.where("g1")).toHaveLength(1);
  });

  for (const who of ["the DC", "another"]) {
    test(`the engine of ${who} dies and is started again: no resource notices`, () => {
      const cluster = configured(4);
      const dc = cluster.machine("node1").node!.dcName!;
      const holder = only(cluster, "d1");
      const name = who === "the DC" ? dc : [holder, "node2", "node3"].find((n) => n !== dc)!;
      const from = cluster.world.trace.length;
      cluster.machine(name).killEngine();
      cluster.run(700);
      cluster.machine(name).startEngine();
      cluster.run(20_000);
      expect(cluster.settled()).toBe(true);
      for (const resource of ["d1", "g1", "g2"]) {
        expect(deeds(cluster, resource, from)).toEqual([]);
        only(cluster, resource);
      }
      expect(cluster.fenced).toEqual([]);
    });
  }

  test("an engine that stays away costs its node the power", () => {
    const cluster = configured(5);
    const holder = only(cluster, "d1");
    cluster.machine(holder).killEngine();
    cluster.run(4_000);
    expect(cluster.fenced).toEqual([]);
    cluster.run(4_000);
    expect(cluster.fenced.map((entry) => entry.target)).toEqual([holder]);
    only(cluster, "d1");
  });

  test("a stop that fails has its node fenced", () => {
    const cluster = configured(6);
    const node = only(cluster, "d1");
    cluster.world.script(`${node}/d1/stop`, { rc: 1 });
    const input =
      `<node id="${node.slice(-1)}" uname="${node}"><instance_attributes id="ia">` +
      '<nvpair id="ia-standby" name="standby" value="on"/></instance_attributes></node>';
    cluster.cib("node1", { operation: "modify", scope: "nodes", input, allowCreate: true });
    cluster.run(5_000);
    expect(cluster.fenced.map((entry) => entry.target)).toEqual([node]);
    expect(only(cluster, "d1")).not.toBe(node);
  });

  test("an orderly stop moves everything away first, without fencing", () => {
    const cluster = configured(7);
    for (const machine of [...cluster.machines]) {
      const from = cluster.queue.nowMs;
      machine.shutDown();
      cluster.run(5_000);
      expect(machine.node).toBeNull();
      // Also when it was the DC that went: the next one takes over at once.
      expect(Math.max(0, ...cluster.world.trace.map((deed) => deed.atMs)) - from).toBeLessThan(
        5_000,
      );
      for (const resource of ["d1", "g1"]) only(cluster, resource);
      for (const resource of ["d1", "g1"]) {
        expect(cluster.world.where(resource)).not.toContain(machine.name);
      }
      machine.startEngine();
      cluster.run(5_000);
      expect(cluster.settled()).toBe(true);
    }
    expect(cluster.fenced).toEqual([]);
    expect(cluster.world.violations).toEqual([]);
  });

  test("the side without quorum stops, the other fences it and takes over", () => {
    const cluster = configured(8, 30_000);
    const node = only(cluster, "g1");
    const rest = cluster.machines.filter((machine) => machine.name !== node);
    cluster.ring.partition([[cluster.machine(node).nodeId], rest.map((m) => m.nodeId)]);
    cluster.run(5_000);
    expect(cluster.fenced.map((entry) => entry.target)).toEqual([node]);
    expect(only(cluster, "g1")).not.toBe(node);
    cluster.ring.heal();
    cluster.run(60_000);
    expect(cluster.settled()).toBe(true);
    expect(cluster.world.violations).toEqual([]);
  });

  test("waiting for idle means that what was asked for has happened", () => {
    const cluster = configured(9);
    const input = `<resources>${dummy("late")}</resources>`;
    cluster.world.script("*/late/start", { takesMs: 5_000 });
    const scope = "resources";
    cluster.cib("node2", { operation: "modify", scope, input, allowCreate: true });
    cluster.call("node3", "waitIdle", { timeoutMs: 60_000 });
    only(cluster, "late");
  });
});

describe("random faults", () => {
  for (let seed = 1; seed <= 6; seed++) {
    test(`seed ${seed}: nothing runs twice, all agree, the cluster comes to rest`, () => {
      expect(simulate({ seed, storm: "model", faults: 12 }).violations).toEqual([]);
    });
  }

  test("what a node changed without quorum does not undo what was acknowledged with it", () => {
    // Nodes that are cut off are changed and so get a higher epoch; they are fenced and come back.
    expect(simulate({ seed: 34, storm: "model" }).violations).toEqual([]);
  });

  test("the same seed gives the same log, byte for byte", () => {
    const [first, second] = [77, 77].map((seed) => simulate({ seed, storm: "model", faults: 12 }));
    expect(first!.log.length).toBeGreaterThan(100);
    expect(first!.log.join("\n")).toBe(second!.log.join("\n"));
    const other = simulate({ seed: 78, storm: "model", faults: 12 });
    expect(other.log.join("\n")).not.toBe(first!.log.join("\n"));
  });

  test("the same on the whole ring, packet by packet", () => {
    const run = () => simulate({ seed: 2, storm: "whole", faults: 6 });
    const [first, second] = [run(), run()];
    expect(first.violations).toEqual([]);
    expect(first.log.join("\n")).toBe(second.log.join("\n"));
  });
});

describe("a failure", () => {
  const script = parseScript(
    "seed 5\nreboot 5000\nat 10000: set-property\nat 11000: kill-resource d1\n" +
      "at 12000: fencing takes=900 for 2000\nat 13000: cleanup d1 node1\nat 20000: end",
    COMMAND_NAMES,
  );

  test("is told by the shortest script that still fails", () => {
    const has = (kept: typeof script, word: string): boolean =>
      kept.steps.some((step) => step.words[0] === word);
    const short = shrink(script, (kept) => has(kept, "kill-resource") && has(kept, "cleanup"));
    expect(short.steps.map((step) => step.words[0])).toEqual(["kill-resource", "cleanup"]);
  });

  test("is repeated by a script as it was printed", () => {
    const again = parseScript(printScript(script), COMMAND_NAMES);
    expect(again).toEqual(script);
    const [first, second] = [script, again].map((each) => simulate({ seed: 5, script: each }));
    expect(first!.violations).toEqual([]);
    expect(first!.log.join("\n")).toBe(second!.log.join("\n"));
  });
});
