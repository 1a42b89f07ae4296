import { Element } from "../tree.ts";
import { toBoolean, toNumber, toText } from "./convert.ts";
import type { Context, XValue } from "./evaluate.ts";
import { XPathSyntaxError } from "./lexer.ts";
import { nodeName, type XNode } from "./nodes.ts";
import type { Expr } from "./parser.ts";

type Args = XValue[];
type Implementation = (args: Args, context: Context) => XValue;

/** Fewest and most arguments, and what to do with them. */
const FUNCTIONS: Record<string, [number, number, Implementation]> = {
  last: [0, 0, (_, c) => c.size],
  position: [0, 0, (_, c) => c.position],
  count: [1, 1, ([a]) => nodes(a).length],
  id: [1, 1, ([a], c) => byIds(a!, c)],
  name: [0, 1, ([a], c) => nameOf(a, c)],
  "local-name": [0, 1, ([a], c) => nameOf(a, c).replace(/^.*:/, "")],
  "namespace-uri": [0, 1, () => ""],
  string: [0, 1, ([a], c) => toText(a ?? [c.node])],
  concat: [2, Number.POSITIVE_INFINITY, (args) => args.map(toText).join("")],
  "starts-with": [2, 2, ([a, b]) => toText(a!).startsWith(toText(b!))],
  contains: [2, 2, ([a, b]) => toText(a!).includes(toText(b!))],
  "substring-before": [2, 2, ([a, b]) => before(toText(a!), toText(b!))],
  "substring-after": [2, 2, ([a, b]) => after(toText(a!), toText(b!))],
  substring: [2, 3, (args) => substring(args)],
  "string-length": [0, 1, ([a], c) => [...toText(a ?? [c.node])].length],
  "normalize-space": [
    0,
    1,
    ([a], c) =>
      toText(a ?? [c.node])
        .trim()
        .replace(/\s+/g, " "),
  ],
  translate: [3, 3, ([a, b, c]) => translate(toText(a!), toText(b!), toText(c!))],
  boolean: [1, 1, ([a]) => toBoolean(a!)],
  not: [1, 1, ([a]) => !toBoolean(a!)],
  true: [0, 0, () => true],
  false: [0, 0, () => false],
  lang: [1, 1, () => false],
  number: [0, 1, ([a], c) => toNumber(a ?? [c.node])],
  sum: [1, 1, ([a]) => nodes(a).reduce((sum, node) => sum + toNumber([node]), 0)],
  floor: [1, 1, ([a]) => Math.floor(toNumber(a!))],
  ceiling: [1, 1, ([a]) => Math.ceil(toNumber(a!))],
  round: [1, 1, ([a]) => Math.round(toNumber(a!))],
};

/** Calls one of the functions of XPath 1.0 (section 4). */
export function callFunction(
  name: string,
  args: Expr[],
  context: Context,
  evaluate: (expr: Expr, context: Context) => XValue,
): XValue {
  if (!Object.hasOwn(FUNCTIONS, name)) throw new XPathSyntaxError(`no function '${name}'`);
  const [least, most, implementation] = FUNCTIONS[name]!;
  if (args.length < least || args.length > most) {
    throw new XPathSyntaxError(`wrong number of arguments for '${name}'`);
  }
  const values = args.map((arg) => evaluate(arg, context));
  return implementation(values, context);
}

function nodes(value: XValue | undefined): XNode[] {
  if (!Array.isArray(value)) throw new XPathSyntaxError("a node-set is needed");
  return value;
}

function nameOf(value: XValue | undefined, context: Context): string {
  const node = value === undefined ? context.node : nodes(value)[0];
  return node === undefined ? "" : nodeName(node);
}

/** Elements whose `id` is one of the words. */
function byIds(value: XValue, context: Context): XNode[] {
  const texts = Array.isArray(value) ? value.map((node) => toText([node])) : [toText(value)];
  const wanted = new Set(texts.flatMap((text) => text.split(/\s+/)));
  const found: Element[] = [];
  for (const element of context.document.root.walk()) {
    if (wanted.has(element.get("id") ?? "")) found.push(element);
  }
  return found.filter((element) => element instanceof Element && element.id !== "");
}

function before(text: string, mark: string): string {
  const at = text.indexOf(mark);
  return at < 0 ? "" : text.slice(0, at);
}

function after(text: string, mark: string): string {
  const at = text.indexOf(mark);
  return at < 0 ? "" : text.slice(at + mark.length);
}

/** Characters are counted from 1, and the bounds are rounded numbers that may lie outside. */
function substring([text, start, length]: Args): string {
  const from = Math.round(toNumber(start!));
  const to = length === undefined ? Number.POSITIVE_INFINITY : from + Math.round(toNumber(length));
  return [...toText(text!)].filter((_, i) => i + 1 >= from && i + 1 < to).join("");
}

function translate(text: string, from: string, to: string): string {
  const source = [...from];
  const target = [...to];
  return [...text]
    .map((character) => {
      const at = source.indexOf(character);
      return at < 0 ? character : (target[at] ?? "");
    })
    .join("");
}
