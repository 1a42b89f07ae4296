export type { Ground } from "./ground.ts";
export * from "./local.ts";
export { Node } from "./node.ts";
export { Remoted, type RemotedEffect, type RemotedEvent } from "./remoted.ts";
export { Timers } from "./timers.ts";
export type { NodeEffect, NodeEvent, NodeOptions, Peer } from "./types.ts";
