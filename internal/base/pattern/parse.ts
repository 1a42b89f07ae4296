import { err, ok, type Result } from "../result.ts";
import { type CharTest, readBracket } from "./bracket.ts";

/** A position that has to hold for the match to go on. */
export type Place = "start" | "end" | "word-edge" | "inside-word" | "word-start" | "word-end";

/** A regular expression as a tree. */
export type Piece =
  | { kind: "char"; test: CharTest }
  | { kind: "place"; at: Place }
  | { kind: "group"; number: number; body: Piece }
  | { kind: "sequence"; parts: Piece[] }
  | { kind: "choice"; parts: Piece[] }
  | { kind: "repeat"; body: Piece; least: number; most: number };

/** Highest count in braces that regcomp takes (RE_DUP_MAX). */
const MOST_REPEATS = 32_767;
/** Deepest nesting of brackets. */
const DEEPEST = 250;

const isWord: CharTest = (char) => /[\p{L}\p{N}_]/u.test(char);
const isSpace: CharTest = (char) => /\s/.test(char);

const ESCAPED_PLACES: Record<string, Place> = {
  b: "word-edge",
  B: "inside-word",
  "<": "word-start",
  ">": "word-end",
  "`": "start",
  "'": "end",
};

const ESCAPED_CHARS: Record<string, CharTest> = {
  w: isWord,
  W: (char) => !isWord(char),
  s: isSpace,
  S: (char) => !isSpace(char),
};

class Invalid extends Error {}

/** Reads a POSIX extended regular expression with GNU's escapes; the error says what is wrong. */
export function parsePattern(source: string): Result<{ body: Piece; groups: number }, string> {
  const reader = new Reader([...source]);
  try {
    const body = reader.choice(0);
    return ok({ body, groups: reader.groups });
  } catch (error) {
    if (error instanceof Invalid) return err(error.message);
    throw error;
  }
}

class Reader {
  groups = 0;
  readonly #chars: string[];
  #at = 0;

  constructor(chars: string[]) {
    this.#chars = chars;
  }

  choice(depth: number): Piece {
    if (depth > DEEPEST) throw new Invalid("groups are nested too deeply");
    const parts = [this.#sequence(depth)];
    while (this.#take("|")) parts.push(this.#sequence(depth));
    return parts.length === 1 ? parts[0]! : { kind: "choice", parts };
  }

  #take(char: string): boolean {
    if (this.#chars[this.#at] !== char) return false;
    this.#at += 1;
    return true;
  }

  #sequence(depth: number): Piece {
    const parts: Piece[] = [];
    for (;;) {
      const char = this.#chars[this.#at];
      // Without a group open, a closing bracket stands for itself.
      if (char === undefined || char === "|" || (char === ")" && depth > 0)) break;
      parts.push(this.#repeated(this.#atom(depth)));
    }
    return parts.length === 1 ? parts[0]! : { kind: "sequence", parts };
  }

  #repeated(atom: Piece): Piece {
    let body = atom;
    for (;;) {
      if (this.#take("*")) body = { kind: "repeat", body, least: 0, most: Infinity };
      else if (this.#take("+")) body = { kind: "repeat", body, least: 1, most: Infinity };
      else if (this.#take("?")) body = { kind: "repeat", body, least: 0, most: 1 };
      else if (this.#take("{")) body = { kind: "repeat", body, ...this.#counts() };
      else return body;
    }
  }

  #counts(): { least: number; most: number } {
    const end = this.#chars.indexOf("}", this.#at);
    const text = end < 0 ? "" : this.#chars.slice(this.#at, end).join("");
    const match = /^(\d*)(,?)(\d*)$/.exec(text);
    if (match === null || text === "") throw new Invalid("braces hold no count");
    this.#at = end + 1;
    const least = Number(match[1]);
    const most = match[2] === "" ? least : match[3] === "" ? Infinity : Number(match[3]);
    if (least > most) throw new Invalid("the least count is over the most");
    if (least > MOST_REPEATS || (most > MOST_REPEATS && most !== Infinity)) {
      throw new Invalid(`counts over ${MOST_REPEATS} are not possible`);
    }
    return { least, most };
  }

  #atom(depth: number): Piece {
    const char = this.#chars[this.#at++]!;
    switch (char) {
      case "(": {
        this.groups += 1;
        const number = this.groups;
        const body = this.choice(depth + 1);
        if (!this.#take(")")) throw new Invalid("a group is not closed");
        return { kind: "group", number, body };
      }
      case "[": {
        const bracket = readBracket(this.#chars, this.#at);
        if (!bracket.ok) throw new Invalid(bracket.error);
        this.#at = bracket.value.end;
        return { kind: "char", test: bracket.value.test };
      }
      case ".":
        return { kind: "char", test: () => true };
      case "^":
        return { kind: "place", at: "start" };
      case "$":
        return { kind: "place", at: "end" };
      case "*":
      case "+":
      case "?":
      case "{":
        throw new Invalid(`nothing stands before '${char}'`);
      case "\\":
        return this.#escape();
      default:
        return { kind: "char", test: (other) => other === char };
    }
  }

  #escape(): Piece {
    const char = this.#chars[this.#at++];
    if (char === undefined) throw new Invalid("a backslash stands at the end");
    if (/[1-9]/.test(char)) throw new Invalid("references to groups are not supported");
    const at = ESCAPED_PLACES[char];
    if (at !== undefined) return { kind: "place", at };
    return { kind: "char", test: ESCAPED_CHARS[char] ?? ((other) => other === char) };
  }
}
