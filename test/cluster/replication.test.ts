/** The CIB is one and the same on all nodes, and what was acknowledged stays. */
import { expect, test } from "bun:test";
import type { Cluster } from "../harness/cluster.ts";
import { until, withCluster } from "../harness/sandbox-fixture.ts";

const NODES = ["node1", "node2", "node3"];

/** Writes one cluster property a change; resolves to the names that were acknowledged. */
async function write(cluster: Cluster, node: string, names: string[]): Promise<string[]> {
  const acknowledged: string[] = [];
  for (const name of names) {
    const { code } = await cluster.execAsync(
      node,
      "crm_attribute",
      "--type",
      "crm_config",
      "--name",
      name,
      "--update",
      "1",
    );
    if (code === 0) acknowledged.push(name);
    else await Bun.sleep(50);
  }
  return acknowledged;
}

function names(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}-${i}`);
}

function expectAll(configuration: string, names: string[]): void {
  const missing = names.filter((name) => !configuration.includes(`name="${name}"`));
  expect(missing).toEqual([]);
}

test("500 changes from all nodes while one is killed and comes back: identical everywhere", async () => {
  await withCluster({ net: 61 }, async (cluster) => {
    const writers = NODES.flatMap((node) => [
      write(cluster, node, names(`one-${node}`, 84)),
      write(cluster, node, names(`two-${node}`, 84)),
    ]);
    await Bun.sleep(500);
    cluster.sandbox("kill", "node2");
    await Bun.sleep(3_000);
    cluster.sandbox("boot", "node2");
    const acknowledged = (await Promise.all(writers)).flat();
    expect(acknowledged.length).toBeGreaterThan(300);
    await cluster.untilOnline(3, 60_000);
    await until("all nodes hold the same configuration", 20_000, () => {
      const [first, ...rest] = NODES.map((node) => cluster.configuration(node));
      return rest.every((other) => other === first);
    });
    expectAll(cluster.configuration("node1"), acknowledged);
    console.log(
      `${acknowledged.length} of ${NODES.length * 168} changes acknowledged, all present`,
    );
  });
}, 300_000);

test("power loss of all nodes at once: every acknowledged change is there after the restart", async () => {
  await withCluster({ net: 62 }, async (cluster) => {
    const acknowledged: string[] = [];
    let off = false;
    const writers = NODES.map(async (node) => {
      for (const name of names(`power-${node}`, 2_000)) {
        if (off) return;
        acknowledged.push(...(await write(cluster, node, [name])));
      }
    });
    await Bun.sleep(3_000);
    // All supervisors first, so that nothing is started again between two kills.
    for (const node of NODES) cluster.sandbox("kill", node);
    off = true;
    await Promise.all(writers);
    expect(acknowledged.length).toBeGreaterThan(10);
    for (const node of NODES) cluster.sandbox("boot", node);
    await cluster.untilOnline(3, 60_000);
    for (const node of NODES) expectAll(cluster.configuration(node), acknowledged);
    console.log(`${acknowledged.length} acknowledged changes, all present after power loss`);
  });
}, 300_000);
