/** Text between tags: kept, or dropped where a document comes from a file. */
import { expect, test } from "bun:test";
import { parseXml, printXml } from "../../../internal/xml/mod.ts";

const STRAYED = "<a>word<b/>&lt;more<![CDATA[data]]><c> x </c></a>";

function read(dropText: boolean): string {
  const parsed = parseXml(STRAYED, { dropText });
  if (!parsed.ok) throw new Error(parsed.error.message);
  return printXml(parsed.value);
}

test("it is kept, or dropped if asked for, but for CDATA", () => {
  expect(read(false)).toBe("<a>word<b/>&lt;moredata<c> x </c></a>");
  expect(read(true)).toBe("<a><b/>data<c/></a>");
});

test("what is dropped has to be well-formed all the same", () => {
  expect(parseXml("<a>&nosuch;</a>", { dropText: true }).ok).toBe(false);
  expect(parseXml("<a>\u0001</a>", { dropText: true }).ok).toBe(false);
});
