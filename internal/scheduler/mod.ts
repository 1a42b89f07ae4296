export { Action, type Link } from "./action.ts";
export * from "./constants.ts";
export type * from "./constraint.ts";
export { Node } from "./node.ts";
export { NodeSet, NodeTable } from "./node-table.ts";
export type * from "./reason.ts";
export { type BundleReplica, Resource } from "./resource.ts";
export { type ScheduleResult, schedule, unpackStatus } from "./schedule.ts";
export { type ClusterOptions, type ScheduleOptions, WorkingSet } from "./working-set.ts";
