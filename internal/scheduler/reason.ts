import { addScores } from "../base/mod.ts";
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
  | { kind: "came-without-quorum" }
  | { kind: "failed-operation"; operation: string; onFail: string }
  | { kind: "masked-probe"; operation: string }
  | { kind: "orphan" }
  | { kind: "multiply-active" }
  | { kind: "unmanaged-active" }
  | { kind: "ticket"; ticket: string }
  | { kind: "colocation"; constraint: string; with: string; wish?: true }
  | { kind: "colocation-undone"; constraint: string; with: string }
  | { kind: "target-role"; role: string }
  | { kind: "promotion-score"; score: number }
  | { kind: "instance-limit"; clone: string; max: number }
  | { kind: "collective-banned"; collective: string }
  | { kind: "instance-surplus"; clone: string }
  | { kind: "promotion-order"; clone: string }
  | { kind: "bundle-node"; bundle: string }
  | { kind: "utilization"; attribute: string }
  | { kind: "remote-host" };

export interface ScoreRecord {
  resource: Resource;
  node: Node;
  /** What was added; for bans -INFINITY. */
  delta: number;
  reason: ScoreReason;
  /** The score begins anew with `delta`; what was before no longer counts. */
  replaces: boolean;
}

/** A score as `crm_simulate -s` shows it, with what it is made of. */
export interface ShownScore {
  resource: Resource;
  /** Null: the promotion score of an instance that is to run nowhere. */
  node: Node | null;
  score: number;
  records: ScoreRecord[];
}

/** What records add up to, by the arithmetic of scores. */
export function sumRecords(records: readonly ScoreRecord[]): number {
  let sum = 0;
  for (const { delta, replaces } of records) sum = replaces ? delta : addScores(sum, delta);
  return sum;
}

/** The reasons of all scores of a run, by resource in the order in which they arose. */
export class ReasonBook {
  readonly #byResource = new Map<Resource, ScoreRecord[]>();
  /** Why an instance is preferred for promotion. */
  readonly #promotions = new Map<Resource, ScoreRecord[]>();
  readonly shown: ShownScore[] = [];

  add(resource: Resource, node: Node, delta: number, reason: ScoreReason, replaces: boolean): void {
    const own = this.#byResource.get(resource);
    const record = { resource, node, delta, reason, replaces };
    if (own === undefined) this.#byResource.set(resource, [record]);
    else own.push(record);
  }

  /** How many records a resource has; {@link rewind} goes back to that. */
  mark(resource: Resource): number {
    return this.#byResource.get(resource)?.length ?? 0;
  }

  /** What was tried since the mark is undone. */
  rewind(resource: Resource, mark: number): void {
    const own = this.#byResource.get(resource);
    if (own !== undefined) own.length = mark;
  }

  /** Records of a resource's score on a node; those replaced left out. */
  of(resource: Resource, node: Node): ScoreRecord[] {
    const out: ScoreRecord[] = [];
    for (const record of this.#byResource.get(resource) ?? []) {
      if (record.node !== node) continue;
      if (record.replaces) out.length = 0;
      out.push(record);
    }
    return out;
  }

  promotion(instance: Resource): ScoreRecord[] {
    return this.#promotions.get(instance) ?? [];
  }

  setPromotion(instance: Resource, records: ScoreRecord[]): void {
    this.#promotions.set(instance, records);
  }
}
