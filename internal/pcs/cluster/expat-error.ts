import { parseXml } from "../../xml/mod.ts";

/**
 * What the parser behind `cib-push` says of a text that is no XML document, with line (from 1) and
 * column (from 0); null for a well-formed one.
 */
export function expatError(text: string): string | null {
  if (parseXml(text).ok) return null;
  const fault = findFault(text);
  const before = text.slice(0, fault.offset);
  const line = before.split("\n").length;
  const column = fault.offset - (before.lastIndexOf("\n") + 1);
  return `${fault.what}: line ${line}, column ${column}`;
}

interface Fault {
  what: string;
  offset: number;
}

const TAG = /<(\/?)([^\s/>!?<]+)((?:\s+[^\s=<>/]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y;

/** Follows the tags up to the first place where something is wrong. */
function findFault(text: string): Fault {
  const open: string[] = [];
  let rootSeen = false;
  let at = 0;
  for (;;) {
    const start = text.indexOf("<", at);
    if (start < 0) break;
    if (rootSeen && open.length === 0 && !/^<[!?]/.test(text.slice(start, start + 2))) {
      return { what: "junk after document element", offset: start };
    }
    const skipped = skipMarkup(text, start);
    if (skipped !== null) {
      if (skipped < 0) return { what: "unclosed token", offset: start };
      at = skipped;
      continue;
    }
    TAG.lastIndex = start;
    const tag = TAG.exec(text);
    if (tag === null) {
      const cut = text.indexOf(">", start) < 0;
      return { what: cut ? "unclosed token" : "not well-formed (invalid token)", offset: start };
    }
    at = start + tag[0].length;
    rootSeen = true;
    if (tag[1] === "/") {
      if (open.pop() !== tag[2]) return { what: "mismatched tag", offset: start + 2 };
    } else {
      const names = [...tag[3]!.matchAll(/([^\s=]+)\s*=/g)].map((match) => match[1]);
      if (new Set(names).size < names.length) return { what: "duplicate attribute", offset: start };
      if (tag[4] !== "/") open.push(tag[2]!);
    }
  }
  if (!rootSeen || open.length > 0) return { what: "no element found", offset: text.length };
  return { what: "not well-formed (invalid token)", offset: 0 };
}

/** End of a comment, CDATA or instruction; -1 when it has none, null when it is a tag. */
function skipMarkup(text: string, start: number): number | null {
  for (const [head, tail] of [
    ["<!--", "-->"],
    ["<![CDATA[", "]]>"],
    ["<?", "?>"],
    ["<!", ">"],
  ] as const) {
    if (!text.startsWith(head, start)) continue;
    const end = text.indexOf(tail, start + head.length);
    return end < 0 ? -1 : end + tail.length;
  }
  return null;
}
