/**
 * Scenario folders of test/scenarios/cluster, played on real machines: the same configuration, the same
 * faults at the same moments; then what was decided is put beside what the folder expects of the
 * simulated cluster: who was fenced, and where everything runs at the end.
 * Usage: bun run test/lab/scenarios.ts STACK [SCENARIO …]; STACK `reference` is the originals. A folder
 * needs three nodes, and commands that machines can be told (MACHINES below).
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { COMMAND_NAMES, parseScript, type Script } from "../../internal/simulator/mod.ts";
import { parseXml, printXml } from "../../internal/xml/mod.ts";
import { SCENARIOS } from "../sim/scenarios.ts";
import { fencings, lab, must, on, until, unusable } from "./machines.ts";
import { allOnline, rest } from "./services.ts";

const TEN = [
  ...["holder-loses-power", "dc-loses-power", "promoted-node-dies", "dependents-follow"],
  ...["stop-fails", "start-fails-here", "group-member-does-not-start", "failure-during-failover"],
  ...["standby-and-back", "service-is-unmanaged", "migration-threshold", "group-member-dies"],
];
const NODES = ["node1", "node2", "node3"];
const AGENTS = "/usr/lib/ocf/resource.d/pacemaker";
/** Stands before an agent: does what /run/scripted/RESOURCE.ACTION says, else what the agent does. */
const WRAPPER = `#!/bin/sh
script=/run/scripted/\${OCF_RESOURCE_INSTANCE%%:*}.$1
takes= rc=
[ -e "$script" ] && . "$script"
[ -n "$takes" ] && sleep "$takes"
[ -n "$rc" ] && exit "$rc"
exec ${AGENTS}/.real/$(basename "$0") "$@"
`;

interface Outcome {
  fenced: string;
  runs: Map<string, string>;
}

function living(): string {
  return NODES.find((node) => on(node, "true").ok) ?? "node1";
}

/** What a word of a scenario does on machines; what comes back undoes it. */
const MACHINES: Record<string, (words: readonly string[]) => () => void> = {
  "power-off": (names) => {
    for (const name of names) lab("kill", name);
    return () => MACHINES["power-on"]!(names);
  },
  "power-on": (names) => {
    for (const name of names) lab("boot", name);
    return () => {};
  },
  "shut-down": (names) => {
    for (const name of names) on(name, "systemctl stop --no-block pacemaker");
    return () => MACHINES["start-engine"]!(names);
  },
  "start-engine": (names) => {
    for (const name of names) on(name, "systemctl start pacemaker");
    return () => {};
  },
  "kill-resource": ([resource = ""]) => {
    for (const node of NODES) on(node, `rm -f /run/*-${resource}.state`);
    return () => {};
  },
  agent: ([key = "", ...words]) => {
    const [node = "", resource, action] = key.split("/");
    const script = words.filter((word) => /^(rc|takes)=\d+$/.test(word)).map(seconds);
    const set = (text: string): void => {
      const file = `/run/scripted/${resource}.${action}`;
      const line =
        text === "" ? `rm -f ${file}` : `mkdir -p /run/scripted; printf '${text}\\n' >${file}`;
      for (const each of node === "*" ? NODES : [node]) on(each, line);
    };
    set(words.includes("honest") ? "" : script.join("\\n"));
    return () => set("");
  },
  fencing: (words) => {
    lab("fencing", words.includes("works") ? "ok" : "broken");
    return () => lab("fencing", "ok");
  },
  standby: ([node = "", value]) => {
    on(living(), `crm_standby -N ${node} -v ${value === "off" ? "off" : "on"}`);
    return () => on(living(), `crm_standby -N ${node} -v off`);
  },
  cleanup: ([resource, node]) => {
    on(living(), `crm_resource --refresh -r ${resource} -N ${node}`);
    return () => {};
  },
  ban: ([resource, node]) => {
    on(living(), `crm_resource --ban -r ${resource} -N ${node}`);
    return () => on(living(), `crm_resource --clear -r ${resource} -N ${node}`);
  },
  meta: ([resource, name, value]) => {
    on(living(), `crm_resource --meta -r ${resource} -p ${name} -v ${value}`);
    return () => on(living(), `crm_resource --meta -r ${resource} -d ${name}`);
  },
  option: ([name, value]) => {
    on(living(), `crm_attribute -t crm_config -n ${name} -v ${value}`);
    return () => on(living(), `crm_attribute -t crm_config -n ${name} -D`);
  },
};

