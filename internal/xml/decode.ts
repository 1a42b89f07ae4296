import { err, ok, type Result } from "../base/mod.ts";

/**
 * The text of a document's bytes: UTF-8, or what its byte order mark or XML declaration says. Bytes
 * that are none of it are refused rather than replaced, so that no name is silently changed.
 */
export function decodeXml(bytes: Buffer): Result<string> {
  const declared = encodingOf(bytes);
  if (declared === "utf-8") {
    const text = bytes.toString("utf8");
    // Decoding in the ordinary way is quicker; what could not be read has this character for it.
    if (!text.includes("\ufffd")) return ok(text);
  }
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(declared as ConstructorParameters<typeof TextDecoder>[0], {
      fatal: true,
    });
  } catch {
    return err(`encoding '${declared}' is not known`);
  }
  try {
    return ok(decoder.decode(bytes));
  } catch {
    return err(`it is not proper ${declared.toUpperCase()}`);
  }
}

function encodingOf(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  const start = bytes.toString("latin1", 0, 200);
  const declaration = /^(?:\xef\xbb\xbf)?<\?xml\s[^>]*?\bencoding\s*=\s*["']([\w.-]+)["']/.exec(
    start,
  );
  return declaration?.[1]?.toLowerCase() ?? "utf-8";
}
