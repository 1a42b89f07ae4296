/** D-Bus messages, little-endian, with the few types that systemd's manager interface needs. */

export const MessageType = { CALL: 1, RETURN: 2, ERROR: 3, SIGNAL: 4 } as const;

export interface DbusMessage {
  type: number;
  serial: number;
  replySerial: number;
  path: string;
  interface: string;
  member: string;
  errorName: string;
  signature: string;
  body: Buffer;
}

const Field = {
  PATH: 1,
  INTERFACE: 2,
  MEMBER: 3,
  ERROR_NAME: 4,
  REPLY_SERIAL: 5,
  DESTINATION: 6,
  SENDER: 7,
  SIGNATURE: 8,
} as const;

/** Nothing that systemd sends is near this. */
const LARGEST_MESSAGE = 16 * 1024 * 1024;

/** Builds values one after the other, each on its alignment. */
class Writer {
  readonly #parts: number[] = [];

  align(size: number): void {
    while (this.#parts.length % size !== 0) this.#parts.push(0);
  }

  byte(value: number): void {
    this.#parts.push(value & 0xff);
  }

  uint32(value: number): void {
    this.align(4);
    for (let shift = 0; shift < 32; shift += 8) this.#parts.push((value >>> shift) & 0xff);
  }

  string(text: string): void {
    const bytes = Buffer.from(text, "utf8");
    this.uint32(bytes.length);
    this.#parts.push(...bytes, 0);
  }

  strings(texts: readonly string[]): void {
    const list = new Writer();
    for (const text of texts) list.string(text);
    this.uint32(list.#parts.length);
    this.#parts.push(...list.#parts);
  }

  signature(text: string): void {
    this.#parts.push(text.length, ...Buffer.from(text, "latin1"), 0);
  }

  field(code: number, signature: string, text: string): void {
    this.align(8);
    this.byte(code);
    this.signature(signature);
    if (signature === "g") this.signature(text);
    else this.string(text);
  }

  bytes(): Buffer {
    return Buffer.from(this.#parts);
  }
}

export interface Call {
  destination: string;
  path: string;
  interface: string;
  member: string;
  /** Only strings, booleans and lists of strings are ever sent: `s`, `b` and `as`. */
  arguments: (string | boolean | string[])[];
}

export function encodeCall(serial: number, call: Call): Buffer {
  const body = new Writer();
  let signature = "";
  for (const argument of call.arguments) {
    if (Array.isArray(argument)) {
      signature += "as";
      body.strings(argument);
    } else if (typeof argument === "string") {
      signature += "s";
      body.string(argument);
    } else {
      signature += "b";
      body.uint32(argument ? 1 : 0);
    }
  }
  const fields = new Writer();
  fields.field(Field.PATH, "o", call.path);
  fields.field(Field.DESTINATION, "s", call.destination);
  fields.field(Field.INTERFACE, "s", call.interface);
  fields.field(Field.MEMBER, "s", call.member);
  if (signature !== "") fields.field(Field.SIGNATURE, "g", signature);
  const header = new Writer();
  for (const byte of [0x6c, MessageType.CALL, 0, 1]) header.byte(byte);
  header.uint32(body.bytes().length);
  header.uint32(serial);
  header.uint32(fields.bytes().length);
  const start = Buffer.concat([header.bytes(), fields.bytes()]);
  const padding = Buffer.alloc((8 - (start.length % 8)) % 8);
  return Buffer.concat([start, padding, body.bytes()]);
}

/** Reads values one after the other. Throws RangeError beyond the end. */
export class Reader {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  align(size: number): void {
    this.#at = Math.ceil(this.#at / size) * size;
  }

  get at(): number {
    return this.#at;
  }

  byte(): number {
    return this.#bytes.readUInt8(this.#at++);
  }

  uint32(): number {
    this.align(4);
    const value = this.#bytes.readUInt32LE(this.#at);
    this.#at += 4;
    return value;
  }

  string(): string {
    const length = this.uint32();
    return this.#text(length);
  }

  signature(): string {
    return this.#text(this.byte());
  }

  #text(length: number): string {
    const text = this.#bytes.toString("utf8", this.#at, this.#at + length);
    this.#at += length + 1;
    if (this.#at > this.#bytes.length) throw new RangeError("message is cut off");
    return text;
  }

  /** A variant that holds text; null for any other. */
  textVariant(): string | null {
    const signature = this.signature();
    if (signature === "s" || signature === "o") return this.string();
    return signature === "g" ? this.signature() : null;
  }
}

/** The first whole message of `bytes`, and what follows it; null when more has to come. */
export function decodeMessage(bytes: Buffer): { message: DbusMessage; rest: Buffer } | null {
  if (bytes.length < 16) return null;
  if (bytes[0] !== 0x6c) throw new RangeError("not a little-endian message");
  const bodyLength = bytes.readUInt32LE(4);
  const fieldsLength = bytes.readUInt32LE(12);
  const bodyAt = Math.ceil((16 + fieldsLength) / 8) * 8;
  const total = bodyAt + bodyLength;
  if (total > LARGEST_MESSAGE) throw new RangeError("message is too large");
  if (bytes.length < total) return null;
  const message: DbusMessage = {
    type: bytes[1]!,
    serial: bytes.readUInt32LE(8),
    replySerial: 0,
    path: "",
    interface: "",
    member: "",
    errorName: "",
    signature: "",
    body: bytes.subarray(bodyAt, total),
  };
  const reader = new Reader(bytes, 16);
  while (reader.at < 16 + fieldsLength) readField(reader, message);
  return { message, rest: bytes.subarray(total) };
}

function readField(reader: Reader, message: DbusMessage): void {
  reader.align(8);
  const code = reader.byte();
  const signature = reader.signature();
  const value =
    signature === "u" ? reader.uint32() : signature === "g" ? reader.signature() : reader.string();
  if (code === Field.REPLY_SERIAL) message.replySerial = Number(value);
  else if (code === Field.PATH) message.path = String(value);
  else if (code === Field.INTERFACE) message.interface = String(value);
  else if (code === Field.MEMBER) message.member = String(value);
  else if (code === Field.ERROR_NAME) message.errorName = String(value);
  else if (code === Field.SIGNATURE) message.signature = String(value);
}
