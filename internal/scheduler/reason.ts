import type { Node } from "./node.ts";
import type { Resource } from "./resource.ts";

/** Why a node's score for a resource changed: a typed value that `explain` renders. */
export type ScoreReason =
  | { kind: "node-default" }
  | { kind: "node-offline" }
  | { kind: "location"; constraint: string; role?: string }
  | { kind: "health"; attribute: number }
  | { kind: "shutdown-lock"; lockedTo: string }
  | { kind: "stickiness"; value: number }
  | { kind: "migration-threshold"; failCount: number; threshold: number }
  | { kind: "exclusive-discovery" }
  | { kind: "failed-operation"; operation: string; onFail: string }
  | { kind: "masked-probe"; operation: string }
  | { kind: "orphan" }
  | { kind: "multiply-active" }
  | { kind: "unmanaged-active" }
  | { kind: "ticket"; ticket: string }
  | { kind: "colocation"; constraint: string; with: string; factor?: number }
  | { kind: "colocation-undone"; constraint: string; with: string }
  | { kind: "target-role"; role: string }
  | { kind: "promotion-score"; score: number }
  | { kind: "instance-limit"; clone: string }
  | { kind: "instance-surplus"; clone: string }
  | { kind: "trial-undone" }
  | { kind: "bundle-node"; bundle: string }
  | { kind: "utilization"; attribute: string }
  | { kind: "remote-host" };

export interface ScoreRecord {
  resource: Resource;
  node: Node;
  /** What was added; for bans -INFINITY. */
  delta: number;
  reason: ScoreReason;
}
