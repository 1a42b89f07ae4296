import { type Action, type Node, type Resource, Role } from "../../scheduler/mod.ts";
import { currentNode } from "../resource/state.ts";

/** One line of a transition's summary about a resource. */
export interface PlannedChange {
  /** Start, Stop, Restart, Recover, Move, Migrate, Reload, Promote, Demote, Re-promote. */
  change: string;
  resource: Resource;
  /** Role before, which a resource under recovery only counts as having. */
  role: Role;
  from: Node | null;
  to: Node | null;
  action: Action;
  /** Action whose reason is given. */
  source: Action;
}

/** What a transition means for a resource and all below it, in order. */
export function plannedChanges(resource: Resource): PlannedChange[] {
  if (resource.bundleData !== null) {
    return resource.bundleData.replicas.flatMap((replica) =>
      [replica.ip, replica.container, replica.remote, replica.child].flatMap((part) =>
        part === null ? [] : plannedChanges(part),
      ),
    );
  }
  if (resource.children.length > 0) return resource.children.flatMap(plannedChanges);
  return primitiveChanges(resource);
}

function primitiveChanges(resource: Resource): PlannedChange[] {
  const next = resource.assignedTo;
  const current = resource.activeOn.length > 0 ? currentNode(resource) : null;
  // A resource under recovery may already count as stopped while it still runs.
  const recovered = current !== null && resource.currentRole === Role.stopped;
  const role = recovered ? Role.started : resource.currentRole;
  if (current === null && resource.removed) return [];
  if (!resource.managed || (current === null && next === null)) return [];
  const start = actionOn(resource, "start", next);
  const startNode = start?.runnable === true ? current : null;
  let stop = actionOn(resource, "stop", startNode);
  if (stop === null && resource.stopUnexpected) stop = actionOn(resource, "stop", null);
  const facts: Facts = {
    resource,
    role,
    current,
    next,
    moving: current !== null && next !== null && current !== next,
    start,
    stop,
    promote: actionOn(resource, "promote", next),
    demote: actionOn(resource, "demote", next),
  };
  return role === resource.nextRole ? sameRole(facts) : otherRole(facts);
}

interface Facts {
  resource: Resource;
  role: Role;
  current: Node | null;
  next: Node | null;
  moving: boolean;
  start: Action | null;
  stop: Action | null;
  promote: Action | null;
  demote: Action | null;
}

/** The resource's non-recurring action of that name on a node, or on any. */
function actionOn(resource: Resource, task: string, node: Node | null): Action | null {
  const key = `${resource.id}_${task}_0`;
  for (const action of resource.actionsByKey.get(key) ?? []) {
    if (node === null || action.node === null || action.node === node) return action;
  }
  return null;
}

function change(
  facts: Facts,
  word: string,
  from: Node | null,
  to: Node | null,
  action: Action | null,
  source: Action | null = null,
): PlannedChange[] {
  if (action === null || (from === null && to === null)) return [];
  const { resource, role } = facts;
  return [{ change: word, resource, role, from, to, action, source: source ?? action }];
}

function sameRole(facts: Facts): PlannedChange[] {
  const { resource, current, next, start, stop, promote, demote } = facts;
  if (next === null) return [];
  const migrate = actionOn(resource, "migrate_from", next);
  if (migrate?.runnable === true && current !== null) {
    return change(facts, "Migrate", current, next, start);
  }
  if (resource.reload) return change(facts, "Reload", current, next, start);
  if (start === null || start.optional) {
    const again = demote !== null && promote !== null && !demote.optional && !promote.optional;
    return again ? change(facts, "Re-promote", current, next, promote, demote) : [];
  }
  if (!start.runnable) {
    const source = stop === null || stop.reason === null ? start : stop;
    return change(facts, "Stop", current, null, stop, source);
  }
  if (facts.moving) {
    return change(facts, resource.failed ? "Recover" : "Move", current, next, stop);
  }
  if (resource.failed) return change(facts, "Recover", current, null, stop);
  return change(facts, "Restart", current, next, start);
}

function otherRole(facts: Facts): PlannedChange[] {
  const { resource, role, current, next, start, stop } = facts;
  const blocked = start !== null && !start.runnable;
  if (stop !== null && (resource.nextRole === Role.stopped || blocked)) {
    return resource.activeOn.flatMap((node) => {
      const here = actionOn(resource, "stop", node);
      const source = here !== null && here.reason !== null ? here : start;
      return change(facts, "Stop", node, null, here, source);
    });
  }
  if (stop !== null && resource.failed && resource.stopIfFailed) {
    return change(facts, "Recover", current, next, stop, start);
  }
  if (facts.moving) return change(facts, "Move", current, next, stop);
  if (resource.reload) return change(facts, "Reload", current, next, start);
  if (stop !== null && !stop.optional) return change(facts, "Restart", current, next, start);
  if (role === Role.promoted) return change(facts, "Demote", current, next, facts.demote);
  if (resource.nextRole === Role.promoted) {
    return change(facts, "Promote", current, next, facts.promote);
  }
  if (role === Role.stopped && resource.nextRole > Role.stopped) {
    return change(facts, "Start", current, next, start);
  }
  return [];
}
