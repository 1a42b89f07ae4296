import { Limits } from "../base/mod.ts";
import type { FenceAction, FenceRecord } from "./types.ts";

/** Fencing operations past and present, by id, oldest first. The same on all nodes. */
export class History {
  #records = new Map<string, FenceRecord>();

  get(id: string): FenceRecord | undefined {
    return this.#records.get(id);
  }

  put(record: FenceRecord): void {
    this.#records.set(record.id, record);
    if (this.#records.size <= Limits.fencingHistory) return;
    for (const { id, state } of this.#records.values()) {
      if (state !== "done" && state !== "failed") continue;
      this.#records.delete(id);
      break;
    }
  }

  /** What a peer knows and we do not, or know only as pending. */
  merge(records: FenceRecord[]): void {
    for (const record of records) {
      const own = this.#records.get(record.id);
      if (own === undefined || (isPending(own) && !isPending(record))) this.put(record);
    }
    const sorted = [...this.#records.values()].sort((a, b) => endOf(a) - endOf(b));
    this.#records = new Map(sorted.map((record) => [record.id, record]));
  }

  /** Forgets what has ended, of one target or of all. */
  clean(target: string | null): void {
    for (const record of [...this.#records.values()]) {
      if (isPending(record) || (target !== null && record.target !== target)) continue;
      this.#records.delete(record.id);
    }
  }

  pending(): FenceRecord[] {
    return [...this.#records.values()].filter(isPending);
  }

  /** A success for the same target and action that ended no earlier than `sinceMs`. */
  recentSuccess(target: string, action: FenceAction, sinceMs: number): FenceRecord | undefined {
    return [...this.#records.values()].findLast(
      (record) =>
        record.target === target &&
        record.action === action &&
        record.state === "done" &&
        record.completedMs >= sinceMs,
    );
  }

  /** Newest first; null stands for all targets. */
  list(target: string | null): FenceRecord[] {
    const all = [...this.#records.values()].reverse();
    return target === null ? all : all.filter((record) => record.target === target);
  }
}

export function isPending(record: FenceRecord): boolean {
  return record.state === "query" || record.state === "exec";
}

/** Pending ones sort last. */
function endOf(record: FenceRecord): number {
  return isPending(record) ? Number.POSITIVE_INFINITY : record.completedMs;
}
