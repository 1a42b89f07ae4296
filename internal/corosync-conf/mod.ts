/** The corosync.conf language: section tree, parser, printer, and what the options mean. */
export * from "./parse.ts";
export * from "./print.ts";
export * from "./tree.ts";
