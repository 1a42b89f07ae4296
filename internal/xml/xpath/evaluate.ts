import { Element } from "../tree.ts";
import { compare, toBoolean, toNumber, toText } from "./convert.ts";
import { callFunction } from "./functions.ts";
import { Attribute, type Document, select, type XNode } from "./nodes.ts";
import type { Expr, Step } from "./parser.ts";

/** What an expression evaluates to. */
export type XValue = XNode[] | string | number | boolean;

/** Where an expression is evaluated. */
export interface Context {
  document: Document;
  node: XNode;
  /** From 1. */
  position: number;
  size: number;
}

export function evaluate(expr: Expr, context: Context): XValue {
  switch (expr.kind) {
    case "literal":
    case "number":
      return expr.value;
    case "negate":
      return -toNumber(evaluate(expr.operand, context));
    case "call":
      return callFunction(expr.name, expr.args, context, evaluate);
    case "binary":
      return binary(expr.operator, expr.left, expr.right, context);
    case "filter": {
      const nodes = nodeSet(evaluate(expr.primary, context));
      return applyPredicates(inDocumentOrder(nodes, context.document), expr.predicates, context);
    }
    case "path":
      return path(expr.start, expr.steps, context);
  }
}

function binary(operator: string, left: Expr, right: Expr, context: Context): XValue {
  if (operator === "or" || operator === "and") {
    const first = toBoolean(evaluate(left, context));
    if (first === (operator === "or")) return first;
    return toBoolean(evaluate(right, context));
  }
  const a = evaluate(left, context);
  const b = evaluate(right, context);
  switch (operator) {
    case "|":
      return inDocumentOrder([...new Set([...nodeSet(a), ...nodeSet(b)])], context.document);
    case "+":
      return toNumber(a) + toNumber(b);
    case "-":
      return toNumber(a) - toNumber(b);
    case "*":
      return toNumber(a) * toNumber(b);
    case "div":
      return toNumber(a) / toNumber(b);
    case "mod":
      return toNumber(a) % toNumber(b);
    default:
      return compare(operator, a, b);
  }
}

/** A value used where only nodes will do. */
export class XPathTypeError extends Error {
  override name = "XPathTypeError";
}

function nodeSet(value: XValue): XNode[] {
  if (!Array.isArray(value)) throw new XPathTypeError(`'${toText(value)}' is no node-set`);
  return value;
}

function path(start: Expr | "root" | "context", steps: Step[], context: Context): XNode[] {
  let nodes: XNode[];
  if (start === "root") nodes = [context.document];
  else if (start === "context") nodes = [context.node];
  else nodes = nodeSet(evaluate(start, context));
  for (const step of joinDescendants(steps)) nodes = walkStep(nodes, step, context);
  return nodes;
}

/** `//x` as one step below instead of all nodes and then their children, where that is the same. */
function joinDescendants(steps: Step[]): Step[] {
  const out: Step[] = [];
  for (const step of steps) {
    const before = out.at(-1);
    const shorthand = before?.axis === "descendant-or-self" && before.predicates.length === 0;
    if (shorthand && step.axis === "child" && !step.predicates.some(positional)) {
      out[out.length - 1] = { ...step, axis: "descendant" };
    } else out.push(step);
  }
  return out;
}

/** Whether a predicate may depend on the place of a node among its siblings. */
function positional(predicate: Expr): boolean {
  switch (predicate.kind) {
    case "path":
    case "literal":
      return false;
    case "binary":
      if (predicate.operator === "and" || predicate.operator === "or") {
        return callsPosition(predicate.left) || callsPosition(predicate.right);
      }
      return "+-*divmod".includes(predicate.operator) || callsPosition(predicate);
    case "call":
      return (
        !["not", "contains", "starts-with", "boolean"].includes(predicate.name) ||
        callsPosition(predicate)
      );
    default:
      return true;
  }
}

function callsPosition(expr: Expr): boolean {
  switch (expr.kind) {
    case "call":
      return expr.name === "position" || expr.name === "last" || expr.args.some(callsPosition);
    case "binary":
      return callsPosition(expr.left) || callsPosition(expr.right);
    case "negate":
      return callsPosition(expr.operand);
    case "filter":
      return callsPosition(expr.primary);
    case "path":
      return typeof expr.start !== "string" && callsPosition(expr.start);
    default:
      return false;
  }
}

const REVERSE = new Set(["ancestor", "ancestor-or-self", "preceding", "preceding-sibling"]);

function walkStep(nodes: XNode[], step: Step, context: Context): XNode[] {
  if (nodes.length === 1) {
    const found = selectAll(nodes[0]!, step, context);
    return REVERSE.has(step.axis) ? found.reverse() : found;
  }
  const all = new Set<XNode>();
  for (const node of nodes) for (const found of selectAll(node, step, context)) all.add(found);
  const simple = step.axis === "attribute" || step.axis === "self";
  return simple ? [...all] : inDocumentOrder([...all], context.document);
}

function selectAll(node: XNode, step: Step, context: Context): XNode[] {
  const found = select(step.axis, step.test, node, context.document);
  return step.predicates.length === 0 ? found : applyPredicates(found, step.predicates, context);
}

function applyPredicates(nodes: XNode[], predicates: Expr[], context: Context): XNode[] {
  let left = nodes;
  for (const predicate of predicates) {
    const size = left.length;
    left = left.filter((node, index) => {
      const inner = { document: context.document, node, position: index + 1, size };
      const value = evaluate(predicate, inner);
      return typeof value === "number" ? value === index + 1 : toBoolean(value);
    });
  }
  return left;
}

function inDocumentOrder(nodes: XNode[], document: Document): XNode[] {
  if (nodes.length < 2) return nodes;
  const order = new Map<XNode, number>();
  let next = 0;
  const number = (element: Element): void => {
    order.set(element, next++);
    // Attributes come after their element and before its children.
    next += element.attributes.length;
    for (const child of element.children) {
      if (child instanceof Element) number(child);
      else order.set(child, next++);
    }
  };
  order.set(document, next++);
  number(document.root);
  const rank = (node: XNode): number => {
    if (!(node instanceof Attribute)) return order.get(node) ?? 0;
    return (order.get(node.parent) ?? 0) + 1 + node.parent.attributes.indexOf(node.name) / 2;
  };
  return nodes.sort((a, b) => rank(a) - rank(b));
}
