import { expect, test } from "bun:test";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Cluster, Outcome } from "../harness/cluster.ts";
import { musterBinary, until, withCluster } from "../harness/sandbox-fixture.ts";

const NET = 88;
const ADDRESS = `127.${NET}.0.90`;
const NAME = "far";
const CONNECTED = /far\s+\(ocf:pacemaker:remote\):\s+Started/;

/** A remote node beside the sandbox: a daemon with a folder of its own. */
class RemoteNode {
  readonly root: string;
  readonly #env: Record<string, string>;
  #daemon: Bun.Subprocess | null = null;

  constructor(cluster: Cluster, key: string) {
    this.root = cluster.root(NAME);
    this.#env = {
      ...(process.env as Record<string, string>),
      MUSTER_ROOT: this.root,
      PCMK_remote_address: ADDRESS,
      PATH: `${join(dirname(musterBinary), "bin")}:${process.env["PATH"]}`,
    };
    for (const folder of ["etc/pacemaker", "run", "var/log/pacemaker"]) {
      mkdirSync(join(this.root, folder), { recursive: true });
    }
    this.setKey(key);
  }

  setKey(key: string): void {
    writeFileSync(join(this.root, "etc/pacemaker/authkey"), key);
  }

  start(): void {
    this.#daemon = Bun.spawn([musterBinary, "remoted"], {
      env: this.#env,
      stdin: "ignore",
      stdout: "ignore",
      stderr: "inherit",
    });
  }

  /** SIGTERM; gives the daemon's exit code. */
  async stop(): Promise<number> {
    this.#daemon?.kill("SIGTERM");
    return (await this.#daemon?.exited) ?? 0;
  }

  kill(): void {
    this.#daemon?.kill("SIGKILL");
  }

  exec(...words: string[]): Outcome {
    const done = Bun.spawnSync([musterBinary, ...words], { env: this.#env });
    return { code: done.exitCode, output: `${done.stdout}${done.stderr}` };
  }
}

function ok(outcome: Outcome): string {
  if (outcome.code !== 0) throw new Error(`exit code ${outcome.code}: ${outcome.output}`);
  return outcome.output;
}

function runsOn(cluster: Cluster, resource: string): string {
  return cluster.exec("node1", "crm_resource", "-r", resource, "--locate").output;
}

test("services on a remote node: start, tools, failure, takeover, orderly stop", async () => {
  await withCluster({ net: NET }, async (cluster) => {
    for (const node of ["node1", "node2", "node3"]) {
      mkdirSync(join(cluster.root(node), "etc/pacemaker"), { recursive: true });
      writeFileSync(join(cluster.root(node), "etc/pacemaker/authkey"), "the key");
    }
    const remote = new RemoteNode(cluster, "another key");
    remote.start();
    try {
      const create = [NAME, "ocf:pacemaker:remote", `server=${ADDRESS}`, "--force"];
      ok(cluster.exec("node1", "pcs", "property", "set", "stonith-enabled=false"));
      ok(cluster.exec("node1", "pcs", "resource", "create", ...create));
      // With another key nobody is heard; with the right one the next attempt succeeds.
      await Bun.sleep(2_000);
      expect(cluster.exec("node1", "crm_mon", "-1").output).not.toMatch(CONNECTED);
      remote.setKey("the key");
      await until("the remote node is online", 30_000, () =>
        CONNECTED.test(cluster.exec("node1", "crm_mon", "-1").output),
      );

      const monitor = ["op", "monitor", "interval=1s"];
      ok(
        cluster.exec("node1", "pcs", "resource", "create", "d", "ocf:pacemaker:Dummy", ...monitor),
      );
      ok(cluster.exec("node1", "pcs", "constraint", "location", "d", "prefers", `${NAME}=100`));
      await until("the service runs there", 30_000, () => runsOn(cluster, "d").includes(NAME));

      expect(ok(remote.exec("crm_node", "-n")).trim()).toBe(NAME);
      ok(remote.exec("attrd_updater", "-n", "colour", "-U", "red", "--wait=cluster"));
      const asked = cluster.exec("node2", "attrd_updater", "-n", "colour", "-N", NAME, "-Q");
      expect(asked.output).toContain(`host="${NAME}" value="red"`);

      // What fails there is counted there, and started again.
      rmSync(join(remote.root, "run/Dummy-d.state"), { force: true });
      await until("the failure is counted", 20_000, () =>
        cluster.exec("node1", "crm_mon", "-1f").output.includes("fail-count=1"),
      );

      // The node that is connected to it loses power: another connects, the service runs on.
      const holder = /node\d/.exec(runsOn(cluster, NAME))![0];
      const other = holder === "node1" ? "node2" : "node1";
      cluster.sandbox("kill", holder);
      await until("another node is connected", 30_000, () => {
        const { output } = cluster.exec(other, "crm_mon", "-1");
        return (
          output.includes(`RemoteOnline: [ ${NAME} ]`) && !output.includes(`Started ${holder}`)
        );
      });
      expect(cluster.exec(other, "crm_resource", "-r", "d", "--locate").output).toContain(NAME);

      // It asks to be let go, and ends when its service is elsewhere.
      expect(await remote.stop()).toBe(0);
      await until("the service is on a member", 20_000, () =>
        /: node\d/.test(cluster.exec(other, "crm_resource", "-r", "d", "--locate").output),
      );
    } finally {
      remote.kill();
    }
  });
}, 180_000);
