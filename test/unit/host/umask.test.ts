import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLog } from "../../../internal/host/log.ts";
import { spawn } from "../../../internal/host/spawn.ts";
import { useClusterUmask } from "../../../internal/host/umask.ts";
import type { SpawnResult } from "../../../internal/ports/mod.ts";

const folder = mkdtempSync(join(tmpdir(), "muster-umask-"));
const before = process.umask();
afterAll(() => {
  process.umask(before);
  rmSync(folder, { recursive: true, force: true });
});

const modeOf = (name: string): string =>
  (statSync(join(folder, name)).mode & 0o777).toString(8).padStart(4, "0");

test("what agents make is readable for the group, and shut to others", async () => {
  useClusterUmask();
  const argv = ["/bin/sh", "-c", `cd ${folder} && : > Dummy.state && mkdir made`];
  const env = { PATH: "/usr/bin:/bin" };
  const done = await new Promise<SpawnResult>((resolve) => {
    spawn.run({ argv, env, timeoutMs: 20_000 }, resolve);
  });
  expect(done).toMatchObject({ outcome: "exited", code: 0, stderr: "" });
  expect([modeOf("Dummy.state"), modeOf("made")]).toEqual(["0640", "0751"]);
});

test("the group may write the log", () => {
  useClusterUmask();
  const file = join(folder, "pacemaker.log");
  openLog({ program: "p", file, fileLevel: "info", errorLevel: null }).write("info", "hello");
  expect(modeOf("pacemaker.log")).toBe("0660");
});

test("so do the tools' own files", async () => {
  const graph = join(folder, "graph.xml");
  const cib = `<cib crm_feature_set="3.20.0" validate-with="pacemaker-4.0" epoch="1" num_updates="0"
    admin_epoch="0"><configuration><crm_config/><nodes/><resources/><constraints/></configuration>
    <status/></cib>`;
  const main = join(import.meta.dir, "../../../cmd/main.ts");
  const words = ["crm_simulate", "--simulate", "--xml-pipe", "--save-graph", graph];
  const child = Bun.spawn([process.execPath, main, ...words], {
    stdin: new Blob([cib]),
    stdout: "pipe",
    stderr: "pipe",
  });
  expect([await child.exited, await child.stderr.text()]).toEqual([0, ""]);
  expect(modeOf("graph.xml")).toBe("0640");
});
