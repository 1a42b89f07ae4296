import { action, findFirstByKey } from "./actions.ts";
import { orderVsUnfence } from "./actions-of/primitive.ts";
import { singleNode } from "./assign/compatible.ts";
import { compareInstanceNumbers } from "./assign/instances.ts";
import { A, Discovery, O, Role } from "./constants.ts";
import { fenceNode } from "./fence-node.ts";
import { guestConnectionOf } from "./internal-orderings.ts";
import type { Node } from "./node.ts";
import { newOrdering, orderBeforeTask } from "./orderings.ts";
import { remoteState } from "./remote-state.ts";
import type { BundleReplica, Resource } from "./resource.ts";
import type { WorkingSet } from "./working-set.ts";

/** Probes of every resource wherever its state is not known. */
export function scheduleProbes(ws: WorkingSet): void {
  if (!ws.config.startupProbes) return;
  for (const node of ws.nodes) {
    if (!node.online) {
      if (node.isBareRemote && node.connection !== null && remoteState(node) === "failed") {
        fenceNode(ws, node, { kind: "connection-lost", resources: "unprobed" }, false);
      }
      continue;
    }
    if (node.unclean || !node.probesAllowed) continue;
    for (const resource of ws.resources) probe(ws, resource, node);
  }
}

/** True when a probe was made. */
function probe(ws: WorkingSet, resource: Resource, node: Node): boolean {
  switch (resource.variant) {
    case 1:
      return probeAll(ws, resource.children, node);
    case 2:
      return probeClone(ws, resource, node);
    case 3: {
      let any = false;
      for (const replica of resource.bundleData!.replicas) {
        if (probeReplica(ws, resource, replica, node)) any = true;
      }
      return any;
    }
    default:
      return probePrimitive(ws, resource, node);
  }
}

function probeAll(ws: WorkingSet, resources: readonly Resource[], node: Node): boolean {
  let any = false;
  for (const resource of resources) if (probe(ws, resource, node)) any = true;
  return any;
}

/** Whether the state of an instance, or of any member of one, is known on a node. */
function knownBelow(resource: Resource, node: Node): boolean {
  if (resource.children.length === 0) return resource.known.has(node);
  return resource.children.some((child) => knownBelow(child, node));
}

function probeClone(ws: WorkingSet, clone: Resource, node: Node): boolean {
  if (clone.exclusiveDiscovery) {
    const table = clone.allowed;
    if (!table.has(node) || table.mode(node) !== Discovery.exclusive) {
      // Notifications name only nodes where it may run.
      table.delete(node);
      return false;
    }
  }
  const instances = clone.children;
  if (!sortedByNumber(instances)) instances.sort(compareInstanceNumbers);
  if (clone.unique) return probeAll(ws, instances, node);
  const known = instances.find((instance) => knownBelow(instance, node));
  const chosen =
    known ?? instances.find((instance) => singleNode(instance, false) === node) ?? instances[0];
  return chosen === undefined ? false : probe(ws, chosen, node);
}

function sortedByNumber(instances: readonly Resource[]): boolean {
  for (let i = 1; i < instances.length; i++) {
    if (compareInstanceNumbers(instances[i - 1]!, instances[i]!) > 0) return false;
  }
  return true;
}

function probeReplica(
  ws: WorkingSet,
  bundle: Resource,
  replica: BundleReplica,
  node: Node,
): boolean {
  const { ip, child, container, remote } = replica;
  let any = false;
  if (ip !== null && probe(ws, ip, node)) any = true;
  if (child !== null && replica.node === node && probe(ws, child, node)) any = true;
  if (probe(ws, container, node)) {
    any = true;
    if (bundle.bundleData!.replicasPerHost === 1) orderOtherReplicas(ws, bundle, replica, node);
  }
  if (remote !== null && probe(ws, remote, node)) {
    const made = findFirstByKey(remote, remote.key("monitor"), node);
    if (made !== null) {
      any = true;
      newOrdering(ws, {
        firstResource: container,
        firstTask: container.key("start"),
        thenResource: remote,
        then: made,
        flags: O.nestedProbe,
      });
    }
  }
  return any;
}

/** No other replica may start on a node before it is known that none runs there. */
function orderOtherReplicas(
  ws: WorkingSet,
  bundle: Resource,
  replica: BundleReplica,
  node: Node,
): void {
  const container = replica.container;
  const made = findFirstByKey(container, container.key("monitor"), node);
  if (made === null) return;
  for (const other of bundle.bundleData!.replicas) {
    if (other === replica) continue;
    newOrdering(ws, {
      firstResource: container,
      first: made,
      thenResource: other.container,
      thenTask: other.container.key("start"),
      flags: O.ordered | O.ifOnSameNode,
    });
  }
}

function isPointless(resource: Resource, node: Node): boolean {
  if (node.isRemote) {
    if (resource.fenceDevice || resource.isConnection) return true;
    if (node.isGuest && guestConnectionOf(resource) !== null) return true;
  }
  if (resource.launcher !== null && !resource.isConnection) return true;
  if (resource.orphan || resource.known.has(node)) return true;
  const table = resource.allowed;
  const top = resource.top();
  if (resource.exclusiveDiscovery || top.exclusiveDiscovery) {
    if (!table.has(node) || table.mode(node) !== Discovery.exclusive) return true;
  }
  const mode = table.has(node) ? table.mode(node) : node.discovery;
  return mode === Discovery.never;
}

function probePrimitive(ws: WorkingSet, resource: Resource, node: Node): boolean {
  if (isPointless(resource, node)) return false;
  const top = resource.top();
  if (node.isGuest && guestPrevents(ws, top, node)) return false;
  const made = action(ws, resource, "monitor", node, false);
  made.flags &= ~A.optional;
  orderVsUnfence(ws, resource, node, made, O.ordered);
  if (!resource.activeOn.includes(node)) made.meta.set("op_target_rc", "7");
  else if (resource.currentRole === Role.promoted) made.meta.set("op_target_rc", "8");
  const starter = top.variant === 2 ? top : resource;
  let flags = O.ordered as number;
  if (!made.runnable && starter.activeOn.length === 0) flags |= O.unrunnableFirstBlocks;
  orderBeforeTask(ws, made, starter, starter.key("start"), flags);
  orderBeforeTask(ws, made, starter, resource.key("reload-agent"), O.ordered);
  return true;
}

/** Nothing runs on a guest that is down; one that goes down is stopped before starts there. */
function guestPrevents(ws: WorkingSet, top: Resource, node: Node): boolean {
  const guest = node.connection!.launcher!;
  const startAfter = (task: string) =>
    newOrdering(ws, {
      firstResource: guest,
      firstTask: guest.key(task),
      thenResource: top,
      thenTask: top.key("start"),
      flags: O.ordered,
    });
  if (guest.currentRole === Role.stopped) {
    if (guest.assignedTo !== null && !guest.known.has(guest.assignedTo)) startAfter("monitor");
    return true;
  }
  const moving =
    guest.currentRole > Role.stopped &&
    guest.assignedTo !== null &&
    !guest.activeOn.includes(guest.assignedTo);
  if (
    node.remoteReset ||
    node.unclean ||
    guest.failed ||
    guest.nextRole === Role.stopped ||
    moving
  ) {
    startAfter("stop");
    return true;
  }
  return false;
}
