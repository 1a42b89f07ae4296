import { err, ok, type Result } from "../result.ts";

/** Whether a character is one of those meant. */
export type CharTest = (char: string) => boolean;

const CLASSES: Record<string, RegExp> = {
  alnum: /[\p{L}\p{N}]/u,
  alpha: /\p{L}/u,
  blank: /[ \t]/,
  cntrl: /\p{Cc}/u,
  digit: /[0-9]/,
  graph: /[^\s\p{Cc}]/u,
  lower: /\p{Ll}/u,
  print: /[^\p{Cc}]/u,
  punct: /[!-/:-@[-`{-~]/,
  space: /\s/,
  upper: /\p{Lu}/u,
  xdigit: /[0-9A-Fa-f]/,
};

/**
 * Reads what stands in `[…]`, from the character after the opening bracket on. `end`: the place
 * after the closing one. A backslash stands for itself there.
 */
export function readBracket(
  chars: readonly string[],
  start: number,
): Result<{ test: CharTest; end: number }, string> {
  let at = start;
  const inverted = chars[at] === "^";
  if (inverted) at += 1;
  const first = at;
  const tests: CharTest[] = [];
  for (;;) {
    const char = chars[at];
    if (char === undefined) return err("a bracket is not closed");
    if (char === "]" && at > first) break;
    if (char === "[" && chars[at + 1] === ":") {
      const end = closing(chars, at + 2, ":");
      const known = end < 0 ? undefined : CLASSES[chars.slice(at + 2, end).join("")];
      if (known === undefined) return err("a class of characters is not known");
      tests.push((other) => known.test(other));
      at = end + 2;
      continue;
    }
    const low = readOne(chars, at);
    if (low === null) return err("a bracket is not closed");
    at = low.end;
    if (chars[at] !== "-" || chars[at + 1] === "]" || chars[at + 1] === undefined) {
      tests.push((other) => other === low.char);
      continue;
    }
    const high = readOne(chars, at + 1);
    if (high === null) return err("a bracket is not closed");
    at = high.end;
    const [from, to] = [low.char.codePointAt(0)!, high.char.codePointAt(0)!];
    if (from > to) return err("a range ends before it begins");
    tests.push((other) => {
      const code = other.codePointAt(0)!;
      return code >= from && code <= to;
    });
  }
  const test: CharTest = (char) => tests.some((one) => one(char)) !== inverted;
  return ok({ test, end: at + 1 });
}

/** Where `mark]` closes what `[mark` opened; -1 when it does not. */
function closing(chars: readonly string[], from: number, mark: string): number {
  for (let at = from; at + 1 < chars.length; at++) {
    if (chars[at] === mark && chars[at + 1] === "]") return at;
  }
  return -1;
}

/** One character, also as `[.x.]` or `[=x=]`. */
function readOne(chars: readonly string[], at: number): { char: string; end: number } | null {
  const mark = chars[at + 1];
  if (chars[at] !== "[" || (mark !== "." && mark !== "=")) return { char: chars[at]!, end: at + 1 };
  const end = closing(chars, at + 2, mark);
  return end === at + 3 ? { char: chars[at + 2]!, end: end + 2 } : null;
}
