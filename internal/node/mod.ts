export * from "./local.ts";
