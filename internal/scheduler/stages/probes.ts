import { isTrue } from "../../base/mod.ts";
import { findFirstByKey, newNodeAction, opKey, resourceAction } from "../actions.ts";
import { Discovery, O, Role } from "../constants.ts";
import { fenceNode } from "../fence-node.ts";
import { soleNode } from "../graph/compatible.ts";
import type { Node } from "../node.ts";
import { newOrdering } from "../orderings.ts";
import type { BundleReplica, Resource } from "../resource.ts";
import { orderAfterUnfencing } from "../unfencing.ts";
import type { WorkingSet } from "../working-set.ts";
import { connectionState } from "./remote.ts";

/** Looks on every node for what is not known there yet; rules, section 19. */
export function scheduleProbes(ws: WorkingSet): void {
  for (const node of ws.nodes) {
    if (!node.online) {
      const { connection } = node;
      if (connection !== null && connectionState(node, connection) === "failed") {
        fenceNode(ws, node, "the connection is unrecoverable", false);
      }
      continue;
    }
    if (node.unclean || !node.probesAllowed) continue;
    // Only CIBs saved by releases before 1.1.14 have it.
    const probed = node.attribute("probe_complete");
    if (probed !== undefined && !isTrue(probed)) {
      const key = `probe_complete-${node.name}`;
      newNodeAction(ws, key, "probe_complete", node, false).meta.set("op_no_wait", "true");
      continue;
    }
    for (const resource of ws.resources) probe(ws, resource, node);
  }
}

/** Makes the probes of a resource and its parts on a node; true if there was one to make. */
function probe(ws: WorkingSet, resource: Resource, node: Node): boolean {
  switch (resource.variant) {
    case 0:
      return probePrimitive(ws, resource, node);
    case 1:
      return isAllowedKind(ws, resource, node) && probeAll(ws, resource.children, node);
    case 2:
      return probeClone(ws, resource, node);
    default:
      return probeBundle(ws, resource, node);
  }
}

function probeAll(ws: WorkingSet, resources: readonly Resource[], node: Node): boolean {
  let any = false;
  for (const resource of resources) if (probe(ws, resource, node)) any = true;
  return any;
}

function probeClone(ws: WorkingSet, clone: Resource, node: Node): boolean {
  if (clone.exclusiveDiscovery) {
    const listed = clone.allowed.has(node) && clone.allowed.mode(node) === Discovery.exclusive;
    if (!listed) {
      // So that notifications name only nodes that it may be on.
      clone.allowed.delete(node);
      return false;
    }
  }
  clone.children.sort((a, b) => Number(a.instance ?? 0) - Number(b.instance ?? 0));
  if (clone.unique) return probeAll(ws, clone.children, node);
  const known = clone.children.find((child) => isKnown(child, node));
  const planned = known ?? clone.children.find((child) => soleNode(child, false) === node);
  const instance = planned ?? clone.children[0];
  return instance !== undefined && probe(ws, instance, node);
}

function isKnown(resource: Resource, node: Node): boolean {
  if (resource.children.length > 0) return resource.children.some((child) => isKnown(child, node));
  return resource.known.has(node);
}

function probeBundle(ws: WorkingSet, bundle: Resource, node: Node): boolean {
  let any = false;
  for (const replica of bundle.bundleData!.replicas) {
    if (replica.ip !== null && probe(ws, replica.ip, node)) any = true;
    if (replica.child !== null && replica.node === node && probe(ws, replica.child, node))
      any = true;
    if (probe(ws, replica.container, node)) {
      any = true;
      orderPeers(ws, bundle, replica);
    }
    if (replica.remote !== null && probe(ws, replica.remote, node)) {
      any = true;
      orderConnectionProbe(ws, replica, node);
    }
  }
  return any;
}

/** With one replica a host, none starts until it is known that no other runs there. */
function orderPeers(ws: WorkingSet, bundle: Resource, replica: BundleReplica): void {
  if (bundle.bundleData!.replicasPerHost !== 1) return;
  for (const other of bundle.bundleData!.replicas) {
    if (other === replica) continue;
    newOrdering(ws, {
      firstResource: replica.container,
      firstTask: opKey(replica.container.id, "monitor", 0),
      thenResource: other.container,
      thenTask: opKey(other.container.id, "start", 0),
      flags: O.ordered | O.ifOnSameNode,
    });
  }
}

