/** The payload of a multicast packet: several messages packed, the last one maybe cut. */
import { getU16, putU16 } from "./bytes.ts";

export const PG_HEADER_SIZE = 8;
export const PG_ITEM_OVERHEAD = 2;

export interface PgPacket {
  /** Not 0: the last item goes on in the sender's next packet, under this number. */
  fragment: number;
  /** Not 0: the first item continues the one that was cut under this number. */
  continuation: number;
  items: Uint8Array[];
}

/** Items as views into `b`; null when the lengths do not add up. */
export function decodePg(b: Uint8Array): PgPacket | null {
  if (b.length < PG_HEADER_SIZE) return null;
  const count = getU16(b, 6);
  let at = PG_HEADER_SIZE + PG_ITEM_OVERHEAD * count;
  if (at > b.length) return null;
  const items: Uint8Array[] = [];
  for (let i = 0; i < count; i += 1) {
    const length = getU16(b, PG_HEADER_SIZE + PG_ITEM_OVERHEAD * i);
    if (at + length > b.length) return null;
    items.push(b.subarray(at, at + length));
    at += length;
  }
  return at === b.length ? { fragment: b[4]!, continuation: b[5]!, items } : null;
}

/** Writes header and lengths at `at`; the items themselves are already behind them. */
export function putPgHeader(
  b: Uint8Array,
  at: number,
  packet: { fragment: number; continuation: number; lengths: number[] },
): void {
  b.fill(0, at, at + 4);
  b[at + 4] = packet.fragment;
  b[at + 5] = packet.continuation;
  putU16(b, at + 6, packet.lengths.length);
  packet.lengths.forEach((length, i) => {
    putU16(b, at + PG_HEADER_SIZE + PG_ITEM_OVERHEAD * i, length);
  });
}

export type PgGroup = "a" | "sync";

const GROUP_HEADERS: Record<PgGroup, Uint8Array> = {
  a: new Uint8Array([1, 0, 1, 0, 0x61]),
  sync: new Uint8Array([1, 0, 4, 0, 0x73, 0x79, 0x6e, 0x63]),
};

/** What stands in front of every message: the number of groups, their lengths, their names. */
export function groupHeader(group: PgGroup): Uint8Array {
  return GROUP_HEADERS[group];
}

/** Splits a complete message into group and body; null for a group that is not known. */
export function splitGroup(b: Uint8Array): { group: PgGroup; body: Uint8Array } | null {
  for (const group of ["a", "sync"] as const) {
    const header = GROUP_HEADERS[group];
    if (b.length >= header.length && header.every((byte, i) => b[i] === byte)) {
      return { group, body: b.subarray(header.length) };
    }
  }
  return null;
}
