/**
 * Everything that goes wrong with machines, tried on a cluster in the lab: for each fault the longest
 * time that an address had no answer, who was fenced, and whether two nodes had an address at once.
 * Usage: LAB_DEB=PACKAGE.deb bun run test/lab/faults.ts STACK [COUNT] [FAULT …]
 * STACK is a stack or root of the lab (local, reference, …), so any stack can be put beside ours.
 */
import { fencings, lab, must, on, Probe, seenTwice, until, unusable, witness } from "./machines.ts";
import {
  allOnline,
  bringTo,
  holderOf,
  MASTER,
  makeCluster,
  makeServices,
  rest,
  SECOND,
  VIP,
} from "./services.ts";

const why = unusable();
if (why !== null) {
  console.log(`SKIPPED: ${why}`);
  process.exit(0);
}
const [stack = "local", size = "3", ...wanted] = process.argv.slice(2);
const count = Number(size);
const ADDRESSES = [VIP, SECOND, MASTER];
const nodes = await makeCluster(stack, count);
await makeServices();
const redis = holderOf("master", "node1") !== null;
let failed = 0;

const holder = (): string => holderOf("vip", nodes.find((n) => on(n, "true").ok)!) ?? "node1";
const other = (node: string): string => nodes.find((n) => n !== node)!;
const dc = (): string => /is: (node\d+)/.exec(on("node1", "crmadmin -D").out)?.[1] ?? "node1";
/** The address is on another node than this one, and at work. */
const movedFrom = (node: string) => () => {
  const now = holderOf("vip", other(node));
  return now !== null && now !== node;
};

interface Fault {
  name: string;
  /** Whom the fencing device is to have hit; null where that may differ. */
  fenced: (victim: string) => string[] | null;
  watch?: string;
  /** Where the address is to be at first on two nodes, of which node1 survives a cut (see services.ts). */
  ofTwo?: string;
  run: (victim: string) => Promise<string | undefined>;
}

const FAULTS: Fault[] = [
  {
    name: "process-killed",
    fenced: () => [],
    watch: ":80",
    run: async (victim) => {
      must(victim, "kill -9 $(pgrep haproxy)");
      await until("haproxy again", () => on(victim, "pgrep haproxy").ok, 60);
    },
  },
  {
    name: "redis-master-killed",
    fenced: () => [],
    watch: `${MASTER}:6379`,
    run: async () => {
      const master = holderOf("master", "node1")!;
      must(master, "kill -9 $(pgrep -x redis-server)");
      await Bun.sleep(4000);
      await until("a master", () => holderOf("master", "node1") !== null, 60);
    },
  },
  {
    name: "agent-hangs-in-monitor",
    fenced: () => [],
    run: async () => {
      const at = holderOf("moody", "node1")!;
      must(at, "touch /run/hang-monitor");
      const took = await until("restarted", () => !on(at, "test -e /run/hang-monitor").ok, 60);
      return `recovered after ${took.toFixed(1)} s (interval 2 s, timeout 3 s)`;
    },
  },
  {
    name: "agent-hangs-in-stop",
    fenced: () => null,
    run: async () => {
      const at = holderOf("moody", "node1")!;
      must(at, "touch /run/hang-stop");
      on(other(at), "crm_resource -r moody --ban -N " + at);
      const took = await until(
        "it runs elsewhere",
        () => ![null, at].includes(holderOf("moody", other(at))),
        90,
      );
      on(other(at), "crm_resource -r moody --clear");
      return `elsewhere after ${took.toFixed(1)} s (stop timeout 4 s), its node fenced`;
    },
  },
  {
    name: "power-off",
    fenced: (victim) => [`reboot ${victim}`],
    run: async (victim) => {
      lab("kill", victim);
      await until("moved", movedFrom(victim), 60);
    },
  },
  {
    name: "frozen",
    fenced: (victim) => [`reboot ${victim}`],
    run: async (victim) => {
      lab("freeze", victim);
      await until("moved", movedFrom(victim), 60);
    },
  },
  {
    name: "cut-of-holder",
    ofTwo: "node2",
    fenced: (victim) => [`reboot ${victim}`],
    run: async (victim) => {
      lab("cut", victim);
      await until("moved", movedFrom(victim), 60);
      lab("heal", victim);
    },
  },
  {
    name: "cut-of-another",
    ofTwo: "node1",
    fenced: (victim) => [`reboot ${other(victim)}`],
    run: async (victim) => {
      lab("cut", other(victim));
      await until("fenced", () => fencings().length > 0 && !allOnline(victim, count), 60);
      await Bun.sleep(3000);
      lab("heal", other(victim));
    },
  },
  {
    name: "one-link-cut",
    fenced: () => [],
    run: async (victim) => {
      lab("cut", victim, "1");
      await Bun.sleep(6000);
      const still = allOnline(victim, count);
      lab("heal", victim, "1");
      return still ? "all stayed members" : "MEMBERS LOST";
    },
  },
  {
    name: "fencing-broken",
    fenced: (victim) => [`reboot ${victim}`],
    run: async (victim) => {
      lab("fencing", "broken");
      lab("kill", victim);
      await Bun.sleep(12_000);
      const kept = holderOf("vip", other(victim));
      lab("fencing", "ok");
      const took = await until("moved", movedFrom(victim), 120);
      const early = kept !== null && kept !== victim ? "MOVED WITHOUT FENCING, " : "";
      return `${early}moved ${took.toFixed(1)} s after the device was repaired`;
    },
  },
  {
    name: "dc-killed-in-a-transition",
    fenced: () => null,
    run: async () => {
      const leader = dc();
      const from = other(leader);
      for (const i of [1, 2, 3, 4])
        must(from, `pcs resource create slow${i} ocf:pacemaker:Dummy op_sleep=2`);
      lab("kill", leader);
      await until("a new DC", () => on(from, "crmadmin -D").out.includes("node"), 60);
      await until(
        "all four run",
        () => [1, 2, 3, 4].every((i) => ![null, leader].includes(holderOf(`slow${i}`, from))),
        90,
      );
      for (const i of [1, 2, 3, 4]) on(from, `pcs resource delete slow${i}`);
      return `the DC was ${leader}`;
    },
  },
  {
    name: "all-powered-off",
    fenced: () => [],
    run: async () => {
      for (const node of nodes) lab("kill", node);
      const begun = performance.now();
      await Promise.all(nodes.map(async (node) => lab("boot", node)));
      await until("the address is back", () => holderOf("vip", "node1") !== null, 120);
      return `all at work ${((performance.now() - begun) / 1000).toFixed(1)} s after power-on`;
    },
  },
  {
    name: "rolling-restart",
    fenced: () => [],
    run: async () => {
      for (const node of nodes) {
        must(node, "pcs cluster stop");
        must(node, "pcs cluster start --wait=60");
        await rest(node);
      }
    },
  },
];

