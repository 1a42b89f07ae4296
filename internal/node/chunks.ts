import { assert } from "../base/mod.ts";

/** The ring takes 1 MiB; the header and some room for the ring's own framing go off. */
const LARGEST_CHUNK_BYTES = 1_000_000;
const HEADER_BYTES = 13;
/** A message of a peer that says it has more chunks than this is refused. */
const MOST_CHUNKS = 512;
const VERSION = 1;

/**
 * Cuts a message into payloads that the ring takes. Header: version (u8), message number (u32),
 * chunk number (u32), chunks in all (u32), big-endian.
 */
export function splitPayload(message: Uint8Array, number: number): Uint8Array[] {
  const room = LARGEST_CHUNK_BYTES - HEADER_BYTES;
  const count = Math.max(1, Math.ceil(message.length / room));
  assert(count <= MOST_CHUNKS, `message of ${message.length} bytes is too large for the group`);
  return Array.from({ length: count }, (_, index) => {
    const part = message.subarray(index * room, (index + 1) * room);
    const payload = new Uint8Array(HEADER_BYTES + part.length);
    const view = new DataView(payload.buffer);
    view.setUint8(0, VERSION);
    view.setUint32(1, number >>> 0);
    view.setUint32(5, index);
    view.setUint32(9, count);
    payload.set(part, HEADER_BYTES);
    return payload;
  });
}

interface Partial {
  number: number;
  count: number;
  parts: Uint8Array[];
}

/** Puts chunks together again, per sender; chunks of one sender arrive in order. */
export class Reassembler {
  #partial = new Map<string, Partial>();

  /** The whole message with its last chunk, else null; null also for what is no chunk of ours. */
  add(sender: string, payload: Uint8Array): Uint8Array | null {
    if (payload.length < HEADER_BYTES) return null;
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    const number = view.getUint32(1);
    const index = view.getUint32(5);
    const count = view.getUint32(9);
    if (view.getUint8(0) !== VERSION || count === 0 || count > MOST_CHUNKS) return null;
    const part = payload.subarray(HEADER_BYTES);
    if (count === 1) return part;
    let partial = this.#partial.get(sender);
    if (index === 0) {
      partial = { number, count, parts: [] };
      this.#partial.set(sender, partial);
    }
    const fits = partial !== undefined && partial.number === number && partial.count === count;
    // The beginning was sent before we joined: the message is not for us.
    if (partial === undefined || !fits || partial.parts.length !== index) return null;
    partial.parts.push(part.slice());
    if (partial.parts.length < count) return null;
    this.#partial.delete(sender);
    return concat(partial.parts);
  }

  /** Forgets what a sender that left had begun. */
  drop(sender: string): void {
    this.#partial.delete(sender);
  }

  clear(): void {
    this.#partial.clear();
  }
}

function concat(parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
