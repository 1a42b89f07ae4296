import { describe, expect, test } from "bun:test";
import { type Element, parseXml, printXml } from "../../../internal/xml/mod.ts";

/** So many alike that the parser reads them by an expression, then one that is written otherwise. */
function after(tag: string): ReturnType<typeof parseXml> {
  const alike = Array.from({ length: 100 }, (_, i) => `<op id="${i}" on.node="n1" rc="0"/>`);
  return parseXml(`<ops>${alike.join("")}${tag}</ops>`);
}

function last(tag: string): Element {
  const parsed = after(tag);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value.elements().at(-1)!;
}

describe("elements that are alike", () => {
  test("are read as any other", () => {
    const op = last('<op id="x" on.node="" rc="7"/>');
    expect(op.get("id")).toBe("x");
    expect(op.get("on.node")).toBe("");
    expect(op.get("rc")).toBe("7");
    expect(op.get("op")).toBeNull();
    expect(op.attributes).toEqual(["id", "x", "on.node", "", "rc", "7"]);
    expect(op.parent!.elements().length).toBe(101);
  });

  test("may be written to", () => {
    const op = last('<op id="x" on.node="n2" rc="7"></op>');
    op.set("rc", "8").set("more", "1");
    op.unset("on.node");
    expect(op.attributes).toEqual(["id", "x", "rc", "8", "more", "1"]);
    expect(op.get("rc")).toBe("8");
    expect(last('<op id="x" on.node="n2" rc="7" />').get("rc")).toBe("7");
  });

  test.each([
    ['<op id="&lt;" on.node="n" rc="0"/>', ["id", "<", "on.node", "n", "rc", "0"]],
    [`<op  id='a' on.node = "n" rc="0" />`, ["id", "a", "on.node", "n", "rc", "0"]],
    ['<op id="a" onXnode="n" rc="0"/>', ["id", "a", "onXnode", "n", "rc", "0"]],
    ['<op on.node="n" id="a" rc="0"/>', ["on.node", "n", "id", "a", "rc", "0"]],
    ['<op id="a\tb" on.node="n" rc="0"/>', ["id", "a b", "on.node", "n", "rc", "0"]],
    ['<op id="a>b" on.node="n" rc="0"/>', ["id", "a>b", "on.node", "n", "rc", "0"]],
    ['<op id="a" on.node="n"/>', ["id", "a", "on.node", "n"]],
    ["<op/>", []],
  ])("%s is not misread", (tag, attributes) => {
    expect(last(tag).attributes).toEqual(attributes);
  });

  test.each([
    '<op id="a" on.node="n" rc="0" id="b"/>',
    '<op id="<" on.node="n" rc="0"/>',
    '<op id="a"on.node="n" rc="0"/>',
    '<op id="a" on.node="n" rc="0">',
    '<op id="\u0001" on.node="n" rc="0"/>',
  ])("%s is refused", (tag) => {
    expect(after(tag).ok).toBe(false);
  });

  test("keep what is in them, in order", () => {
    const text = Array.from({ length: 90 }, (_, i) => `<r id="${i}"><op id="${i}"/></r>`).join("");
    const parsed = parseXml(`<all>${text}</all>`);
    expect(parsed.ok && printXml(parsed.value)).toBe(`<all>${text}</all>`);
  });
});
