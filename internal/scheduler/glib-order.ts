const PRIMES = [1, 2, 3, 7, 13, 31, 61, 127, 251, 509, 1021, 2039, 4093, 8191, 16381, 32749, 65521];

/** Hash of a text as GLib's g_str_hash has it, of its UTF-8 bytes as signed numbers. */
function hash(text: string): number {
  let h = 5381;
  for (const byte of Buffer.from(text, "utf8")) {
    const signed = byte > 127 ? byte - 256 : byte;
    h = (Math.imul(h, 33) + signed) >>> 0;
  }
  return h < 2 ? 2 : h;
}

/**
 * The order in which a GLib hash table of these keys, filled in this order, is walked. It leaks
 * into a few of the original's decisions between equals, so it has to be reproduced.
 */
export function glibOrder<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  let shift = 3;
  let slots: (T | undefined)[] = new Array(1 << shift).fill(undefined);
  let count = 0;
  const place = (table: (T | undefined)[], item: T, bits: number) => {
    const h = hash(keyOf(item));
    let index = (Math.imul(h, 11) >>> 0) % PRIMES[bits]!;
    let step = 0;
    while (table[index] !== undefined) {
      step += 1;
      index = (index + step) & ((1 << bits) - 1);
    }
    table[index] = item;
  };
  for (const item of items) {
    place(slots, item, shift);
    count += 1;
    // Grow when the table is 15/16 full.
    if (slots.length <= count + Math.floor(count / 16)) {
      shift = Math.max(3, Math.ceil(Math.log2(Math.floor(count * 1.333) + 1)));
      const grown: (T | undefined)[] = new Array(1 << shift).fill(undefined);
      for (const old of slots) if (old !== undefined) place(grown, old, shift);
      slots = grown;
    }
  }
  return slots.filter((item): item is T => item !== undefined);
}
