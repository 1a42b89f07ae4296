import { Element } from "../tree.ts";
import { type Context, evaluate, XPathTypeError, type XValue } from "./evaluate.ts";
import { XPathSyntaxError } from "./lexer.ts";
import { Attribute, Document } from "./nodes.ts";
import { parseXPath } from "./parser.ts";

/**
 * Elements that an XPath 1.0 expression selects in the document of `root`, in document order; an
 * attribute stands for its element. Null when the expression cannot be read or selects no nodes
 * by its nature (a number, a string, a truth value).
 */
export function findXPath(root: Element, expression: string): Element[] | null {
  const value = evaluateXPath(root, expression);
  if (!Array.isArray(value)) return null;
  const found = new Set<Element>();
  for (const node of value) {
    if (node instanceof Element) found.add(node);
    else if (node instanceof Attribute) found.add(node.parent);
    else if (node instanceof Document) found.add(node.root);
  }
  return [...found];
}

/** Value of an XPath 1.0 expression with the document as its context; null when it cannot be read. */
export function evaluateXPath(root: Element, expression: string): XValue | null {
  try {
    const document = new Document(root);
    const context: Context = { document, node: document, position: 1, size: 1 };
    return evaluate(parseXPath(expression), context);
  } catch (error) {
    if (error instanceof XPathSyntaxError || error instanceof XPathTypeError) return null;
    throw error;
  }
}
