/** Bytes of documents: what they say they are, else UTF-8, and nothing replaced in silence. */
import { expect, test } from "bun:test";
import { decodeXml } from "../../../internal/xml/mod.ts";

test("by byte order mark, by declaration, else UTF-8", () => {
  expect(decodeXml(Buffer.from("<é/>"))).toEqual({ ok: true, value: "<é/>" });
  const latin = '<?xml version="1.0" encoding="ISO-8859-1"?><é/>';
  expect(decodeXml(Buffer.from(latin, "latin1"))).toEqual({ ok: true, value: latin });
  expect(decodeXml(Buffer.from("\ufeff<é/>", "utf16le"))).toEqual({ ok: true, value: "<é/>" });
});

test("what is no text of its encoding is refused", () => {
  expect(decodeXml(Buffer.from([0x3c, 0xff, 0xfe, 0x3e]))).toMatchObject({ ok: false });
  const unknown = '<?xml version="1.0" encoding="moon"?><a/>';
  expect(decodeXml(Buffer.from(unknown))).toMatchObject({ ok: false });
  expect(decodeXml(Buffer.from("<\ufffd/>"))).toMatchObject({ ok: true });
});
