import { err, ok, type Result } from "../../base/mod.ts";
import type {
  AttributeExpression,
  BoolExpression,
  DateExpression,
  DateRangeExpression,
  RuleExpression,
  SimpleExpression,
} from "./expression.ts";

/** Where the text stops being a rule; line and column from 1. */
export interface RuleSyntaxError {
  rule: string;
  line: string;
  lineNumber: number;
  column: number;
}

/**
 * Parses pcs's rule language: simple expressions joined by `and` and `or` (equal priority, from
 * left to right) and brackets. The top of the answer is always a boolean, with one child if need be.
 */
export function parseRule(text: string): Result<BoolExpression, RuleSyntaxError> {
  if (text === "") return ok({ kind: "bool", operator: "and", children: [] });
  const scanner = new Scanner(text);
  const parsed = scanner.expression(0);
  if (parsed === null) return err(position(text, scanner.furthest));
  const end = scanner.skipSpace(parsed.end);
  if (end < text.length) return err(position(text, end));
  const value = parsed.value;
  return ok(value.kind === "bool" ? value : { kind: "bool", operator: "and", children: [value] });
}

function position(rule: string, offset: number): RuleSyntaxError {
  const before = rule.slice(0, offset);
  const start = before.lastIndexOf("\n") + 1;
  const end = rule.indexOf("\n", offset);
  return {
    rule,
    line: rule.slice(start, end < 0 ? undefined : end),
    lineNumber: before.split("\n").length,
    column: offset - start + 1,
  };
}

interface Match<T> {
  value: T;
  end: number;
}

const WORD = /[^\s()]+/y;
const PART_NAME = /[^=\s()]+/y;
const AGENT = /([^\s:()]+)?:([^\s:()]+)?:([^\s:()]+)?/y;
const INTERVAL = /interval=(\d+[A-Za-z]*)/iy;
const IDENTIFIER = /[A-Za-z0-9_$]/;
const COMPARISONS = ["eq", "ne", "gte", "gt", "lte", "lt"];
const VALUE_TYPES = ["integer", "number", "string", "version"];

/** Recursive descent over offsets; a failure is null and leaves its place in `furthest`. */
class Scanner {
  readonly #text: string;
  /** The furthest place at which an expression was still expected, for the message. */
  furthest = 0;

  constructor(text: string) {
    this.#text = text;
  }

  skipSpace(at: number): number {
    let i = at;
    while (i < this.#text.length && " \t\n\r".includes(this.#text[i]!)) i += 1;
    return i;
  }

  /** operand ((and|or) operand)*: a new level of the tree each time the operator changes. */
  expression(at: number): Match<RuleExpression> | null {
    const first = this.#operand(at);
    if (first === null) return null;
    let left = first.value;
    let end = first.end;
    let open: BoolExpression | null = null;
    for (;;) {
      // What follows a complete operand is optional, so its failures are not the rule's failures.
      const mark = this.furthest;
      const word = this.#keyword(end, ["and", "or"]);
      const right = word === null ? null : this.#operand(word.end);
      this.furthest = right === null ? mark : this.furthest;
      if (word === null || right === null) return { value: left, end };
      if (open === null || open.operator !== word.value) {
        open = { kind: "bool", operator: word.value === "and" ? "and" : "or", children: [left] };
        left = open;
      }
      open.children.push(right.value);
      end = right.end;
    }
  }

  #operand(at: number): Match<RuleExpression> | null {
    const simple = this.#simple(at);
    if (simple !== null) return simple;
    const open = this.skipSpace(at);
    if (this.#text[open] !== "(") return this.#fail(open);
    const inner = this.expression(open + 1);
    if (inner === null) return null;
    const close = this.skipSpace(inner.end);
    if (this.#text[close] !== ")") return this.#fail(close);
    return { value: inner.value, end: close + 1 };
  }

  /** The longest of the simple expressions that match here; the first one named wins a draw. */
  #simple(at: number): Match<SimpleExpression> | null {
    let best: Match<SimpleExpression> | null = null;
    for (const match of [
      this.#date(at),
      this.#dateRange(at),
      this.#dateSpec(at),
      this.#defined(at),
      this.#comparison(at),
      this.#resource(at),
      this.#operation(at),
    ]) {
      if (match !== null && (best === null || match.end > best.end)) best = match;
    }
    return best;
  }

  #date(at: number): Match<DateExpression> | null {
    const operator = this.#keywords(at, ["date"], ["gt", "lt"]);
    const date = operator && this.#match(operator.end, WORD);
    if (operator === null || date === null) return null;
    const value: DateExpression = {
      kind: "date",
      operator: operator.value === "gt" ? "gt" : "lt",
      date: date.value[0],
    };
    return { value, end: date.end };
  }

