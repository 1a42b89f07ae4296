import { describe, expect, test } from "bun:test";
import {
  applyCibRequest,
  fittingSchema,
  SchemaValidator,
  validateCib,
} from "../../../internal/cib/mod.ts";
import { Element, parseXml } from "../../../internal/xml/mod.ts";

function cib(parts: { resources?: string; constraints?: string; rest?: string; schema?: string }) {
  const text =
    `<cib validate-with="pacemaker-${parts.schema ?? "4.0"}" admin_epoch="0" epoch="1" num_updates="0">` +
    `<configuration><crm_config/><nodes/><resources>${parts.resources ?? ""}</resources>` +
    `<constraints>${parts.constraints ?? ""}</constraints>${parts.rest ?? ""}</configuration>` +
    "<status><anything goes='here'/></status></cib>";
  const parsed = parseXml(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

const fault = (parts: Parameters<typeof cib>[0]): string | null =>
  validateCib(cib(parts))?.message ?? null;

const DUMMY = '<primitive id="d" class="ocf" provider="pacemaker" type="Dummy"/>';

describe("CIB schema", () => {
  test("accepts the usual constructs", () => {
    expect(fault({ resources: DUMMY })).toBeNull();
    expect(fault({ resources: `<group id="g">${DUMMY}</group>` })).toBeNull();
    const rule =
      '<rsc_location id="l" rsc="d"><rule id="r" score="INFINITY"><date_expression id="e" operation="lt" end="2030-01-01"/></rule></rsc_location>';
    expect(fault({ resources: DUMMY, constraints: rule })).toBeNull();
    const tag = '<tags><tag id="t"><obj_ref id="d"/></tag></tags>';
    expect(fault({ resources: DUMMY, rest: tag })).toBeNull();
  });

  test("refuses names that an upgrade took away, from the schema on that lacks them", () => {
    const primitive = (sets: string, op = "") =>
      '<primitive id="d" class="ocf" provider="pacemaker" type="Dummy">' +
      `${sets}<operations><op id="o" name="monitor" interval="10s"${op}/></operations></primitive>`;
    const set = (tag: string, name: string) =>
      `<${tag} id="s"><nvpair id="p" name="${name}" value="1"/></${tag}>`;
    const accepted = (schema: string, resources: string) => fault({ schema, resources }) === null;
    const rows: [string, Record<string, boolean>][] = [
      [set("meta_attributes", "isolation"), { "2.10": true, "3.0": false, "3.10": false }],
      [set("instance_attributes", "pcmk_list_cmd"), { "2.10": true, "3.0": false, "3.1": true }],
      [set("instance_attributes", "isolation"), { "2.10": true, "3.0": true, "4.0": true }],
    ];
    for (const [sets, by] of rows) {
      for (const [schema, want] of Object.entries(by)) {
        expect(accepted(schema, primitive(sets))).toBe(want);
      }
    }
    for (const [schema, requires, demote] of [
      ["2.10", true, false],
      ["3.0", false, false],
      ["3.4", false, true],
    ] as const) {
      expect(accepted(schema, primitive("", ' requires="fencing"'))).toBe(requires);
      expect(accepted(schema, primitive("", ' on-fail="demote"'))).toBe(demote);
    }
  });

  test.each([
    ["an element where none of that name may be", { resources: "<bogus id='x'/>" }],
    ["an attribute that is none", { resources: DUMMY.replace("type=", "bogus='1' type=") }],
    ["a missing attribute", { resources: '<primitive id="d" class="ocf" type="Dummy"/>' }],
    ["a value that is none of the words", { resources: DUMMY.replace('"ocf"', '"nosuch"') }],
    ["an id that is no name", { resources: DUMMY.replace('"d"', '"1 d"') }],
    ["two of an id", { resources: `${DUMMY}${DUMMY}` }],
    ["an empty group", { resources: '<group id="g"/>' }],
    [
      "a reference to nothing",
      { constraints: '<rsc_location id="l" rsc="x" node="n" score="1"/>' },
    ],
    ["a section twice", { rest: "<tags/><tags/>" }],
    ["a schema that is none", { schema: "9.9" }],
    ["a section of a later schema", { schema: "1.2", rest: "<alerts/>" }],
    ["what 4.0 no longer has", { resources: `<master id="m">${DUMMY}</master>` }],
  ])("refuses %s", (_, parts) => {
    expect(fault(parts)).not.toBeNull();
  });

  test("earlier schemas keep what they had", () => {
    expect(fault({ schema: "3.0", resources: `<master id="m">${DUMMY}</master>` })).toBeNull();
  });

  test("the first schema from the named one on that a document fits", () => {
    const constraints = '<rsc_colocation id="c" rsc="d" with-rsc="d" influence="true"/>';
    expect(fittingSchema(cib({ schema: "3.0", resources: DUMMY }))).toBe("pacemaker-3.0");
    const newer = cib({ schema: "3.0", resources: DUMMY, constraints });
    expect(validateCib(newer)).not.toBeNull();
    expect(fittingSchema(newer)).toBe("pacemaker-3.6");
    expect(fittingSchema(cib({ schema: "3.0", resources: "<bogus/>" }))).toBeNull();
  });

  test("finds a fault that a change brings into a document known to be valid", () => {
    const validator = new SchemaValidator(400);
    const before = cib({ resources: DUMMY });
    expect(validator.check(before)).toBeNull();
    const validate = (after: Element) =>
      validator.check(after) === null ? null : ({ code: 78, message: "", legacy: -203 } as const);
    const add = (input: Element) =>
      applyCibRequest(before, { operation: "create", scope: "resources", input }, { validate });
    const attributes = { id: "d", class: "ocf", provider: "pacemaker", type: "Dummy" };
    expect(add(new Element("primitive", { ...attributes, id: "e" })).ok).toBe(true);
    expect(add(new Element("primitive", { ...attributes, id: "f", bogus: "1" })).ok).toBe(false);
    expect(add(new Element("template", attributes)).ok).toBe(false);
  });
});
