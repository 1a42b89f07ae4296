/**
 * What other software types, run by the original tools and by ours side by side: same exit code,
 * same standard output, same files. drop-in/*.sh hold the lines; each is a shell's. After each line
 * our folder gets the original's files, so that one difference does not grow.
 *
 * Needs MUSTER_DEBIAN_ROOT (a Debian 13 root with pacemaker, pcs, corosync and agents), root and a
 * built dist/muster. MUSTER_DROP_IN=NAME runs one file, MUSTER_DROP_IN_SHOW=1 prints differences.
 */
import { describe, expect, test } from "bun:test";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cloneNode, Element, parseXml, printXml } from "../../internal/xml/mod.ts";
import { DebianRoot, debianRootMissing, type Outcome } from "../harness/debian-root.ts";

const scripts = join(import.meta.dir, "drop-in");
const missing = debianRootMissing("usr/sbin/pcs", "usr/sbin/cibadmin", "usr/lib/ocf");
if (missing !== null) console.log(`drop-in command lines are SKIPPED: ${missing}`);

const FOLDER = "/tmp/drop-in";

/** For a whole file; what hangs is ended before, line by line. */
const LIMIT_MS = 6 * 3_600_000;

/** Stamps of who changed a CIB and when, which no two runs share. */
const STAMPS = ["cib-last-written", "update-origin", "update-client", "update-user"];

function lines(file: string): string[] {
  return readFileSync(join(scripts, file), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
}

/** Times of the run itself; a date that a caller typed is no such thing. */
function plain(text: string): string {
  const day = new Date().toISOString().slice(0, 10);
  return text
    .replace(/(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}/g, "TIME")
    .replaceAll(
      new RegExp(`${day}[ T]\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z| ?[+-]\\d\\d:\\d\\d)?`, "g"),
      "TIME",
    )
    .replace(/\b1[79]\d{8}\b/g, "EPOCH");
}

/** A file's content without stamps. */
function content(path: string): string {
  const text = readFileSync(path, "utf8");
  const parsed = text.startsWith("<") ? parseXml(text) : null;
  if (parsed?.ok !== true) return plain(text);
  const document = sorted(parsed.value);
  for (const stamp of STAMPS) if (document.name === "cib") document.unset(stamp);
  return plain(printXml(document, { pretty: true }));
}

/** The order of attributes means nothing in XML. */
function sorted(element: Element): Element {
  const names = element.attributeNames().toSorted();
  const values = names.map((name): [string, string] => [name, element.get(name)!]);
  const children = element.children.map((each) =>
    each instanceof Element ? sorted(each) : cloneNode(each),
  );
  return new Element(element.name, Object.fromEntries(values), children);
}

function files(root: DebianRoot): Map<string, string> {
  const folder = join(root.path, FOLDER);
  const names = readdirSync(folder).sort();
  return new Map(names.map((name) => [name, content(join(folder, name))]));
}

function copyFiles(from: DebianRoot, to: DebianRoot): void {
  rmSync(join(to.path, FOLDER), { recursive: true });
  cpSync(join(from.path, FOLDER), join(to.path, FOLDER), { recursive: true });
}

interface Difference {
  line: string;
  parts: string[];
}

function compare(line: string, real: Ran, ours: Ran): Difference | null {
  const parts: string[] = [];
  const note = (what: string, a: unknown, b: unknown) => {
    if (a !== b) parts.push(`${what}\n  original: ${a}\n  ours:     ${b}`);
  };
  // Two that were both cut off would look alike.
  for (const { outcome } of [real, ours]) if (outcome.code < 0) parts.push("a command hung");
  note("exit code", real.outcome.code, ours.outcome.code);
  note("standard output", plain(real.outcome.stdout), plain(ours.outcome.stdout));
  for (const name of new Set([...real.files.keys(), ...ours.files.keys()])) {
    note(`file ${name}`, real.files.get(name), ours.files.get(name));
  }
  if (parts.length === 0) return null;
  parts.push(`stderr: ${real.outcome.stderr}\n  ours: ${ours.outcome.stderr}`);
  return { line, parts };
}

interface Ran {
  outcome: Outcome;
  files: Map<string, string>;
}

function runLine(root: DebianRoot, line: string): Ran {
  const outcome = root.run(["/bin/sh", "-c", line], { cwd: FOLDER });
  return { outcome, files: files(root) };
}

function runScript(file: string): { count: number; differences: Difference[] } {
  const roots: DebianRoot[] = [];
  const differences: Difference[] = [];
  const all = lines(file);
  try {
    roots.push(new DebianRoot("original"), new DebianRoot("ours", true));
    const [original, ours] = roots as [DebianRoot, DebianRoot];
    for (const root of roots) mkdirSync(join(root.path, FOLDER));
    for (const line of all) {
      const difference = compare(line, runLine(original, line), runLine(ours, line));
      if (difference !== null) {
        differences.push(difference);
        show(difference);
      }
      copyFiles(original, ours);
    }
  } finally {
    for (const root of roots) root.close();
  }
  return { count: all.length, differences };
}

/** At once: a whole file takes minutes. */
function show({ line, parts }: Difference): void {
  if (process.env["MUSTER_DROP_IN_SHOW"] === "1") console.log(`--- ${line}\n${parts.join("\n")}`);
}

const only = process.env["MUSTER_DROP_IN"];
const names = readdirSync(scripts).filter((name) => only === undefined || name === only);

describe("command lines of other software", () => {
  for (const name of names) {
    test.skipIf(missing !== null)(
      name,
      () => {
        const { count, differences } = runScript(name);
        console.log(`${name}: ${count} lines, ${count - differences.length} the same`);
        expect(differences.map(({ line }) => line)).toEqual([]);
      },
      LIMIT_MS,
    );
  }
});
