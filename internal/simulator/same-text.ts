import { Element } from "../xml/mod.ts";

/** Whether two trees would be printed alike, without printing them: attributes in order as well. */
export function sameText(a: Element, b: Element): boolean {
  if (a === b) return true;
  if (a.name !== b.name || a.attributes.length !== b.attributes.length) return false;
  if (a.children.length !== b.children.length) return false;
  for (let i = 0; i < a.attributes.length; i++) {
    if (a.attributes[i] !== b.attributes[i]) return false;
  }
  return a.children.every((child, at) => {
    const other = b.children[at]!;
    if (child instanceof Element) return other instanceof Element && sameText(child, other);
    return !(other instanceof Element) && child.text === other.text;
  });
}
