import { assert } from "../base/mod.ts";
import {
  groupHeader,
  MCAST_HEADER_SIZE,
  PG_HEADER_SIZE,
  PG_ITEM_OVERHEAD,
  type PgGroup,
  putPgHeader,
} from "../wire/mod.ts";

/** The largest message of the process-group layer, its group header included. */
export const MESSAGE_MAX = 1024 * 1024;

export interface SendOptions {
  /** Stands in front of the message; apart, so that the message need not be copied. */
  head?: Uint8Array;
  /** Delivered only once every member holds it. */
  safe?: boolean;
}

interface Queued {
  header: Uint8Array;
  body: Uint8Array;
  safe: boolean;
  /** Bytes of header and body already sent. */
  sent: number;
}

interface Piece {
  message: Queued;
  from: number;
  length: number;
}

/** One sender's queue of messages, packed and cut into packets when the token allows. */
export class Packer {
  #queue: Queued[] = [];
  #first = 0;
  #bytes = 0;
  #nextFragment = 1;
  #continuation = 0;
  /** The last packet holds a piece of a message that asks for safe delivery. */
  lastIsSafe = false;

  get bytes(): number {
    return this.#bytes;
  }

  get empty(): boolean {
    return this.#first === this.#queue.length;
  }

  /** Queues a message; its bytes are copied when the token comes. */
  push(group: PgGroup, body: Uint8Array, options: SendOptions = {}): void {
    const { head, safe = false } = options;
    const header = head === undefined ? groupHeader(group) : joined(groupHeader(group), head);
    assert(header.length + body.length <= MESSAGE_MAX, "message exceeds the ring's limit");
    this.#queue.push({ header, body, safe, sent: 0 });
    this.#bytes += header.length + body.length;
  }

  /** How many packets of `limit` payload bytes the queue would fill. */
  packets(limit: number): number {
    if (this.empty) return 0;
    return Math.ceil(this.#bytes / (limit - PG_HEADER_SIZE - PG_ITEM_OVERHEAD));
  }

  /** Sends a message that was begun from its start again, because its beginning was lost. */
  restartCutMessage(): void {
    this.#continuation = 0;
    const head = this.#queue[this.#first];
    if (head === undefined) return;
    this.#bytes += head.sent;
    head.sent = 0;
  }

  /** The next packet with room for the multicast header in front; null when nothing waits. */
  nextPacket(limit: number): Uint8Array | null {
    if (this.empty) return null;
    const pieces: Piece[] = [];
    let room = limit - PG_HEADER_SIZE;
    let payload = 0;
    let cut = false;
    while (this.#first < this.#queue.length && room > PG_ITEM_OVERHEAD && !cut) {
      const message = this.#queue[this.#first]!;
      const left = message.header.length + message.body.length - message.sent;
      const length = Math.min(left, room - PG_ITEM_OVERHEAD);
      pieces.push({ message, from: message.sent, length });
      message.sent += length;
      payload += length;
      room -= length + PG_ITEM_OVERHEAD;
      cut = length < left;
      if (!cut) this.#first += 1;
    }
    this.#bytes -= payload;
    this.lastIsSafe = pieces.some((piece) => piece.message.safe);
    const packet = this.#build(pieces, payload, cut);
    this.#compact();
    return packet;
  }

  #build(pieces: Piece[], payload: number, cut: boolean): Uint8Array {
    const headers = PG_HEADER_SIZE + PG_ITEM_OVERHEAD * pieces.length;
    const packet = new Uint8Array(MCAST_HEADER_SIZE + headers + payload);
    const fragment = cut ? this.#takeFragment() : 0;
    putPgHeader(packet, MCAST_HEADER_SIZE, {
      fragment,
      continuation: this.#continuation,
      lengths: pieces.map((piece) => piece.length),
    });
    this.#continuation = fragment;
    let at = MCAST_HEADER_SIZE + headers;
    for (const piece of pieces) at = copyPiece(piece, packet, at);
    return packet;
  }

  #takeFragment(): number {
    const fragment = this.#nextFragment;
    this.#nextFragment = fragment === 255 ? 1 : fragment + 1;
    return fragment;
  }

  #compact(): void {
    if (this.#first < 1024 && !this.empty) return;
    this.#queue = this.#queue.slice(this.#first);
    this.#first = 0;
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const whole = new Uint8Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
}

function copyPiece(piece: Piece, packet: Uint8Array, at: number): number {
  const { header, body } = piece.message;
  let from = piece.from;
  let left = piece.length;
  if (from < header.length) {
    const part = header.subarray(from, Math.min(header.length, from + left));
    packet.set(part, at);
    at += part.length;
    from += part.length;
    left -= part.length;
  }
  if (left > 0) {
    const start = from - header.length;
    packet.set(start === 0 && left === body.length ? body : body.subarray(start, start + left), at);
  }
  return at + left;
}
