/** A DOCTYPE: refused, or passed over where it was asked for; what it declares is never used. */
import { describe, expect, test } from "bun:test";
import { parseXml } from "../../../internal/xml/mod.ts";

const skip = (text: string) => parseXml(text, { doctype: true });

describe("DOCTYPE", () => {
  test("is refused unless asked for", () => {
    expect(parseXml("<!DOCTYPE a><a/>").ok).toBe(false);
    expect(skip("<!DOCTYPE a><a/>").ok).toBe(true);
  });

  test("quotes, comments and brackets do not end it", () => {
    const text = `<!-- c --><!DOCTYPE a SYSTEM "x>y" [<!-- ]> --><!ENTITY e "]>">]> <a b="c"/>`;
    const parsed = skip(text);
    expect(parsed.ok && parsed.value.get("b")).toBe("c");
  });

  test("its entities stay unknown", () => {
    expect(skip('<!DOCTYPE a [<!ENTITY e "x">]><a b="&e;"/>').ok).toBe(false);
  });

  test("once, before the root element, and with an end", () => {
    expect(skip("<!DOCTYPE a><!DOCTYPE a><a/>").ok).toBe(false);
    expect(skip("<a/><!DOCTYPE a>").ok).toBe(false);
    expect(skip("<!DOCTYPE a [<a/>").ok).toBe(false);
    expect(skip("<!DOCTYPE a 'x><a/>").ok).toBe(false);
  });
});
