/** The lab's machines as scripts use them: commands on nodes, faults, a client that watches addresses. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const shared = process.env["MUSTER_SHARED"] ?? "";
const program = join(shared, "lab/lab");
process.env["LAB_ID"] ??= "mustertest";
process.env["LAB_QUIET"] = "1";
const state = join(process.env["LAB_DIR"] ?? "/var/tmp/ha-lab", "run", process.env["LAB_ID"]);

/** Why no machine can be had here; null when it can. */
export function unusable(): string | null {
  if (process.getuid?.() !== 0) return "machines need root";
  if (!existsSync(program)) return "MUSTER_SHARED has no lab";
  return Bun.which("systemd-nspawn") === null ? "systemd-nspawn is missing" : null;
}

export interface Ran {
  ok: boolean;
  out: string;
}

/** One lab command. */
export function lab(...words: string[]): Ran {
  const child = Bun.spawnSync([program, ...words], {
    env: process.env,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: 180_000,
  });
  return { ok: child.exitCode === 0, out: `${child.stdout}${child.stderr}` };
}

/** A shell line on a node. */
export function on(node: string, line: string): Ran {
  return lab("exec", node, line);
}

/** The same, and it must go well. */
export function must(node: string, line: string): string {
  const ran = on(node, line);
  if (!ran.ok) throw new Error(`${node}# ${line}\n${ran.out}`);
  return ran.out;
}

/** Until it is so; seconds that it took. */
export async function until(what: string, test: () => boolean, limitS: number): Promise<number> {
  const begun = performance.now();
  while (!test()) {
    if (performance.now() - begun > limitS * 1000)
      throw new Error(`not within ${limitS} s: ${what}`);
    await Bun.sleep(200);
  }
  return (performance.now() - begun) / 1000;
}

/** Power-offs and reboots that the fencing device did, in order: `reboot node2`. */
export function fencings(): string[] {
  const log = join(state, "fence.log");
  const lines = existsSync(log) ? readFileSync(log, "utf8").split("\n") : [];
  return lines
    .map((line) => line.split(" ").slice(1).join(" "))
    .filter((l) => /^(off|reboot) /.test(l));
}

/** Asks an address every 20 ms from outside the cluster. */
export class Probe {
  readonly #child: Bun.Subprocess<"ignore", "pipe", "inherit">;
  readonly #begun = Date.now() / 1000;

  /** Asks already: the first answers came, or there are none to be had. */
  static async start(address: string): Promise<Probe> {
    const answers = join(state, "probe");
    await Bun.write(answers, "");
    const probe = new Probe(address, answers);
    for (let i = 0; i < 100 && Bun.file(answers).size < 100; i++) await Bun.sleep(100);
    return probe;
  }

  private constructor(address: string, answers: string) {
    this.#child = Bun.spawn([program, "probe", address, "-o", answers], {
      env: process.env,
      stdin: "ignore",
      stdout: "pipe",
      stderr: "inherit",
    });
  }

  stop(): void {
    this.#child.kill("SIGTERM");
  }

  /** The longest time without an answer, in seconds; 0 where no answer was missed. */
  async end(): Promise<number> {
    await Bun.sleep(500);
    this.stop();
    const text = await new Response(this.#child.stdout).text();
    const gaps = [...text.matchAll(/^gap ([\d.]+) from/gm)].map((m) => Number(m[1]));
    const answered = Number(/answered (\d+)/.exec(text)?.[1] ?? 0);
    if (answered === 0) return Date.now() / 1000 - this.#begun;
    return Math.max(0, ...gaps);
  }
}

// --- Nothing active twice ---------------------------------------------------------------------

/** On each node: writes the time, 20 times a second, while the node has one of the addresses. */
const WITNESS = `
import sys, time
addresses = sys.argv[2:]
out = open(sys.argv[1], "a", buffering=1)
while True:
    table = open("/proc/net/fib_trie").read()
    for address in addresses:
        if address + "\\n" in table: out.write("%s %.3f\\n" % (address, time.time()))
    time.sleep(0.05)
`;

/** Starts the witness where it does not run (any more). */
export function witness(nodes: readonly string[], addresses: readonly string[]): void {
  const script = join(state, "fence/witness.py");
  if (!existsSync(script)) writeFileSync(script, WITNESS);
  const line =
    "kill -0 $(cat /run/witness.pid 2>/dev/null) 2>/dev/null || { setsid python3 /lab/witness.py " +
    `/lab/seen.$(hostname) ${addresses.join(" ")} </dev/null >/dev/null 2>&1 & echo $! >/run/witness.pid; }`;
  for (const node of nodes) on(node, line);
}

/** Addresses that two nodes had within the same tenth of a second, since the last call. */
export function seenTwice(nodes: readonly string[]): string[] {
  const holders = new Map<string, Set<string>>();
  for (const node of nodes) {
    const file = join(state, "fence", `seen.${node}`);
    if (!existsSync(file)) continue;
    for (const line of readFileSync(file, "utf8").split("\n")) {
      const [address, time] = line.split(" ");
      if (address === undefined || time === undefined) continue;
      const key = `${address} ${Math.floor(Number(time) * 10)}`;
      holders.set(key, (holders.get(key) ?? new Set()).add(node));
    }
    Bun.spawnSync(["truncate", "-s", "0", file]);
  }
  const twice = [...holders].filter(([, who]) => who.size > 1);
  return [
    ...new Set(twice.map(([key, who]) => `${key.split(" ")[0]} on ${[...who].join(" and ")}`)),
  ];
}
