import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  evaluateDate,
  evaluateRule,
  fromEpoch,
  type RuleInput,
  unpackNvpairs,
} from "../../../internal/cib/mod.ts";
import { type Element, parseXml } from "../../../internal/xml/mod.ts";

function element(text: string): Element {
  const parsed = parseXml(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

/** 2024-05-06 10:11:12 UTC, a Monday in week 19. */
const now = fromEpoch(1_714_990_272);
const attributes = new Map([
  ["cpu", "4"],
  ["load", "0.5"],
  ["Site", "North"],
  ["version", "1.10.2"],
  ["web-score", "7"],
]);
const input: RuleInput = { now, nodeAttribute: (name) => attributes.get(name) };

const rule = (inside: string, attributes = "") =>
  evaluateRule(element(`<rule id="r" ${attributes}>${inside}</rule>`), input);
const expression = (text: string) => rule(`<expression id="e" ${text}/>`);

describe("rules", () => {
  test("and, or, nesting, emptiness", () => {
    const yes = '<expression id="y" attribute="cpu" operation="defined"/>';
    const no = '<expression id="n" attribute="cpu" operation="not_defined"/>';
    expect(rule(yes + no)).toBe(false);
    expect(rule(yes + no, 'boolean-op="or"')).toBe(true);
    expect(rule(`<rule id="i" boolean-op="or">${no}${yes}</rule>${yes}`)).toBe(true);
    expect(rule("")).toBe(true);
    expect(evaluateRule(element(`<rule>${yes}</rule>`), input)).toBe(false);
  });

  test.each([
    ['attribute="cpu" operation="gt" value="10"', false],
    ['attribute="cpu" operation="gt" value="10" type="string"', true],
    ['attribute="load" operation="lt" value="1"', true],
    ['attribute="Site" operation="eq" value="north"', true],
    ['attribute="version" operation="gt" value="1.9" type="version"', true],
    ['attribute="missing" operation="lt" value="1"', false],
    ['attribute="missing" operation="ne" value="1"', true],
    ['attribute="missing" operation="eq"', true],
    ['attribute="cpu" operation="defined" value="4"', false],
    ['attribute="cpu" operation="is" value="4"', false],
    ['attribute="cpu" operation="eq" value="4" type="colour"', false],
  ])("%s", (text, expected) => expect(expression(text)).toBe(expected));

  test("values from parameters and meta-attributes; names from a pattern", () => {
    const one = element(
      '<rule id="r"><expression id="e" attribute="%1-score" operation="eq" value="want" value-source="param"/></rule>',
    );
    const full: RuleInput = {
      ...input,
      submatches: ["x-web", "web"],
      resourceParameter: (name) => (name === "want" ? "7" : null),
    };
    expect(evaluateRule(one, full)).toBe(true);
    expect(evaluateRule(one, { ...full, submatches: ["x-db", "db"] })).toBe(false);
  });

  test("agents and operations", () => {
    const agent = { class: "ocf", provider: "heartbeat", type: "Dummy" };
    const of = (text: string, extra: Partial<RuleInput>) =>
      evaluateRule(element(`<rule id="r">${text}</rule>`), { now, ...extra });
    expect(of('<rsc_expression id="e" class="ocf" type="Dummy"/>', { agent })).toBe(true);
    expect(of('<rsc_expression id="e" class="OCF"/>', { agent })).toBe(false);
    expect(of('<rsc_expression id="e" class="ocf"/>', {})).toBe(false);
    const operation = { name: "monitor", intervalMs: 10_000 };
    expect(of('<op_expression id="e" name="monitor" interval="10s"/>', { operation })).toBe(true);
    expect(of('<op_expression id="e" name="monitor" interval="PT9S"/>', { operation })).toBe(false);
  });
});

describe("date expressions", () => {
  const outcome = (text: string) => evaluateDate(element(text), { now });
  test.each([
    ['<date_expression id="d" operation="gt" start="2024-05-06 10:11:11Z"/>', "within"],
    ['<date_expression id="d" operation="gt" start="2024-05-06 10:11:12Z"/>', "before"],
    ['<date_expression id="d" operation="lt" end="2024-05-06 10:11:12Z"/>', "after"],
    ['<date_expression id="d" start="2024-01-01" end="2024-12-31"/>', "within"],
    ['<date_expression id="d" operation="in_range" end="2023-01-01"/>', "after"],
    ['<date_expression id="d" operation="in_range"/>', "invalid"],
    ['<date_expression id="d" operation="lt" end="soon"/>', "invalid"],
    ['<date_expression operation="lt" end="2030-01-01"/>', "invalid"],
    [
      '<date_expression id="d" start="2024-01-01"><duration id="x" months="3"/></date_expression>',
      "after",
    ],
    [
      '<date_expression id="d" start="2024-01-01"><duration id="x" months="5"/></date_expression>',
      "within",
    ],
  ])("%s", (text, expected) => expect(outcome(text)).toBe(expected as never));

  test.each([
    ['years="2024" weekdays="1" weeks="19" yeardays="127"', "satisfied"],
    ['hours="9-16" weekdays="1-5"', "satisfied"],
    ['hours="11-"', "before"],
    ['hours="-9"', "after"],
    ['hours="9 - 11"', "invalid"],
    ['months="5" monthdays="6" minutes="11" seconds="12" weekyears="2024"', "satisfied"],
  ])("date_spec %s", (fields, expected) => {
    const text = `<date_expression id="d" operation="date_spec"><date_spec id="s" ${fields}/></date_expression>`;
    expect(outcome(text)).toBe(expected as never);
  });

  test("the outcome stays the same until the time that is proposed", () => {
    const day = 86_400;
    fc.assert(
      fc.property(
        fc.integer({ min: -3 * day, max: 3 * day }),
        fc.integer({ min: 0, max: 3 * day }),
        (offset, length) => {
          const base = 1_714_990_272;
          const [start, end] = [base + offset, base + offset + length].map((epoch) =>
            new Date(epoch * 1000).toISOString().replace(".000Z", "Z").replace("T", " "),
          );
          const range = element(
            `<date_expression id="d" operation="in_range" start="${start}" end="${end}"/>`,
          );
          let next = 0;
          const first = evaluateDate(range, { now, onNextChange: (epoch) => (next = epoch) });
          if (next === 0) return;
          expect(evaluateDate(range, { now: fromEpoch(next - 1) })).toBe(first);
          expect(evaluateDate(range, { now: fromEpoch(next) })).not.toBe(first);
        },
      ),
    );
  });
});

describe("sets of name/value pairs", () => {
  const set = (id: string, score: string, ...pairs: [string, string][]) =>
    `<meta_attributes id="${id}"${score === "" ? "" : ` score="${score}"`}>${pairs
      .map(([name, value], i) => `<nvpair id="${id}-${i}" name="${name}" value="${value}"/>`)
      .join("")}</meta_attributes>`;
  const unpack = (inside: string, first?: string) =>
    Object.fromEntries(
      unpackNvpairs(element(`<x>${inside}</x>`), "meta_attributes", { now }, first),
    );

  test("the highest score wins, among equals the last, a named one before all", () => {
    const sets = set("a", "", ["n", "a"]) + set("b", "5", ["n", "b"]) + set("c", "5", ["n", "c"]);
    expect(unpack(sets)).toEqual({ n: "c" });
    expect(unpack(sets, "a")).toEqual({ n: "a" });
  });

  test("#default takes away what a better set gave", () => {
    const sets = set("a", "10", ["n", "a"], ["m", "a"]) + set("b", "5", ["n", "#default"]);
    expect(unpack(sets + set("c", "", ["n", "c"]))).toEqual({ n: "c", m: "a" });
  });

  test("a set whose rule fails is left out; id-ref names a set or a pair", () => {
    const ruled = set("a", "10", ["n", "a"]).replace(
      ">",
      '><rule id="r"><expression id="e" attribute="x" operation="defined"/></rule>',
    );
    expect(unpack(ruled + set("b", "", ["n", "b"]))).toEqual({ n: "b" });
    const shared = `${set("b", "", ["n", "b"])}<y><meta_attributes id-ref="b"/></y>`;
    const root = element(`<x>${shared}</x>`);
    const found = unpackNvpairs(root.first("y")!, "meta_attributes", { now });
    expect(Object.fromEntries(found)).toEqual({ n: "b" });
  });
});
