/**
 * The main job, shown: a three-node cluster is made, a web service is configured with pcs alone,
 * and then its process is killed, its node loses power, and its node is shut down in order, while
 * a client outside asks the service all the time. Ends with a timeline; exits non-zero if
 * anything did not recover. Leaves no process and no file behind.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Cluster, ClusterError } from "../harness/cluster.ts";
import { Client } from "./client.ts";

const root = resolve(import.meta.dir, "../..");
const muster = process.env["MUSTER_BINARY"] ?? join(root, "dist/muster");
const NET = process.env["MUSTER_DEMO_NET"] ?? "48";
const ADDRESS = `127.${NET}.0.100`;
const PORT = 8080;
const RECOVERY_TIMEOUT_MS = 60_000;

const scratch = mkdtempSync(join(tmpdir(), "muster-demo-"));
const cluster = new Cluster(muster, join(scratch, "sandbox"), NET);
const timeline: { atMs: number; text: string }[] = [];
const watch: { client: Client | null } = { client: null };

function note(text: string): void {
  const atMs = watch.client?.elapsedMs() ?? 0;
  timeline.push({ atMs, text });
  console.log(`\n== ${text}`);
}

/** Waits until the service answers from `where`, and the cluster agrees that all is well. */
async function settled(where: (node: string) => boolean, what: string): Promise<void> {
  const deadline = performance.now() + RECOVERY_TIMEOUT_MS;
  const { client } = watch;
  if (client === null) throw new ClusterError("no client asks");
  while (client.node === null || !where(client.node)) {
    if (performance.now() > deadline)
      throw new ClusterError(`${what}: the service did not recover`);
    await Bun.sleep(50);
  }
  note(`${what}: answered by ${client.node}`);
}

function configure(): void {
  const server = `${process.execPath} ${join(import.meta.dir, "web.ts")} ${ADDRESS} ${PORT}`;
  const pcs = (...words: string[]) => cluster.show("node1", "pcs", ...words);
  pcs("resource", "defaults", "update", "resource-stickiness=100");
  pcs("stonith", "create", "fence", "fence_sandbox", "pcmk_host_list=node1 node2 node3");
  pcs("resource", "create", "web-data", "ocf:pacemaker:Dummy", "--group", "web");
  pcs(
    "resource",
    "create",
    "web-server",
    "ocf:muster:process",
    `command=${server}`,
    `address=${ADDRESS}`,
    `port=${PORT}`,
    "op",
    "monitor",
    "interval=1s",
    "--group",
    "web",
  );
  pcs("resource", "create", "web-report", "ocf:pacemaker:Dummy");
  pcs("constraint", "location", "web", "prefers", "node1=50");
  pcs("constraint", "colocation", "add", "web-report", "with", "web");
  pcs("constraint", "order", "web", "then", "web-report");
  pcs("resource", "config", "web");
}

async function killProcess(): Promise<void> {
  const node = watch.client!.node!;
  note(`kill the web server's process on ${node}`);
  const pid = cluster.serverPid(node, "web.ts");
  process.kill(pid, "SIGKILL");
  await untilDown();
  await settled(() => true, "process killed");
}

async function killNode(): Promise<void> {
  const node = watch.client!.node!;
  note(`power off ${node} without warning`);
  cluster.sandbox("kill", node);
  await settled((other) => other !== node, "node lost");
  await cluster.untilOnline(3, RECOVERY_TIMEOUT_MS);
  note(`${node} was fenced, booted and is back in the cluster`);
  cluster.show(watch.client!.node ?? "node2", "crm_mon", "-1");
}

async function stopNode(): Promise<void> {
  const node = watch.client!.node!;
  note(`shut ${node} down in order`);
  cluster.sandbox("stop", node);
  await settled((other) => other !== node, "node stopped");
  cluster.show(watch.client!.node!, "crm_mon", "-1");
  cluster.sandbox("boot", node);
  await cluster.untilOnline(3, RECOVERY_TIMEOUT_MS);
  note(`${node} is back`);
}

async function untilDown(): Promise<void> {
  for (let i = 0; i < 200 && watch.client!.node !== null; i++) await Bun.sleep(10);
}

function printTimeline(): void {
  const rows = [
    ...timeline,
    ...watch.client!.outages.map((outage) => ({
      atMs: outage.fromMs,
      text:
        `OUTAGE ${((outage.toMs - outage.fromMs) / 1000).toFixed(2)} s: ` +
        `${outage.before} -> ${outage.after}`,
    })),
  ].sort((a, b) => a.atMs - b.atMs);
  console.log("\nTimeline (seconds since the client began to ask)\n");
  for (const row of rows) console.log(`${(row.atMs / 1000).toFixed(2).padStart(8)}  ${row.text}`);
  console.log(
    `\nThe client had ${watch.client!.answers} answers and ${watch.client!.outages.length} outages.`,
  );
}

async function main(): Promise<void> {
  console.log(`== a sandbox of three nodes (${muster})`);
  cluster.sandbox("up", "--nodes", "3", "--net", NET);
  console.log("\n== configured with pcs alone");
  configure();
  watch.client = new Client(`http://${ADDRESS}:${PORT}/`);
  await settled(() => true, "service started");
  cluster.show("node1", "crm_mon", "-1");
  cluster.show("node1", "pcs", "status");
  await killProcess();
  await killNode();
  await stopNode();
  watch.client.stop();
  printTimeline();
}

let code = 0;
try {
  await main();
} catch (error) {
  code = 1;
  console.error(error instanceof ClusterError ? `\ndemo: ${error.message}` : error);
  cluster.printLogs();
} finally {
  watch.client?.stop();
  cluster.sandbox("down");
  rmSync(scratch, { recursive: true, force: true });
}
if (cluster.leftovers().length > 0 || existsSync(scratch)) {
  console.error(`demo: left behind: ${cluster.leftovers().join(", ")} ${scratch}`);
  code = 1;
}
console.log(code === 0 ? "\nThe demo has passed." : "\nThe demo has FAILED.");
process.exit(code);
