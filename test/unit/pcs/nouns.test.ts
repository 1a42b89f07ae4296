import { describe, expect, test } from "bun:test";
import { expatError } from "../../../internal/pcs/cluster/expat-error.ts";
import { differences } from "../../../internal/pcs/config/checkpoint.ts";
import { completionAnswer, splitWords } from "../../../internal/pcs/help/completion.ts";
import { nouns } from "../../../internal/pcs/nouns/table.ts";
import { printXml } from "../../../internal/xml/mod.ts";
import { cibOf, pcs, pcsIn, primitive } from "./memory.ts";

const three = cibOf(primitive("r") + primitive("s") + primitive("t"));

describe("tag", () => {
  test("references are moved and the last one may not go", async () => {
    const made = printXml((await pcs(three, "tag", "create", "g", "r", "s")).cib);
    const moved = await pcs(made, "tag", "update", "g", "add", "t", "r", "--after", "s");
    expect((await pcs(printXml(moved.cib), "tag")).stdout).toBe("g\n  s\n  t\n  r\n");
    const emptied = await pcs(made, "tag", "update", "g", "remove", "r", "s");
    expect(emptied.stderr).toContain("There would be no references left in the tag 'g'");
    const exchanged = await pcs(made, "tag", "update", "g", "remove", "r", "s", "add", "t");
    expect((await pcs(printXml(exchanged.cib), "tag")).stdout).toBe("g\n  t\n");
  });

  test("a tag that a constraint names stays", async () => {
    const made = printXml((await pcs(three, "tag", "create", "g", "r")).cib);
    const constraint = '<rsc_location id="l" rsc="g" node="a" score="1"/>';
    const used = made.replace("<constraints/>", `<constraints>${constraint}</constraints>`);
    const refused = await pcs(used, "tag", "delete", "g");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("referenced in constraint 'l'");
  });
});

describe("alert", () => {
  test("recipients are told apart by their values", async () => {
    let cib = printXml(
      (await pcs(three, "alert", "create", "path=/x", "options", "b=2", "a=1")).cib,
    );
    cib = printXml((await pcs(cib, "alert", "recipient", "add", "alert", "value=v")).cib);
    const shown = await pcs(cib, "alert");
    expect(shown.stdout).toBe(
      "Alerts:\n Alert: alert (path=/x)\n  Options: a=1 b=2\n  Recipients:\n" +
        "   Recipient: alert-recipient (value=v)\n",
    );
    const again = await pcs(cib, "alert", "recipient", "add", "alert", "value=v");
    expect(again.stderr).toContain("Recipient 'v' in alert 'alert' already exists");
    const forced = await pcs(cib, "alert", "recipient", "add", "alert", "value=v", "--force");
    expect(forced.code).toBe(0);
    const none = await pcs(cib, "alert", "delete", "alert", "nosuch");
    expect(none.code).toBe(1);
    expect(printXml(none.cib)).toBe(cib);
  });
});

describe("acl", () => {
  test("a role goes with its last user when asked", async () => {
    let cib = printXml((await pcs(three, "acl", "role", "create", "ro", "read", "xpath", "/")).cib);
    cib = printXml((await pcs(cib, "acl", "user", "create", "joe", "ro")).cib);
    const gone = await pcs(cib, "acl", "role", "delete", "ro", "--autodelete");
    expect(gone.code).toBe(0);
    expect(printXml(gone.cib)).not.toContain("joe");
  });
});

describe("node standby", () => {
  const state =
    '<pacemaker-result><nodes><node name="a" id="1" type="member"/>' +
    '<node name="far" id="far" type="remote"/></nodes></pacemaker-result>';
  const tool = async () => ({ code: 0, stdout: state, stderr: "" });

  test("makes entries for nodes that only the cluster's state knows", async () => {
    const made = await pcsIn({ cib: three, tool }, "node", "standby", "far");
    expect(printXml(made.cib)).toContain(
      '<node id="far" uname="far" type="remote"><instance_attributes id="nodes-far">' +
        '<nvpair id="nodes-far-standby" name="standby" value="on"/>',
    );
    const unknown = await pcsIn({ cib: three, tool }, "node", "standby", "b");
    expect(unknown.stderr).toBe("Error: Node 'b' does not appear to exist in configuration\n");
  });
});

describe("completion", () => {
  const ask = (words: string[], begun: string) =>
    completionAnswer(
      (name) =>
        ({
          PCS_AUTO_COMPLETE: "1",
          COMP_WORDS: [...words, begun].join(" "),
          COMP_LENGTHS: [...words, begun].map((word) => word.length).join(" "),
          COMP_CWORD: String(words.length),
        })[name] ?? null,
    );

  test("offers nouns, verbs and what lies below them", async () => {
    expect(await ask(["pcs"], "")).toBe(`${Object.keys(nouns).sort().join("\n")}\n`);
    expect(await ask(["pcs", "alert"], "re")).toBe("recipient\nremove\n");
    expect(await ask(["pcs", "alert", "recipient"], "")).toBe("add\ndelete\nremove\nupdate\n");
    expect(await ask(["pcs", "nosuch"], "")).toBe("\n");
    expect(await completionAnswer(() => null)).toBe(null);
  });

  test("words and lengths must fit", () => {
    expect(splitWords("pcs tag ", "3 3 0")).toEqual(["pcs", "tag", ""]);
    for (const lengths of ["3", "3 9", "2 3 0", "3 x 0"]) {
      expect(splitWords("pcs tag ", lengths)).toBe(null);
    }
  });
});

test("differences of two texts", () => {
  expect(differences(["a", "b", "c"], ["a", "x", "c", "d"])).toEqual([
    "  a",
    "- b",
    "+ x",
    "  c",
    "+ d",
  ]);
});

test("what is wrong with a text that is no XML", () => {
  expect(expatError("<cib/>")).toBe(null);
  expect(expatError("")).toBe("no element found: line 1, column 0");
  expect(expatError("<a>\n <b></a>")).toBe("mismatched tag: line 2, column 6");
});
