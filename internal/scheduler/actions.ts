import { parseIntervalMs } from "../cib/mod.ts";
import { Action } from "./action.ts";
import { ActionMeta } from "./action-meta.ts";
import type { ActionReason } from "./action-reason.ts";
import { configuredOp } from "./configured-ops.ts";
import { A, Needs, QuorumPolicy, Role } from "./constants.ts";
import { canFence, fenceNode } from "./fence-node.ts";
import type { Node } from "./node.ts";
import { actionMeta, onFailOf, roleAfterFailure } from "./operation-meta.ts";
import type { Resource } from "./resource.ts";
import { isActive } from "./resource-state.ts";
import { setNextRole } from "./roles.ts";
import { pairsOfOperation } from "./unpack/meta.ts";
import type { WorkingSet } from "./working-set.ts";

export function opKey(id: string, task: string, intervalMs: number): string {
  return `${id}_${task}_${intervalMs}`;
}

function register(ws: WorkingSet, action: Action): void {
  ws.actions.push(action);
  const resource = action.resource;
  if (resource === null) return;
  resource.actions.push(action);
  const same = resource.actionsByKey.get(action.key);
  if (same === undefined) resource.actionsByKey.set(action.key, [action]);
  else same.push(action);
}

/** An action of no resource: fencing, shutdown, load_stopped … Always a new one. */
export function newNodeAction(
  ws: WorkingSet,
  key: string,
  task: string,
  node: Node | null,
  optional: boolean,
): Action {
  const action = new Action(ws.nextActionId++, null, node, task, key);
  if (optional) action.flags |= A.optional;
  register(ws, action);
  return action;
}

/** A pseudo-action of no resource, one per name. */
export function pseudoAction(ws: WorkingSet, name: string): Action {
  let action = ws.singletons.get(name);
  if (action === undefined) {
    action = newNodeAction(ws, name, name, null, true);
    action.flags |= A.pseudo | A.runnable;
    ws.singletons.set(name, action);
  }
  return action;
}

/** The action of a resource with that key and node, made if need be; see the rules, section 23. */
export function resourceAction(
  ws: WorkingSet,
  resource: Resource,
  key: string,
  task: string,
  node: Node | null,
  optional: boolean,
  intervalMs = 0,
): Action {
  let action = findExisting(resource, key, node);
  if (action === null) {
    let op = configuredOp(resource, task, intervalMs, true);
    if (op === null && key.includes("_notify_")) op = configuredOp(resource, "notify", 0, true);
    const meta = new ActionMeta(actionMeta(ws, resource, node, task, intervalMs, op));
    action = new Action(ws.nextActionId++, resource, node, task, key, meta);
    if (optional) action.flags |= A.optional;
    // History can be erased without the node; a fail count that is gone with it needs no clearing.
    if (task === "lrm_delete") action.flags |= A.onDc;
    action.intervalMs = intervalMs;
    action.op = op;
    unpackOperation(ws, resource, action);
    register(ws, action);
  }
  updateOptional(action, optional);
  if (action.node !== null && action.op !== null && (action.flags & A.attrsEvaluated) === 0) {
    action.parameters = pairsOfOperation(ws, action.op, action.node.attributes);
    action.flags |= A.attrsEvaluated;
  }
  updateRunnable(ws, resource, action);
  return action;
}

/** As {@link resourceAction}, with the key made of the resource's id. */
export function action(
  ws: WorkingSet,
  resource: Resource,
  task: string,
  node: Node | null,
  optional: boolean,
): Action {
  return resourceAction(ws, resource, resource.key(task), task, node, optional);
}

/** A pseudo-action of a collective resource. */
export function collectiveAction(
  ws: WorkingSet,
  resource: Resource,
  task: string,
  optional: boolean,
  runnable: boolean,
): Action {
  const out = action(ws, resource, task, null, optional);
  out.flags |= A.pseudo;
  if (runnable) out.flags |= A.runnable;
  return out;
}

function unpackOperation(ws: WorkingSet, resource: Resource, action: Action): void {
  const { task, intervalMs } = action;
  if (task === "start" || task === "promote") {
    if (resource.needsFencing) action.needs = Needs.fencing;
    else if (resource.needsQuorum) action.needs = Needs.quorum;
  }
  action.onFail = onFailOf(ws, resource, task, intervalMs, action.meta.get("on-fail"));
  action.roleAfterFailure = roleAfterFailure(resource, task, action.onFail);
}

/** Oldest match; an action without node is given the node that is asked for. */
export function findExisting(resource: Resource, key: string, node: Node | null): Action | null {
  const same = resource.actionsByKey.get(key);
  if (same === undefined) return null;
  if (node === null) return same[0] ?? null;
  let found: Action | null = null;
  for (let i = same.length - 1; i >= 0; i--) {
    const candidate = same[i]!;
    if (candidate.node === null) candidate.node = node;
    if (candidate.node === node) found = candidate;
  }
  return found;
}

