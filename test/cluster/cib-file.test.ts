/**
 * Commands on a CIB file that are killed at any moment, and many at once on the same file. Needs a
 * built dist/muster. MUSTER_SEED and MUSTER_ROUNDS say which and how many kills.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SeededRandom } from "../../internal/simulator/mod.ts";
import { parseXml } from "../../internal/xml/mod.ts";
import { distFolder } from "../harness/debian-root.ts";

const bin = join(distFolder(), "bin");
const usable = existsSync(join(bin, "pcs"));
if (!usable) console.log("commands on CIB files are SKIPPED: dist/muster is not built");

const ROUNDS = Number(process.env["MUSTER_ROUNDS"] ?? "60");
/** However busy the machine is: this ends what hangs, and measures nothing. */
const LIMIT_MS = 60_000 + ROUNDS * 10_000;
const random = new SeededRandom(Number(process.env["MUSTER_SEED"] ?? "5"));

const START = `<cib validate-with="pacemaker-4.0" admin_epoch="0" epoch="1" num_updates="0" crm_feature_set="3.20.0">
  <configuration>
    <crm_config/>
    <nodes>
      <node id="1" uname="node1"/>
    </nodes>
    <resources>
      <primitive id="r" class="ocf" provider="pacemaker" type="Dummy"/>
    </resources>
    <constraints/>
  </configuration>
  <status/>
</cib>
`;

const COMMANDS: string[][] = [
  ["pcs", "-f", "FILE", "property", "set", "stonith-enabled=false"],
  ["pcs", "-f", "FILE", "--force", "resource", "create", "new", "ocf:pacemaker:Dummy"],
  ["pcs", "-f", "FILE", "constraint", "location", "r", "prefers", "node1=5"],
  ["cibadmin", "-C", "-o", "resources", "-X", primitive("byxml")],
  ["cibadmin", "-D", "-X", '<primitive id="r"/>'],
  ["crm_attribute", "-n", "a", "-v", "1"],
  ["crm_resource", "-r", "r", "-p", "x", "-v", "1"],
  ["crm_standby", "-N", "node1", "-v", "on"],
  ["crm_ticket", "-t", "T", "-g", "--force"],
];

function primitive(id: string): string {
  return `<primitive id="${id}" class="ocf" provider="pacemaker" type="Dummy"/>`;
}

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "muster-cib-file-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function start(command: readonly string[], file: string): Bun.Subprocess {
  const [name, ...words] = command.map((word) => (word === "FILE" ? file : word));
  const env = { PATH: `${bin}:/usr/sbin:/usr/bin:/sbin:/bin`, HOME: folder, CIB_file: file };
  return Bun.spawn([join(bin, name!), ...words], { env, stdio: ["ignore", "ignore", "ignore"] });
}

/** A file's content without the times that are written into it. */
function state(file: string): string {
  return readFileSync(file, "utf8").replace(/ (cib-last-written|last-granted)="[^"]*"/g, "");
}

describe("commands on a CIB file", () => {
  test.skipIf(!usable)(
    "killed at any moment, they leave it as it was or as it should be",
    async () => {
      const file = join(folder, "killed.xml");
      const outcomes = { before: 0, after: 0 };
      for (let round = 0; round < ROUNDS; round++) {
        const command = COMMANDS[round % COMMANDS.length]!;
        writeFileSync(file, START);
        const from = performance.now();
        expect(await start(command, file).exited).toBe(0);
        const duration = performance.now() - from;
        const after = state(file);
        writeFileSync(file, START);
        const child = start(command, file);
        await Bun.sleep((random.between(0, 1000) * duration * 1.1) / 1000);
        child.kill("SIGKILL");
        await child.exited;
        const left = state(file);
        expect([START, after]).toContain(left);
        outcomes[left === START ? "before" : "after"] += 1;
        // Nothing stands in the way of the next one.
        expect(await start(["crm_attribute", "-n", "next", "-v", "1"], file).exited).toBe(0);
      }
      console.log(`${ROUNDS} kills: ${outcomes.before} before the change, ${outcomes.after} after`);
    },
    LIMIT_MS,
  );

  test.skipIf(!usable)(
    "of many at once, some of them killed, none that succeeded is lost",
    async () => {
      const file = join(folder, "shared.xml");
      writeFileSync(file, START);
      const succeeded: string[] = [];
      for (let round = 0; round < Math.ceil(ROUNDS / 12); round++) {
        const children = [...Array(10).keys()].map(async (number) => {
          const id = `n${round}-${number}`;
          const command =
            number % 2 === 0
              ? ["pcs", "-f", "FILE", "--force", "resource", "create", id, "ocf:pacemaker:Dummy"]
              : ["cibadmin", "-C", "-o", "resources", "-X", primitive(id)];
          const child = start(command, file);
          if (number % 5 === 4) {
            await Bun.sleep(random.between(0, 100));
            child.kill("SIGKILL");
          }
          if ((await child.exited) === 0) succeeded.push(id);
        });
        await Promise.all(children);
      }
      const parsed = parseXml(readFileSync(file, "utf8"));
      if (!parsed.ok) throw new Error(parsed.error.message);
      const present = parsed.value.descendants("primitive").map(({ id }) => id);
      expect(succeeded.filter((id) => !present.includes(id))).toEqual([]);
      expect(succeeded.length).toBeGreaterThan(ROUNDS / 3);
      console.log(`${succeeded.length} commands at once succeeded, all of them are in the file`);
    },
    LIMIT_MS,
  );
});
