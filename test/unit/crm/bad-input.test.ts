/** What the tools make of documents that contradict themselves: the original's exit codes, and names. */
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MAIN = join(import.meta.dir, "../../../cmd/main.ts");
const scratch = mkdtempSync(join(tmpdir(), "muster-bad-input-"));
afterAll(() => rmSync(scratch, { recursive: true }));

const PLAIN =
  '<cib validate-with="pacemaker-4.0" admin_epoch="0" epoch="1" num_updates="0" ' +
  'crm_feature_set="3.20.0" have-quorum="1"><configuration><crm_config>' +
  '<cluster_property_set id="o"><nvpair id="o-1" name="stonith-enabled" value="false"/>' +
  '</cluster_property_set></crm_config><nodes><node id="1" uname="node1"/></nodes><resources>' +
  '<primitive id="a" class="ocf" provider="pacemaker" type="Dummy"/></resources><constraints/>' +
  "</configuration><status/></cib>";

function run(tool: string, ...args: string[]) {
  const done = Bun.spawnSync([process.execPath, MAIN, tool, ...args], { stdin: null });
  return { code: done.exitCode, said: done.stdout.toString() + done.stderr.toString() };
}

function file(text: string): string {
  const path = join(scratch, "cluster.xml");
  writeFileSync(path, text);
  return path;
}

describe("a word that strayed into a document", () => {
  const strayed = PLAIN.replace("<constraints/>", "<constraints>word</constraints>");

  test("is nothing in a file", () => {
    expect(run("crm_verify", "-x", file(strayed))).toEqual({ code: 0, said: "" });
    expect(run("crm_simulate", "-x", file(strayed)).code).toBe(0);
  });

  test("is a fault, and named, in an argument and as CDATA", () => {
    const wanted = { code: 78, said: expect.stringContaining("Text in element constraints") };
    expect(run("crm_verify", "-X", strayed)).toEqual(wanted);
    const data = PLAIN.replace("<constraints/>", "<constraints><![CDATA[word]]></constraints>");
    expect(run("crm_verify", "-x", file(data))).toEqual(wanted);
  });
});

test("crm_verify does not pass what nobody checked", () => {
  const path = file(PLAIN.replace("pacemaker-4.0", "none"));
  const quiet = run("crm_verify", "-q", "-x", path);
  expect(quiet.code).toBe(78);
  expect(quiet.said).toMatch(/^Schema validation of configuration is disabled .*\n$/);
  const { said } = run("crm_verify", "-V", "-x", path);
  expect(said).toContain("warning: Support for validate-with='none'");
  expect(said).toEndWith("Configuration invalid (with warnings)\n");
});
