import { Comment, Element, type Node, Text } from "../tree.ts";
import type { Axis, NodeTest } from "./parser.ts";

/** An attribute seen as a node: XPath selects those too. */
export class Attribute {
  readonly parent: Element;
  readonly name: string;
  readonly value: string;
  constructor(parent: Element, name: string, value: string) {
    this.parent = parent;
    this.name = name;
    this.value = value;
  }
}

/** The node above the root element. */
export class Document {
  readonly root: Element;
  constructor(root: Element) {
    this.root = root;
  }
}

export type XNode = Document | Element | Text | Comment | Attribute;

export function parentOf(node: XNode, document: Document): XNode | null {
  if (node instanceof Document) return null;
  return node === document.root ? document : node.parent;
}

function childrenOf(node: XNode): readonly Node[] {
  if (node instanceof Document) return [node.root];
  return node instanceof Element ? node.children : [];
}

export function stringValue(node: XNode): string {
  if (node instanceof Attribute) return node.value;
  return node instanceof Document ? node.root.text : node.text;
}

export function nodeName(node: XNode): string {
  return node instanceof Element || node instanceof Attribute ? node.name : "";
}

/** Nodes of an axis that pass the test, nearest first (so reverse axes count backward). */
export function select(axis: Axis, test: NodeTest, from: XNode, document: Document): XNode[] {
  const out: XNode[] = [];
  const keep = (node: XNode): void => {
    if (passes(test, node, axis)) out.push(node);
  };
  switch (axis) {
    case "self":
      keep(from);
      break;
    case "child":
      for (const child of childrenOf(from)) keep(child);
      break;
    case "parent": {
      const parent = parentOf(from, document);
      if (parent !== null) keep(parent);
      break;
    }
    case "attribute":
      if (from instanceof Element) {
        for (const [name, value] of from.entries()) keep(new Attribute(from, name, value));
      }
      break;
    case "descendant-or-self":
      keep(from);
      below(from, keep);
      break;
    case "descendant":
      below(from, keep);
      break;
    case "ancestor-or-self":
      keep(from);
      above(from, document, keep);
      break;
    case "ancestor":
      above(from, document, keep);
      break;
    case "following-sibling":
      for (const node of siblings(from, document, 1)) keep(node);
      break;
    case "preceding-sibling":
      for (const node of siblings(from, document, -1)) keep(node);
      break;
    case "following":
    case "preceding":
      beside(axis, from, document, keep);
      break;
    case "namespace":
      break;
  }
  return out;
}

function passes(test: NodeTest, node: XNode, axis: Axis): boolean {
  const principal = axis === "attribute" ? node instanceof Attribute : node instanceof Element;
  switch (test.kind) {
    case "any":
      return principal;
    case "name":
      return principal && nodeName(node) === test.name;
    case "prefix":
      return principal && nodeName(node).startsWith(test.prefix);
    case "type":
      if (test.type === "node") return true;
      if (test.type === "text") return node instanceof Text;
      return test.type === "comment" && node instanceof Comment;
  }
}

function below(node: XNode, keep: (node: XNode) => void): void {
  for (const child of childrenOf(node)) {
    keep(child);
    if (child instanceof Element) below(child, keep);
  }
}

function above(node: XNode, document: Document, keep: (node: XNode) => void): void {
  for (let up = parentOf(node, document); up !== null; up = parentOf(up, document)) keep(up);
}

function siblings(node: XNode, document: Document, direction: 1 | -1): XNode[] {
  const parent = parentOf(node, document);
  if (parent === null || node instanceof Attribute) return [];
  const all = childrenOf(parent);
  const at = all.indexOf(node as Node);
  return direction === 1 ? all.slice(at + 1) : all.slice(0, at).reverse();
}

function beside(
  axis: "following" | "preceding",
  from: XNode,
  document: Document,
  keep: (node: XNode) => void,
): void {
  const start = from instanceof Attribute ? from.parent : from;
  for (let node: XNode | null = start; node !== null; node = parentOf(node, document)) {
    for (const sibling of siblings(node, document, axis === "following" ? 1 : -1)) {
      const subtree: XNode[] = [sibling];
      below(sibling, (each) => subtree.push(each));
      if (axis === "preceding") subtree.reverse();
      for (const each of subtree) keep(each);
    }
  }
}
