import { isTrue } from "../../base/mod.ts";
import type { Action, Link } from "../action.ts";
import { findActions, taskActions } from "../actions.ts";
import { O, Role } from "../constants.ts";
import type { Ordering } from "../constraint.ts";
import { linkActions } from "../links.ts";
import type { Node } from "../node.ts";
import type { Resource } from "../resource.ts";
import type { WorkingSet } from "../working-set.ts";
import { compatibleInstance } from "./compatible.ts";

type SortedNodes = (resource: Resource) => readonly Node[];

/** What must wait for probes beyond their own resource; rules, 19.5. */
export function orderProbes(ws: WorkingSet, sortedNodes: SortedNodes): void {
  for (const resource of ws.resources) orderProbesOf(resource, sortedNodes);
  for (const ordering of ws.orderings) orderProbesBeforeStops(ordering);
}

function probesOf(resource: Resource): Action[] {
  return taskActions(resource, null, "monitor", false);
}

function orderProbesOf(resource: Resource, sortedNodes: SortedNodes): void {
  if (resource.variant !== 0) {
    for (const child of resource.children) orderProbesOf(child, sortedNodes);
    return;
  }
  const probes = probesOf(resource);
  for (let i = probes.length - 1; i >= 0; i--) {
    const probe = probes[i]!;
    for (let k = probe.after.length - 1; k >= 0; k--) {
      const link = probe.after[k]!;
      orderInactiveStarts(probe, link);
      orderRestarts(probe, link.action, sortedNodes);
    }
  }
}

/** Not too many instances start while the state on some node is unknown. */
function orderInactiveStarts(probe: Action, link: Link): void {
  const { action: after } = link;
  const collective = after.resource;
  if (collective === null || collective.variant <= 1 || probe.runnable) return;
  if (link.flags & O.unrunnableFirstBlocks || after.task !== "start") return;
  if (probe.resource!.top() !== collective) return;
  for (let i = after.after.length - 1; i >= 0; i--) {
    const then = after.after[i]!.action;
    const inactive = then.resource !== null && then.resource.activeOn.length === 0;
    if (!inactive || then.task !== "start" || then.resource!.top() !== collective) continue;
    linkActions(probe, then, O.ordered | O.unrunnableFirstBlocks);
  }
}

/**
 * Follows what a start forces: a resource that may have to restart does not stop before the probe
 * has told whether it must. A list of its own instead of recursion: chains may be long.
 */
function orderRestarts(probe: Action, after: Action, sortedNodes: SortedNodes): void {
  const seen = new Set<Action>();
  const stack = [after];
  for (let action = stack.pop(); action !== undefined; action = stack.pop()) {
    if (seen.has(action)) continue;
    seen.add(action);
    orderBeforeRestart(probe, action);
    const { resource } = action;
    const interleaved =
      resource !== null && resource.variant > 1 && isTrue(resource.meta.get("interleave"));
    const mate = interleaved
      ? compatibleInstance(probe.resource!, resource, Role.unknown, false, () =>
          sortedNodes(probe.resource!),
        )
      : null;
    for (const link of action.after) {
      if ((link.flags & O.firstImpliesThen) === 0) {
        if (!leadsToChild(probe, resource, link.action)) continue;
        if (interleaved && link.action.resource !== mate) continue;
      }
      stack.push(link.action);
    }
  }
}

function orderBeforeRestart(probe: Action, action: Action): void {
  const { resource } = action;
  if (resource === null || resource.variant !== 0 || resource === probe.resource) return;
  const down = action.task === "start" ? "stop" : action.task === "promote" ? "demote" : null;
  if (down === null) return;
  for (const then of taskActions(resource, null, down, false)) {
    if (!then.pseudo) linkActions(probe, then, O.ordered);
  }
}

/** From a collective's action on to those of its own members, but not back to the probe's. */
function leadsToChild(probe: Action, collective: Resource | null, then: Action): boolean {
  if (collective === null || collective.variant === 0 || then.resource === null) return false;
  if (probe.resource!.parent === collective || then.resource.variant > 1) return false;
  return then.resource.parent === collective;
}

const EXACT = [O.ifRequiredOnSameNode, O.ifOnSameNodeOrTarget] as number[];

/** What waits for a stop waits for the probe that may find out that a stop is needed. */
function orderProbesBeforeStops(ordering: Ordering): void {
  const { firstResource, thenResource, first, then } = ordering;
  if (ordering.flags === O.none || firstResource === null || firstResource === thenResource) return;
  const isStop = first !== null ? first.task === "stop" : ordering.firstTask?.endsWith("_stop_0");
  if (isStop !== true) return;
  if (thenResource !== null && firstResource.launcher === thenResource) {
    const stops = then !== null ? then.task === "stop" : ordering.thenTask?.endsWith("_stop_0");
    if (stops === true) return;
  }
  let flags = O.ordered | (ordering.flags & (O.ifFirstUnmigratable | O.ifOnSameNode));
  if (EXACT.includes(ordering.flags)) flags = ordering.flags;
  const probes = probesOf(firstResource);
  if (probes.length === 0) return;
  const thens =
    then !== null
      ? [then]
      : thenResource === null
        ? []
        : findActions(thenResource, ordering.thenTask!, null);
  for (let i = probes.length - 1; i >= 0; i--) {
    for (let k = thens.length - 1; k >= 0; k--) orderBefore(probes[i]!, thens[k]!, flags);
  }
}

function orderBefore(probe: Action, then: Action, flags: number): void {
  if (then.task === "stonith" && then.meta.get("stonith_action") === "on") return;
  if (then.task === "do_shutdown" && then.node !== probe.node) return;
  linkActions(probe, then, flags);
}
