import { md5 } from "../base/mod.ts";
import { Comment, Element, escapeAttribute, printXml, Text } from "../xml/mod.ts";

/** Attributes that say who wrote and when, not what: two CIBs that differ in them alone are equal. */
const UNDIGESTED = new Set([
  "crm-debug-origin",
  "cib-last-written",
  "update-origin",
  "update-client",
  "update-user",
]);

/** Digest that patchsets carry and nodes compare: MD5 (hex) of the compact text, origins left out. */
export function cibDigest(cib: Element): string {
  const parts: string[] = [];
  printFiltered(cib, parts);
  return md5(parts.join(""));
}

/** Digest of the file on disk (the `.sig` beside it, `cibadmin --md5-sum`). */
export function diskDigest(cib: Element): string {
  return md5(` ${printXml(cib)}\n`);
}

function printFiltered(element: Element, out: string[]): void {
  out.push("<", element.name);
  const attributes = element.attributes;
  for (let i = 0; i < attributes.length; i += 2) {
    if (UNDIGESTED.has(attributes[i]!)) continue;
    out.push(" ", attributes[i]!, '="', escapeAttribute(attributes[i + 1]!), '"');
  }
  if (element.children.length === 0) {
    out.push("/>");
    return;
  }
  out.push(">");
  for (const child of element.children) {
    if (child instanceof Element) printFiltered(child, out);
    else if (child instanceof Text || child instanceof Comment) out.push(printXml(child));
  }
  out.push("</", element.name, ">");
}
