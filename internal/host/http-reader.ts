/** A request line with its headers may be this long. */
const LONGEST_HEAD_BYTES = 16 * 1024;
const END_OF_HEAD = Buffer.from("\r\n\r\n");

export interface HttpRequest {
  method: string;
  path: string;
  body: Buffer;
}

export type NextRequest =
  | { state: "incomplete" }
  | { state: "complete"; request: HttpRequest }
  /** The connection is of no more use. */
  | { state: "refused"; status: number; reason: string };

interface Head {
  method: string;
  path: string;
  bodyBytes: number;
  headBytes: number;
}

/** Reads HTTP/1.1 requests with a Content-Length out of a stream of bytes, within limits. */
export class HttpReader {
  #limit: number;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #head: Head | null = null;

  constructor(limitBytes: number) {
    this.#limit = limitBytes;
  }

  /** Bytes that were read and not yet taken. */
  get waiting(): number {
    return this.#bytes;
  }

  add(bytes: Uint8Array): void {
    this.#chunks.push(Buffer.from(bytes));
    this.#bytes += bytes.length;
  }

  next(): NextRequest {
    if (this.#head === null) {
      const refused = this.#readHead();
      if (refused !== null) return refused;
    }
    const head = this.#head;
    if (head === null || this.#bytes < head.headBytes + head.bodyBytes) {
      return { state: "incomplete" };
    }
    const all = this.#joined();
    const end = head.headBytes + head.bodyBytes;
    const body = all.subarray(head.headBytes, end);
    this.#chunks = end < all.length ? [all.subarray(end)] : [];
    this.#bytes = all.length - end;
    this.#head = null;
    return { state: "complete", request: { method: head.method, path: head.path, body } };
  }

  #readHead(): NextRequest | null {
    if (this.#bytes === 0) return null;
    const all = this.#joined();
    const end = all.subarray(0, LONGEST_HEAD_BYTES).indexOf(END_OF_HEAD);
    if (end < 0) {
      const hopeless = all.length >= LONGEST_HEAD_BYTES || !looksLikeHttp(all);
      return hopeless ? refuse(400, "not an HTTP request") : null;
    }
    const [line = "", ...fields] = all.toString("latin1", 0, end).split("\r\n");
    const match = /^([A-Z]+) (\S+) HTTP\/1\.[01]$/.exec(line);
    if (match === null) return refuse(400, "not an HTTP request");
    const length = fields
      .find((field) => /^content-length:/i.test(field))
      ?.slice(15)
      .trim();
    if (fields.some((field) => /^transfer-encoding:/i.test(field))) {
      return refuse(400, "the request has no content length");
    }
    if (length !== undefined && !/^\d{1,15}$/.test(length))
      return refuse(400, "bad content length");
    const bodyBytes = Number(length ?? 0);
    if (bodyBytes > this.#limit) {
      return refuse(413, `the request is larger than ${this.#limit} bytes`);
    }
    const headBytes = end + END_OF_HEAD.length;
    this.#head = { method: match[1]!, path: match[2]!, bodyBytes, headBytes };
    return null;
  }

  #joined(): Buffer {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0] ?? Buffer.alloc(0);
  }
}

/** Garbage is told from the first bytes, before a limit is reached. */
function looksLikeHttp(bytes: Buffer): boolean {
  const space = bytes.subarray(0, 9).indexOf(0x20);
  const method = bytes.toString("latin1", 0, space < 0 ? Math.min(8, bytes.length) : space);
  return /^[A-Z]{1,8}$/.test(method);
}

function refuse(status: number, reason: string): NextRequest {
  return { state: "refused", status, reason };
}
