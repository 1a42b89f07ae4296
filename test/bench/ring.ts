/**
 * Our ring beside stock Corosync: three nodes each, same machine, same network, same encryption,
 * same client work. Needs root and the lab script (LAB=PATH, see its README); prints ratios.
 *
 *   LAB=/path/to/lab bun test/bench/ring.ts [udpu|knet] [SECONDS]
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const lab = process.env["LAB"];
if (lab === undefined || process.getuid?.() !== 0) {
  console.log("ring benchmark: LAB is not set or not root: SKIPPED");
  process.exit(0);
}
const [transport = "knet", seconds = "4"] = process.argv.slice(2);
const SIZES = (process.env["SIZES"] ?? "64,1024,8192,65536").split(",").map(Number);
const NODES = [1, 2, 3];
const here = import.meta.dir;
const work = mkdtempSync(join(tmpdir(), "muster-bench-"));

interface Result {
  count: number;
  bytes: number;
  seconds: number;
  /** Microseconds. */
  p50: number;
  p999: number;
  /** Seconds of processor time: client and daemon, of all nodes together once {@link load} is done. */
  cpu: number;
}

async function run(argv: string[]): Promise<string> {
  const child = Bun.spawn(argv, { stdout: "pipe", stderr: "pipe" });
  const text = await new Response(child.stdout).text();
  if ((await child.exited) !== 0) {
    throw new Error(`${argv.join(" ")}: ${await new Response(child.stderr).text()}`);
  }
  return text;
}

const on = (node: number, command: string) => run([lab, "exec", `node${node}`, command]);
const put = (node: number, from: string, to: string) => run([lab, "put", `node${node}`, from, to]);

function conf(tokenMs: number | null): string {
  const token = tokenMs === null ? "" : `    token: ${tokenMs}\n`;
  const crypto = transport === "knet" ? "    crypto_cipher: aes256\n    crypto_hash: sha256\n" : "";
  const nodes = NODES.map(
    (n) =>
      `    node {\n        ring0_addr: 10.77.0.1${n}\n        name: node${n}\n        nodeid: ${n}\n    }\n`,
  );
  return (
    `totem {\n    version: 2\n    cluster_name: bench\n    transport: ${transport}\n${crypto}${token}}\n` +
    `nodelist {\n${nodes.join("")}}\nquorum {\n    provider: corosync_votequorum\n}\n` +
    "logging {\n    to_logfile: yes\n    logfile: /var/log/corosync/corosync.log\n    to_stderr: no\n    to_syslog: no\n}\n"
  );
}

async function prepare(): Promise<void> {
  await run(["cc", "-O2", join(here, "cpg-client.c"), "-o", join(work, "cpg-client"), "-ldl"]);
  const build = [process.execPath, "build", "--compile", join(here, "ring-client.ts")];
  await run([...build, "--outfile", join(work, "ring-client")]);
  writeFileSync(join(work, "authkey"), randomBytes(256));
  const muster = process.env["MUSTER_BIN"] ?? resolve(here, "../../dist/muster");
  for (const node of NODES) {
    await put(node, join(work, "cpg-client"), "/root/cpg-client");
    await put(node, join(work, "ring-client"), "/root/ring-client");
    await put(node, muster, "/usr/local/bin/muster");
    await put(node, join(work, "authkey"), "/etc/corosync/authkey");
  }
}

const STACKS = {
  corosync: {
    unit: "corosync",
    start: "systemctl start corosync",
    stop: "systemctl stop corosync",
    kill: "systemctl kill -s KILL corosync",
    client: "/root/cpg-client",
    status: "/usr/sbin/corosync-quorumtool -s",
  },
  muster: {
    unit: "musterbench",
    start: "systemd-run --quiet --unit=musterbench --collect /usr/local/bin/muster ring",
    stop: "systemctl stop musterbench",
    kill: "systemctl kill -s KILL musterbench",
    client: "/root/ring-client",
    status: "/usr/local/bin/muster corosync-quorumtool -s",
  },
};
type Stack = keyof typeof STACKS;

async function members(stack: Stack, node: number): Promise<number> {
  const text = await on(node, `${STACKS[stack].status} || true`);
  return Number(/Nodes:\s+(\d+)/.exec(text)?.[1] ?? 0);
}

async function whole(stack: Stack): Promise<void> {
  for (let i = 0; i < 100; i += 1) {
    if ((await members(stack, 1)) === 3 && (await members(stack, 3)) === 3) return;
    await Bun.sleep(200);
  }
  throw new Error(`${stack} did not form a ring of three`);
}

const TICKS_PER_S = 100;

