import { Comment, Element, type Node } from "../xml/mod.ts";

/** Whether two elements say the same: attributes in any order, children in order. */
export function sameElement(a: Element, b: Element): boolean {
  if (a === b) return true;
  if (a.name !== b.name || !sameAttributes(a, b)) return false;
  if (a.children.length !== b.children.length) return false;
  for (let i = 0; i < a.children.length; i++) {
    if (!sameNode(a.children[i]!, b.children[i]!)) return false;
  }
  return true;
}

function sameNode(a: Node, b: Node): boolean {
  if (a instanceof Element) return b instanceof Element && sameElement(a, b);
  if (b instanceof Element) return false;
  return a instanceof Comment === b instanceof Comment && a.text === b.text;
}

export function sameAttributes(a: Element, b: Element): boolean {
  if (a.attributes.length !== b.attributes.length) return false;
  for (let i = 0; i < a.attributes.length; i += 2) {
    if (b.get(a.attributes[i]!) !== a.attributes[i + 1]) return false;
  }
  return true;
}
