import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { diffCib, patchCib, sameElement } from "../../../internal/cib/mod.ts";
import { type Element, parseXml, printXml } from "../../../internal/xml/mod.ts";
import { cibPair } from "./random-cib.ts";

function xml(text: string): Element {
  const parsed = parseXml(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

const cib = (inner: string, epoch = 1): Element =>
  xml(
    `<cib admin_epoch="0" epoch="${epoch}" num_updates="0"><configuration>${inner}</configuration></cib>`,
  );

describe("patchsets", () => {
  test("patch(a, diff(a, b)) is b, and a stays as it was", () => {
    fc.assert(
      fc.property(cibPair(), ([a, b]) => {
        const before = printXml(a);
        const patch = diffCib(a, b, { digest: false });
        if (patch === null) return sameElement(a, b);
        const copy = a.clone();
        const result = patchCib(copy, xml(printXml(patch)));
        expect(result.ok && printXml(result.value)).toBe(printXml(b));
        expect(printXml(copy)).toBe(before);
        return true;
      }),
      { numRuns: 300 },
    );
  });

  test("children that only an id-ref tells apart are replaced with their parent", () => {
    const a = cib(
      '<primitive id="p"><meta_attributes id-ref="m"/><meta_attributes id-ref="n"/></primitive>',
    );
    const b = cib(
      '<primitive id="p"><meta_attributes id-ref="n"/><meta_attributes id-ref="o"/></primitive>',
      2,
    );
    const result = patchCib(a, diffCib(a, b)!);
    expect(result.ok && printXml(result.value)).toBe(printXml(b));
  });

  test("a move does not shift everything between", () => {
    const row = (ids: string): string => [...ids].map((id) => `<tag id="${id}"/>`).join("");
    const patch = diffCib(cib(row("abcdef")), cib(row("bcdefa")))!;
    expect(patch.elements("change").map((c) => `${c.get("operation")} ${c.get("path")}`)).toEqual([
      "move /cib/configuration/tag[@id='b']",
      "move /cib/configuration/tag[@id='a']",
    ]);
  });

  test("a patch for another version or with a wrong digest is refused", () => {
    const [a, b] = [cib('<tag id="x"/>'), cib('<tag id="y"/>', 2)];
    const patch = diffCib(a, b, { digest: true })!;
    expect(patchCib(a.clone(), patch).ok).toBe(true);
    const newer = patchCib(cib("", 5), patch);
    expect(newer.ok ? 0 : newer.error.legacy).toBe(-205);
    const older = patchCib(cib("", 0), patch);
    expect(older.ok ? 0 : older.error.legacy).toBe(-206);
    patch.set("digest", "0");
    const bad = patchCib(a.clone(), patch);
    expect(bad.ok ? 0 : bad.error.legacy).toBe(-206);
  });

  test("a patchset that names what it deletes is refused, not a crash", () => {
    const patch = xml(
      '<diff format="2"><change operation="create" path="/cib/configuration" position="0"><tag id="t"/></change>' +
        '<change operation="delete" path="/cib/configuration"/></diff>',
    );
    const result = patchCib(cib(""), patch);
    expect(result.ok ? 0 : result.error.legacy).toBe(-206);
  });
});
