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
    slots = resized(slots, shift);
  }
  return slots.filter((key) => key !== null);
}

function place(slots: (string | null)[], shift: number, key: string): void {
  let index = firstSlot(key, shift, slots.length);
  for (let step = 1; slots[index] !== null; step++) index = (index + step) & (slots.length - 1);
  slots[index] = key;
}

/**
 * A larger table, filled as it is done in place: whoever is in the way of an entry that has found its
 * new slot is the next to be moved, so the order is not that of the old slots.
 */
function resized(old: readonly (string | null)[], shift: number): (string | null)[] {
  const slots: (string | null)[] = [...old, ...new Array((1 << shift) - old.length).fill(null)];
  const settled = new Uint8Array(slots.length);
  for (let i = 0; i < old.length; i++) {
    let key = slots[i]!;
    if (key === null || settled[i] === 1) continue;
    slots[i] = null;
    for (;;) {
      let index = firstSlot(key, shift, slots.length);
      for (let step = 1; settled[index] === 1; step++) index = (index + step) & (slots.length - 1);
      settled[index] = 1;
      const inTheWay = slots[index]!;
      slots[index] = key;
      if (inTheWay === null) break;
      key = inTheWay;
    }
  }
  return slots;
}

function firstSlot(key: string, shift: number, size: number): number {
  const hash = Math.max(2, stringHash(key));
  return (Math.imul(hash, 11) >>> 0) % (PRIMES[shift] ?? size - 1);
}

/** h = 31 h + byte, over signed bytes, in 32 bits. */
function stringHash(key: string): number {
  let hash = 0;
  for (const byte of new TextEncoder().encode(key)) {
    hash = (Math.imul(hash, 31) + (byte > 127 ? byte - 256 : byte)) | 0;
  }
  return hash >>> 0;
}
