/**
 * Frames on the ring's local socket: u32 length of what follows, u8 kind, body; little endian.
 * Bodies of `message` are u32 node id, u32 pid, payload; of `multicast` the payload; JSON elsewhere.
 */
export const FrameKind = {
  /** From the client. */
  join: 1,
  multicast: 2,
  leave: 3,
  request: 4,
  multicastSafe: 5,
  /** From the ring. */
  hello: 17,
  membership: 18,
  message: 19,
  quorum: 20,
  reply: 21,
  refused: 22,
} as const;

export const FRAME_HEADER = 5;
/** The largest frame either side takes: a message of 1 MiB and its header, with room. */
export const FRAME_MAX = 4 * 1024 * 1024;

export function newFrame(kind: number, bodyLength: number): Uint8Array {
  const frame = new Uint8Array(FRAME_HEADER + bodyLength);
  putHeader(frame, kind, bodyLength);
  return frame;
}

export function frameHeader(kind: number, bodyLength: number): Uint8Array {
  const header = new Uint8Array(FRAME_HEADER);
  putHeader(header, kind, bodyLength);
  return header;
}

function putHeader(frame: Uint8Array, kind: number, bodyLength: number): void {
  const length = bodyLength + 1;
  frame[0] = length;
  frame[1] = length >>> 8;
  frame[2] = length >>> 16;
  frame[3] = length >>> 24;
  frame[4] = kind;
}

export function jsonFrame(kind: number, value: unknown): Uint8Array {
  const body = new TextEncoder().encode(JSON.stringify(value));
  const frame = newFrame(kind, body.length);
  frame.set(body, FRAME_HEADER);
  return frame;
}

export function jsonBody(body: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(body));
}

/** Cuts a byte stream into frames. The bodies handed out may be kept. */
export class FrameReader {
  /** Bytes not looked at yet. */
  #rest: Uint8Array | null = null;
  /** A frame whose end has not come: its bytes are copied once, whatever chunks they come in. */
  #begun: { frame: Uint8Array; have: number } | null = null;

  get buffered(): number {
    return (this.#rest?.length ?? 0) + (this.#begun?.have ?? 0);
  }

  /**
   * Hands out each complete frame. `take` returns false to stop; what is left waits for the next
   * call (with an empty chunk to go on). False when the stream is no stream of frames.
   */
  feed(chunk: Uint8Array, take: (kind: number, body: Uint8Array) => boolean): boolean {
    const data = this.#rest === null ? chunk : joined(this.#rest, chunk);
    this.#rest = null;
    let at = 0;
    let going = true;
    if (this.#begun !== null) {
      const { frame, have } = this.#begun;
      at = Math.min(data.length, frame.length - have);
      frame.set(data.subarray(0, at), have);
      this.#begun.have += at;
      if (this.#begun.have < frame.length) return true;
      this.#begun = null;
      going = take(frame[4]!, frame.subarray(FRAME_HEADER));
    }
    while (going && data.length - at >= FRAME_HEADER) {
      const length =
        (data[at]! | (data[at + 1]! << 8) | (data[at + 2]! << 16)) + data[at + 3]! * 16777216;
      if (length < 1 || length > FRAME_MAX) return false;
      if (data.length - at < 4 + length) {
        const frame = new Uint8Array(4 + length);
        frame.set(data.subarray(at));
        this.#begun = { frame, have: data.length - at };
        return true;
      }
      going = take(data[at + 4]!, data.subarray(at + FRAME_HEADER, at + 4 + length));
      at += 4 + length;
    }
    if (at < data.length) this.#rest = data.subarray(at);
    return true;
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (b.length === 0) return a;
  const whole = new Uint8Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
}
