/**
 * Unaligned little-endian access. Corosync's headers have odd lengths (13, 45, 57), and every
 * supported machine is little endian, so bytes are read one by one rather than through views.
 */
export function getU16(b: Uint8Array, at: number): number {
  return b[at]! | (b[at + 1]! << 8);
}

export function getU32(b: Uint8Array, at: number): number {
  return (b[at]! | (b[at + 1]! << 8) | (b[at + 2]! << 16) | (b[at + 3]! << 24)) >>> 0;
}

/** A 64-bit number; those on the wire are counters that never reach 2^53. */
export function getU64(b: Uint8Array, at: number): number {
  return getU32(b, at) + getU32(b, at + 4) * 4294967296;
}

export function putU16(b: Uint8Array, at: number, value: number): void {
  b[at] = value;
  b[at + 1] = value >>> 8;
}

export function putU32(b: Uint8Array, at: number, value: number): void {
  b[at] = value;
  b[at + 1] = value >>> 8;
  b[at + 2] = value >>> 16;
  b[at + 3] = value >>> 24;
}

export function putU64(b: Uint8Array, at: number, value: number): void {
  putU32(b, at, value % 4294967296);
  putU32(b, at + 4, Math.floor(value / 4294967296));
}

/** Big-endian 16 bits: knet's node ids and sequence numbers. */
export function getU16BE(b: Uint8Array, at: number): number {
  return (b[at]! << 8) | b[at + 1]!;
}

export function putU16BE(b: Uint8Array, at: number, value: number): void {
  b[at] = value >>> 8;
  b[at + 1] = value;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function putText(b: Uint8Array, at: number, text: string, room: number): number {
  const bytes = encoder.encode(text);
  const length = Math.min(bytes.length, room);
  b.set(bytes.subarray(0, length), at);
  return length;
}

export function getText(b: Uint8Array, at: number, length: number): string {
  return decoder.decode(b.subarray(at, at + length));
}
