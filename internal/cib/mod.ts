export * from "./dates/mod.ts";
export { parseIntervalMs } from "./interval.ts";
export * from "./rules/mod.ts";
