import { describe, expect, test } from "bun:test";
import { cibOf, pcsIn } from "./memory.ts";

const FLAGS =
  'resource_agent="ocf:test:Dummy" orphaned="false" blocked="false" maintenance="false" ' +
  'managed="true" failed="false" failure_ignored="false"';

/** A resource as crm_mon shows it: on a node, or stopped. */
function shown(id: string, node: string | null, role = "Started"): string {
  const where = node === null ? "" : `<node name="${node}" id="${node}" cached="true"/>`;
  const [active, count] = node === null ? ["false", 0] : ["true", 1];
  const state = node === null ? "Stopped" : role;
  return (
    `<resource id="${id}" ${FLAGS} role="${state}" active="${active}" ` +
    `nodes_running_on="${count}">${where}</resource>`
  );
}

const CLONE =
  'multi_state="false" unique="false" maintenance="false" managed="true" disabled="false" ' +
  'failed="false" failure_ignored="false"';

const state = `<pacemaker-result><resources>
  ${shown("alone", "a")}
  <group id="g" number_resources="2" maintenance="false" managed="true" disabled="false">
    ${shown("g1", "a")}${shown("g2", null)}
  </group>
  <clone id="c" ${CLONE}>${shown("r", "a")}${shown("r", "b")}${shown("r", null)}</clone>
</resources></pacemaker-result>`;

const tool = async () => ({ code: 0, stdout: state, stderr: "" });
const query = (...words: string[]) =>
  pcsIn({ cib: cibOf(), tool }, "status", "query", "resource", ...words);

describe("status query resource", () => {
  test.each<[string, "True" | "False"]>([
    ["alone exists", "True"],
    ["nosuch exists", "False"],
    ["alone is-state started", "True"],
    ["alone is-state started on-node b", "False"],
    ["g is-state started", "False"],
    ["g is-state started members any", "True"],
    ["g is-state stopped members none", "False"],
    ["c is-state started instances all", "False"],
    ["c is-state started instances any", "True"],
    ["c is-state started instances none", "False"],
    ["r is-in-clone", "True"],
    ["r is-in-clone other", "False"],
    ["g2 is-in-group g", "True"],
    ["alone is-in-group", "False"],
    ["c is-type clone", "True"],
    ["c is-type clone promotable", "False"],
  ])("%s: %s", async (question, answer) => {
    const outcome = await query(...question.split(" "));
    // A yes may be followed by the name of what was asked for.
    expect(outcome.stdout.split("\n")[0]).toBe(answer);
    expect(outcome.code).toBe(answer === "True" ? 0 : 2);
    const quiet = await query(...question.split(" "), "--quiet");
    expect([quiet.stdout, quiet.code]).toEqual(["", outcome.code]);
  });

  test("values", async () => {
    expect((await query("c", "get-nodes")).stdout).toBe("a\nb\n");
    expect((await query("g", "get-members")).stdout).toBe("g1\ng2\n");
    expect((await query("g2", "get-index-in-group")).stdout).toBe("1\n");
    expect((await query("alone", "get-type")).stdout).toBe("primitive\n");
  });

  test("what is not there has no state", async () => {
    const outcome = await query("nosuch", "is-state", "started");
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain("Resource 'nosuch' does not exist");
  });
});
