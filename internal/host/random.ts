import { randomBytes } from "node:crypto";
import type { Random } from "../ports/mod.ts";

/** The kernel's random numbers, drawn in blocks: a system call per number would be waste. */
const block = new Uint32Array(64);
let used = block.length;

export const random: Random = {
  uint32() {
    if (used >= block.length) {
      const bytes = randomBytes(block.byteLength);
      new Uint8Array(block.buffer).set(bytes);
      used = 0;
    }
    return block[used++]!;
  },
};
