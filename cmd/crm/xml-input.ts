import { readFileSync } from "node:fs";
import { err, Limits, type Result } from "../../internal/base/mod.ts";
import { decodeXml } from "../../internal/xml/mod.ts";
import { readStdinBytes } from "../io.ts";

/** The text of an XML document in a file, in the encoding that it declares; null for no such file. */
export function readXmlFile(path: string): Result<string> | null {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    return null;
  }
  return decodeXml(bytes);
}

/** The text of an XML document on standard input, in the encoding that it declares. */
export function readXmlStdin(): Result<string> {
  const bytes = readStdinBytes(Limits.xmlBytes);
  return bytes === null ? err(`it is larger than ${Limits.xmlBytes} bytes`) : decodeXml(bytes);
}

/** The text, or null where one message does for all that can be wrong with it. */
export function textOrNull(text: Result<string> | null): string | null {
  return text?.ok === true ? text.value : null;
}
