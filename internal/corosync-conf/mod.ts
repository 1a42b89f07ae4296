/** The corosync.conf language: section tree, parser, printer, and what the options mean. */
export * from "./keys.ts";
export * from "./local-node.ts";
export * from "./model.ts";
export * from "./parse.ts";
export * from "./print.ts";
export * from "./read.ts";
export * from "./tree.ts";