/** `takes=MS` as a shell takes it. */
function seconds(word: string): string {
  const ms = /^takes=(\d+)$/.exec(word)?.[1];
  return ms === undefined ? word : `takes=${Number(ms) / 1000}`;
}

function read(name: string, file: string): string {
  return readFileSync(join(SCENARIOS, name, file), "utf8");
}

function expected(name: string): Outcome {
  const text = read(name, "expected");
  const fenced = [...text.matchAll(/ fenced (\S+) by/g)].map((found) => found[1]!);
  const runs = [...text.matchAll(/ (\S+) runs on: (.*)$/gm)].map(
    ([, resource, nodes]): [string, string] => [resource!, nodes === "no node" ? "-" : nodes!],
  );
  return { fenced: fenced.join(" ") || "-", runs: new Map(runs) };
}

/** The folder's CIB, with the lab's fencing device. */
function configuration(name: string): string {
  const cib = parseXml(read(name, "cluster.xml"));
  if (!cib.ok) throw new Error(cib.error.message);
  for (const primitive of cib.value.descendants("primitive")) {
    if (primitive.get("class") === "stonith") primitive.set("type", "fence_lab");
  }
  return `<?xml version="1.0"?>\n${printXml(cib.value)}\n`;
}

async function bootAll(): Promise<void> {
  lab("fencing", "ok");
  for (const node of NODES) if (!on(node, "true").ok) lab("boot", node);
  await until("all machines run", () => NODES.every((node) => on(node, "true").ok), 60);
}

/** All machines with that CIB on their disks and nothing else; node1 is DC, as in the simulator. */
async function begin(cib: string): Promise<void> {
  lab("reboots", "off");
  await bootAll();
  for (const node of NODES) {
    on(node, "systemctl stop pacemaker; systemctl start corosync; rm -rf /run/scripted");
  }
  const file = join("/tmp", `lab-scenario-${process.pid}.xml`);
  await Bun.write(file, cib);
  for (const node of NODES) {
    must(node, "rm -f /var/lib/pacemaker/cib/* /run/Dummy-*.state /run/Stateful-*.state");
    lab("put", node, file, "/var/lib/pacemaker/cib/cib.xml");
    must(
      node,
      "chown hacluster:haclient /var/lib/pacemaker/cib/cib.xml; chmod 600 /var/lib/pacemaker/cib/cib.xml",
    );
  }
  await Bun.file(file).delete();
}

async function start(): Promise<void> {
  must("node1", "systemctl start pacemaker");
  await until("a DC", () => on("node1", "crmadmin -D").out.includes("node1"), 90);
  for (const node of NODES.slice(1)) must(node, "systemctl start pacemaker");
  await until("all online", () => allOnline("node1", NODES.length), 120);
  await rest("node1");
}

async function play(script: Script): Promise<void> {
  const moments = script.steps
    .filter((step) => step.atMs > 0)
    .map((step) => ({ atMs: step.atMs, act: (): unknown => run(step.words) }));
  for (const step of script.steps) {
    if (step.forMs === null) continue;
    const of = moments.find((moment) => moment.atMs === step.atMs)!;
    let undo = (): void => {};
    of.act = () => {
      undo = run(step.words);
    };
    moments.push({ atMs: step.atMs + step.forMs, act: () => undo() });
  }
  moments.sort((a, b) => a.atMs - b.atMs);
  const first = moments[0]?.atMs ?? 0;
  const begun = performance.now();
  const wait = (atMs: number) => Bun.sleep(Math.max(0, atMs - first - (performance.now() - begun)));
  for (const { atMs, act } of moments) {
    await wait(atMs);
    act();
  }
  await wait(script.endMs);
}

