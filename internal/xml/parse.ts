import { err, Limits, ok, type Result } from "../base/mod.ts";
import { Layouts } from "./layout.ts";
import { Comment, Element, Text } from "./tree.ts";

/** Where and why a document is not well-formed, or breaks a limit. */
export interface XmlError {
  message: string;
  /** From 1. */
  line: number;
}

const ENTITIES: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

export interface ParseOptions {
  /** Pass over a DOCTYPE before the root element. What it declares stays unknown. */
  doctype?: boolean;
  /**
   * Drop all text between tags, not only white space; CDATA stays. For documents from files and pipes:
   * the original takes a word that strayed into one for nothing.
   */
  dropText?: boolean;
}

/**
 * Parses one XML document strictly: nesting, unique attributes, quoting and entities are checked.
 * A DOCTYPE is refused unless asked for, unknown entities are in any case (so none can expand), as
 * is input over {@link Limits}. White space between elements is dropped; other text and comments are kept.
 *
 * Ours rather than fast-xml-parser because start-up of the tools and the scheduler's input are
 * measured goals: 1 MiB takes a fifth of the time here. fast-xml-parser is the oracle of the tests.
 */
export function parseXml(source: string, options: ParseOptions = {}): Result<Element, XmlError> {
  try {
    return ok(new Parser(source, options).document());
  } catch (error) {
    if (error instanceof Malformed) {
      return err({ message: error.message, line: lineOf(source, error.offset) });
    }
    throw error;
  }
}

