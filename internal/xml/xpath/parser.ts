import { type Token, tokenize, XPathSyntaxError } from "./lexer.ts";

export const AXES = [
  "ancestor",
  "ancestor-or-self",
  "attribute",
  "child",
  "descendant",
  "descendant-or-self",
  "following",
  "following-sibling",
  "namespace",
  "parent",
  "preceding",
  "preceding-sibling",
  "self",
] as const;
export type Axis = (typeof AXES)[number];

export type NodeTest =
  | { kind: "name"; name: string }
  | { kind: "any" }
  | { kind: "prefix"; prefix: string }
  | { kind: "type"; type: "node" | "text" | "comment" | "processing-instruction" };

export interface Step {
  axis: Axis;
  test: NodeTest;
  predicates: Expr[];
}

export type Expr =
  | { kind: "binary"; operator: string; left: Expr; right: Expr }
  | { kind: "negate"; operand: Expr }
  | { kind: "literal"; value: string }
  | { kind: "number"; value: number }
  | { kind: "call"; name: string; args: Expr[] }
  | { kind: "filter"; primary: Expr; predicates: Expr[] }
  | { kind: "path"; start: Expr | "root" | "context"; steps: Step[] };

/** Deepest nesting of an expression: it is evaluated by recursion. */
const MAX_DEPTH = 100;

const ANY_NODE: NodeTest = { kind: "type", type: "node" };
const NODE_TYPES = new Set(["node", "text", "comment", "processing-instruction"]);
const PRECEDENCE = [
  ["or"],
  ["and"],
  ["=", "!="],
  ["<", "<=", ">", ">="],
  ["+", "-"],
  ["*", "div", "mod"],
];

/** Parses an XPath 1.0 expression; throws {@link XPathSyntaxError}. */
export function parseXPath(source: string): Expr {
  const parser = new Parser(tokenize(source));
  const expr = parser.expression();
  parser.end();
  return expr;
}

