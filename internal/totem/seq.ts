/** Sequence numbers: 32 bits, compared modulo 2^32. */

export function seqBefore(a: number, b: number): boolean {
  return ((a - b) | 0) < 0;
}

export function seqAtMost(a: number, b: number): boolean {
  return ((a - b) | 0) <= 0;
}

export function seqAdd(a: number, n: number): number {
  return (a + n) >>> 0;
}

/** How far `b` is ahead of `a`; negative when it is behind. */
export function seqDistance(a: number, b: number): number {
  return (b - a) | 0;
}

export function seqMin(a: number, b: number): number {
  return seqBefore(a, b) ? a : b;
}
