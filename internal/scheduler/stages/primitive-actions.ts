import { action as request, setReason, taskActions } from "../actions.ts";
import { A, MultiplyActive, O, Role } from "../constants.ts";
import { fencingAction } from "../fence-node.ts";
import { linkActions } from "../links.ts";
import type { Node } from "../node.ts";
import type { Resource } from "../resource.ts";
import { activeNodes } from "../resource-state.ts";
import { setNextRole } from "../roles.ts";
import { orderAfterUnfencing } from "../unfencing.ts";
import type { WorkingSet } from "../working-set.ts";
import { canMigrate, createMigration } from "./migration.ts";
import { createRecurring } from "./recurring.ts";

/** All that one primitive needs to get from where it is to where it is to be; rules, section 20. */
export function createPrimitiveActions(ws: WorkingSet, resource: Resource): void {
  if (resource.nextRole === Role.unknown) {
    setNextRole(resource, resource.assignedTo === null ? Role.stopped : Role.started);
  }
  const { current, all, clean } = activeNodes(resource);
  for (const source of resource.dangling) {
    request(ws, resource, "stop", source, false).flags |= A.migrationAbort;
  }
  const moving =
    current !== null &&
    resource.assignedTo !== null &&
    current !== resource.assignedTo &&
    resource.nextRole >= Role.started;
  let mayMigrate = moving && canMigrate(resource, current);
  let needStop = moving;
  let needPromote = false;
  let multiple: boolean;
  if (continuesMigration(resource, current, all, mayMigrate)) multiple = false;
  else if (resource.partialSource !== null || resource.partialTarget !== null) {
    needStop = true;
    mayMigrate = false;
    resource.partialSource = null;
    resource.partialTarget = null;
    multiple = false;
  } else multiple = (resource.needsFencing ? all : clean) > 1;
  if (multiple) {
    const how = resource.multiplyActive;
    if (how !== MultiplyActive.block) needStop = true;
    resource.stopUnexpected = how === MultiplyActive.stopUnexpected;
  } else resource.stopUnexpected = false;
  if (resource.startPending) {
    request(ws, resource, "start", resource.assignedTo, true).flags |= A.alwaysInGraph;
  }
  if (!moving) {
    if (resource.failed) {
      if (resource.stopIfFailed) needStop = true;
      else if (resource.nextRole === Role.promoted) needPromote = true;
    } else if (resource.blocked) needStop = true;
    else if (
      resource.currentRole > Role.started &&
      current !== null &&
      resource.assignedTo !== null
    ) {
      if (!request(ws, resource, "start", resource.assignedTo, true).optional) needStop = true;
    }
  }
  bringDownAndUp(ws, resource, current, needStop, needPromote);
  bringToNextRole(ws, resource);
  createRecurring(ws, resource);
  if (mayMigrate) createMigration(ws, resource, current!);
}

/** A migration begun earlier goes on only if nothing about it has changed. */
function continuesMigration(
  resource: Resource,
  current: Node | null,
  active: number,
  mayMigrate: boolean,
): boolean {
  return (
    resource.partialSource !== null &&
    resource.partialTarget !== null &&
    mayMigrate &&
    active === 2 &&
    current === resource.partialSource &&
    resource.assignedTo === resource.partialTarget
  );
}

/** Next step from a role (row) towards another (column). */
const NEXT: Record<Role, Record<Role, Role>> = {
  [Role.unknown]: steps(Role.unknown, Role.stopped, Role.stopped, Role.stopped, Role.stopped),
  [Role.stopped]: steps(Role.stopped, Role.stopped, Role.started, Role.unpromoted, Role.unpromoted),
  [Role.started]: steps(Role.stopped, Role.stopped, Role.started, Role.unpromoted, Role.promoted),
  [Role.unpromoted]: steps(
    Role.stopped,
    Role.stopped,
    Role.stopped,
    Role.unpromoted,
    Role.promoted,
  ),
  [Role.promoted]: steps(
    Role.stopped,
    Role.unpromoted,
    Role.unpromoted,
    Role.unpromoted,
    Role.promoted,
  ),
};

