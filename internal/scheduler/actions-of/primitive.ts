import type { Action } from "../action.ts";
import { action, setReason, taskActions } from "../actions.ts";
import { triggerUnfencing } from "../config-changes.ts";
import { A, MultiplyActive, O, Role } from "../constants.ts";
import { fencingAction } from "../fence-node.ts";
import { linkActions } from "../links.ts";
import type { Node } from "../node.ts";
import type { Resource } from "../resource.ts";
import { activeNodes } from "../resource-state.ts";
import type { WorkingSet } from "../working-set.ts";
import { canMigrate, createMigration } from "./migration.ts";
import { createRecurring } from "./recurring.ts";

const { stopped, started, unpromoted, promoted } = Role;

/** The next role on the way from one (row) to another (column). */
const NEXT: readonly (readonly Role[])[] = [
  [Role.unknown, stopped, stopped, stopped, stopped],
  [stopped, stopped, started, unpromoted, unpromoted],
  [stopped, stopped, started, unpromoted, promoted],
  [stopped, stopped, stopped, unpromoted, promoted],
  [stopped, unpromoted, unpromoted, unpromoted, promoted],
];

/** Everything to be done with a primitive. */
export function createPrimitiveActions(ws: WorkingSet, resource: Resource): void {
  if (resource.nextRole === Role.unknown) {
    resource.nextRole = resource.assignedTo === null ? stopped : started;
  }
  const { current, all, clean } = activeNodes(resource);
  for (const node of resource.dangling) {
    action(ws, resource, "stop", node, false).flags |= A.migrationAbort;
  }
  const target = resource.assignedTo;
  let needStop = false;
  let moving = false;
  let migrate = false;
  if (current !== null && target !== null && current !== target && resource.nextRole >= started) {
    moving = true;
    migrate = canMigrate(resource, current);
    needStop = true;
  }
  let multiply = false;
  const source = resource.partialSource;
  const partial = resource.partialTarget;
  const continues =
    source !== null &&
    partial !== null &&
    migrate &&
    all === 2 &&
    current === source &&
    target === partial;
  if (!continues && (source !== null || partial !== null)) {
    needStop = true;
    resource.partialSource = null;
    resource.partialTarget = null;
    migrate = false;
  } else if (!continues) {
    multiply = (resource.needsFencing ? all : clean) > 1;
  }
  resource.stopUnexpected = multiply && resource.multiplyActive === MultiplyActive.stopUnexpected;
  // One that is only to be stopped has no node to start on; one left alone is not restarted.
  const restart = multiply && resource.multiplyActive === MultiplyActive.stopStart;
  if (restart || resource.stopUnexpected) needStop = true;
  if (resource.startPending) action(ws, resource, "start", target, true).flags |= A.alwaysInGraph;
  let needPromote = false;
  if (moving) {
    // What follows is for resources that stay.
  } else if (resource.failed) {
    if (resource.stopIfFailed) needStop = true;
    else needPromote = resource.nextRole === promoted;
  } else if (resource.blocked) {
    needStop = true;
  } else if (resource.currentRole > started && current !== null && target !== null) {
    if (!action(ws, resource, "start", target, true).optional) needStop = true;
  }
  scheduleRestart(ws, resource, current, needStop, needPromote);
  scheduleRoleChange(ws, resource);
  createRecurring(ws, resource);
  if (migrate) createMigration(ws, resource, current!);
}

function step(
  ws: WorkingSet,
  resource: Resource,
  from: Role,
  to: Role,
  node: Node | null,
  optional: boolean,
): void {
  if (from === to) return;
  if (to === stopped) stopResource(ws, resource, optional);
  else if (from === stopped) startResource(ws, resource, node, optional);
  else if (to === promoted) promoteResource(ws, resource, node, optional);
  else if (from === promoted) demoteResource(ws, resource, optional);
}

