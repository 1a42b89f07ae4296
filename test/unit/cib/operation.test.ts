import { describe, expect, test } from "bun:test";
import { applyCibRequest, type CibRequest } from "../../../internal/cib/mod.ts";
import { type Element, parseXml, printXml } from "../../../internal/xml/mod.ts";

function xml(text: string): Element {
  const parsed = parseXml(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

const TEXT =
  '<cib admin_epoch="0" epoch="7" num_updates="3"><configuration><crm_config/><nodes>' +
  '<node id="1" uname="a"/><node id="2" uname="b"/></nodes><resources><primitive id="p" score="5"/>' +
  "</resources></configuration><status/></cib>";

function apply(request: Omit<CibRequest, "input"> & { input?: string }) {
  const cib = xml(TEXT);
  const { input, ...rest } = request;
  const result = applyCibRequest(cib, input === undefined ? rest : { ...rest, input: xml(input) });
  expect(printXml(cib)).toBe(TEXT);
  if (!result.ok) return { failed: result.error.legacy, text: "", version: "" };
  const { value } = result;
  const version = ["admin_epoch", "epoch", "num_updates"].map((n) => value.cib.get(n)).join(".");
  return { ...value, failed: 0, text: printXml(value.cib), version };
}

describe("CIB requests", () => {
  test("configuration changes raise the epoch, status changes num_updates", () => {
    expect(apply({ operation: "modify", input: '<node id="1" x="y"/>' }).version).toBe("0.8.0");
    const state = '<node_state id="1"/>';
    expect(apply({ operation: "create", scope: "status", input: state }).version).toBe("0.7.4");
    expect(apply({ operation: "bump" }).version).toBe("0.8.4");
    expect(apply({ operation: "erase" }).version).toBe("1.8.0");
    expect(apply({ operation: "modify", input: '<cib admin_epoch="2" epoch="1"/>' }).version).toBe(
      "2.1.4",
    );
  });

  test("what changes nothing leaves the version alone", () => {
    for (const request of [
      { operation: "modify", input: '<node id="1" uname="a"/>' },
      { operation: "delete", input: '<node id="9"/>' },
      { operation: "delete", xpath: "//nosuch" },
      { operation: "delete", input: "<cib/>" },
    ] as const) {
      const result = apply(request);
      expect(result.text).toBe(TEXT);
      expect(result.version).toBe("0.7.3");
    }
  });

  test("a part that is replaced counts as changed even if it is as it was", () => {
    const input = '<node uname="b" id="2"/>';
    const result = apply({ operation: "replace", scope: "nodes", input });
    expect(result.version).toBe("0.8.0");
  });

  test("modify finds by name and id below the scope, creates only when allowed", () => {
    const input = '<primitive id="new"/>';
    expect(apply({ operation: "modify", scope: "resources", input }).failed).toBe(-6);
    const made = apply({ operation: "modify", scope: "resources", input, allowCreate: true });
    expect(made.text).toContain('<primitive id="p" score="5"/><primitive id="new"/>');
    const tags = '<tags><tag id="t"/></tags>';
    expect(apply({ operation: "modify", scope: "tags", input: tags }).text).toContain(tags);
  });

  test("score updates count up only when asked", () => {
    const input = '<primitive id="p" score="score+=4"/>';
    expect(apply({ operation: "modify", input, scoreUpdate: true }).text).toContain('score="9"');
    expect(apply({ operation: "modify", input }).text).toContain('score="score+=4"');
    const more = '<primitive id="p" score="score++"/>';
    expect(apply({ operation: "modify", input: more, scoreUpdate: true }).text).toContain(
      'score="6"',
    );
  });

  test("create refuses what exists and says so in its output", () => {
    const input = '<node id="2" uname="z"/>';
    const result = applyCibRequest(xml(TEXT), {
      operation: "create",
      scope: "nodes",
      input: xml(input),
    });
    expect(result.ok).toBe(false);
    if (result.ok) return;
    expect([result.error.legacy, result.error.code]).toEqual([-17, 108]);
    expect(printXml(result.error.output!)).toBe(
      '<failed><failed_update id="2" object-type="node" operation="cib_create" reason="File exists">' +
        `${input}</failed_update></failed>`,
    );
  });

  test("delete takes the first match of all attributes, delete_all every match", () => {
    expect(apply({ operation: "delete", input: '<node uname="b"/>' }).text).not.toContain('id="2"');
    expect(apply({ operation: "delete", xpath: "//node" }).text).toContain('<nodes><node id="2"');
    expect(apply({ operation: "delete_all", xpath: "//node | //nodes" }).text).not.toContain(
      "nodes",
    );
    expect(apply({ operation: "delete", xpath: "/cib" }).failed).toBe(-22);
  });

  test("replace puts whole sections and refuses older CIBs", () => {
    expect(apply({ operation: "replace", scope: "nodes", input: "<nodes/>" }).text).toContain(
      "<nodes/>",
    );
    expect(apply({ operation: "replace", input: '<cib epoch="6"/>' }).failed).toBe(-205);
    const whole = TEXT.replace('uname="a"', 'uname="z"');
    expect(apply({ operation: "replace", input: whole }).version).toBe("0.8.0");
    expect(apply({ operation: "replace", scope: "nodes", input: '<node id="9"/>' }).failed).toBe(
      -6,
    );
  });

  test("untouched parts are shared with the document before", () => {
    const cib = xml(TEXT);
    const status = cib.first("status");
    const result = applyCibRequest(cib, {
      operation: "modify",
      input: xml('<node id="1" x="y"/>'),
    });
    expect(result.ok && result.value.cib.first("status") === status).toBe(true);
    expect(result.ok && status?.root === result.value.cib).toBe(true);
  });

  test("a refused check leaves the document and its parent links as they were", () => {
    const cib = xml(TEXT);
    const failure = { code: 78, message: "no", legacy: -203 } as const;
    const request = { operation: "modify", input: xml('<node id="1" x="y"/>') } as const;
    const result = applyCibRequest(cib, request, { validate: () => failure });
    expect(result.ok ? null : result.error.legacy).toBe(-203);
    for (const element of cib.walk()) expect(element.root).toBe(cib);
  });
});
