import { MD5 } from "bun";

/**
 * MD5 of a text in UTF-8, in hex: what digests of parameters and of the CIB are. The runtime's own:
 * a tenth of what an object of node:crypto costs, and loading that module is a good part of the
 * start of a tool.
 */
export function md5(text: string): string {
  return MD5.hash(text, "hex");
}