/** All actions with that key (on that node, if given), oldest first; nodeless ones are adopted. */
export function findActions(resource: Resource, key: string, node: Node | null): Action[] {
  const same = resource.actionsByKey.get(key);
  if (same === undefined) return [];
  if (node === null) return same.slice();
  const found: Action[] = [];
  for (let i = same.length - 1; i >= 0; i--) {
    const candidate = same[i]!;
    if (candidate.node === null) candidate.node = node;
    if (candidate.node === node) found.unshift(candidate);
  }
  return found;
}

/** All actions with that key on exactly that node. */
export function findActionsExact(resource: Resource, key: string, node: Node): Action[] {
  return (resource.actionsByKey.get(key) ?? []).filter((a) => a.node === node);
}

/** The resource's actions of a task (interval 0) on a node. */
export function taskActions(
  resource: Resource,
  node: Node | null,
  task: string,
  requireNode: boolean,
): Action[] {
  const key = resource.key(task);
  if (!requireNode) return findActions(resource, key, node);
  return node === null ? [] : findActionsExact(resource, key, node);
}

/** The newest action with that key (null: any) and task (null: any) on the node (null: any). */
export function findFirst(
  actions: readonly Action[],
  key: string | null,
  task: string | null,
  node: Node | null,
): Action | null {
  for (let i = actions.length - 1; i >= 0; i--) {
    const candidate = actions[i]!;
    if (key !== null && candidate.key !== key) continue;
    if (task !== null && candidate.task !== task) continue;
    if (node === null || candidate.node === node) return candidate;
  }
  return null;
}

/** {@link findFirst} of a resource by key, without walking all its actions. */
export function findFirstByKey(resource: Resource, key: string, node: Node | null): Action | null {
  const same = resource.actionsByKey.get(key);
  if (same === undefined) return null;
  for (let i = same.length - 1; i >= 0; i--) {
    if (node === null || same[i]!.node === node) return same[i]!;
  }
  return null;
}

function updateOptional(action: Action, optional: boolean): void {
  const resource = action.resource!;
  if (action.node !== null && !action.pseudo && !resource.managed && !action.meta.has("interval")) {
    action.flags |= A.optional;
  } else if (!optional) {
    action.flags &= ~A.optional;
  }
}

/** The policy that counts for this resource now; `demote` lets promotable ones live on. */
function effectivePolicy(ws: WorkingSet, resource: Resource): QuorumPolicy {
  if (ws.haveQuorum) return QuorumPolicy.ignore;
  const policy = ws.config.noQuorumPolicy;
  if (policy !== QuorumPolicy.demote) return policy;
  if (resource.currentRole === Role.promoted || resource.currentRole === Role.unpromoted) {
    if (resource.nextRole > Role.unpromoted) setNextRole(resource, Role.unpromoted);
    return QuorumPolicy.ignore;
  }
  return QuorumPolicy.stop;
}

function updateRunnable(ws: WorkingSet, resource: Resource, action: Action): void {
  if (action.pseudo) return;
  const node = action.node;
  const block = () => {
    action.flags &= ~A.runnable;
  };
  if (node === null) return block();
  const onDc = (action.flags & A.onDc) !== 0;
  if (!onDc && !node.online && (!node.isGuest || node.remoteReset)) {
    block();
    if (resource.managed && action.task === "stop" && !node.unclean) {
      fenceNode(ws, node, { kind: "stop-unrunnable", resource: resource.id }, false);
    }
    return;
  }
  if (!onDc && node.pending) return block();
  if (action.needs === Needs.nothing) {
    setReason(action, null, true);
    if (node.isGuest && !canFence(ws, node)) block();
    else action.flags |= A.runnable;
    return;
  }
  switch (effectivePolicy(ws, resource)) {
    case QuorumPolicy.stop:
      block();
      setReason(action, { kind: "no-quorum" }, true);
      break;
    case QuorumPolicy.freeze:
      if (!isActive(resource, true) || resource.nextRole > resource.currentRole) {
        block();
        setReason(action, { kind: "quorum-freeze" }, true);
      }
      // One that was asked for before it had a node stays what it was then.
      break;
    default:
      // The reason stays: a changed definition may have given one.
      action.flags |= A.runnable;
  }
}

/** A reason, once given, stays unless overwritten. */
export function setReason(action: Action, reason: ActionReason | null, overwrite: boolean): void {
  if (action.reason !== null && !overwrite) return;
  action.reason = reason;
}

/** The interval of an operation's element. */
export function opInterval(text: string | null): number {
  return text === null ? 0 : (parseIntervalMs(text) ?? 0);
}

export function isRecurring(action: Action): boolean {
  return action.intervalMs > 0;
}
