/**
 * crmsh configures a cluster in a CIB file, once on the original tools and once on ours in their
 * places: the same answers, the same CIB. Each line of crmsh-session.txt is committed on its own.
 *
 * Needs MUSTER_DEBIAN_ROOT (a Debian 13 root with crmsh, pacemaker and agents), root and a built
 * dist/muster.
 */
import { describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DebianRoot, debianRootMissing } from "../harness/debian-root.ts";

const missing = debianRootMissing("usr/sbin/crm", "usr/sbin/cibadmin", "usr/lib/ocf");
if (missing !== null) console.log(`a session of crmsh is SKIPPED: ${missing}`);

/** Ends a session that hangs: crmsh starts several tools for each line, and machines are busy. */
const SESSION_LIMIT_MS = 2 * 3_600_000;
const FOLDER = "/tmp/crmsh";
const SESSION = readFileSync(join(import.meta.dir, "crmsh-session.txt"), "utf8")
  .trim()
  .split("\n");

/** Runs the session; what crmsh said and the CIB that it left. */
function session(which: "original" | "ours"): { code: number; stdout: string; cib: string } {
  const root = new DebianRoot(which, which === "ours");
  try {
    mkdirSync(join(root.path, FOLDER));
    const options = { cwd: FOLDER, env: { CIB_file: `${FOLDER}/cib.xml` } };
    const shell = (line: string) => expect(root.run(["/bin/sh", "-c", line], options).code).toBe(0);
    shell("cibadmin --empty > cib.xml");
    for (const id of [1, 2]) {
      shell(`cibadmin -C -o nodes -X '<node id="${id}" uname="node${id}"/>'`);
    }
    const typed = `${SESSION.map((line) => `${line}\ncommit\n`).join("")}show\n`;
    const timeoutMs = SESSION_LIMIT_MS;
    const { code, stdout } = root.run(["crm", "configure"], {
      ...options,
      timeoutMs,
      stdin: typed,
    });
    // Two sessions that were both cut off would look alike.
    expect(code).toBeGreaterThanOrEqual(0);
    return { code, stdout, cib: readFileSync(join(root.path, FOLDER, "cib.xml"), "utf8") };
  } finally {
    root.close();
  }
}

describe("crmsh", () => {
  test.skipIf(missing !== null)(
    "a session leaves the CIB that it leaves on the original tools",
    () => {
      expect(SESSION.length).toBeGreaterThanOrEqual(40);
      const [original, ours] = [session("original"), session("ours")];
      const bare = (text: string) => text.replace(/ (cib-last-written|update-\w+)="[^"]*"/g, "");
      expect(bare(ours.cib)).toBe(bare(original.cib));
      expect(ours.stdout).toBe(original.stdout);
      expect(ours.code).toBe(original.code);
      expect(original.cib).toContain("acl_target");
      console.log(`${SESSION.length} lines of crmsh, the same CIB of ${ours.cib.length} bytes`);
    },
    2 * SESSION_LIMIT_MS + 300_000,
  );
});
