export * from "./assert.ts";
export * from "./boolean.ts";
export * from "./duration.ts";
export * from "./exit-code.ts";
export * from "./limits.ts";
export * from "./result.ts";
export * from "./score.ts";
export * from "./version.ts";
