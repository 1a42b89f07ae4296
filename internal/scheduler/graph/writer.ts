import { Element, escapeAttribute } from "../../xml/mod.ts";

/** What a graph is written to: elements are opened, given attributes, filled and closed. */
export interface GraphWriter {
  open(name: string): void;
  set(name: string, value: string): void;
  setAll(fields: Fields): void;
  close(): void;
}

/** Attributes that stand in many places: their text is made once. Flat: name, value, name … */
export class Fields {
  readonly flat: readonly string[];
  #bytes: Uint8Array | null = null;

  constructor(flat: readonly string[]) {
    this.flat = flat;
  }

  /** As they stand in a start tag, with a space before each. */
  get bytes(): Uint8Array {
    if (this.#bytes === null) {
      for (let i = 0; i < this.flat.length; i += 2) scratch.set(this.flat[i]!, this.flat[i + 1]!);
      this.#bytes = scratch.take().slice();
    }
    return this.#bytes;
  }
}

const encoder = new TextEncoder();
const LT = 60;
const GT = 62;
const SLASH = 47;
const QUOTE = 34;
const EQUALS = 61;
const AMPERSAND = 38;
const SPACE = 32;
const LF = 10;
const DELETE = 127;

/** 1 for each character below {@link DELETE} that stands for itself. */
const PLAIN = new Uint8Array(DELETE).fill(1, SPACE);
for (const code of [QUOTE, AMPERSAND, LT, GT]) PLAIN[code] = 0;

/**
 * XML text in UTF-8; pretty: two spaces a level and a line break after each tag. The graph of a
 * large cluster has millions of small pieces of text: they are put into bytes right away, since
 * joining strings costs a multiple of it.
 */
export class TextWriter implements GraphWriter {
  #bytes: Uint8Array;
  #length = 0;
  #names: string[] = [];
  /** The start tag of the innermost element is not ended yet. */
  #begun = false;
  readonly #pretty: boolean;

  constructor(pretty: boolean, capacity: number) {
    this.#pretty = pretty;
    this.#bytes = new Uint8Array(capacity);
  }

  /** Bytes written since they were last taken. */
  get length(): number {
    return this.#length;
  }

  open(name: string): void {
    const depth = this.#names.length;
    this.#reserve(depth * 2 + 3);
    const bytes = this.#bytes;
    let at = this.#length;
    if (this.#begun) {
      bytes[at++] = GT;
      if (this.#pretty) bytes[at++] = LF;
    }
    if (this.#pretty) for (let i = depth * 2; i > 0; i--) bytes[at++] = SPACE;
    bytes[at++] = LT;
    this.#length = at;
    this.#append(name);
    this.#names.push(name);
    this.#begun = true;
  }

  set(name: string, value: string): void {
    const names = name.length;
    const values = value.length;
    this.#reserve(names + values + 4);
    const bytes = this.#bytes;
    let at = this.#length;
    bytes[at++] = SPACE;
    for (let i = 0; i < names; i++) {
      const code = name.charCodeAt(i);
      if (code >= DELETE || PLAIN[code] === 0) return this.#setEscaped(name, value);
      bytes[at++] = code;
    }
    bytes[at++] = EQUALS;
    bytes[at++] = QUOTE;
    for (let i = 0; i < values; i++) {
      const code = value.charCodeAt(i);
      if (code >= DELETE || PLAIN[code] === 0) return this.#setEscaped(name, value);
      bytes[at++] = code;
    }
    bytes[at++] = QUOTE;
    this.#length = at;
  }

  setAll(fields: Fields): void {
    const bytes = fields.bytes;
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  close(): void {
    const name = this.#names.pop()!;
    const depth = this.#names.length;
    this.#reserve(depth * 2 + 4);
    const bytes = this.#bytes;
    let at = this.#length;
    if (this.#begun) {
      bytes[at++] = SLASH;
    } else {
      if (this.#pretty) for (let i = depth * 2; i > 0; i--) bytes[at++] = SPACE;
      bytes[at++] = LT;
      bytes[at++] = SLASH;
      this.#length = at;
      this.#append(name);
      this.#reserve(2);
      at = this.#length;
    }
    this.#bytes[at++] = GT;
    if (this.#pretty) this.#bytes[at++] = LF;
    this.#length = at;
    this.#begun = false;
  }

  /** Hands out what was written since the last time; good until the next writing. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#length = 0;
    return taken;
  }

  /** The name of an element. */
  #append(name: string): void {
    const { length } = name;
    this.#reserve(length);
    const bytes = this.#bytes;
    let at = this.#length;
    for (let i = 0; i < length; i++) bytes[at++] = name.charCodeAt(i);
    this.#length = at;
  }

  #setEscaped(name: string, value: string): void {
    const more = encoder.encode(` ${escapeAttribute(name)}="${escapeAttribute(value)}"`);
    this.#reserve(more.length);
    this.#bytes.set(more, this.#length);
    this.#length += more.length;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = new Uint8Array((this.#length + more) * 2);
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}

const scratch = new TextWriter(false, 1024);

/** A tree of elements. */
export class TreeWriter implements GraphWriter {
  root: Element | null = null;
  #innermost: Element | null = null;

  open(name: string): void {
    const element = new Element(name);
    if (this.#innermost === null) this.root = element;
    else this.#innermost.append(element);
    this.#innermost = element;
  }

  set(name: string, value: string): void {
    this.#innermost!.attributes.push(name, value);
  }

  setAll(fields: Fields): void {
    this.#innermost!.attributes.push(...fields.flat);
  }

  close(): void {
    this.#innermost = this.#innermost!.parent;
  }
}