/** Processor seconds of the stack's daemon on all nodes. */
async function daemonCpu(stack: Stack): Promise<number> {
  const { unit } = STACKS[stack];
  const stat = `cut -d' ' -f14,15 /proc/$(systemctl show -p MainPID --value ${unit})/stat`;
  const texts = await Promise.all(NODES.map((node) => on(node, stat)));
  const ticks = texts.flatMap((text) => text.trim().split(" ").map(Number));
  return ticks.reduce((sum, n) => sum + n, 0) / TICKS_PER_S;
}

async function load(stack: Stack, size: number, mode: string): Promise<Result> {
  const command = `${STACKS[stack].client} ${size} ${seconds} ${mode}`;
  const before = await daemonCpu(stack);
  const texts = await Promise.all(NODES.map((node) => on(node, command)));
  const all = texts.map((text) => JSON.parse(text) as Result);
  return {
    count: Math.max(...all.map((r) => r.count)),
    bytes: Math.max(...all.map((r) => r.bytes)),
    seconds: Math.max(...all.map((r) => r.seconds)),
    p50: Math.max(...all.map((r) => r.p50)),
    p999: Math.max(...all.map((r) => r.p999)),
    cpu: all.reduce((sum, r) => sum + r.cpu, (await daemonCpu(stack)) - before),
  };
}

/** Milliseconds from SIGKILL of node 3's ring to the new membership on node 1. */
async function detection(stack: Stack): Promise<number> {
  const watch =
    `a=$(date +%s%3N); while [ "$(${STACKS[stack].status} 2>/dev/null | ` +
    `sed -n 's/^Nodes: *//p')" != 2 ]; do sleep 0.02; done; echo $(( $(date +%s%3N) - a ))`;
  const seen = on(1, watch);
  await Bun.sleep(300);
  const before = performance.now();
  await on(3, STACKS[stack].kill);
  const late = performance.now() - before;
  const total = Number(await seen);
  return total - 300 - late / 2;
}

async function start(stack: Stack, tokenMs: number | null): Promise<void> {
  writeFileSync(join(work, "conf"), conf(tokenMs));
  for (const node of NODES) await put(node, join(work, "conf"), "/etc/corosync/corosync.conf");
  await Promise.all(NODES.map((node) => on(node, STACKS[stack].start)));
  await whole(stack);
}

async function stop(stack: Stack): Promise<void> {
  await Promise.all(NODES.map((node) => on(node, `${STACKS[stack].stop} || true`)));
}

/** Milliseconds until a killed node is noticed, with the default token timeout and with 1000. */
interface Detection {
  standard: number;
  token1000: number;
}

async function measure(stack: Stack): Promise<{ rows: Map<string, Result>; detect: Detection }> {
  await start(stack, null);
  const rows = new Map<string, Result>();
  for (const size of SIZES) {
    for (const mode of ["flood", "paced"]) {
      rows.set(`${size} ${mode}`, await load(stack, size, mode));
    }
  }
  const standard = await detection(stack);
  await stop(stack);
  await start(stack, 1000);
  const token1000 = await detection(stack);
  await stop(stack);
  return { rows, detect: { standard, token1000 } };
}

await prepare();
const theirs = await measure("corosync");
const ours = await measure("muster");
const rate = (r: Result) => r.count / r.seconds;
/** Processor time of everything that one message took, on all nodes together. */
const cost = (r: Result) => ((r.cpu / r.count) * 1e6).toFixed(1);
console.log(
  `transport ${transport}, three nodes, ${seconds} s each; latency in µs at 500 msg/s a node`,
);
console.log(
  "size     corosync msg/s   muster msg/s  ratio   MB/s  CPU µs/msg theirs/ours  p50 theirs/ours  p99.9 theirs/ours",
);
for (const size of SIZES) {
  const [a, b] = [theirs.rows.get(`${size} flood`)!, ours.rows.get(`${size} flood`)!];
  const [x, y] = [theirs.rows.get(`${size} paced`)!, ours.rows.get(`${size} paced`)!];
  console.log(
    `${String(size).padEnd(6)} ${rate(a).toFixed(0).padStart(15)} ${rate(b).toFixed(0).padStart(14)}` +
      `  ${(rate(b) / rate(a)).toFixed(2).padStart(5)} ${(b.bytes / b.seconds / 1e6).toFixed(0).padStart(6)}` +
      `  ${cost(a)}/${cost(b)}  ${x.p50.toFixed(0)}/${y.p50.toFixed(0)}  ${x.p999.toFixed(0)}/${y.p999.toFixed(0)}`,
  );
}
for (const [name, pick] of [
  ["default token", (d: Detection) => d.standard],
  ["token 1000", (d: Detection) => d.token1000],
] as const) {
  const [t, o] = [pick(theirs.detect), pick(ours.detect)];
  const times = `corosync ${t.toFixed(0)} ms, muster ${o.toFixed(0)} ms (${(o / t).toFixed(2)})`;
  console.log(`killed node noticed, ${name}: ${times}`);
}
