/** What an XPath expression could not be read for. */
export class XPathSyntaxError extends Error {
  override name = "XPathSyntaxError";
}

export type Token =
  | { kind: "operator"; text: string }
  | { kind: "symbol"; text: string }
  | { kind: "name"; text: string }
  | { kind: "variable"; text: string }
  | { kind: "literal"; text: string }
  | { kind: "number"; text: string };

// Beyond ASCII every character counts as a letter: the classes of Unicode are slow to make ready.
const PATTERN =
  /\s+|("[^"]*"|'[^']*')|(\d+(?:\.\d*)?|\.\d+)|(\.\.|::|\/\/|!=|<=|>=|[()[\].@,/|+\-=<>*$])|([A-Za-z_\u0080-\uffff][A-Za-z0-9_.\-\u0080-\uffff]*(?::(?!:)(?:\*|[A-Za-z_\u0080-\uffff][A-Za-z0-9_.\-\u0080-\uffff]*))?)/y;

const WORD_OPERATORS = new Set(["and", "or", "mod", "div"]);
const SYMBOL_OPERATORS = new Set(["/", "//", "|", "+", "-", "=", "!=", "<", "<=", ">", ">="]);
/** After these (and operators) a name is a name and `*` a wildcard, never an operator. */
const BEFORE_OPERAND = new Set(["@", "::", "(", "[", ","]);

/** Splits an expression into tokens (XPath 1.0, 3.7, with its rules of what is an operator). */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  PATTERN.lastIndex = 0;
  while (PATTERN.lastIndex < source.length) {
    const at = PATTERN.lastIndex;
    const match = PATTERN.exec(source);
    if (match === null) throw new XPathSyntaxError(`unexpected '${source.slice(at, at + 10)}'`);
    const token = classify(match, tokens.at(-1));
    if (token !== null) tokens.push(token);
  }
  return tokens;
}

function classify(match: RegExpExecArray, before: Token | undefined): Token | null {
  const [, literal, number, symbol, name] = match;
  if (literal !== undefined) return { kind: "literal", text: literal.slice(1, -1) };
  if (number !== undefined) return { kind: "number", text: number };
  const afterOperand =
    before !== undefined && before.kind !== "operator" && !BEFORE_OPERAND.has(before.text);
  if (symbol !== undefined) {
    const operator = symbol === "*" ? afterOperand : SYMBOL_OPERATORS.has(symbol);
    return { kind: operator ? "operator" : "symbol", text: symbol };
  }
  if (name === undefined) return null;
  if (before?.kind === "symbol" && before.text === "$") return { kind: "variable", text: name };
  if (afterOperand && WORD_OPERATORS.has(name)) return { kind: "operator", text: name };
  return { kind: "name", text: name };
}