function scheduleRestart(
  ws: WorkingSet,
  resource: Resource,
  current: Node | null,
  needStop: boolean,
  needPromote: boolean,
): void {
  resource.restarting = true;
  let role = resource.currentRole;
  while (role !== stopped) {
    const next: Role = NEXT[role]![stopped]!;
    step(ws, resource, role, next, current, !needStop);
    role = next;
  }
  while (
    resource.currentRole <= resource.nextRole &&
    role !== resource.currentRole &&
    !resource.blocked
  ) {
    const next: Role = NEXT[role]![resource.currentRole]!;
    const required = needStop || (next === promoted && needPromote);
    step(ws, resource, role, next, resource.assignedTo, !required);
    role = next;
  }
  resource.restarting = false;
}

function scheduleRoleChange(ws: WorkingSet, resource: Resource): void {
  let role = resource.currentRole;
  while (role !== resource.nextRole) {
    const next: Role = NEXT[role]![resource.nextRole]!;
    step(ws, resource, role, next, resource.assignedTo, false);
    role = next;
  }
}

/** The one node where a multiply active resource is to be left alone. */
function isExpected(resource: Resource, node: Node | null): boolean {
  return (
    resource.stopUnexpected &&
    resource.restarting &&
    resource.nextRole > stopped &&
    node !== null &&
    resource.assignedTo === node
  );
}

function stopResource(ws: WorkingSet, resource: Resource, optionalWanted: boolean): void {
  let optional = optionalWanted;
  for (const node of resource.activeOn) {
    if (isExpected(resource, node)) continue;
    if (resource.partialTarget !== null) {
      if (node === resource.partialTarget && node === resource.assignedTo) continue;
      optional = false;
    }
    const stop = action(ws, resource, "stop", node, optional);
    if (resource.assignedTo === null) setReason(stop, { kind: "no-node-available" }, true);
    else if (resource.restarting && resource.stopUnexpected) {
      setReason(stop, { kind: "multiply-active" }, true);
    }
    if (!resource.managed) stop.flags &= ~A.runnable;
    if (resource.needsUnfencing) {
      const unfence = fencingAction(ws, node, "on", true, null, false);
      linkActions(stop, unfence, O.thenImpliesFirst);
    }
  }
}

function startResource(
  ws: WorkingSet,
  resource: Resource,
  node: Node | null,
  optional: boolean,
): void {
  const start = action(ws, resource, "start", node, true);
  orderVsUnfence(ws, resource, node, start, O.firstImpliesThen);
  if (start.runnable && !optional) start.flags &= ~A.optional;
  if (isExpected(resource, node)) start.flags |= A.pseudo;
}

function promoteResource(
  ws: WorkingSet,
  resource: Resource,
  node: Node | null,
  optional: boolean,
): void {
  const startable = taskActions(resource, node, "start", true).every((start) => start.runnable);
  if (!startable) {
    for (const promote of taskActions(resource, node, "promote", true)) {
      promote.flags &= ~A.runnable;
    }
    return;
  }
  const promote = action(ws, resource, "promote", node, optional);
  if (isExpected(resource, node)) promote.flags |= A.pseudo;
}

function demoteResource(ws: WorkingSet, resource: Resource, optional: boolean): void {
  for (const node of resource.activeOn) {
    if (!isExpected(resource, node)) action(ws, resource, "demote", node, optional);
  }
}

/** Probes and starts of what needs unfencing (and of fence devices) come after it. */
export function orderVsUnfence(
  ws: WorkingSet,
  resource: Resource,
  node: Node | null,
  then: Action,
  flags: number,
): void {
  if (!(resource.fenceDevice && ws.unfencingEnabled) && !resource.needsUnfencing) return;
  if (node === null) return;
  const unfence = fencingAction(ws, node, "on", true, null, false);
  linkActions(unfence, then, flags);
  const unfenced = node.attributes.get("#node-unfenced");
  if (unfenced === undefined || unfenced === "0") {
    const reason = { kind: "needs-unfencing", resource: resource.id, task: then.task } as const;
    triggerUnfencing(ws, null, node, reason, null);
  }
}
