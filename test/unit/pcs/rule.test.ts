import { describe, expect, test } from "bun:test";
import { IdProvider } from "../../../internal/pcs/cib/ids.ts";
import { ruleStatusAt } from "../../../internal/pcs/rule/in-effect.ts";
import { parseRule } from "../../../internal/pcs/rule/parse.ts";
import { appendRule } from "../../../internal/pcs/rule/store.ts";
import { ruleToText } from "../../../internal/pcs/rule/text.ts";
import { Element, parseXml } from "../../../internal/xml/mod.ts";
import { cibOf, pcs, primitive } from "./memory.ts";

/** The rule element of a text, below a constraint with the id `c`. */
function stored(text: string): Element {
  const parsed = parseRule(text);
  if (!parsed.ok) throw new Error(text);
  const parent = new Element("rsc_location", { id: "c" });
  appendRule(parent, parsed.value, new IdProvider(parent));
  return parent.first("rule")!;
}

describe("rule language", () => {
  const texts = [
    "defined pingd and pingd lt number 5",
    "#uname eq a or #uname eq b",
    "(defined x and y eq 1) or not_defined z",
    "date gt 2020-01-01",
    "date in_range 2020-01-01 to 2021-01-01",
    "date-spec hours=9-17 weekdays=1-5",
    "name eq string word",
  ];

  test.each(texts)("%s is stored and read back as it was", (text) => {
    const rule = stored(text);
    expect(ruleToText(rule)).toBe(text);
    expect(ruleToText(stored(ruleToText(rule)))).toBe(text);
  });

  test("and binds no stronger than or: mixing them needs parentheses", () => {
    const mixed = stored("defined a and defined b or defined c");
    const grouped = stored("(defined a and defined b) or defined c");
    expect(ruleToText(mixed)).toBe(ruleToText(grouped));
  });

  test.each(["defined", "a eq", "date gt notadate x", "(defined a", "defined a and"])(
    "'%s' is no rule",
    (text) => {
      expect(parseRule(text).ok).toBe(false);
    },
  );

  test("ids of the parts are made from the rule's", () => {
    const rule = stored("defined a and date gt 2020-01-01");
    expect(rule.id).toBe("c-rule");
    expect(rule.elements().map(({ id }) => id)).toEqual(["c-rule-expr", "c-rule-expr-1"]);
  });
});

describe("what time it is", () => {
  const cib = parseXml(
    cibOf().replace(
      "<constraints/>",
      `<constraints><rsc_location id="l" rsc="r">
        <rule id="past" score="1"><date_expression id="e1" operation="lt" end="2000-01-01"/></rule>
        <rule id="now" score="1"><date_expression id="e2" operation="gt" start="2000-01-01"/></rule>
        <rule id="later" score="1"><date_expression id="e3" operation="gt" start="2200-01-01"/></rule>
        <rule id="attribute" score="1"><expression id="e4" attribute="a" operation="defined"/></rule>
      </rsc_location></constraints>`,
    ),
  );
  const statusOf = cib.ok ? ruleStatusAt(cib.value, Date.parse("2023-11-14")) : () => "";

  test.each([
    ["past", "EXPIRED"],
    ["now", "IN_EFFECT"],
    ["later", "NOT_YET_IN_EFFECT"],
  ])("a rule that is %s", (id, status) => {
    expect(String(statusOf(id))).toBe(status);
  });

  test("expired constraints are left out unless asked for", async () => {
    const made = cibOf(primitive("r")).replace(
      "<constraints/>",
      '<constraints><rsc_location id="l" rsc="r"><rule id="lr" score="1">' +
        '<date_expression id="e" operation="lt" end="2000-01-01"/></rule></rsc_location></constraints>',
    );
    expect((await pcs(made, "constraint", "config")).stdout).toBe("");
    const all = await pcs(made, "constraint", "config", "--all");
    expect(all.stdout).toContain("Rule (expired):");
    expect(all.stdout).toContain("date lt 2000-01-01");
  });
});