async function calm(): Promise<void> {
  const from = () => nodes.find((n) => on(n, "true").ok) ?? "node1";
  await until("all online", () => allOnline(from(), count), 180);
  on(from(), "pcs resource cleanup; pcs stonith history cleanup");
  await rest(from());
  witness(nodes, ADDRESSES);
  await Bun.sleep(1000);
}

for (const fault of FAULTS) {
  if (wanted.length > 0 && !wanted.includes(fault.name)) continue;
  if (fault.watch?.startsWith(MASTER) && !redis) {
    console.log(`| ${fault.name} | SKIPPED: no redis-server in this root |`);
    continue;
  }
  let probe: Probe | null = null;
  try {
    await calm();
    if (count === 2 && fault.ofTwo !== undefined) await bringTo(fault.ofTwo);
    seenTwice(nodes);
    const before = fencings().length;
    const victim = holder();
    const node = `10.77.0.1${victim.slice(4)}`;
    const watched = fault.watch === ":80" ? `${node}:80` : (fault.watch ?? VIP);
    probe = await Probe.start(watched);
    const note = await fault.run(victim);
    await calm();
    const outage = await probe.end();
    const hit = fencings().slice(before);
    const twice = seenTwice(nodes);
    const expected = fault.fenced(victim);
    const wrong = expected !== null && expected.join() !== hit.join();
    const bad = twice.length > 0 || wrong || /[A-Z]{5}/.test(note ?? "");
    if (bad) failed++;
    const parts = [fault.name, `${watched} ${outage.toFixed(2)} s`, hit.join(", ") || "nobody"];
    parts.push(
      twice.join(", ") || "never",
      `${note ?? ""}${wrong ? ` EXPECTED ${expected.join()}` : ""}`,
    );
    console.log(`| ${parts.join(" | ")} | ${bad ? "FAILED" : "ok"} |`);
  } catch (error) {
    failed++;
    probe?.stop();
    console.log(`| ${fault.name} | FAILED: ${(error as Error).message.slice(0, 600)} |`);
    for (const node of nodes) {
      lab("heal", node);
      lab("thaw", node);
      lab("boot", node);
    }
    lab("fencing", "ok");
  }
}
if (process.env["KEEP"] === undefined) lab("down");
console.log(failed === 0 ? "faults: passed" : `faults: ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
