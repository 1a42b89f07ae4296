/**
 * Tools on a CIB file, ours beside the originals in one run: wall and processor time. Needs root, a
 * built dist/muster and MUSTER_DEBIAN_ROOT with pacemaker and pcs.
 * Run: `bun run test/bench/cli-tools.ts [RUNS]`.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DebianRoot, debianRootMissing } from "../harness/debian-root.ts";

const missing = debianRootMissing("usr/sbin/pcs", "usr/sbin/crm_mon");
if (missing !== null) {
  console.error(`cannot run: ${missing}`);
  process.exit(1);
}
const RUNS = Number(process.argv[2] ?? "20");
const FOLDER = "/tmp/bench";
const FILE = `${FOLDER}/cib.xml`;

/** Commands, and what is asked of them: a share of the original's time, or milliseconds on top. */
const COMMANDS: [string[], { share: number } | { more: number }][] = [
  [["pcs", "-f", FILE, "resource", "config"], { share: 0.1 }],
  [["pcs", "-f", FILE, "resource", "create", "new", "ocf:pacemaker:Dummy"], { share: 0.1 }],
  [["pcs", "-f", FILE, "constraint", "location", "d1", "prefers", "node1=5"], { share: 0.1 }],
  [["pcs", "-f", FILE, "constraint"], { share: 0.1 }],
  [["pcs", "-f", FILE, "--corosync_conf", `${FOLDER}/corosync.conf`, "status"], { share: 0.1 }],
  [["crm_mon", "-1"], { more: 10 }],
  [["cibadmin", "-Q"], { more: 10 }],
  [["crm_attribute", "-n", "stonith-enabled", "-G"], { more: 10 }],
  [["crm_attribute", "-n", "x", "-v", "1"], { more: 10 }],
  [["crm_resource", "-r", "d1", "-W"], { more: 10 }],
  [["crm_resource", "-r", "d1", "-m", "-g", "target-role"], { more: 10 }],
  [["crm_resource", "-L"], { more: 10 }],
];

const COROSYNC = `totem {
    version: 2
    cluster_name: bench
}
nodelist {
    node {
        name: node1
        nodeid: 1
        ring0_addr: 192.0.2.1
    }
}
`;

function cibText(): string {
  const resources = [...Array(12).keys()].map(
    (n) =>
      `<primitive id="d${n}" class="ocf" provider="pacemaker" type="Dummy"><meta_attributes id="d${n}-m">` +
      `<nvpair id="d${n}-m-t" name="target-role" value="Started"/></meta_attributes><operations>` +
      `<op id="d${n}-o" name="monitor" interval="10s"/></operations></primitive>`,
  );
  return (
    '<cib validate-with="pacemaker-4.0" admin_epoch="0" epoch="9" num_updates="0" have-quorum="1" ' +
    'crm_feature_set="3.20.0"><configuration><crm_config><cluster_property_set id="cib-bootstrap-' +
    'options"><nvpair id="s" name="stonith-enabled" value="false"/></cluster_property_set>' +
    `</crm_config><nodes><node id="1" uname="node1"/></nodes><resources>${resources.join("")}` +
    '</resources><constraints/></configuration><status><node_state id="1" uname="node1" ' +
    'in_ccm="true" crmd="online" join="member" expected="member"/></status></cib>'
  );
}

interface Sample {
  wall: number;
  cpu: number;
}

function once(root: DebianRoot, argv: string[]): Sample {
  writeFileSync(join(root.path, FILE), cibText());
  const env = { PATH: root.searchPath, HOME: "/root", LC_ALL: "C.UTF-8", CIB_file: FILE };
  const from = performance.now();
  const done = Bun.spawnSync(["chroot", root.path, ...argv], {
    env,
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
  });
  const wall = performance.now() - from;
  if (done.exitCode !== 0) {
    throw new Error(`${argv.join(" ")} ended with ${done.exitCode}: ${done.stderr}`);
  }
  return { wall, cpu: Number(done.resourceUsage.cpuTime.total) / 1000 };
}

function median(samples: Sample[], of: keyof Sample): number {
  const sorted = samples.map((sample) => sample[of]).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

const roots = { original: new DebianRoot("original"), ours: new DebianRoot("ours") };
try {
  for (const root of Object.values(roots)) {
    mkdirSync(join(root.path, FOLDER));
    writeFileSync(join(root.path, FOLDER, "corosync.conf"), COROSYNC);
  }
  console.log(
    `median of ${RUNS} runs, ms             original  ours   ratio  more |  CPU: original  ours`,
  );
  let missed = 0;
  for (const [argv, aim] of COMMANDS) {
    const times: Record<keyof typeof roots, Sample[]> = { original: [], ours: [] };
    for (let run = 0; run < RUNS; run++) {
      times.original.push(once(roots.original, argv));
      times.ours.push(once(roots.ours, argv));
    }
    const [original, ours] = [median(times.original, "wall"), median(times.ours, "wall")];
    const met = "share" in aim ? ours <= original * aim.share : ours <= original + aim.more;
    if (!met) missed += 1;
    const label = argv.filter((word) => !word.startsWith("/") && word !== "-f").join(" ");
    const cells = [original.toFixed(1), ours.toFixed(1), (ours / original).toFixed(3)];
    const cpu = [median(times.original, "cpu"), median(times.ours, "cpu")].map((c) => c.toFixed(1));
    console.log(
      `${label.slice(0, 44).padEnd(45)}${cells.map((cell) => cell.padStart(8)).join("")} ` +
        `${(ours - original).toFixed(1).padStart(7)} | ${cpu.map((c) => c.padStart(8)).join("")}` +
        `${met ? "" : "  MISSED"}`,
    );
  }
  console.log(missed === 0 ? "every aim is met" : `${missed} aims are missed`);
} finally {
  for (const root of Object.values(roots)) root.close();
}