function steps(unknown: Role, stopped: Role, started: Role, unpromoted: Role, promoted: Role) {
  return {
    [Role.unknown]: unknown,
    [Role.stopped]: stopped,
    [Role.started]: started,
    [Role.unpromoted]: unpromoted,
    [Role.promoted]: promoted,
  };
}

type Step = (ws: WorkingSet, resource: Resource, node: Node | null, optional: boolean) => void;

/** What takes a resource from one role to the next. */
function stepFor(from: Role, to: Role): Step | null {
  if (from === to) return null;
  if (from === Role.promoted) return demote;
  if (to === Role.promoted) return promote;
  if (to === Role.stopped || (from === Role.unpromoted && to === Role.started)) return stop;
  return from === Role.started ? null : start;
}

function bringDownAndUp(
  ws: WorkingSet,
  resource: Resource,
  current: Node | null,
  needStop: boolean,
  needPromote: boolean,
): void {
  resource.restarting = true;
  let role: Role = resource.currentRole;
  while (role !== Role.stopped) {
    const next: Role = NEXT[role][Role.stopped];
    stepFor(role, next)?.(ws, resource, current, !needStop);
    role = next;
  }
  while (
    resource.currentRole <= resource.nextRole &&
    role !== resource.currentRole &&
    !resource.blocked
  ) {
    const next: Role = NEXT[role][resource.currentRole];
    const required = needStop || (next === Role.promoted && needPromote);
    stepFor(role, next)?.(ws, resource, resource.assignedTo, !required);
    role = next;
  }
  resource.restarting = false;
}

function bringToNextRole(ws: WorkingSet, resource: Resource): void {
  let role: Role = resource.currentRole;
  while (role !== resource.nextRole) {
    const next: Role = NEXT[role][resource.nextRole];
    stepFor(role, next)?.(ws, resource, resource.assignedTo, false);
    role = next;
  }
}

/** The node where one of several active copies is to stay. */
function isExpected(resource: Resource, node: Node | null): boolean {
  return (
    resource.stopUnexpected &&
    resource.restarting &&
    resource.nextRole > Role.stopped &&
    resource.assignedTo !== null &&
    resource.assignedTo === node
  );
}

function stop(ws: WorkingSet, resource: Resource, _node: Node | null, wanted: boolean): void {
  for (const node of resource.activeOn) {
    let optional = wanted;
    if (isExpected(resource, node)) continue;
    if (resource.partialTarget !== null) {
      if (node === resource.partialTarget && node === resource.assignedTo) continue;
      optional = false;
    }
    const made = request(ws, resource, "stop", node, optional);
    if (resource.assignedTo === null) setReason(made, "node availability", true);
    else if (resource.restarting && resource.stopUnexpected) {
      setReason(made, "being multiply active", true);
    }
    if (!resource.managed) made.flags &= ~A.runnable;
    if (resource.needsUnfencing) {
      linkActions(made, fencingAction(ws, node, "on", true, null, false), O.thenImpliesFirst);
    }
  }
}

function start(ws: WorkingSet, resource: Resource, node: Node | null, optional: boolean): void {
  const made = request(ws, resource, "start", node, true);
  if (node !== null) orderAfterUnfencing(ws, resource, node, made, O.firstImpliesThen);
  if (made.runnable && !optional) made.flags &= ~A.optional;
  if (isExpected(resource, node)) made.flags |= A.pseudo;
}

function promote(ws: WorkingSet, resource: Resource, node: Node | null, optional: boolean): void {
  const startable = taskActions(resource, node, "start", true).every((each) => each.runnable);
  if (startable) {
    const made = request(ws, resource, "promote", node, optional);
    if (node !== null) orderAfterUnfencing(ws, resource, node, made, O.firstImpliesThen);
    if (isExpected(resource, node)) made.flags |= A.pseudo;
    return;
  }
  for (const made of taskActions(resource, node, "promote", true)) made.flags &= ~A.runnable;
}

function demote(ws: WorkingSet, resource: Resource, _node: Node | null, optional: boolean): void {
  for (const node of resource.activeOn) {
    if (!isExpected(resource, node)) request(ws, resource, "demote", node, optional);
  }
}
