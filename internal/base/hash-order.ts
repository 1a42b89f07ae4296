/**
 * Order in which GLib's hash tables of text keys are walked that were filled in this order. It shows
 * wherever the original prints straight from such a table, and it decides between equals where the
 * scheduler walks one, so it has to be reproduced.
 */
const PRIMES = [1, 2, 3, 7, 13, 31, 61, 127, 251, 509, 1021, 2039, 4093, 8191, 16381, 32749, 65521];

const MIN_SHIFT = 3;

export function hashOrder(keys: Iterable<string>): string[] {
  let slots: (string | null)[] = new Array(1 << MIN_SHIFT).fill(null);
  let shift = MIN_SHIFT;
  let used = 0;
  for (const key of new Set(keys)) {
    place(slots, shift, key);
    used += 1;
    if (slots.length > used + Math.floor(used / 16)) continue;
    shift = Math.max(MIN_SHIFT, 32 - Math.clz32(Math.floor(used * 1.333)));
    const grown: (string | null)[] = new Array(1 << shift).fill(null);
    for (const old of slots) if (old !== null) place(grown, shift, old);
    slots = grown;
  }
  return slots.filter((key) => key !== null);
}

function place(slots: (string | null)[], shift: number, key: string): void {
  const hash = Math.max(2, stringHash(key));
  const prime = PRIMES[shift] ?? slots.length - 1;
  let index = (Math.imul(hash, 11) >>> 0) % prime;
  for (let step = 1; slots[index] !== null; step++) index = (index + step) & (slots.length - 1);
  slots[index] = key;
}

/** h = 31 h + byte, over signed bytes, in 32 bits. */
function stringHash(key: string): number {
  let hash = 0;
  for (const byte of new TextEncoder().encode(key)) {
    hash = (Math.imul(hash, 31) + (byte > 127 ? byte - 256 : byte)) | 0;
  }
  return hash >>> 0;
}
