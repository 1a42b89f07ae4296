/**
 * Types the command lines of recorded transcripts on the machines of a running lab and prints where
 * the answers differ, after taking out what no two runs share (times, process ids, hashes).
 * A transcript holds, for each command: `NODE# COMMAND`, its standard output, `--- stderr` and its
 * standard error, `[exit N]`; `host# lab …` lines are faults.
 * Usage: REPLAY_TRANSCRIPTS=FOLDER LAB_ID=… bun run test/lab/replay.ts 01 02 …   (in order, on one cluster)
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Differing, reasonsFor } from "./replay-reasons.ts";
import { type Answer, normalised, parseTranscript, type Step } from "./transcript.ts";

const folder = process.env["REPLAY_TRANSCRIPTS"] ?? "";
const lab = join(process.env["MUSTER_SHARED"] ?? "", "lab/lab");
const wanted = process.argv.slice(2);
/** What a person waits after a fault before looking, in seconds. */
const FAULT_PAUSE_S = Number(process.env["REPLAY_PAUSE"] ?? 10);
const SETTLE_LIMIT_S = 40;

function run(argv: string[], limitMs = 200_000): Answer {
  const child = Bun.spawnSync([lab, ...argv], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: limitMs,
  });
  return {
    stdout: child.stdout.toString(),
    stderr: child.stderr.toString(),
    exit: child.exitCode ?? 124,
  };
}

/** Commands that change nothing: before them the cluster must be at rest, as the recorder saw to it. */
const READS =
  /^(pcs (status|config|resource$|resource (config|status|relations|failcount|describe)|stonith$|stonith (status|config|history)|constraint$|constraint (--full|config|location$)|property)|crm_(mon|resource -[LlWOA]|simulate)|cibadmin -Q)/;
/** Commands whose effect shows only at the next monitor. */
const DAMAGE = /force-stop|rm -f \/run\/|crm_resource -F/;

let [same, reordered, different] = [0, 0, 0];
let restless = false;
/** Commands whose answers differ, by why. */
const kinds = new Map<string, string[]>();

function settle(step: Step): void {
  if (!restless || !READS.test(step.command)) return;
  run([
    "exec",
    "node1",
    `timeout ${SETTLE_LIMIT_S} crm_resource --wait --timeout ${SETTLE_LIMIT_S}`,
  ]);
  restless = false;
}

async function play(name: string, step: Step): Promise<void> {
  if (step.node === "host") {
    const answer = run(step.command.replace(/^lab /, "").split(" "));
    if (answer.exit !== 0) console.log(`${name}: ${step.command}: ${answer.stderr}`);
    await Bun.sleep(FAULT_PAUSE_S * 1000);
    return;
  }
  settle(step);
  const started = performance.now();
  const answer = run(["exec", step.node, "bash", "-c", step.command]);
  const took = ((performance.now() - started) / 1000).toFixed(1);
  if (!READS.test(step.command)) restless = true;
  if (DAMAGE.test(step.command)) await Bun.sleep(FAULT_PAUSE_S * 1000);
  report(name, step, took, answer);
}

function report(name: string, step: Step, took: string, ours: Answer): void {
  const theirs = step.answer;
  const parts: string[] = [];
  const differing: Differing[] = [];
  if (theirs.exit !== ours.exit)
    parts.push(`  exit code: ${theirs.exit} expected, ${ours.exit} seen`);
  let order = false;
  for (const channel of ["stdout", "stderr"] as const) {
    const [a, b] = [normalised(theirs[channel]), normalised(ours[channel])];
    if (a.join("\n") === b.join("\n")) continue;
    if ([...a].sort().join("\n") === [...b].sort().join("\n")) order = true;
    else {
      const found = difference(a, b);
      differing.push(...found);
      parts.push(`  ${channel}:`, ...found.map(({ sign, text }) => `  ${sign} ${text}`));
    }
  }
  if (parts.length === 0) {
    if (order) reordered++;
    else same++;
    return;
  }
  different++;
  const { reasons, left } = reasonsFor(step, differing);
  const explained = left.length === 0 && theirs.exit === ours.exit;
  const verdict = explained ? reasons.join("; ") : "NOT EXPLAINED";
  const title = `${name}: ${step.node}# ${step.command}`;
  kinds.set(verdict, [...(kinds.get(verdict) ?? []), title]);
  console.log(`\n=== ${title}   (${took} s) [${verdict}]\n${parts.join("\n")}`);
  if (!explained) {
    const shown = left.map(({ sign, text }) => `  ${sign} ${text}`);
    console.log(`  not explained:\n${shown.join("\n")}`);
  }
}

/** Lines of a that b lacks (-) and the other way round (+), by the longest common subsequence. */
function difference(a: string[], b: string[]): Differing[] {
  const long = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const row = long[i] as Uint16Array;
      const next = long[i + 1] as Uint16Array;
      row[j] =
        a[i] === b[j]
          ? (next[j + 1] as number) + 1
          : Math.max(next[j] as number, row[j + 1] as number);
    }
  }
  const out: Differing[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      i++;
      j++;
    } else if (
      j >= b.length ||
      (i < a.length && (long[i + 1]?.[j] as number) >= (long[i]?.[j + 1] as number))
    ) {
      out.push({ sign: "-", text: a[i++]! });
    } else out.push({ sign: "+", text: b[j++]! });
  }
  return out;
}

if (folder === "" || process.getuid?.() !== 0) {
  console.log("SKIPPED: needs REPLAY_TRANSCRIPTS, MUSTER_SHARED and root");
  process.exit(0);
}
const files = readdirSync(folder)
  .filter((name) => wanted.length === 0 || wanted.some((w) => name.startsWith(w)))
  .sort();
/** Transcripts were recorded one by one: each finds all nodes up and nothing failed. */
function allUp(): void {
  for (const node of ["node1", "node2", "node3"]) run(["boot", node]);
  run([
    "exec",
    "node1",
    "test -e /etc/corosync/corosync.conf && pcs cluster start --all --wait=60",
  ]);
  run([
    "exec",
    "node1",
    "pcs stonith history cleanup; pcs resource cleanup; crm_resource --wait --timeout 40",
  ]);
}

for (const file of files) {
  allUp();
  const [s, r, d] = [same, reordered, different];
  for (const step of parseTranscript(readFileSync(join(folder, file), "utf8"))) {
    await play(file.slice(0, 2), step);
  }
  console.log(
    `\n##### ${file}: ${same - s} same, ${reordered - r} same lines in another order, ${different - d} different`,
  );
}
for (const [why, titles] of kinds) {
  console.log(`\n##### ${titles.length}: ${why}\n${titles.map((one) => `  ${one}`).join("\n")}`);
}
console.log(`##### all: ${same} same, ${reordered} in another order, ${different} different`);
