import type { Action } from "../action.ts";
import { action, findActionsExact, opKey, resourceAction, taskActions } from "../actions.ts";
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

/** Starts, keeps and cancels the recurring operations of a primitive. */
export function createRecurring(ws: WorkingSet, resource: Resource): void {
  if (resource.blocked || resource.maintenance) return;
  const node = resource.assignedTo;
  if (node?.maintenance) return;
  let start: Action | null = null;
  if (node !== null && (resource.nextRole !== Role.stopped || !resource.managed)) {
    start = action(ws, resource, "start", node, true);
  }
  const ops = configuredOps(resource);
  for (const op of ops) {
    if (op.intervalMs === 0) continue;
    const { id } = op.xml;
    if (NEVER_RECURRING.has(op.name)) {
      ws.problem("error", `Ignoring ${id} because ${op.name} action cannot be recurring`);
      continue;
    }
    const same = (o: ConfiguredOp) => o.name === op.name && o.intervalMs === op.intervalMs;
    const twin = ops.find((other) => other !== op && same(other));
    if (twin !== undefined) {
      const text = `Operation ${id} of ${resource.configId} has the name and interval of ${twin.xml.id}: neither is scheduled`;
      ws.problem("error", text);
      continue;
    }
    if (!op.enabled) continue;
    const roleText = op.xml.get("role");
    const role = parseRole(roleText);
    if (roleText !== null && role === Role.unknown) continue;
    if (role === Role.stopped) whileStopped(ws, resource, op, node);
    else if (start !== null) whileActive(ws, resource, op, role, start, node!);
  }
}

function whileActive(
  ws: WorkingSet,
  resource: Resource,
  op: ConfiguredOp,
  role: Role,
  start: Action,
  node: Node,
): void {
  const key = opKey(resource.id, op.name, op.intervalMs);
  const running = findActionsExact(resource, key, node);
  const optional =
    running.length > 0 && !running.some((a) => a.has(A.reschedule)) && start.optional;
  const mismatch =
    role === Role.unknown ? resource.nextRole === Role.promoted : resource.nextRole !== role;
  if (mismatch) {
    if (optional) cancelForRole(ws, resource, op, node);
    return;
  }
  const monitor = resourceAction(ws, resource, key, op.name, node, optional, op.intervalMs);
  if (!start.runnable || !node.online || node.unclean) monitor.flags &= ~A.runnable;
  if (resource.nextRole === Role.promoted) monitor.meta.set("op_target_rc", "8");
  if (!resource.managed) return;
  const after = (task: string, flags: number, ownResource: boolean) =>
    newOrdering(ws, {
      firstResource: resource,
      firstTask: resource.key(task),
      thenResource: ownResource ? resource : null,
      then: monitor,
      flags,
    });
  after("start", O.firstImpliesThen | O.unrunnableFirstBlocks, false);
  after("reload-agent", O.firstImpliesThen | O.unrunnableFirstBlocks, false);
  if (resource.nextRole === Role.promoted) {
    after("promote", O.ordered | O.unrunnableFirstBlocks, true);
  } else if (resource.currentRole === Role.promoted) {
    after("demote", O.ordered | O.unrunnableFirstBlocks, true);
  }
}

function cancelForRole(ws: WorkingSet, resource: Resource, op: ConfiguredOp, node: Node): void {
  const cancel = cancelAction(ws, resource, op.name, op.intervalMs, node);
  let after: string | null = null;
  if (resource.currentRole === Role.promoted) after = "demote";
  else if (resource.currentRole === Role.unpromoted || resource.currentRole === Role.started) {
    if (resource.nextRole === Role.promoted) after = "promote";
    else if (resource.nextRole === Role.stopped) after = "stop";
  }
  if (after !== null) cancelBefore(ws, resource, cancel, after);
}

function cancelBefore(ws: WorkingSet, resource: Resource, cancel: Action, task: string): void {
  newOrdering(ws, {
    firstResource: resource,
    first: cancel,
    thenResource: resource,
    thenTask: resource.key(task),
    flags: O.unrunnableFirstBlocks,
  });
}

/** A monitor that makes sure the resource is nowhere it should not be. */
function whileStopped(
  ws: WorkingSet,
  resource: Resource,
  op: ConfiguredOp,
  assigned: Node | null,
): void {
  if (!resource.unique) return;
  const key = opKey(resource.id, op.name, op.intervalMs);
  if (assigned !== null && findActionsExact(resource, key, assigned).length > 0) {
    const cancel = cancelAction(ws, resource, op.name, op.intervalMs, assigned);
    if (resource.nextRole === Role.started || resource.nextRole === Role.unpromoted) {
      cancelBefore(ws, resource, cancel, "start");
    }
  }
  for (const node of ws.nodes) {
    if (node === assigned) continue;
    const optional = findActionsExact(resource, key, node).length > 0;
    const monitor = resourceAction(ws, resource, key, op.name, node, optional, op.intervalMs);
    monitor.meta.set("op_target_rc", "7");
    if (resource.managed) {
      for (const probe of taskActions(resource, node, "monitor", false)) {
        linkActions(probe, monitor, O.unrunnableFirstBlocks);
      }
    }
    orderAfterStops(ws, resource, node, monitor);
    if (!node.online || node.unclean) monitor.flags &= ~A.runnable;
  }
}

function orderAfterStops(ws: WorkingSet, resource: Resource, node: Node, monitor: Action): void {
  for (const stop of taskActions(resource, node, "stop", true)) {
    if (!stop.optional && monitor.optional) monitor.flags &= ~A.optional;
    if (!stop.runnable) monitor.flags &= ~A.runnable;
    if (!resource.managed) continue;
    newOrdering(ws, {
      firstResource: resource,
      first: stop,
      then: monitor,
      flags: O.firstImpliesThen | O.unrunnableFirstBlocks,
    });
  }
}
