import { INFINITY_SCORE } from "../base/mod.ts";
import { compareInstanceNumbers } from "./assign/instances.ts";
import { O, Role } from "./constants.ts";
import { newColocation } from "./constraints/colocation.ts";
import { fencingAction } from "./fence-node.ts";
import type { Node } from "./node.ts";
import { newOrdering, orderResourceActions, orderStarts, orderStops } from "./orderings.ts";
import type { BundleReplica, Resource } from "./resource.ts";
import { orderUtilization } from "./utilization.ts";
import type { WorkingSet } from "./working-set.ts";

/** Orderings (and colocations) that follow from what a resource is. */
export function createInternalOrderings(ws: WorkingSet, resource: Resource): void {
  switch (resource.variant) {
    case 1:
      return ofGroup(ws, resource);
    case 2:
      return ofClone(ws, resource);
    case 3:
      return ofBundle(ws, resource);
    default:
      return ofPrimitive(ws, resource);
  }
}

function ofPrimitive(ws: WorkingSet, resource: Resource): void {
  if (!resource.managed) return;
  const order = (first: string, then: string, flags: number) =>
    orderResourceActions(ws, resource, first, resource, then, flags);
  order("stop", "start", O.ordered | O.firstImpliesThen | O.intermediateStop);
  if (resource.top().promotable || resource.currentRole > Role.unpromoted) {
    order("demote", "stop", O.promotedThenImpliesFirst);
    order("start", "promote", O.unrunnableFirstBlocks);
  }
  const unfencing = !resource.fenceDevice && ws.unfencingEnabled && resource.needsUnfencing;
  const utilization = resource.utilization.size > 0 && ws.config.placementStrategy !== "default";
  if (unfencing || utilization || resource.launcher !== null) {
    const allowed = ws.nodes.filter((node) => resource.allowed.has(node));
    if (unfencing) for (const node of allowed) orderVsUnfencing(ws, resource, node);
    if (utilization) orderUtilization(ws, resource, allowed);
    if (resource.launcher !== null) orderVsLauncher(ws, resource, resource.launcher);
  }
  if (resource.isConnection || resource.fenceDevice) avoidRemoteNodes(ws, resource);
}

function orderVsUnfencing(ws: WorkingSet, resource: Resource, node: Node): void {
  const unfence = fencingAction(ws, node, "on", true, null, false);
  newOrdering(ws, {
    firstResource: resource,
    firstTask: resource.key("stop"),
    then: unfence,
    flags: O.ordered | O.ifOnSameNode,
  });
  newOrdering(ws, {
    first: unfence,
    thenResource: resource,
    thenTask: resource.key("start"),
    flags: O.firstImpliesSameNodeThen | O.ifOnSameNode,
  });
}

function avoidRemoteNodes(ws: WorkingSet, resource: Resource): void {
  for (const node of ws.nodesByIndex) {
    if (node.connection === null || !resource.allowed.has(node)) continue;
    resource.allowed.set(node, -INFINITY_SCORE);
    ws.recordScore(resource, node, -INFINITY_SCORE, { kind: "remote-host" });
  }
}

/** The guest connection among what a container launches. */
export function guestConnectionOf(container: Resource): Resource | null {
  return container.launched.find((r) => r.isConnection) ?? null;
}

function orderVsLauncher(ws: WorkingSet, resource: Resource, launcher: Resource): void {
  let remote: Resource | null = null;
  if (resource.isConnection) {
    if (!resource.nestingAllowed) avoidRemoteNodes(ws, launcher);
    orderResourceActions(ws, launcher, "monitor", resource, "stop", O.ordered);
  } else if (launcher.isConnection) {
    remote = launcher;
  } else {
    remote = guestConnectionOf(launcher);
  }
  if (remote !== null) {
    for (const node of ws.nodesByIndex) {
      if (!resource.allowed.has(node) || node.connection === remote) continue;
      resource.allowed.set(node, -INFINITY_SCORE);
      ws.recordScore(resource, node, -INFINITY_SCORE, { kind: "remote-host" });
    }
    return;
  }
  orderStarts(ws, launcher, resource, O.firstImpliesThen | O.unrunnableFirstBlocks);
  orderStops(ws, resource, launcher, O.thenImpliesFirst);
  newColocation(ws, {
    id: "#resource-with-container",
    // Finite for bundles, so that a container may run on a remote node.
    score: resource.nestingAllowed ? 10_000 : INFINITY_SCORE,
    dependent: resource,
    primary: launcher,
    influence: true,
    explicit: false,
  });
}

