/** Totem single ring: membership and total order. Pure: packets and time in, effects out. */
export { Assembler } from "./assembler.ts";
export * from "./groups.ts";
export { MESSAGE_MAX, Packer } from "./packer.ts";
export * from "./sets.ts";
export * from "./stack.ts";
export { MUSTER_SERVICE } from "./sync.ts";
export { Totem } from "./totem.ts";
export * from "./types.ts";
