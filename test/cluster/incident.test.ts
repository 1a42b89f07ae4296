/** An incident file from a cluster that lost a node: replayed, the same transitions. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Incident } from "../../cmd/incident/file.ts";
import type { Cluster } from "../harness/cluster.ts";
import { until, withCluster } from "../harness/sandbox-fixture.ts";

function holder(cluster: Cluster, by: string): string | null {
  const { output } = cluster.exec(by, "crm_resource", "-W", "-r", "hello");
  return /is running on: (\S+)/.exec(output)?.[1] ?? null;
}

function muster(cluster: Cluster, ...words: string[]): { code: number; text: string } {
  const run = Bun.spawnSync([cluster.muster, ...words], { stdout: "pipe", stderr: "pipe" });
  return { code: run.exitCode, text: `${run.stdout.toString()}${run.stderr.toString()}` };
}

test("a node is killed; the incident file tells why what was done, and replays to the same", async () => {
  await withCluster({ net: 67 }, async (cluster) => {
    await cluster.untilOnline(3, 60_000);
    const device = ["fence_sandbox", "pcmk_host_list=node1 node2 node3"];
    cluster.exec("node1", "pcs", "stonith", "create", "fence", ...device);
    cluster.exec("node1", "pcs", "resource", "create", "hello", "ocf:pacemaker:Dummy");
    await until("hello runs", 60_000, () => holder(cluster, "node1") !== null);
    const victim = holder(cluster, "node1")!;
    const witness = victim === "node1" ? "node2" : "node1";
    cluster.sandbox("kill", victim);
    await until("hello runs elsewhere", 90_000, () => {
      const now = holder(cluster, witness);
      return now !== null && now !== victim;
    });
    await cluster.untilOnline(3, 60_000);

    const file = join(cluster.dir, "kill.incident");
    expect(cluster.sandbox("incident", file)).toContain("node1, node2, node3");
    const packed = Bun.zstdDecompressSync(readFileSync(file)).toString();
    expect((JSON.parse(packed) as Incident).parts).toHaveLength(3);

    const { code, text } = muster(cluster, "incident", "replay", file);
    expect(text).toContain(`Fence (reboot) ${victim} 'peer is no longer part of the cluster'`);
    expect(text).toMatch(/\d+ scheduler runs replayed: the same transitions/);
    expect(text).not.toContain("DIFFERS");
    expect(code).toBe(0);

    const alone = join(cluster.dir, "alone.incident");
    expect(cluster.exec(witness, "muster", "incident", "save", alone).output).toContain("saved");
    expect(muster(cluster, "incident", "replay", join(cluster.dir, "sandbox.json")).text).toContain(
      "no incident file",
    );
  });
}, 300_000);
