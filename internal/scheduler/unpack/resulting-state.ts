import { INFINITY_SCORE } from "../../base/mod.ts";
import { action, taskActions } from "../actions.ts";
import { A, OnFail, Role } from "../constants.ts";
import { fenceNode } from "../fence-node.ts";
import type { Node } from "../node.ts";
import type { Resource } from "../resource.ts";
import { resourceLocation } from "../score-tables.ts";
import type { WorkingSet } from "../working-set.ts";
import { addActiveNode } from "./active-nodes.ts";

/** Applies the outcome of a whole history entry to the resource. */
export function processState(ws: WorkingSet, resource: Resource, node: Node, onFail: OnFail): void {
  if (resource.currentRole !== Role.unknown) {
    for (let r: Resource | null = resource; r !== null; r = r.parent) {
      r.known.add(node);
      if (r.unique) break;
    }
  }
  fenceLostNode(ws, resource, node);
  const failed = onFail !== OnFail.ignore;
  // Nothing more to do on unclean nodes: once shot, the resource may start again.
  const handling: OnFail = node.unclean ? OnFail.ignore : onFail;
  handleFailure(ws, resource, node, handling);
  if (resource.isConnection && resource.failed) {
    const remote = resource.connectionOf;
    if (remote?.unclean) remote.unseen = false;
  }
  if (resource.currentRole !== Role.stopped && resource.currentRole !== Role.unknown) {
    addActiveNode(ws, resource, node, failed);
    if (handling === OnFail.demote || handling === OnFail.block) resource.failed = true;
    else if (handling !== OnFail.ignore) markFailed(resource);
  } else if (resource.historyId?.includes(":")) {
    // Histories of old had instance numbers; a stopped instance must not look like an orphan.
    resource.historyId = null;
  } else if (resource.actions.length > 0) {
    for (const stop of taskActions(resource, node, "stop", false)) stop.flags |= A.optional;
  }
  if (
    resource.currentRole === Role.stopped &&
    resource.partialSource === node &&
    resource.partialTarget !== null
  ) {
    resource.currentRole = Role.started;
  }
}

function markFailed(resource: Resource): void {
  resource.failed = true;
  resource.stopIfFailed = true;
}

/** A managed resource active on a node that is down: the node must be fenced. */
function fenceLostNode(ws: WorkingSet, resource: Resource, node: Node): void {
  if (resource.currentRole <= Role.stopped || node.online || node.maintenance) return;
  if (!resource.managed) return;
  let revocable = false;
  if (node.isGuest) {
    markFailed(resource);
  } else if (ws.config.fencingEnabled) {
    const connection = node.connection;
    if (node.isRemote && connection !== null && !connection.failed) {
      // Fencing is called off if the connection can be made elsewhere.
      node.unseen = true;
      revocable = true;
    }
  } else {
    return;
  }
  fenceNode(ws, node, { kind: "resource-active", resource: resource.id, revocable }, false);
}

function handleFailure(ws: WorkingSet, resource: Resource, node: Node, onFail: OnFail): void {
  const active = resource.currentRole !== Role.stopped && resource.currentRole !== Role.unknown;
  switch (onFail) {
    case OnFail.demote:
      resource.failed = true;
      action(ws, resource, "demote", node, false);
      break;
    case OnFail.fence:
      fenceNode(ws, node, { kind: "resource-failed", resource: resource.id }, false);
      break;
    case OnFail.standby:
      node.standby = true;
      node.standbyOnFail = true;
      break;
    case OnFail.block:
      resource.blocked = true;
      resource.managed = false;
      break;
    case OnFail.ban: {
      const reason = { kind: "failed-operation", operation: "", onFail: "ban" } as const;
      resourceLocation(ws, resource, node, -INFINITY_SCORE, reason);
      break;
    }
    case OnFail.stop:
      resource.nextRole = Role.stopped;
      break;
    case OnFail.restart:
      if (active) {
        markFailed(resource);
        action(ws, resource, "stop", node, false);
      }
      break;
    case OnFail.restartContainer:
      markFailed(resource);
      if (resource.launcher !== null && resource.bundle() !== null) {
        ws.stopNeeded.unshift(resource.launcher);
      } else if (resource.launcher !== null) {
        action(ws, resource.launcher, "stop", node, false);
      } else if (active) {
        action(ws, resource, "stop", node, false);
      }
      break;
    case OnFail.resetRemote:
      resetRemote(ws, resource, node);
      break;
    default:
      break;
  }
}

function resetRemote(ws: WorkingSet, resource: Resource, node: Node): void {
  markFailed(resource);
  const remote = resource.connectionOf;
  if (ws.config.fencingEnabled && remote !== null && !remote.fencedRemote && remote.isBareRemote) {
    fenceNode(ws, remote, { kind: "connection-lost", resources: "reset" }, false);
  }
  if (resource.currentRole > Role.stopped) action(ws, resource, "stop", node, false);
  if (resource.remoteReconnectMs > 0) resource.nextRole = Role.stopped;
}
