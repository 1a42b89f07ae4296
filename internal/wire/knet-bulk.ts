/**
 * How large packets travel between nodes of our own kind. libknet encrypts every fragment for
 * itself; here the packet is sealed whole, once, and the sealed bytes are cut into pieces that each
 * say in the clear where they belong. A run of equal pieces is one system call where the kernel can
 * cut it up itself, and may arrive as one datagram where the kernel has joined it again: a piece
 * carries its own length, so runs fall apart by themselves.
 *
 * What is in the clear decides nothing: a unit counts only once its seal has been verified.
 */
import { getU16, getU16BE, putU16, putU16BE } from "./bytes.ts";

/** No sealed packet begins like this, but for one in 2^64: then the ring sends it again. */
const MAGIC = new Uint8Array([0xd5, 0x6d, 0x75, 0x73, 0x74, 0x65, 0x72, 0x01]);
/** Magic 8, node 2, unit 2, number of pieces 1, place 1, bytes that follow 2. */
export const BULK_HEADER = 16;
export const BULK_PIECES_MAX = 255;
/** Units of one sender whose pieces are still arriving. */
const UNITS_MAX = 64;
const UNIT_BYTES_MAX = 66 * 1024;

export interface BulkPiece {
  node: number;
  unit: number;
  pieces: number;
  place: number;
  payload: Uint8Array;
}

export function isBulk(b: Uint8Array, at = 0): boolean {
  if (b.length - at < BULK_HEADER) return false;
  for (let i = 0; i < MAGIC.length; i += 1) if (b[at + i] !== MAGIC[i]) return false;
  return true;
}

/** The piece at `at`, or null when what stands there is none. */
export function decodeBulk(b: Uint8Array, at: number): BulkPiece | null {
  if (!isBulk(b, at)) return null;
  const length = getU16(b, at + 14);
  const from = at + BULK_HEADER;
  const pieces = b[at + 12]!;
  const place = b[at + 13]!;
  if (length === 0 || place >= pieces || from + length > b.length) return null;
  return {
    node: getU16BE(b, at + 8),
    unit: getU16BE(b, at + 10),
    pieces,
    place,
    payload: b.subarray(from, from + length),
  };
}

/** How many pieces a unit makes when each may have `room` bytes, its header included. */
export function bulkPieces(bytes: number, room: number): number {
  return Math.ceil(bytes / (room - BULK_HEADER));
}

/** Copies bytes out of a list of chunks, one after the other. */
class Gather {
  readonly #parts: readonly Uint8Array[];
  #part = 0;
  #at = 0;

  constructor(parts: readonly Uint8Array[]) {
    this.#parts = parts;
  }

  copy(to: Uint8Array, at: number, bytes: number): void {
    let left = bytes;
    let put = at;
    while (left > 0) {
      const part = this.#parts[this.#part]!;
      const take = Math.min(left, part.length - this.#at);
      to.set(take === part.length ? part : part.subarray(this.#at, this.#at + take), put);
      put += take;
      left -= take;
      this.#at += take;
      if (this.#at === part.length) {
        this.#part += 1;
        this.#at = 0;
      }
    }
  }
}

/**
 * Cuts a sealed unit, given as chunks, into runs of pieces. All pieces but the unit's last are
 * `room` bytes long; a run holds at most `runPieces` of them. `buffer` gives the room for a run.
 */
export function cutBulk(
  sealed: readonly Uint8Array[],
  unit: { node: number; unit: number; room: number; runPieces: number },
  buffer: (bytes: number) => Uint8Array,
): Uint8Array[] {
  let left = 0;
  for (const part of sealed) left += part.length;
  const pieces = bulkPieces(left, unit.room);
  const body = unit.room - BULK_HEADER;
  const gather = new Gather(sealed);
  const runs: Uint8Array[] = [];
  for (let first = 0; first < pieces; first += unit.runPieces) {
    const end = Math.min(pieces, first + unit.runPieces);
    const bytes = Math.min(left, (end - first) * body);
    const run = buffer(bytes + (end - first) * BULK_HEADER);
    let at = 0;
    for (let place = first; place < end; place += 1) {
      const length = Math.min(left, body);
      run.set(MAGIC, at);
      putU16BE(run, at + 8, unit.node);
      putU16BE(run, at + 10, unit.unit);
      run[at + 12] = pieces;
      run[at + 13] = place;
      putU16(run, at + 14, length);
      gather.copy(run, at + BULK_HEADER, length);
      at += BULK_HEADER + length;
      left -= length;
    }
    runs.push(run);
  }
  return runs;
}

interface Unit {
  parts: (Uint8Array | null)[];
  missing: number;
  bytes: number;
}

/** One sender's units, each handed on when its last piece is here. */
export class BulkReceiver {
  readonly #units = new Map<number, Unit>();
  abandoned = 0;

  /** The sealed unit that this piece completes, else null. */
  take(piece: BulkPiece): Uint8Array | null {
    if (piece.pieces === 1) return piece.payload;
    let unit = this.#units.get(piece.unit);
    if (unit === undefined || unit.parts.length !== piece.pieces) {
      if (this.#units.size >= UNITS_MAX) this.#abandonOldest();
      const parts = Array.from({ length: piece.pieces }, () => null);
      unit = { parts, missing: piece.pieces, bytes: 0 };
      this.#units.set(piece.unit, unit);
    }
    if (unit.parts[piece.place] !== null) return null;
    unit.parts[piece.place] = piece.payload;
    unit.missing -= 1;
    unit.bytes += piece.payload.length;
    if (unit.bytes > UNIT_BYTES_MAX) {
      this.#units.delete(piece.unit);
      this.abandoned += 1;
      return null;
    }
    if (unit.missing > 0) return null;
    this.#units.delete(piece.unit);
    const whole = new Uint8Array(unit.bytes);
    let at = 0;
    for (const part of unit.parts) {
      whole.set(part!, at);
      at += part!.length;
    }
    return whole;
  }

  #abandonOldest(): void {
    const oldest = this.#units.keys().next().value;
    if (oldest !== undefined) this.#units.delete(oldest);
    this.abandoned += 1;
  }
}
