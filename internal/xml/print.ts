import { Comment, type Node, Text } from "./tree.ts";

export interface PrintOptions {
  /** Two spaces a level and a line break after each node, as Pacemaker writes the CIB. */
  pretty?: boolean;
  /** Level of the root, for pretty output inside something else. */
  depth?: number;
}

/** XML text of a node, without a declaration. Pretty output ends with a line break. */
export function printXml(node: Node, options: PrintOptions = {}): string {
  const parts: string[] = [];
  print(node, parts, options.pretty === true, options.depth ?? 0);
  return parts.join("");
}

function print(node: Node, out: string[], pretty: boolean, depth: number): void {
  const indent = pretty ? "  ".repeat(depth) : "";
  const end = pretty ? "\n" : "";
  if (node instanceof Text) {
    out.push(escapeText(node.text));
    return;
  }
  if (node instanceof Comment) {
    out.push(indent, "<!--", node.text, "-->", end);
    return;
  }
  out.push(indent, "<", node.name);
  const attributes = node.attributes;
  for (let i = 0; i < attributes.length; i += 2) {
    out.push(" ", attributes[i]!, '="', escapeAttribute(attributes[i + 1]!), '"');
  }
  if (node.children.length === 0) {
    out.push("/>", end);
    return;
  }
  // Mixed content is printed as it is: added white space would change the text.
  const inner = pretty && !node.children.some((child) => child instanceof Text);
  out.push(">", inner ? "\n" : "");
  for (const child of node.children) print(child, out, inner, depth + 1);
  out.push(inner ? indent : "", "</", node.name, ">", end);
}

const ATTRIBUTE_SPECIAL = /[<>&"\u0000-\u001f\u007f]/;

/** Control characters in the original's spelling: digests are made of this text. */
export function escapeAttribute(value: string): string {
  if (!ATTRIBUTE_SPECIAL.test(value)) return value;
  return value
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replace(/[\u0000-\u001f\u007f]/g, numbered);
}

function numbered(control: string): string {
  return `&#x${control.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")};`;
}

export function escapeText(value: string): string {
  return value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
