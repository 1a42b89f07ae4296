import { timeoutSeconds } from "../base/mod.ts";
import type { Action } from "./action.ts";
import type { FencingReason } from "./action-reason.ts";
import { newNodeAction, setReason } from "./actions.ts";
import { A, Needs, QuorumPolicy } from "./constants.ts";
import type { Node } from "./node.ts";
import { addUnfencingDigests } from "./unfencing-digests.ts";
import type { WorkingSet } from "./working-set.ts";

/** Marks a node as needing to be fenced, once, and makes the (optional) fencing action. */
export function fenceNode(
  ws: WorkingSet,
  node: Node,
  reason: FencingReason,
  priorityDelay: boolean,
): void {
  const connection = node.connection;
  if (node.isGuest) {
    const container = connection!.launcher!;
    if (container.failed || !container.managed) return;
    // Not unclean: it may run resources again within this very transition, once recovered.
    node.remoteReset = true;
    container.failed = true;
    container.stopIfFailed = true;
    return;
  }
  if (isDanglingGuest(node)) {
    connection!.failed = true;
    connection!.stopIfFailed = true;
    return;
  }
  if (node.isRemote) {
    if (connection === null || connection.managed) node.remoteReset = true;
    node.unclean = true;
    fencingAction(ws, node, null, true, reason, false);
    return;
  }
  if (node.unclean) return;
  node.unclean = true;
  fencingAction(ws, node, null, true, reason, priorityDelay);
}

/** A guest whose container is gone from the configuration. */
function isDanglingGuest(node: Node): boolean {
  const connection = node.connection;
  return (
    node.isRemote &&
    connection !== null &&
    connection.launcher === null &&
    connection.orphan &&
    connection.internal
  );
}

/** Whether the cluster is able and allowed to fence this node. */
export function canFence(ws: WorkingSet, node: Node | null): boolean {
  if (node?.isGuest) {
    // A guest dies with its container; that needs every host to be online or fenceable.
    for (const host of node.connection!.launcher!.activeOn) {
      if (!host.online && !canFence(ws, host)) return false;
    }
    return true;
  }
  if (!ws.config.fencingEnabled || !ws.haveFencing) return false;
  if (ws.haveQuorum || ws.config.noQuorumPolicy === QuorumPolicy.ignore) return true;
  return node?.online === true;
}

/**
 * The fencing action of a node: one per node and operation (default: stonith-action). Made optional;
 * required once asked for without `optional` where the node can be fenced.
 */
export function fencingAction(
  ws: WorkingSet,
  node: Node,
  operation: string | null,
  optional: boolean,
  reason: FencingReason | null,
  priorityDelay: boolean,
): Action {
  const op = operation ?? ws.config.fencingAction;
  const key = `stonith-${node.name}-${op}`;
  let action = ws.singletons.get(key);
  let wanted = optional;
  if (action === undefined) {
    action = newNodeAction(ws, key, "stonith", node, true);
    action.needs = Needs.nothing;
    ws.singletons.set(key, action);
    action.meta.set("on_node", node.name);
    action.meta.set("on_node_uuid", node.id);
    action.meta.set("stonith_action", op);
    if (ws.unfencingEnabled && addUnfencingDigests(ws, node, action)) wanted = false;
  }
  const delay = ws.config.priorityFencingDelayMs;
  // Asked for while nodes are read, worked out again once the priorities of nodes are known.
  if (delay > 0 && (priorityDelay || action.meta.has("priority-fencing-delay"))) {
    action.meta.set("priority-fencing-delay", String(timeoutSeconds(delayFor(ws, node))));
  }
  if (!wanted && canFence(ws, node)) {
    action.flags &= ~A.optional;
    setReason(action, reason, false);
  } else if (reason !== null && action.reason === null) {
    action.reason = reason;
  }
  return action;
}

/**
 * In a split with no majority the side that runs more of weight gets a head start: the delay
 * (milliseconds) applies when the node to be fenced has the top priority.
 */
function delayFor(ws: WorkingSet, node: Node): number {
  // A node of our own side needs no head start, nor does one that votes for no side.
  if (node.isRemote || node.online) return 0;
  let members = 0;
  let online = 0;
  let top = 0;
  let lowest = 0;
  for (const other of ws.nodes) {
    if (other.isRemote) continue;
    if (members === 0 || other.priority > top) top = other.priority;
    if (members === 0 || other.priority < lowest) lowest = other.priority;
    members += 1;
    if (other.online) online += 1;
  }
  // Only where the nodes are lost to us, and we have no more than half of them.
  if (online > members / 2) return 0;
  if (lowest === top || node.priority < top) return 0;
  return ws.config.priorityFencingDelayMs;
}
