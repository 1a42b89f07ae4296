import { describe, expect, test } from "bun:test";
import { type Element, evaluateXPath, findXPath, parseXml } from "../../../internal/xml/mod.ts";

const parsed = parseXml(
  '<cib><n id="1"><a id="2" v="x"/><b id="3"><a id="4" v="y"><!--c--></a></b><a id="5"/></n><n id="6">t<a id="7" v="3"/></n></cib>',
);
if (!parsed.ok) throw new Error(parsed.error.message);
const root: Element = parsed.value;

const ids = (expression: string): string =>
  findXPath(root, expression)
    ?.map((element) => element.get("id") ?? element.name)
    .join(",") ?? "null";

describe("XPath", () => {
  test.each([
    ["//a", "2,4,5,7"],
    ["/cib/n/a", "2,5,7"],
    ["//n[@id='1']//a[@v]", "2,4"],
    ["//a[1]", "2,4,7"],
    ["(//a)[1]", "2"],
    ["//a[last()]", "4,5,7"],
    ["//a[position()=2]", "5"],
    ["//b/following-sibling::a", "5"],
    ["//a[@id='5']/preceding-sibling::*[1]", "3"],
    ["//a[@id='4']/ancestor::n", "1"],
    ["//a[@id=4]/ancestor-or-self::*", "cib,1,3,4"],
    ["//a/@v", "2,4,7"],
    ["//@id[.='3']", "3"],
    ["//b|//n[2]|//a[@v='x']", "2,3,6"],
    ["//a[not(@v)]", "5"],
    ["//a[@v='x' or @v='y']", "2,4"],
    ["//*[starts-with(name(), 'b')]", "3"],
    ["//a[contains(@v, 'x')]", "2"],
    ["//n[count(a)>1]", "1"],
    ["//n[a]", "1,6"],
    ["//n[a[@v='3']]/a/..", "6"],
    ["//a[@v<5]", "7"],
    ["/", "cib"],
    ["/*", "cib"],
    ["//a[comment()]", "4"],
    ["//n[text()='t']", "6"],
    ["//b/following::a", "5,7"],
    ["//n[2]/preceding::a", "2,4,5"],
    ["//nosuch", ""],
    ["id('7 3')", "3,7"],
    ["//a[string-length(@v)=1][2]", ""],
    ["//n/descendant::a[2]", "4"],
  ])("%s selects %s", (expression, expected) => {
    expect(ids(expression)).toBe(expected);
  });

  test.each([
    ["count(//a)", 4],
    ["1 + 2 * 3 - 4 div 2", 5],
    ["-(7 mod 4)", -3],
    ["concat('a', 1, true())", "a1true"],
    ["substring('12345', 2, 3)", "234"],
    ["substring('12345', 1.5, 2.6)", "234"],
    ["substring-after('a=b', '=')", "b"],
    ["translate('bar', 'abr', 'AB')", "BA"],
    ["normalize-space('  a  b ')", "a b"],
    ["sum(//a[@id>4]/@id)", 12],
    ["string(//a/@v)", "x"],
    ["not(//a) or //b", true],
    ["//a/@v = 'y'", true],
    ["//a/@v != 'y'", true],
    ["name(//n)", "n"],
    ["boolean('') = false()", true],
    ["round(2.5)", 3],
    ["'a' < 'b'", false],
  ])("%s is %p", (expression, expected) => {
    expect(evaluateXPath(root, expression)).toEqual(expected);
  });

  test("what cannot be read gives null", () => {
    for (const bad of [
      "//a[",
      "//bad['",
      "a b",
      "nosuch()",
      "//",
      "foo::a",
      "count(1)",
      "1 | 2",
      "",
    ]) {
      expect(findXPath(root, bad)).toBeNull();
    }
    expect(findXPath(root, "count(//a)")).toBeNull();
    expect(findXPath(root, "(".repeat(5000))).toBeNull();
  });
});
