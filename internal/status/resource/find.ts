import type { Resource, WorkingSet } from "../../scheduler/mod.ts";

const byHistoryId = new WeakMap<WorkingSet, Map<string, Resource>>();

/** A resource by its id, or by the name under which an operation history knows it. */
export function findResource(working: WorkingSet, id: string): Resource | null {
  const exact = working.resourcesById.get(id);
  if (exact !== undefined) return exact;
  let index = byHistoryId.get(working);
  if (index === undefined) {
    index = new Map();
    for (const resource of working.resourcesById.values()) {
      const name = resource.historyId;
      if (name !== null && !index.has(name)) index.set(name, resource);
    }
    byHistoryId.set(working, index);
  }
  return index.get(id) ?? null;
}
