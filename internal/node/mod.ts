export * from "./local.ts";
export { Node } from "./node.ts";
export type { NodeEffect, NodeEvent, NodeOptions, Peer } from "./types.ts";