class Parser {
  readonly #tokens: Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: Token[]) {
    this.#tokens = tokens;
  }

  end(): void {
    const token = this.#peek();
    if (token !== undefined) throw new XPathSyntaxError(`unexpected '${token.text}'`);
  }

  expression(): Expr {
    if (++this.#depth > MAX_DEPTH) throw new XPathSyntaxError("nested too deeply");
    const expr = this.#binary(0);
    this.#depth -= 1;
    return expr;
  }

  #binary(level: number): Expr {
    const operators = PRECEDENCE[level];
    if (operators === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const operator = operators.find((text) => this.#isOperator(text));
      if (operator === undefined) return left;
      this.#at += 1;
      left = { kind: "binary", operator, left, right: this.#binary(level + 1) };
    }
  }

  #unary(): Expr {
    if (!this.#isOperator("-")) return this.#union();
    this.#at += 1;
    if (++this.#depth > MAX_DEPTH) throw new XPathSyntaxError("nested too deeply");
    const operand = this.#unary();
    this.#depth -= 1;
    return { kind: "negate", operand };
  }

  #union(): Expr {
    let left = this.#path();
    while (this.#isOperator("|")) {
      this.#at += 1;
      left = { kind: "binary", operator: "|", left, right: this.#path() };
    }
    return left;
  }

  #path(): Expr {
    if (this.#isOperator("/")) {
      this.#at += 1;
      const steps = this.#startsStep() ? this.#relative([]) : [];
      return { kind: "path", start: "root", steps };
    }
    if (this.#isOperator("//")) {
      this.#at += 1;
      const steps = this.#relative([descendants()]);
      return { kind: "path", start: "root", steps };
    }
    if (this.#startsPrimary()) return this.#filtered();
    if (!this.#startsStep()) {
      throw new XPathSyntaxError(`operand expected at '${this.#peek()?.text ?? "end"}'`);
    }
    return { kind: "path", start: "context", steps: this.#relative([]) };
  }

  #filtered(): Expr {
    const primary = this.#primary();
    const predicates = this.#predicates();
    const start: Expr = predicates.length === 0 ? primary : { kind: "filter", primary, predicates };
    if (this.#isOperator("/")) {
      this.#at += 1;
      return { kind: "path", start, steps: this.#relative([]) };
    }
    if (this.#isOperator("//")) {
      this.#at += 1;
      return { kind: "path", start, steps: this.#relative([descendants()]) };
    }
    return start;
  }

  #relative(steps: Step[]): Step[] {
    steps.push(this.#step());
    for (;;) {
      if (this.#isOperator("//")) steps.push(descendants());
      else if (!this.#isOperator("/")) return steps;
      this.#at += 1;
      steps.push(this.#step());
    }
  }

  #step(): Step {
    if (this.#take(".")) return { axis: "self", test: ANY_NODE, predicates: [] };
    if (this.#take("..")) return { axis: "parent", test: ANY_NODE, predicates: [] };
    let axis: Axis = "child";
    if (this.#take("@")) axis = "attribute";
    else if (this.#tokens[this.#at + 1]?.text === "::") {
      const name = this.#peek()!.text;
      const known = AXES.find((each) => each === name);
      if (known === undefined) throw new XPathSyntaxError(`'${name}' is no axis`);
      axis = known;
      this.#at += 2;
    }
    const test = this.#nodeTest();
    return { axis, test, predicates: this.#predicates() };
  }

  #nodeTest(): NodeTest {
    const token = this.#peek();
    this.#at += 1;
    if (token?.kind === "symbol" && token.text === "*") return { kind: "any" };
    if (token?.kind !== "name") {
      throw new XPathSyntaxError(`node test expected at '${token?.text ?? "end"}'`);
    }
    if (NODE_TYPES.has(token.text) && this.#take("(")) {
      if (token.text === "processing-instruction" && this.#peek()?.kind === "literal") {
        this.#at += 1;
      }
      this.#expect(")");
      return { kind: "type", type: token.text as "node" };
    }
    if (token.text.endsWith(":*")) return { kind: "prefix", prefix: token.text.slice(0, -1) };
    return { kind: "name", name: token.text };
  }

  #predicates(): Expr[] {
    const predicates: Expr[] = [];
    while (this.#take("[")) {
      predicates.push(this.expression());
      this.#expect("]");
    }
    return predicates;
  }

  #primary(): Expr {
    const token = this.#peek()!;
    this.#at += 1;
    if (token.kind === "literal") return { kind: "literal", value: token.text };
    if (token.kind === "number") return { kind: "number", value: Number(token.text) };
    if (token.kind === "symbol" && token.text === "(") {
      const inner = this.expression();
      this.#expect(")");
      return inner;
    }
    this.#expect("(");
    const args: Expr[] = [];
    if (this.#take(")")) return { kind: "call", name: token.text, args };
    do args.push(this.expression());
    while (this.#take(","));
    this.#expect(")");
    return { kind: "call", name: token.text, args };
  }

  #startsPrimary(): boolean {
    const token = this.#peek();
    if (token === undefined) return false;
    if (token.kind === "literal" || token.kind === "number") return true;
    if (token.kind === "symbol") return token.text === "(";
    const call = token.kind === "name" && this.#tokens[this.#at + 1]?.text === "(";
    return call && !NODE_TYPES.has(token.text);
  }

  #startsStep(): boolean {
    const token = this.#peek();
    if (token === undefined) return false;
    return token.kind === "name" || (token.kind === "symbol" && /^(\.\.?|@|\*)$/.test(token.text));
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #isOperator(text: string): boolean {
    const token = this.#peek();
    return token?.kind === "operator" && token.text === text;
  }

  #take(symbol: string): boolean {
    const token = this.#peek();
    if (token?.kind !== "symbol" || token.text !== symbol) return false;
    this.#at += 1;
    return true;
  }

  #expect(symbol: string): void {
    if (!this.#take(symbol)) {
      throw new XPathSyntaxError(`'${symbol}' expected at '${this.#peek()?.text ?? "end"}'`);
    }
  }
}

function descendants(): Step {
  return { axis: "descendant-or-self", test: ANY_NODE, predicates: [] };
}
