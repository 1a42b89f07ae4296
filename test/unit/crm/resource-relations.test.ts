import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { printXml } from "../../../internal/xml/mod.ts";
import { cibOf } from "../status/fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "muster-relations-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const dummy = (id: string) =>
  `<primitive id="${id}" class="ocf" provider="pacemaker" type="Dummy"/>`;

test("constraints come in the order in which the scheduler regards them, whatever their score", async () => {
  const resources = `${dummy("vip")}<group id="grp">${dummy("g1")}</group>${dummy("app")}`;
  const constraints =
    '<rsc_colocation id="older" rsc="vip" with-rsc="grp" score="INFINITY"/>' +
    '<rsc_colocation id="newer" rsc="vip" with-rsc="grp" score="10"/>' +
    '<rsc_colocation id="alone" rsc="vip" with-rsc="app" score="500"/>';
  const file = join(folder, "cib.xml");
  writeFileSync(file, printXml(cibOf(resources, "", constraints)));
  const main = join(import.meta.dir, "../../../cmd/main.ts");
  const child = Bun.spawn([process.execPath, main, "crm_resource", "-A", "-r", "vip"], {
    env: { ...process.env, CIB_file: file },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [shown, said] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  expect([await child.exited, said]).toEqual([0, ""]);
  // A group before a primitive, and of two with the same one the newer.
  expect(shown.split("\n").filter((line) => line !== "")).toEqual([
    "Resources vip is colocated with:",
    "  * grp (score=10, id=newer)",
    "  * grp (id=older - loop)",
    "  * app (score=500, id=alone)",
  ]);
});
