import { isTrue } from "../base/mod.ts";
import type { Action } from "./action.ts";
import { findCompatible } from "./assign/compatible.ts";
import { O, Role } from "./constants.ts";
import type { Ordering } from "./constraint.ts";
import { linkActions } from "./links.ts";
import type { Resource } from "./resource.ts";
import type { WorkingSet } from "./working-set.ts";

/** What a start or promotion happens again after. */
const REVERSE: Record<string, string> = { start: "stop", promote: "demote" };

function operations(resource: Resource, task: string): readonly Action[] {
  return resource.actionsByKey.get(resource.key(task)) ?? [];
}

/** Orders probes before whatever their results may cause to happen again. */
export function orderProbes(ws: WorkingSet): void {
  const leading = leadingToRestarts(ws);
  for (const resource of ws.resources) ofResource(ws, resource, leading);
  for (const ordering of ws.orderings) afterStops(ordering);
}

/**
 * Actions from which some stop or demotion can be come to at all. Walks from elsewhere (a cold
 * start has nothing else) would link nothing, and each costs as much as all that is ordered after.
 */
function leadingToRestarts(ws: WorkingSet): Set<Action> {
  const leading = new Set<Action>();
  const stack: Action[] = [];
  for (const action of ws.actions) {
    const { resource } = action;
    if (resource === null || !resource.isPrimitive) continue;
    const reverse = REVERSE[action.task];
    if (reverse !== undefined && operations(resource, reverse).some((each) => !each.pseudo)) {
      stack.push(action);
    }
  }
  while (stack.length > 0) {
    const action = stack.pop()!;
    if (leading.has(action)) continue;
    leading.add(action);
    for (const link of action.before) stack.push(link.action);
  }
  return leading;
}

function ofResource(ws: WorkingSet, resource: Resource, leading: Set<Action>): void {
  if (!resource.isPrimitive) {
    for (const child of resource.children) ofResource(ws, child, leading);
    return;
  }
  for (const probe of operations(resource, "monitor")) {
    for (let i = probe.after.length - 1; i >= 0; i--) {
      const link = probe.after[i]!;
      beforeInactiveInstances(probe, link.action, link.flags);
      if (leading.has(link.action)) beforeRestarts(ws, probe, link.action, leading);
    }
  }
}

/** A probe that cannot run keeps inactive instances of its clone from starting. */
function beforeInactiveInstances(probe: Action, then: Action, flags: number): void {
  const collective = then.resource;
  if (collective === null || collective.variant < 2 || probe.runnable) return;
  if ((flags & O.unrunnableFirstBlocks) !== 0) return;
  if (probe.resource!.top() !== collective || then.task !== "start") return;
  for (let i = then.after.length - 1; i >= 0; i--) {
    const start = then.after[i]!.action;
    const resource = start.resource;
    if (resource === null || resource.activeOn.length > 0) continue;
    if (resource.top() !== collective || start.task !== "start") continue;
    linkActions(probe, start, O.ordered | O.unrunnableFirstBlocks);
  }
}

/** Walks forward through what a start would make required, without recursion. */
function beforeRestarts(ws: WorkingSet, probe: Action, first: Action, leading: Set<Action>): void {
  const visited = new Set<Action>();
  const stack: Action[] = [first];
  while (stack.length > 0) {
    const after = stack.pop()!;
    if (visited.has(after)) continue;
    visited.add(after);
    const next = stepBeforeRestart(ws, probe, after);
    // Depth first in list order: the first of them must be popped next.
    for (let i = next.length - 1; i >= 0; i--) {
      if (leading.has(next[i]!)) stack.push(next[i]!);
    }
  }
}

function stepBeforeRestart(ws: WorkingSet, probe: Action, after: Action): Action[] {
  const resource = after.resource;
  if (resource?.isPrimitive && probe.resource !== resource) {
    const reverse = REVERSE[after.task];
    if (reverse !== undefined) {
      for (const then of operations(resource, reverse)) {
        if (!then.pseudo) linkActions(probe, then, O.ordered);
      }
    }
  }
  let interleave = false;
  let compatible: Resource | null = null;
  if (resource !== null && resource.variant > 1) {
    interleave = isTrue(resource.meta.get("interleave"));
    if (interleave) {
      compatible = findCompatible(ws, probe.resource!, resource, Role.unknown, false);
    }
  }
  const next: Action[] = [];
  for (let i = after.after.length - 1; i >= 0; i--) {
    const link = after.after[i]!;
    if ((link.flags & O.firstImpliesThen) === 0) {
      const then = link.action.resource;
      if (resource === null || resource.variant < 1 || probe.resource!.parent === resource)
        continue;
      if (then === null || then.variant > 1 || then.parent !== resource) continue;
      if (resource.variant > 1 && interleave && compatible !== then) continue;
    }
    next.push(link.action);
  }
  return next;
}

/** What waits for a stop waits for the probe that may find something to stop. */
function afterStops(ordering: Ordering): void {
  const { firstResource, thenResource, first, then } = ordering;
  if (ordering.flags === O.none || firstResource === null) return;
  if (firstResource === thenResource) return;
  if (first !== null ? first.task !== "stop" : !ordering.firstTask?.endsWith("_stop_0")) return;
  if (then === null && ordering.thenTask === null) return;
  if (thenResource !== null && firstResource.launcher === thenResource) {
    if (then !== null ? then.task === "stop" : ordering.thenTask!.endsWith("_stop_0")) return;
  }
  let flags = O.ordered as number;
  flags |= ordering.flags & (O.ifFirstUnmigratable | O.ifOnSameNode);
  if (ordering.flags === O.ifRequiredOnSameNode || ordering.flags === O.ifOnSameNodeOrTarget) {
    flags = ordering.flags;
  }
  const probes = operations(firstResource, "monitor");
  if (probes.length === 0) return;
  const thens =
    then !== null
      ? [then]
      : thenResource === null
        ? []
        : (thenResource.actionsByKey.get(ordering.thenTask!) ?? []);
  for (const probe of probes) {
    for (const action of thens) {
      const unfencing = action.task === "stonith" && action.meta.get("stonith_action") === "on";
      if (unfencing && action.node === probe.node) continue;
      if (action.task === "do_shutdown" && action.node !== probe.node) continue;
      linkActions(probe, action, flags);
    }
  }
}
