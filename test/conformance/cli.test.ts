/**
 * The recorded command lines of Pacemaker's tools and pcs, run against the built executable.
 *
 * Needs MUSTER_SHARED (the recordings and their runner), MUSTER_DEBIAN_ROOT (a Debian 13 root with
 * the agents installed; it is not written to, an overlay takes what is), root and a built dist/bin.
 * Every eighth case runs by default; MUSTER_CLI_FULL=1 runs all, MUSTER_CLI_FILTER those that match.
 *
 * cli-floor.json lists the cases that may fail. A case that is not in it must pass: the floor only
 * rises. MUSTER_CLI_UPDATE=1 with a full run takes out what passes by now, and never adds anything
 * to a group that is in the file.
 */
import { describe, expect, test } from "bun:test";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

interface Floor {
  [group: string]: { cases: number; misses: string[] };
}

interface Outcome {
  id: string;
  group: string;
  name: string;
  pass: boolean;
}

const root = resolve(import.meta.dir, "../..");
const floorFile = join(import.meta.dir, "cli-floor.json");
const dist = process.env["MUSTER_DIST"] ?? join(root, "dist");
const shared = process.env["MUSTER_SHARED"] ?? "";
const debian = process.env["MUSTER_DEBIAN_ROOT"] ?? "";
const full = process.env["MUSTER_CLI_FULL"] === "1";
const filter = process.env["MUSTER_CLI_FILTER"];
const corpus = join(shared, "conformance/cli");
const missing = whatIsMissing();
if (missing !== null) console.log(`conformance of the command lines is SKIPPED: ${missing}`);

function whatIsMissing(): string | null {
  if (shared === "") return "MUSTER_SHARED is not set";
  if (debian === "") return "MUSTER_DEBIAN_ROOT is not set";
  if (!existsSync(join(corpus, "run-cli-conformance"))) return "the runner is not in MUSTER_SHARED";
  if (!existsSync(join(debian, "usr/lib/ocf"))) return "MUSTER_DEBIAN_ROOT has no agents";
  if (process.getuid?.() !== 0) return "it needs root to change into the Debian root";
  return existsSync(join(dist, "muster")) ? null : "dist/muster is not built";
}

function command(...argv: string[]): boolean {
  return Bun.spawnSync(argv, { stdout: "ignore", stderr: "ignore" }).exitCode === 0;
}

/** Runs `use` with a root folder over the Debian one that has our executable in /candidate/bin. */
function withOverlay<T>(use: (merged: string, scratch: string) => T): T {
  const scratch = mkdtempSync(join(tmpdir(), "muster-cli-"));
  const [upper, work, merged] = ["upper", "work", "merged"].map((name) => join(scratch, name));
  for (const folder of [upper!, work!, merged!]) mkdirSync(folder);
  const layers = `lowerdir=${debian},upperdir=${upper},workdir=${work}`;
  const mounts = [merged!, join(merged!, "dev"), join(merged!, "proc")];
  try {
    expect(command("mount", "-t", "overlay", "overlay", "-o", layers, mounts[0]!)).toBe(true);
    expect(command("mount", "--bind", "/dev", mounts[1]!)).toBe(true);
    expect(command("mount", "-t", "proc", "proc", mounts[2]!)).toBe(true);
    mkdirSync(join(merged!, "candidate"));
    cpSync(join(dist, "muster"), join(merged!, "candidate/muster"));
    command("cp", "-a", join(dist, "bin"), join(merged!, "candidate/bin"));
    // Agents that are not installed there get stubs that print their recorded metadata.
    command(join(corpus, "install-stub-agents"), "--root", merged!);
    return use(merged!, scratch);
  } finally {
    for (const mount of mounts.toReversed()) command("umount", mount);
    // With a mount left in place this must not reach into what is mounted.
    rmSync(scratch, { recursive: !command("mountpoint", "-q", merged!), force: true });
  }
}

function runner(...argv: string[]): string {
  const cases = join(corpus, "dev.jsonl.gz");
  const words = [join(corpus, "run-cli-conformance"), "--cases", cases, "--jobs", "2", ...argv];
  const run = Bun.spawnSync(words, { stdout: "pipe", stderr: "pipe" });
  return run.stdout.toString() + run.stderr.toString();
}

/** Every eighth case of each group. */
function sample(scratch: string): string[] {
  if (full || filter !== undefined) return [];
  const ids = runner("--bin-dir", "/candidate/bin", "--list")
    .split("\n")
    .map((line) => line.split("\t")[0]!)
    .filter((id, index) => id !== "" && index % 8 === 0);
  writeFileSync(join(scratch, "ids"), ids.join("\n"));
  return ["--ids", join(scratch, "ids")];
}

function outcomes(): Outcome[] {
  return withOverlay((merged, scratch) => {
    const json = join(scratch, "out.json");
    const only = filter === undefined ? sample(scratch) : ["--filter", filter];
    const where = ["--bin-dir", "/candidate/bin", "--chroot", merged, "--json", json];
    const said = runner(...where, ...only);
    console.log(
      said
        .split("\n")
        .filter((line) => !line.startsWith("  "))
        .join("\n"),
    );
    return (JSON.parse(readFileSync(json, "utf8")) as { cases: Outcome[] }).cases;
  });
}

function readFloor(): Floor {
  if (!existsSync(floorFile)) return {};
  return JSON.parse(readFileSync(floorFile, "utf8")) as Floor;
}

function raise(floor: Floor, results: Outcome[]): void {
  const groups = [...new Set(results.map((each) => each.group))].sort();
  const raised: Floor = {};
  for (const group of groups) {
    const all = results.filter((each) => each.group === group);
    const failing = all.filter((each) => !each.pass).map((each) => each.id);
    const known = floor[group]?.misses;
    const misses = known === undefined ? failing : known.filter((id) => failing.includes(id));
    raised[group] = { cases: all.length, misses: misses.sort() };
  }
  writeFileSync(floorFile, `${JSON.stringify(raised, null, 1)}\n`);
}

describe("recorded command lines", () => {
  test.skipIf(missing !== null)(
    "no case fails that is not among those known to",
    () => {
      const floor = readFloor();
      const results = outcomes();
      expect(results.length).toBeGreaterThan(0);
      if (full && process.env["MUSTER_CLI_UPDATE"] === "1") raise(floor, results);
      const failed = results.filter((each) => !each.pass);
      const lost = failed.filter((each) => floor[each.group]?.misses.includes(each.id) === false);
      const known = Object.values(floor).flatMap((group) => group.misses);
      const won = results.filter((each) => each.pass && known.includes(each.id));
      if (won.length > 0) {
        console.log(`${won.length} cases of the floor's misses pass now: raise it`);
      }
      expect(lost.map((each) => `${each.id} ${each.name}`)).toEqual([]);
    },
    1_800_000,
  );
});