const UP = O.unrunnableFirstBlocks | O.firstImpliesThen | O.firstImpliesThenGraphed;

interface GroupState {
  previous: Resource | null;
  lastActive: Resource | null;
}

function ofGroup(ws: WorkingSet, group: Resource): void {
  orderResourceActions(ws, group, "stop", group, "stopped", O.unrunnableFirstBlocks);
  orderResourceActions(ws, group, "stopped", group, "start", O.ordered);
  orderResourceActions(ws, group, "start", group, "running", O.unrunnableFirstBlocks);
  const state: GroupState = { previous: null, lastActive: null };
  for (const member of group.children) ofMember(ws, group, member, state);
}

function ofMember(ws: WorkingSet, group: Resource, member: Resource, state: GroupState): void {
  const { ordered, colocated } = group.group!;
  const promotable = group.top().promotable;
  const previous = state.previous;
  let down = O.thenImpliesFirstGraphed as number;
  let postDown = O.firstImpliesThenGraphed as number;
  createInternalOrderings(ws, member);
  if (previous === null) {
    if (ordered) {
      down |= O.ordered;
      postDown = O.firstImpliesThen;
    }
  } else if (colocated) {
    newColocation(ws, {
      id: "#group-members",
      score: INFINITY_SCORE,
      dependent: member,
      primary: previous,
      influence: member.critical,
      explicit: false,
    });
  }
  const order = (a: Resource, x: string, b: Resource, y: string, flags: number) =>
    orderResourceActions(ws, a, x, b, y, flags);
  if (promotable) {
    order(group, "demote", member, "demote", down);
    order(member, "demote", group, "demoted", postDown);
    order(member, "promote", group, "promoted", UP);
    order(group, "promote", member, "promote", O.thenImpliesFirstGraphed);
  }
  orderStops(ws, group, member, down);
  order(member, "stop", group, "stopped", postDown);
  orderStarts(ws, group, member, O.thenImpliesFirstGraphed);
  order(member, "start", group, "running", UP);
  if (!ordered) {
    const flags = O.firstImpliesThen | O.unrunnableFirstBlocks | O.thenImpliesFirstGraphed;
    orderStarts(ws, group, member, flags);
    if (promotable) order(group, "promote", member, "promote", flags);
  } else if (previous === null) {
    orderStarts(ws, group, member, O.none);
    if (promotable) order(group, "promote", member, "promote", O.none);
  } else {
    orderStarts(ws, previous, member, O.firstImpliesThen | O.unrunnableFirstBlocks);
    orderStops(ws, member, previous, O.ordered | O.intermediateStop);
    if (member.activeOn.length > 0 && previous.activeOn.length === 0) {
      order(member, "stop", previous, "start", O.thenImpliesFirst | O.unrunnableFirstBlocks);
    }
    if (promotable) {
      order(previous, "promote", member, "promote", O.firstImpliesThen | O.unrunnableFirstBlocks);
      order(member, "demote", previous, "demote", O.ordered);
    }
  }
  if (member.activeOn.length > 0) {
    const gap = previous !== null && previous.activeOn.length === 0 && state.lastActive !== null;
    if (ordered && gap) orderStops(ws, member, state.lastActive!, O.ordered);
    state.lastActive = member;
  }
  state.previous = member;
}

function ofClone(ws: WorkingSet, clone: Resource): void {
  const ordered = clone.clone!.ordered;
  const own = (first: string, then: string, flags: number) =>
    orderResourceActions(ws, clone, first, clone, then, flags);
  own("stopped", "start", O.ordered);
  own("start", "running", O.unrunnableFirstBlocks);
  own("stop", "stopped", O.unrunnableFirstBlocks);
  if (clone.promotable) {
    own("demoted", "stop", O.ordered);
    own("running", "promote", O.unrunnableFirstBlocks);
  }
  if (ordered) clone.children.sort(compareInstanceNumbers);
  clone.children.forEach((instance, i) => {
    createInternalOrderings(ws, instance);
    orderStarts(ws, clone, instance, O.unrunnableFirstBlocks | O.thenImpliesFirstGraphed);
    orderResourceActions(ws, instance, "start", clone, "running", O.firstImpliesThenGraphed);
    orderStops(ws, clone, instance, O.thenImpliesFirstGraphed);
    orderResourceActions(ws, instance, "stop", clone, "stopped", O.firstImpliesThenGraphed);
    if (!ordered) return;
    for (let j = i + 1; j < clone.children.length; j++) {
      const later = clone.children[j]!;
      orderStarts(ws, instance, later, O.ordered);
      orderStops(ws, later, instance, O.ordered);
    }
  });
  if (clone.promotable) ofPromotable(ws, clone);
}

