import { expect, test } from "bun:test";
import type { RingEvent, RingMember } from "../../../internal/ports/mod.ts";
import { SimulatedCluster } from "../../../internal/simulator/mod.ts";

function member(cluster: SimulatedCluster, name: string): RingMember {
  const machine = cluster.machine(name);
  return { nodeId: machine.nodeId, pid: machine.engine!.pid };
}

/** Tells one node's engine alone of a membership. */
function tell(
  cluster: SimulatedCluster,
  to: string,
  members: string[],
  joined: string[],
  left: string[],
): void {
  const these = (names: string[]): RingMember[] => names.map((name) => member(cluster, name));
  const event: RingEvent = {
    type: "membership",
    members: these(members),
    joined: these(joined),
    left: these(left).map((each) => ({ ...each, reason: "nodedown" })),
  };
  cluster.machine(to).engine!.step({ type: "ring", event });
}

test("a node that sees its peers go and come at once tells them its attributes again", () => {
  const cluster = new SimulatedCluster({ nodes: 3, seed: 1, rebootMs: null });
  cluster.powerOn();
  expect(cluster.runUntil(() => cluster.settled(), 60_000)).toBe(true);
  const update = { kind: "update", name: "site", value: "east" } as const;
  cluster.call("node3", "attributeUpdate", update);
  cluster.run(1_000);
  const recorded = (): boolean =>
    cluster
      .cib("node1", { operation: "query", scope: "status" })
      .output!.includes('name="site" value="east"');
  expect(recorded()).toBe(true);

  const pair = ["node1", "node2"];
  for (const name of pair) tell(cluster, name, pair, [], ["node3"]);
  cluster.run(100);
  expect(recorded()).toBe(false);
  const all = [...pair, "node3"];
  for (const name of pair) tell(cluster, name, all, ["node3"], []);
  tell(cluster, "node3", all, pair, pair);
  cluster.run(5_000);
  expect(recorded()).toBe(true);
});
