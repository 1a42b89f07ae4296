/**
 * How long the tools take from exec to exit against a running engine, beside /usr/bin/true in the
 * same run. Prints milliseconds and the ratio. Run: `bun run test/bench/startup.ts [RUNS]`.
 */
import { join } from "node:path";
import { withCluster } from "../harness/sandbox-fixture.ts";

const RUNS = Number(process.argv[2] ?? "30");

const COMMANDS: string[][] = [
  ["crm_attribute", "--type", "crm_config", "--name", "bench", "--query", "--quiet"],
  ["crm_node", "-n"],
  ["crm_node", "-l"],
  ["attrd_updater", "-n", "bench", "-U", "1"],
  ["attrd_updater", "-n", "bench", "-Q"],
  ["crm_resource", "-r", "dummy", "-W"],
  ["cibadmin", "-Q"],
  ["crm_mon", "-1"],
  ["pcs", "resource", "config"],
  ["pcs", "status"],
];

function once(argv: string[], env: Record<string, string>): number {
  const from = performance.now();
  const done = Bun.spawnSync(argv, { env, stdin: "ignore", stdout: "ignore", stderr: "ignore" });
  if (done.exitCode !== 0) throw new Error(`${argv.join(" ")} ended with ${done.exitCode}`);
  return performance.now() - from;
}

function percentile(sorted: number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}

await withCluster({ nodes: 1, net: 69 }, async (cluster) => {
  const run = (...words: string[]) => {
    const done = cluster.exec("node1", ...words);
    if (done.code !== 0) throw new Error(`${words.join(" ")}: ${done.output}`);
  };
  run("pcs", "property", "set", "stonith-enabled=false");
  run("pcs", "resource", "create", "dummy", "ocf:pacemaker:Dummy");
  run("crm_attribute", "--type", "crm_config", "--name", "bench", "--update", "1");
  run("attrd_updater", "-n", "bench", "-U", "1");
  await Bun.sleep(1_000);
  const bin = join(cluster.dir, "bin");
  const env = { PATH: `${bin}:/usr/bin:/bin`, MUSTER_ROOT: cluster.root("node1") };
  const commands = COMMANDS.map(([name, ...rest]) => [join(bin, name!), ...rest]);
  const times = new Map<string[], number[]>([["/usr/bin/true"], ...commands].map((c) => [c, []]));
  // Round by round, so that a busy moment of the machine hits all alike.
  for (let i = 0; i < RUNS; i++) for (const [argv, all] of times) all.push(once(argv, env));
  const reference = [...times.values()][0]!.sort((a, b) => a - b);
  const base = percentile(reference, 0.5);
  console.log(`${RUNS} runs each                                   p50 ms  p90 ms   x true`);
  for (const [argv, all] of times) {
    all.sort((a, b) => a - b);
    const [p50, p90] = [percentile(all, 0.5), percentile(all, 0.9)];
    const label = [argv[0]!.split("/").pop(), ...argv.slice(1)].join(" ").slice(0, 44);
    const cells = [p50.toFixed(1), p90.toFixed(1), (p50 / base).toFixed(1)];
    console.log(`${label.padEnd(46)} ${cells.map((cell) => cell.padStart(7)).join(" ")}`);
  }
});
