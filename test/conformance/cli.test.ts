/**
 * The recorded command lines of Pacemaker's tools and pcs, run against the built executable.
 *
 * Needs MUSTER_SHARED (the recordings and their runner), MUSTER_DEBIAN_ROOT (a Debian 13 root with
 * the agents installed; it is not written to, an overlay takes what is), root and a built dist/bin.
 * Every eighth case runs by default; MUSTER_CLI_FULL=1 runs all, MUSTER_CLI_FILTER those that match.
 *
 * Descriptions of options and agents are prose, written in our own words. A case that only differs
 * there is compared once more with the descriptions left out, and counted apart.
 *
 * cli-floor.json lists the cases that may fail, and those whose standard error may differ (the
 * README's table of differences says why). A case that is not in it must pass: the floor only
 * rises. MUSTER_CLI_UPDATE=1 takes out what passes by now, and never adds anything.
 */
import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { DebianRoot, debianRootMissing } from "../harness/debian-root.ts";

interface Floor {
  [group: string]: {
    cases: number;
    /** Cases that may fail. */
    misses: string[];
    /** Cases whose standard error may differ; it counts apart. */
    stderr?: string[];
  };
}

interface Outcome {
  id: string;
  group: string;
  name: string;
  pass: boolean;
  rc: boolean;
  files: boolean;
  stdout: boolean;
  stderr: boolean;
  got?: { stdout: string };
}

const floorFile = join(import.meta.dir, "cli-floor.json");
const shared = process.env["MUSTER_SHARED"] ?? "";
const full = process.env["MUSTER_CLI_FULL"] === "1";
const filter = process.env["MUSTER_CLI_FILTER"];
const corpus = join(shared, "conformance/cli");
const missing = whatIsMissing();
if (missing !== null) console.log(`conformance of the command lines is SKIPPED: ${missing}`);

function whatIsMissing(): string | null {
  if (shared === "") return "MUSTER_SHARED is not set";
  if (!existsSync(join(corpus, "run-cli-conformance"))) return "the runner is not in MUSTER_SHARED";
  return debianRootMissing("usr/lib/ocf");
}

/** Runs `use` with a root folder over the Debian one that has our executable in /candidate/bin. */
function withOverlay<T>(use: (merged: string, scratch: string) => T): T {
  const overlay = new DebianRoot("ours");
  try {
    completeRoot(overlay.path);
    return use(overlay.path, overlay.scratch);
  } finally {
    overlay.close();
  }
}

/** Makes the root what the recordings were made on: agents, Debian's own corosync.conf. */
function completeRoot(path: string): void {
  // Agents that are not installed there get stubs that print their recorded metadata.
  Bun.spawnSync([join(corpus, "install-stub-agents"), "--root", path]);
  const sbd = ["etc/init.d/sbd", "usr/lib/stonith/plugins/external/sbd"];
  for (const script of sbd) {
    mkdirSync(dirname(join(path, script)), { recursive: true });
    writeFileSync(join(path, script), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  }
  rmSync(join(path, "usr/sbin/fence_lab"), { force: true });
  writeFileSync(join(path, "etc/corosync/corosync.conf"), COROSYNC_CONF);
}

const COROSYNC_CONF = `totem {
    version: 2
    cluster_name: debian
}
nodelist {
    node {
        name: node1
        nodeid: 1
        ring0_addr: 127.0.0.1
    }
}
`;

/** What the recordings expect on standard output, by case. */
function expectedOutput(): Map<string, string> {
  const text = gunzipSync(readFileSync(join(corpus, "dev.jsonl.gz"))).toString();
  const cases = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as { id: string; expect: { stdout: string } });
  return new Map(cases.map((each) => [each.id, each.expect.stdout]));
}

/**
 * Output without its prose: text below `Description:`, behind the name of a listed option and in
 * the description elements of XML.
 */
function withoutProse(text: string): string {
  return text
    .replace(/(<(?:short|long)desc[^>]*>)[^<]*/g, "$1")
    .replace(/^( *Description:).*\n(?: {6,}(?!\w+: ).*\n)*/gm, "$1\n")
    .replace(/^( {2,4}\* [\w-]+): .*\n(?: {4,6}\* (?!Possible values).*\n)?/gm, "$1\n")
    .replace(/^(\S.*\n\n)[^ *\n].*$/m, "$1");
}

/** Cases that pass once descriptions are left out. */
function forgiveProse(results: Outcome[]): Outcome[] {
  const expected = expectedOutput();
  return results.filter((each) => {
    if (each.stdout || !each.rc || !each.files || each.got === undefined) return false;
    return withoutProse(each.got.stdout) === withoutProse(expected.get(each.id) ?? "");
  });
}

function runner(...argv: string[]): string {
  const cases = join(corpus, "dev.jsonl.gz");
  // The limit ends what hangs: agents that load half of Python take a minute on a busy machine.
  const limits = ["--jobs", "2", "--timeout", "1800"];
  const words = [join(corpus, "run-cli-conformance"), "--cases", cases, ...limits, ...argv];
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

/** Takes out what passes by now, of the cases that ran. */
function raise(floor: Floor, results: Outcome[]): void {
  const idsOf = (good: (each: Outcome) => boolean) =>
    new Set(results.filter(good).map((each) => each.id));
  const [passed, heard] = [idsOf((each) => each.pass), idsOf((each) => each.stderr)];
  for (const group of Object.values(floor)) {
    group.misses = group.misses.filter((id) => !passed.has(id));
    if (group.stderr === undefined) continue;
    group.stderr = group.stderr.filter((id) => !heard.has(id));
    if (group.stderr.length === 0) delete group.stderr;
  }
  writeFileSync(floorFile, `${JSON.stringify(floor, null, 1)}\n`);
}

describe("recorded command lines", () => {
  test.skipIf(missing !== null)(
    "no case fails that is not among those known to",
    () => {
      const floor = readFloor();
      const results = outcomes();
      expect(results.length).toBeGreaterThan(0);
      const exact = results.filter((each) => each.pass).length;
      const prose = forgiveProse(results);
      for (const each of prose) each.pass = true;
      const count = results.length;
      console.log(`${exact} of ${count} pass; ${prose.length} more with descriptions left out`);
      if (process.env["MUSTER_CLI_UPDATE"] === "1") raise(floor, results);
      const failed = results.filter((each) => !each.pass);
      const lost = failed.filter((each) => floor[each.group]?.misses.includes(each.id) === false);
      const known = Object.values(floor).flatMap((group) => group.misses);
      const won = results.filter((each) => each.pass && known.includes(each.id));
      if (won.length > 0) {
        console.log(`${won.length} cases of the floor's misses pass now: raise it`);
      }
      const unheard = results.filter((each) => !each.stderr);
      const percent = (100 * (count - unheard.length)) / count;
      console.log(`standard error: ${count - unheard.length} of ${count}, ${percent.toFixed(2)} %`);
      const odd = unheard.filter((each) => floor[each.group]?.stderr?.includes(each.id) !== true);
      expect(lost.map((each) => `${each.id} ${each.name}`)).toEqual([]);
      expect(odd.map((each) => `${each.id} ${each.name}`)).toEqual([]);
    },
    6 * 3_600_000,
  );
});