function run(words: readonly string[]): () => void {
  const [command = "", ...rest] = words;
  return MACHINES[command]!(rest);
}

/** Where everything runs, asked of a node that is in the cluster. */
function placements(resources: Iterable<string>): Map<string, string> {
  const { out } = on(living(), "crm_mon -1 --output-as=xml");
  const where = new Map<string, string>();
  for (const resource of resources) {
    const found = out.matchAll(
      new RegExp(`<resource id="${resource}(?::\\d+)?" ([^>]*)>\\s*<node name="([^"]+)"`, "g"),
    );
    const nodes = [...found].filter((hit) => / active="true"/.test(` ${hit[1]}`)).map((h) => h[2]!);
    where.set(resource, [...new Set(nodes)].sort().join(" ") || "-");
  }
  return where;
}

async function scenario(name: string): Promise<{ simulated: Outcome; real: Outcome }> {
  const simulated = expected(name);
  const script = parseScript(read(name, "script"), COMMAND_NAMES);
  const alien = script.steps.find((step) => MACHINES[step.words[0]!] === undefined);
  if (alien !== undefined) throw new Error(`${name}: no machine can be told ${alien.words[0]}`);
  await begin(configuration(name));
  for (const step of script.steps) if (step.atMs === 0) run(step.words);
  await start();
  const before = fencings().length;
  // Where the folder ends before a fenced machine would be back, none comes back here.
  const last = script.steps.at(-1)?.atMs ?? 0;
  const returns = script.rebootMs !== null && last + script.rebootMs < script.endMs;
  lab("reboots", returns ? "on" : "off");
  await play(script);
  if (returns) await until("all are back", () => allOnline(living(), NODES.length), 120);
  await rest(living());
  const fenced = fencings()
    .slice(before)
    .map((line) => line.split(" ")[1]!);
  const runs = placements(simulated.runs.keys());
  return { simulated, real: { fenced: fenced.join(" ") || "-", runs } };
}

const why = unusable();
if (why !== null) {
  console.log(`SKIPPED: ${why}`);
  process.exit(0);
}
const [stack = "reference", ...wanted] = process.argv.slice(2);
lab("down");
const up = lab("up", stack, String(NODES.length));
if (!up.ok) throw new Error(up.out);
for (const node of NODES) {
  must(node, "systemctl enable --now pcsd; echo hacluster:lab | chpasswd");
  must(
    node,
    `mkdir -p ${AGENTS}/.real; for a in Dummy Stateful; do mv ${AGENTS}/$a ${AGENTS}/.real/; done`,
  );
}
for (const agent of ["Dummy", "Stateful"]) {
  const file = join("/tmp", `lab-agent-${process.pid}`);
  await Bun.write(file, WRAPPER);
  for (const node of NODES) {
    lab("put", node, file, `${AGENTS}/${agent}`);
    must(node, `chmod 755 ${AGENTS}/${agent}`);
  }
  await Bun.file(file).delete();
}
await until(
  "pcsd answers",
  () => on("node1", `pcs host auth ${NODES.join(" ")} -u hacluster -p lab`).ok,
  60,
);
must("node1", `pcs cluster setup test ${NODES.map((n) => `${n} addr=${n}`).join(" ")}`);
must("node1", "pcs cluster enable --all");

const show = (runs: Map<string, string>): string =>
  [...runs].map(([resource, nodes]) => `${resource}: ${nodes}`).join("; ");
let different = 0;
console.log("| scenario | fenced | at the end | the machines |\n|---|---|---|---|");
for (const name of wanted.length > 0 ? wanted : TEN) {
  let verdict = "the same";
  const { fenced, runs } = expected(name);
  try {
    const { real } = await scenario(name);
    if (real.fenced !== fenced || show(real.runs) !== show(runs)) {
      verdict = `fenced ${real.fenced}; ${show(real.runs)}`;
    }
  } catch (error) {
    verdict = `not compared: ${error}`;
  }
  if (verdict !== "the same") different += 1;
  console.log(`| ${name} | ${fenced} | ${show(runs)} | ${verdict} |`);
}
lab("down");
process.exit(different === 0 ? 0 : 1);
