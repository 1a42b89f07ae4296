/** Votes and quorum. Pure. */
export * from "./types.ts";
export * from "./votequorum.ts";
