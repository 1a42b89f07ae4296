/**
 * Any process of the cluster may be killed at any moment: resources go on where the engine alone
 * died, the cluster converges, and nothing ever runs twice (the agents' own trace is the witness).
 */
import { expect, test } from "bun:test";
import type { Cluster } from "../harness/cluster.ts";
import { until, withCluster } from "../harness/sandbox-fixture.ts";
import { Trace } from "../harness/trace-agent.ts";

const NODES = ["node1", "node2", "node3"];
const RESOURCES = ["r1", "r2", "r3", "r4"];
const SEED = Number(process.env["MUSTER_SEED"] ?? "20261123");
const ROUNDS = Number(process.env["MUSTER_ROUNDS"] ?? "6");

function random(seed: number): (bound: number) => number {
  let state = seed % 2147483647 || 1;
  return (bound) => {
    state = Number((BigInt(state) * 48271n) % 2147483647n);
    return state % bound;
  };
}

function configure(cluster: Cluster, trace: Trace): void {
  const pcs = (...words: string[]) => {
    const done = cluster.exec("node1", "pcs", ...words);
    if (done.code !== 0) throw new Error(`pcs ${words.join(" ")}: ${done.output}`);
  };
  pcs("stonith", "create", "fence", "fence_sandbox", "pcmk_host_list=node1 node2 node3");
  for (const name of RESOURCES) {
    pcs(
      "resource",
      "create",
      name,
      "ocf:test:trace",
      `trace=${trace.folder}`,
      "op",
      "monitor",
      "interval=2s",
      "meta",
      "resource-stickiness=100",
    );
  }
}

/** Every node online, every resource started exactly once, as seen by every node. */
function settled(cluster: Cluster): boolean {
  return NODES.every((node) => {
    const { code, output } = cluster.exec(node, "crm_mon", "-1");
    if (code !== 0 || !/Online: \[ node1 node2 node3 \]/.test(output)) return false;
    return RESOURCES.every((r) => new RegExp(`\\* ${r}\\s.*Started node[123]$`, "m").test(output));
  });
}

test(`processes killed at random (seed ${SEED}, ${ROUNDS} rounds)`, async () => {
  await withCluster({ net: 68 }, async (cluster) => {
    const trace = new Trace(cluster, NODES);
    configure(cluster, trace);
    await until("all resources started", 60_000, () => settled(cluster));
    const next = random(SEED);
    for (let round = 0; round < ROUNDS; round++) {
      const node = NODES[next(NODES.length)]!;
      const what = (["engine", "ring", "engine", "supervisor"] as const)[next(4)]!;
      const delayMs = next(1_500);
      const before = trace.lines().length;
      const pid = cluster.pid(node, what);
      if (pid === null) throw new Error(`${what} does not run on ${node}`);
      console.log(`round ${round}: kill ${what} (${pid}) on ${node}, then wait ${delayMs} ms`);
      // A killed supervisor stands for the power of the whole node.
      if (what === "supervisor") cluster.sandbox("kill", node);
      else process.kill(pid, "SIGKILL");
      await Bun.sleep(delayMs);
      await until(`the cluster converges after ${what} on ${node}`, 90_000, () => settled(cluster));
      if (what === "engine") expect(trace.lines().slice(before)).toEqual([]);
      expect(trace.doubles()).toEqual([]);
    }
  });
}, 600_000);
