/** Printing and parsing undo each other, and what is well-formed is what fast-xml-parser says. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { XMLValidator } from "fast-xml-parser";
import { Comment, Element, parseXml, printXml } from "../../../internal/xml/mod.ts";

const name = fc.stringMatching(/^[a-z_][a-z0-9_.-]{0,6}$/);
const value = fc.string({ unit: fc.constantFrom(..."ab <>&\"'\n\té€") });

const { tree } = fc.letrec<{ tree: Element }>((tie) => ({
  tree: fc
    .record({
      name,
      attributes: fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key, maxLength: 4 }),
      children: fc.array(
        fc.oneof(
          { depthSize: "small" },
          name.map((text) => new Comment(text)),
          tie("tree"),
        ),
        { maxLength: 4 },
      ),
    })
    .map((made) => {
      const element = new Element(made.name, made.attributes.flat());
      for (const child of made.children) {
        element.append(child instanceof Element ? child.clone() : new Comment(child.text));
      }
      return element;
    }),
}));

describe("XML text", () => {
  test("parse(print(x)) is x, compact and pretty", () => {
    fc.assert(
      fc.property(tree, fc.boolean(), (element, pretty) => {
        const parsed = parseXml(printXml(element, { pretty }));
        expect(parsed.ok && printXml(parsed.value)).toBe(printXml(element));
      }),
      { numRuns: 200 },
    );
  });

  test("a damaged document is refused where the oracle refuses it", () => {
    fc.assert(
      fc.property(tree, fc.nat(), fc.constantFrom("", "<", ">", '"', "</a>"), (element, at, by) => {
        const text = printXml(element);
        const place = at % text.length;
        const damaged = text.slice(0, place) + by + text.slice(place + 1);
        if (XMLValidator.validate(damaged) === true) return;
        expect(parseXml(damaged).ok).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});