  #dateRange(at: number): Match<DateRangeExpression> | null {
    const head = this.#keywords(at, ["date"], ["in_range"]);
    if (head === null) return null;
    const mark = this.furthest;
    // A first date counts only if `to` follows it; otherwise the word must be `to` itself.
    const first = this.#match(head.end, WORD);
    const start = first !== null && this.#keyword(first.end, ["to"]) !== null ? first : null;
    if (start === null) this.furthest = mark;
    const to = this.#keyword(start?.end ?? head.end, ["to"]);
    if (to === null) return null;
    const range = { kind: "date-range" as const, start: start?.value[0] ?? null };
    const word = this.#keyword(to.end, ["duration"]);
    const duration = word && this.#parts(word.end);
    if (duration !== null) {
      return { value: { ...range, end: null, duration: duration.value }, end: duration.end };
    }
    const end = this.#match(to.end, WORD);
    if (end === null) return null;
    return { value: { ...range, end: end.value[0], duration: null }, end: end.end };
  }

  #dateSpec(at: number): Match<SimpleExpression> | null {
    const word = this.#keyword(at, ["date-spec"]);
    const parts = word && this.#parts(word.end);
    return parts && { value: { kind: "date-spec", parts: parts.value }, end: parts.end };
  }

  #defined(at: number): Match<AttributeExpression> | null {
    const operator = this.#keyword(at, ["defined", "not_defined"]);
    const name = operator && this.#match(operator.end, WORD);
    if (operator === null || name === null) return null;
    const value: AttributeExpression = {
      kind: "attribute",
      operator: operator.value,
      name: name.value[0],
      value: null,
      type: null,
    };
    return { value, end: name.end };
  }

  #comparison(at: number): Match<AttributeExpression> | null {
    const name = this.#match(at, WORD);
    const operator = name && this.#keyword(name.end, COMPARISONS);
    if (name === null || operator === null) return null;
    const mark = this.furthest;
    const type = this.#keyword(operator.end, VALUE_TYPES);
    this.furthest = mark;
    const compared = this.#match(type?.end ?? operator.end, WORD);
    if (compared === null) return null;
    const value: AttributeExpression = {
      kind: "attribute",
      operator: operator.value,
      name: name.value[0],
      value: compared.value[0],
      type: type?.value ?? null,
    };
    return { value, end: compared.end };
  }

  #resource(at: number): Match<SimpleExpression> | null {
    const word = this.#keyword(at, ["resource"]);
    const agent = word && this.#match(word.end, AGENT);
    if (agent === null) return null;
    const [, standard, provider, type] = agent.value;
    const value: SimpleExpression = {
      kind: "resource",
      standard: standard ?? null,
      provider: provider ?? null,
      type: type ?? null,
    };
    return { value, end: agent.end };
  }

  #operation(at: number): Match<SimpleExpression> | null {
    const word = this.#keyword(at, ["op"]);
    const name = word && this.#match(word.end, WORD);
    if (name === null) return null;
    const mark = this.furthest;
    const interval = this.#match(name.end, INTERVAL);
    this.furthest = mark;
    const value: SimpleExpression = {
      kind: "op",
      name: name.value[0],
      interval: interval?.value[1] ?? null,
    };
    return { value, end: interval?.end ?? name.end };
  }

  /** One or more NAME=VALUE. */
  #parts(at: number): Match<[string, string][]> | null {
    const parts: [string, string][] = [];
    let end = at;
    for (;;) {
      const mark = this.furthest;
      const name = this.#match(end, PART_NAME);
      const equals = name === null || this.#text[name.end] === "=" ? name : this.#fail(name.end);
      const value = equals && this.#match(equals.end + 1, WORD);
      if (name === null || value === null) {
        if (parts.length === 0) return null;
        this.furthest = mark;
        return { value: parts, end };
      }
      parts.push([name.value[0], value.value[0]]);
      end = value.end;
    }
  }

  #keywords(at: number, first: string[], second: string[]): Match<string> | null {
    const head = this.#keyword(at, first);
    return head && this.#keyword(head.end, second);
  }

  /** One of the words, in any case, standing alone. */
  #keyword(at: number, words: string[]): Match<string> | null {
    const start = this.skipSpace(at);
    for (const word of words) {
      const end = start + word.length;
      if (this.#text.slice(start, end).toLowerCase() !== word) continue;
      if (end < this.#text.length && IDENTIFIER.test(this.#text[end]!)) continue;
      if (start > 0 && IDENTIFIER.test(this.#text[start - 1]!)) continue;
      return { value: word, end };
    }
    return this.#fail(start);
  }

  #match(at: number, pattern: RegExp): Match<RegExpExecArray> | null {
    const start = this.skipSpace(at);
    pattern.lastIndex = start;
    const value = pattern.exec(this.#text);
    return value === null ? this.#fail(start) : { value, end: start + value[0].length };
  }

  #fail(at: number): null {
    this.furthest = Math.max(this.furthest, at);
    return null;
  }
}
