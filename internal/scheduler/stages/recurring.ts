import type { Action } from "../action.ts";
import {
  findActionsExact,
  opKey,
  action as request,
  resourceAction,
  taskActions,
} from "../actions.ts";
import { cancelAction } from "../config-changes.ts";
import { type ConfiguredOp, configuredOps } from "../configured-ops.ts";
import { A, O, parseRole, Role } from "../constants.ts";
import { linkActions } from "../links.ts";
import type { Node } from "../node.ts";
import { newOrdering } from "../orderings.ts";
import type { Resource } from "../resource.ts";
import type { WorkingSet } from "../working-set.ts";

const NEVER_RECURRING = new Set([
  "start",
  "stop",
  "promote",
  "demote",
  "reload",
  "reload-agent",
  "migrate_to",
  "migrate_from",
]);

interface RecurringOp {
  name: string;
  intervalMs: number;
  key: string;
  role: Role;
}

/** Monitors and other recurring operations of a primitive; rules, section 22. */
export function createRecurring(ws: WorkingSet, resource: Resource): void {
  if (resource.blocked || resource.maintenance) return;
  const node = resource.assignedTo;
  if (node?.maintenance === true) return;
  let start: Action | null = null;
  if (node !== null && (resource.nextRole !== Role.stopped || !resource.managed)) {
    start = request(ws, resource, "start", node, true);
  }
  const all = configuredOps(resource);
  for (const op of all) {
    const recurring = readOp(resource, op, all);
    if (recurring === null) continue;
    if (recurring.role === Role.stopped) createInactive(ws, resource, node, recurring);
    else if (start !== null) createActive(ws, resource, start, node!, recurring);
  }
}

function readOp(
  resource: Resource,
  op: ConfiguredOp,
  all: readonly ConfiguredOp[],
): RecurringOp | null {
  const { name, intervalMs, xml } = op;
  if (intervalMs === 0 || !op.enabled || NEVER_RECURRING.has(name)) return null;
  const twins = all.filter((each) => each.name === name && each.intervalMs === intervalMs);
  if (twins.length > 1) return null;
  const word = xml.get("role");
  const role = word === null ? Role.unknown : parseRole(word);
  if (word !== null && role === Role.unknown) return null;
  return { name, intervalMs, key: opKey(resource.id, name, intervalMs), role };
}

function createActive(
  ws: WorkingSet,
  resource: Resource,
  start: Action,
  node: Node,
  op: RecurringOp,
): void {
  const optional = isRunning(resource, start, node, op.key);
  const wrongRole =
    op.role === Role.unknown ? resource.nextRole === Role.promoted : resource.nextRole !== op.role;
  if (wrongRole) {
    if (optional) cancelIfRunning(ws, resource, node, op);
    return;
  }
  const made = resourceAction(ws, resource, op.key, op.name, node, optional, op.intervalMs);
  if (!start.runnable || !node.online || node.unclean) made.flags &= ~A.runnable;
  if (resource.nextRole === Role.promoted) made.meta.set("op_target_rc", "8");
  if (!resource.managed) return;
  const after = (task: string, flags: number) =>
    newOrdering(ws, {
      firstResource: resource,
      firstTask: opKey(resource.id, task, 0),
      then: made,
      flags,
    });
  after("start", O.firstImpliesThen | O.unrunnableFirstBlocks);
  after("reload-agent", O.firstImpliesThen | O.unrunnableFirstBlocks);
  if (resource.nextRole === Role.promoted) after("promote", O.ordered | O.unrunnableFirstBlocks);
  else if (resource.currentRole === Role.promoted) {
    after("demote", O.ordered | O.unrunnableFirstBlocks);
  }
}

/** It runs already, unchanged, and goes on doing so. */
function isRunning(resource: Resource, start: Action, node: Node, key: string): boolean {
  if (!start.optional) return false;
  const same = findActionsExact(resource, key, node);
  return same.length > 0 && same.every((each) => !each.has(A.reschedule));
}

function cancelIfRunning(ws: WorkingSet, resource: Resource, node: Node, op: RecurringOp): void {
  if (findActionsExact(resource, op.key, node).length === 0) return;
  const cancel = cancelAction(ws, resource, op.name, op.intervalMs, node);
  const then = taskAfterCancel(resource);
  if (then === null) return;
  newOrdering(ws, {
    first: cancel,
    thenResource: resource,
    thenTask: opKey(resource.id, then, 0),
    flags: O.unrunnableFirstBlocks,
  });
}

function taskAfterCancel(resource: Resource): string | null {
  const { currentRole, nextRole } = resource;
  if (currentRole === Role.promoted) return "demote";
  if (currentRole !== Role.started && currentRole !== Role.unpromoted) return null;
  if (nextRole === Role.promoted) return "promote";
  return nextRole === Role.stopped ? "stop" : null;
}

/** Monitors for role Stopped: wherever the resource is not to be. */
function createInactive(
  ws: WorkingSet,
  resource: Resource,
  node: Node | null,
  op: RecurringOp,
): void {
  if (isAnonymousInstance(resource)) return;
  for (const other of ws.nodes) {
    if (other === node) {
      cancelBeforeStart(ws, resource, node, op);
      continue;
    }
    const optional = findActionsExact(resource, op.key, other).length > 0;
    const made = resourceAction(ws, resource, op.key, op.name, other, optional, op.intervalMs);
    made.meta.set("op_target_rc", "7");
    if (resource.managed) {
      for (const probe of newestFirst(taskActions(resource, other, "monitor", false))) {
        linkActions(probe, made, O.unrunnableFirstBlocks);
      }
    }
    for (const stop of newestFirst(taskActions(resource, other, "stop", true))) {
      if (!stop.optional && !made.optional && !resource.managed) made.flags &= ~A.runnable;
      if (!resource.managed) continue;
      newOrdering(ws, {
        first: stop,
        then: made,
        flags: O.firstImpliesThen | O.unrunnableFirstBlocks,
      });
    }
    if (!other.online || other.unclean) made.flags &= ~A.runnable;
  }
}

function newestFirst(actions: Action[]): Action[] {
  return actions.slice().reverse();
}

function isAnonymousInstance(resource: Resource): boolean {
  for (let r = resource.parent; r !== null; r = r.parent)
    if (r.variant === 2) return !resource.unique;
  return false;
}

function cancelBeforeStart(ws: WorkingSet, resource: Resource, node: Node, op: RecurringOp): void {
  if (findActionsExact(resource, op.key, node).length === 0) return;
  const cancel = cancelAction(ws, resource, op.name, op.intervalMs, node);
  if (resource.nextRole !== Role.started && resource.nextRole !== Role.unpromoted) return;
  newOrdering(ws, {
    first: cancel,
    thenResource: resource,
    thenTask: opKey(resource.id, "start", 0),
    flags: O.unrunnableFirstBlocks,
  });
}