function restartOrderings(ws: WorkingSet, resource: Resource): void {
  const pairs: [string, string][] = [
    ["stopped", "start"],
    ["stopped", "promote"],
    ["demoted", "stop"],
    ["demoted", "start"],
    ["demoted", "promote"],
    ["running", "promote"],
    ["demote", "demoted"],
  ];
  for (const [first, then] of pairs) {
    orderResourceActions(ws, resource, first, resource, then, O.ordered);
  }
}

function ofPromotable(ws: WorkingSet, clone: Resource): void {
  restartOrderings(ws, clone);
  const ordered = clone.clone!.ordered;
  let previous: Resource | null = null;
  for (const instance of clone.children) {
    const order = (a: Resource, x: string, b: Resource, y: string, flags: number) =>
      orderResourceActions(ws, a, x, b, y, flags);
    order(instance, "demote", instance, "promote", O.ordered);
    order(clone, "promote", instance, "promote", O.ordered);
    order(instance, "promote", clone, "promoted", O.ordered);
    if (previous !== null && ordered) order(previous, "promote", instance, "promote", O.ordered);
    order(clone, "demote", instance, "demote", O.thenImpliesFirstGraphed);
    order(instance, "demote", clone, "demoted", O.firstImpliesThenGraphed);
    if (previous !== null && ordered) order(instance, "demote", previous, "demote", O.ordered);
    previous = instance;
  }
}

function ofReplica(ws: WorkingSet, bundle: Resource, replica: BundleReplica): void {
  const { container, ip, child, remote } = replica;
  createInternalOrderings(ws, container);
  orderStarts(ws, bundle, container, O.unrunnableFirstBlocks | O.thenImpliesFirstGraphed);
  if (child !== null) orderStops(ws, bundle, child, O.thenImpliesFirstGraphed);
  orderStops(ws, bundle, container, O.thenImpliesFirstGraphed);
  orderResourceActions(ws, container, "start", bundle, "running", O.firstImpliesThenGraphed);
  orderResourceActions(ws, container, "stop", bundle, "stopped", O.firstImpliesThenGraphed);
  if (ip !== null) {
    createInternalOrderings(ws, ip);
    orderStarts(ws, ip, container, O.unrunnableFirstBlocks | O.guestAllowed);
    orderStops(ws, container, ip, O.thenImpliesFirst | O.guestAllowed);
    newColocation(ws, {
      id: "#ip-with-container",
      score: INFINITY_SCORE,
      dependent: ip,
      primary: container,
      influence: true,
      explicit: false,
    });
  }
  if (remote !== null) createInternalOrderings(ws, remote);
}

function ofBundle(ws: WorkingSet, bundle: Resource): void {
  const data = bundle.bundleData!;
  for (const replica of data.replicas) ofReplica(ws, bundle, replica);
  const inside = data.child;
  if (inside === null) return;
  const down = O.thenImpliesFirstGraphed;
  const up = O.firstImpliesThenGraphed;
  orderStarts(ws, bundle, inside, down);
  orderResourceActions(ws, inside, "running", bundle, "running", up);
  orderStops(ws, bundle, inside, down);
  orderResourceActions(ws, inside, "stopped", bundle, "stopped", up);
  createInternalOrderings(ws, inside);
  if (!inside.promotable) return;
  restartOrderings(ws, bundle);
  orderResourceActions(ws, bundle, "demote", inside, "demote", down);
  orderResourceActions(ws, inside, "demoted", bundle, "demoted", up);
  orderResourceActions(ws, bundle, "promote", inside, "promote", down);
  orderResourceActions(ws, inside, "promoted", bundle, "promoted", up);
}
