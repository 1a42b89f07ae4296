import { type Resource, Role, type WorkingSet } from "../../scheduler/mod.ts";
import { bundleParts, isDisabled } from "./state.ts";

export interface InstanceCounts {
  all: number;
  disabled: number;
  blocked: number;
}

/** Instances of resources: all, those disabled and those blocked after a failure. */
export function countInstances(working: WorkingSet): InstanceCounts {
  const counts: InstanceCounts = { all: 0, disabled: 0, blocked: 0 };
  for (const resource of working.resources) count(resource, counts);
  return counts;
}

function count(resource: Resource, counts: InstanceCounts): void {
  const parts = resource.isBundle ? bundleParts(resource) : resource.children;
  if (!resource.isPrimitive) {
    for (const part of parts) count(part, counts);
    return;
  }
  if (resource.orphan && resource.currentRole <= Role.stopped) return;
  counts.all += 1;
  if (isDisabled(resource)) counts.disabled += 1;
  if (resource.blocked) counts.blocked += 1;
}