/** Where the container runs must be known before its connection is probed. */
function orderConnectionProbe(ws: WorkingSet, replica: BundleReplica, node: Node): void {
  const remote = replica.remote!;
  const made = findFirstByKey(remote, opKey(remote.id, "monitor", 0), node);
  if (made === null) return;
  newOrdering(ws, {
    firstResource: replica.container,
    firstTask: opKey(replica.container.id, "start", 0),
    then: made,
    flags: O.ordered,
  });
}

/** Whether the node can have such a resource at all. */
function isAllowedKind(ws: WorkingSet, resource: Resource, node: Node): boolean {
  if (!ws.config.startupProbes) return false;
  if (!node.isRemote) return true;
  if (resource.cls === "stonith" || resource.isConnection) return false;
  return !(node.isGuest && containsGuest(resource));
}

function containsGuest(resource: Resource): boolean {
  return (
    resource.launched.some((each) => each.isConnection) || resource.children.some(containsGuest)
  );
}

function probePrimitive(ws: WorkingSet, resource: Resource, node: Node): boolean {
  if (!isAllowedKind(ws, resource, node)) return false;
  if (resource.launcher !== null && !resource.isConnection) return false;
  if (resource.orphan || resource.known.has(node)) return false;
  const top = resource.top();
  const listed = resource.allowed.has(node);
  const mode = resource.allowed.mode(node);
  const exclusive = resource.exclusiveDiscovery || top.exclusiveDiscovery;
  if (exclusive && (!listed || mode !== Discovery.exclusive)) return false;
  if (listed && mode === Discovery.never) return false;
  if (node.isGuest && !guestCanBeAsked(ws, node, top)) return false;
  const made = resourceAction(
    ws,
    resource,
    opKey(resource.id, "monitor", 0),
    "monitor",
    node,
    false,
  );
  orderAfterUnfencing(ws, resource, node, made, O.ordered);
  if (!resource.activeOn.includes(node)) made.meta.set("op_target_rc", "7");
  else if (resource.currentRole === Role.promoted) made.meta.set("op_target_rc", "8");
  const starts = top.variant === 2 ? top : resource;
  // What cannot be probed is not started, but what runs is not stopped for that.
  const blocks = !made.runnable && starts.activeOn.length === 0;
  const before = (task: string, flags: number) =>
    newOrdering(ws, {
      first: made,
      thenResource: starts,
      thenTask: opKey(starts.id, task, 0),
      flags,
    });
  before("start", O.ordered | (blocks ? O.unrunnableFirstBlocks : O.none));
  newOrdering(ws, {
    first: made,
    thenResource: starts,
    thenTask: opKey(resource.id, "reload-agent", 0),
    flags: O.ordered,
  });
  return true;
}

/** False when nothing can be active on a guest, or will be once it is asked. */
function guestCanBeAsked(ws: WorkingSet, node: Node, top: Resource): boolean {
  const guest = node.connection!.launcher!;
  if (guest.currentRole === Role.stopped) {
    if (guest.assignedTo !== null && !guest.known.has(guest.assignedTo)) {
      orderTop(ws, guest, "monitor", top);
    }
    return false;
  }
  if (!willStop(node, guest)) return true;
  // In case it is restarted.
  orderTop(ws, guest, "stop", top);
  return false;
}

function orderTop(ws: WorkingSet, guest: Resource, task: string, top: Resource): void {
  newOrdering(ws, {
    firstResource: guest,
    firstTask: opKey(guest.id, task, 0),
    thenResource: top,
    thenTask: opKey(top.id, "start", 0),
    flags: O.ordered,
  });
}

function willStop(node: Node, guest: Resource): boolean {
  if (node.remoteReset || node.unclean || guest.failed || guest.nextRole === Role.stopped)
    return true;
  const to = guest.assignedTo;
  return guest.currentRole > Role.stopped && to !== null && !guest.activeOn.includes(to);
}