class Malformed extends Error {
  offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

function lineOf(source: string, offset: number): number {
  let line = 1;
  for (let i = source.indexOf("\n"); i >= 0 && i < offset; i = source.indexOf("\n", i + 1))
    line += 1;
  return line;
}

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const QUOTE = 34;
const APOS = 39;
const SLASH = 47;
const LT = 60;
const EQUALS = 61;
const GT = 62;

// The tools parse one document and end: regular expressions are quick from the first call on, loops over
// characters only once they have been compiled.
const NAME = /[A-Za-z_:\u00c0-\uffff][-.\w:\u00b7\u00c0-\uffff]*/y;
/** A value and the quote after it, with nothing to decode or to refuse. */
const PLAIN_VALUE = /[^"<&\u0000-\u001f]*"/y;
const BLANK = /[ \t\r\n]*/y;
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;

const NO_NAMES: readonly string[] = [];

class Parser {
  #src: string;
  #pos = 0;
  /** The element whose start tag was read last. */
  element!: Element;
  #scratch: string[] = [];
  /** By name of the elements. */
  #layouts = new Map<string, Layouts>();
  #doctypeAllowed: boolean;
  readonly #dropText: boolean;

  constructor(source: string, { doctype = false, dropText = false }: ParseOptions) {
    this.#src = source;
    this.#doctypeAllowed = doctype;
    this.#dropText = dropText;
  }

  document(): Element {
    const src = this.#src;
    if (src.length > Limits.xmlBytes) throw new Malformed("document is too large", 0);
    if (src.charCodeAt(0) === 0xfeff) this.#pos = 1;
    if (src.startsWith("<?xml", this.#pos)) this.#skipPast("?>", "unterminated XML declaration");
    this.#prolog();
    if (this.#pos >= src.length) throw new Malformed("document is empty", this.#pos);
    const root = this.#tree();
    this.#doctypeAllowed = false;
    this.#prolog();
    if (this.#pos < src.length) throw new Malformed("content after the root element", this.#pos);
    return root;
  }

  /** White space, comments and processing instructions outside the root element. */
  #prolog(): void {
    const src = this.#src;
    for (;;) {
      this.#space();
      if (src.startsWith("<!--", this.#pos)) this.#skipPast("-->", "unterminated comment");
      else if (src.startsWith("<?", this.#pos)) this.#skipPast("?>", "unterminated instruction");
      else if (src.startsWith("<!DOCTYPE", this.#pos)) {
        if (!this.#doctypeAllowed) throw new Malformed("DOCTYPE is not allowed", this.#pos);
        this.#doctypeAllowed = false;
        this.#skipDoctype();
      } else return;
    }
  }

  /** To the end of a DOCTYPE, which may hold declarations in brackets. */
  #skipDoctype(): void {
    const src = this.#src;
    const start = this.#pos;
    let declarations = false;
    for (let i = start; i < src.length; i++) {
      const char = src[i]!;
      if (char === '"' || char === "'") {
        i = src.indexOf(char, i + 1);
        if (i < 0) break;
      } else if (src.startsWith("<!--", i)) {
        i = src.indexOf("-->", i);
        if (i < 0) break;
      } else if (char === "[") declarations = true;
      else if (char === "]") declarations = false;
      else if (char === ">" && !declarations) {
        this.#pos = i + 1;
        return;
      }
    }
    throw new Malformed("unterminated DOCTYPE", start);
  }

  /** The root element and everything in it, without recursion. */
  #tree(): Element {
    const src = this.#src;
    const open: Element[] = [];
    for (;;) {
      const at = this.#pos;
      if (src.charCodeAt(at) !== LT) throw new Malformed("element expected", at);
      const next = src.charCodeAt(at + 1);
      if (next === SLASH) {
        const done = this.#closeTag(open);
        if (open.length === 0) return done;
      } else if (next === 33 /* ! */) {
        this.#markup(open);
      } else if (next === 63 /* ? */) {
        this.#skipPast("?>", "unterminated instruction");
      } else {
        const empty = this.#openTag();
        const { element } = this;
        const parent = open[open.length - 1];
        if (parent !== undefined) {
          element.parent = parent;
          parent.children.push(element);
        }
        if (!empty) {
          open.push(element);
          if (open.length > Limits.xmlDepth) throw new Malformed("nested too deeply", at);
        } else if (parent === undefined) return element;
      }
      this.#characters(open);
    }
  }

  #closeTag(open: Element[]): Element {
    const at = this.#pos;
    this.#pos += 2;
    const element = open.pop();
    // Nearly always the tag is the one that is due, without white space.
    if (element !== undefined && this.#src.startsWith(element.name, this.#pos)) {
      const end = this.#pos + element.name.length;
      if (this.#src.charCodeAt(end) === GT) {
        this.#pos = end + 1;
        return element;
      }
    }
    const name = this.#name();
    this.#space();
    if (element === undefined || element.name !== name) {
      throw new Malformed(`</${name}> does not close <${element?.name ?? ""}>`, at);
    }
    if (this.#src.charCodeAt(this.#pos) !== GT) throw new Malformed("'>' expected", this.#pos);
    this.#pos += 1;
    return element;
  }

  /** Comment or CDATA inside an element. */
  #markup(open: Element[]): void {
    const src = this.#src;
    const at = this.#pos;
    const parent = open[open.length - 1];
    if (parent === undefined) throw new Malformed("element expected", at);
    if (src.startsWith("<!--", at)) {
      this.#skipPast("-->", "unterminated comment");
      parent.append(new Comment(src.slice(at + 4, this.#pos - 3)));
    } else if (src.startsWith("<![CDATA[", at)) {
      this.#skipPast("]]>", "unterminated CDATA");
      parent.append(new Text(src.slice(at + 9, this.#pos - 3)));
    } else {
      throw new Malformed("unexpected markup declaration", at);
    }
  }

  /** Reads a start tag; true when the element is empty. */
  #openTag(): boolean {
    const src = this.#src;
    this.#pos += 1;
    const name = this.#name();
    const layouts = this.#layoutsOf(name);
    const plain = layouts.read(src, this.#pos);
    if (plain !== null) {
      const { layout, values } = plain;
      this.#pos = layout.end;
      this.element = new Element(layouts.name, values, undefined, layout);
      return values[layout.names.length + 1] !== "";
    }
    const attributes = this.#scratch;
    attributes.length = 0;
    let expected = layouts.latest?.names ?? NO_NAMES;
    for (;;) {
      const before = this.#pos;
      this.#space();
      const code = src.charCodeAt(this.#pos);
      const empty = code === SLASH && src.charCodeAt(this.#pos + 1) === GT;
      if (code === GT || empty) {
        this.#pos += empty ? 2 : 1;
        if (attributes.length > 0) layouts.meet(attributes);
        this.element = new Element(layouts.name, attributes.slice());
        return empty;
      }
      if (this.#pos >= src.length) throw new Malformed(`<${name}> is cut off`, this.#pos);
      if (before === this.#pos) throw new Malformed("white space expected", this.#pos);
      const next = expected[attributes.length / 2];
      if (next !== undefined && this.#passName(next)) {
        attributes.push(next, this.#value(name, next, this.#pos));
      } else {
        expected = NO_NAMES;
        this.#attribute(name, attributes);
      }
    }
  }

  #layoutsOf(name: string): Layouts {
    let layouts = this.#layouts.get(name);
    if (layouts === undefined) {
      layouts = new Layouts(name);
      this.#layouts.set(name, layouts);
    }
    return layouts;
  }

  /**
   * Elements of one name mostly have the same attributes in the same order, so the name is compared
   * with the one that is due rather than read. Steps over it and `=`; false where it is another.
   */
  #passName(name: string): boolean {
    const src = this.#src;
    const start = this.#pos;
    const end = start + name.length;
    if (!src.startsWith(name, start)) return false;
    if (src.charCodeAt(end) !== EQUALS) return false;
    this.#pos = end + 1;
    return true;
  }

  #attribute(element: string, attributes: string[]): void {
    const src = this.#src;
    const at = this.#pos;
    const name = this.#name();
    this.#space();
    if (src.charCodeAt(this.#pos) !== EQUALS) {
      throw new Malformed(`attribute ${name} of <${element}> has no value`, at);
    }
    this.#pos += 1;
    this.#space();
    const value = this.#value(element, name, at);
    for (let i = 0; i < attributes.length; i += 2) {
      if (attributes[i] === name) {
        throw new Malformed(`attribute ${name} of <${element}> is given twice`, at);
      }
    }
    if (attributes.length >= Limits.xmlAttributes * 2) {
      throw new Malformed(`<${element}> has too many attributes`, at);
    }
    attributes.push(name, value);
  }

  /** A quoted value and what is behind it. `at`: where the attribute began. */
  #value(element: string, name: string, at: number): string {
    const src = this.#src;
    const quote = src.charCodeAt(this.#pos);
    if (quote !== QUOTE && quote !== APOS) {
      throw new Malformed(`value of attribute ${name} of <${element}> is not quoted`, this.#pos);
    }
    const start = this.#pos + 1;
    PLAIN_VALUE.lastIndex = start;
    if (quote === QUOTE && PLAIN_VALUE.test(src)) {
      this.#pos = PLAIN_VALUE.lastIndex;
      return src.slice(start, this.#pos - 1);
    }
    const end = src.indexOf(quote === QUOTE ? '"' : "'", start);
    if (end < 0) throw new Malformed(`value of attribute ${name} is not terminated`, at);
    this.#pos = end + 1;
    const raw = src.slice(start, end);
    if (raw.includes("<")) throw new Malformed(`'<' in the value of attribute ${name}`, at);
    return this.#decode(normalizeSpace(raw), at);
  }

  /** Character data up to the next tag. */
  #characters(open: Element[]): void {
    const src = this.#src;
    const start = this.#pos;
    if (src.charCodeAt(start) === LT) return;
    const end = src.indexOf("<", start);
    const parent = open[open.length - 1]!;
    if (end < 0) throw new Malformed(`<${parent.name}> is not closed`, src.length);
    this.#pos = end;
    BLANK.lastIndex = start;
    BLANK.test(src);
    if (BLANK.lastIndex === end) return;
    const text = this.#decode(src.slice(start, end).replace(/\r\n?/g, "\n"), start);
    if (!this.#dropText) parent.append(new Text(text));
  }

  #decode(raw: string, at: number): string {
    checkCharacters(raw, at);
    if (!raw.includes("&")) return raw;
    return raw.replace(/&([^;\s&]{0,12};)?/g, (whole, body: string | undefined) => {
      if (body === undefined) throw new Malformed(`'${whole}' is no entity`, at);
      const name = body.slice(0, -1);
      if (name.startsWith("#")) return characterReference(name, at);
      const value = ENTITIES[name];
      if (value === undefined) throw new Malformed(`entity '${name}' is not known`, at);
      return value;
    });
  }

  #name(): string {
    const start = this.#pos;
    NAME.lastIndex = start;
    if (!NAME.test(this.#src)) throw new Malformed("name expected", start);
    this.#pos = NAME.lastIndex;
    return this.#src.slice(start, this.#pos);
  }

  #space(): void {
    BLANK.lastIndex = this.#pos;
    BLANK.test(this.#src);
    this.#pos = BLANK.lastIndex;
  }

  #skipPast(end: string, message: string): void {
    const at = this.#src.indexOf(end, this.#pos);
    if (at < 0) throw new Malformed(message, this.#pos);
    this.#pos = at + end.length;
  }
}

function characterReference(name: string, at: number): string {
  const hex = name[1] === "x";
  const digits = name.slice(hex ? 2 : 1);
  if (!(hex ? /^[0-9a-f]+$/i : /^\d+$/).test(digits)) {
    throw new Malformed(`'&${name};' is no character reference`, at);
  }
  const code = Number.parseInt(digits, hex ? 16 : 10);
  const legal =
    code === TAB ||
    code === LF ||
    code === CR ||
    (code >= SPACE && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd) ||
    (code >= 0x10000 && code <= 0x10ffff);
  if (!legal) throw new Malformed(`'&${name};' is no XML character`, at);
  return String.fromCodePoint(code);
}

/** Attribute values: literal tabs and line breaks become spaces, as XML 1.0 3.3.3 asks. */
function normalizeSpace(raw: string): string {
  return /[\t\r\n]/.test(raw) ? raw.replace(/\r\n|[\t\r\n]/g, " ") : raw;
}

function checkCharacters(raw: string, at: number): void {
  const control = CONTROL.exec(raw);
  if (control !== null) {
    throw new Malformed(`control character ${control[0].charCodeAt(0)} in text`, at);
  }
}
