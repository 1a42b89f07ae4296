import { INFINITY_SCORE } from "../../base/mod.ts";
import { opKey } from "../actions.ts";
import { O, Role } from "../constants.ts";
import { newColocation } from "../constraints/colocation.ts";
import { fencingAction } from "../fence-node.ts";
import type { Node } from "../node.ts";
import { newOrdering, orderResourceActions, orderStarts, orderStops } from "../orderings.ts";
import type { BundleReplica, Resource } from "../resource.ts";
import { orderUtilization } from "../utilization.ts";
import type { WorkingSet } from "../working-set.ts";

/** A bundle's connection would rather, but need not, be where its container is. */
const CONNECTION_SCORE = 10_000;

/** What every resource asks of its own actions and those of its parts; rules, section 10. */
export function addInternalOrderings(ws: WorkingSet): void {
  for (const resource of ws.resources) ordersOf(ws, resource);
}

function ordersOf(ws: WorkingSet, resource: Resource): void {
  switch (resource.variant) {
    case 0:
      return ordersOfPrimitive(ws, resource);
    case 1:
      return ordersOfGroup(ws, resource);
    case 2:
      return ordersOfClone(ws, resource);
    default:
      return ordersOfBundle(ws, resource);
  }
}

function ordersOfPrimitive(ws: WorkingSet, resource: Resource): void {
  if (!resource.managed) return;
  const self = (first: string, then: string, flags: number) =>
    orderResourceActions(ws, resource, first, resource, then, flags);
  self("stop", "start", O.ordered | O.firstImpliesThen | O.intermediateStop);
  if (resource.top().promotable || resource.currentRole > Role.unpromoted) {
    self("demote", "stop", O.promotedThenImpliesFirst);
    self("start", "promote", O.unrunnableFirstBlocks);
  }
  self("delete", "monitor", O.ifOnSameNode | O.thenCancelsFirst);
  const allowed = ws.nodes.filter((node) => resource.allowed.has(node));
  if (!resource.fenceDevice && resource.needsUnfencing && ws.unfencingEnabled) {
    for (const node of allowed) orderUnfencing(ws, resource, node);
  }
  if (ws.config.placementStrategy !== "default" && resource.utilization.size > 0) {
    orderUtilization(ws, resource, allowed);
  }
  if (resource.launcher !== null) orderInLauncher(ws, resource, resource.launcher);
  if (resource.isConnection || resource.fenceDevice) avoidRemoteNodes(ws, resource);
}

/** Stops come before a node is unfenced anew, starts after it. */
function orderUnfencing(ws: WorkingSet, resource: Resource, node: Node): void {
  const unfence = fencingAction(ws, node, "on", true, null, false);
  newOrdering(ws, {
    firstResource: resource,
    firstTask: opKey(resource.id, "stop", 0),
    then: unfence,
    flags: O.ordered | O.ifOnSameNode,
  });
  newOrdering(ws, {
    first: unfence,
    thenResource: resource,
    thenTask: opKey(resource.id, "start", 0),
    flags: O.firstImpliesSameNodeThen | O.ifOnSameNode,
  });
}

function orderInLauncher(ws: WorkingSet, resource: Resource, launcher: Resource): void {
  let guest: Resource | null = null;
  if (resource.isConnection) {
    if (!resource.nestingAllowed) avoidRemoteNodes(ws, launcher);
    // A cleaned container may turn out to run: then its connection need not be recovered.
    orderResourceActions(ws, launcher, "monitor", resource, "stop", O.ordered);
  } else if (launcher.isConnection) guest = launcher;
  else guest = launcher.launched.find((each) => each.isConnection) ?? null;
  if (guest !== null) {
    for (const node of ws.nodes) {
      if (node.connection !== guest && resource.allowed.has(node)) {
        resource.allowed.set(node, -INFINITY_SCORE);
        ws.recordScore(resource, node, -INFINITY_SCORE, { kind: "remote-host" });
      }
    }
    return;
  }
  orderStarts(ws, launcher, resource, O.firstImpliesThen | O.unrunnableFirstBlocks);
  orderStops(ws, resource, launcher, O.thenImpliesFirst);
  newColocation(ws, {
    id: "#resource-with-container",
    score: resource.nestingAllowed ? CONNECTION_SCORE : INFINITY_SCORE,
    dependent: resource,
    primary: launcher,
    influence: true,
    explicit: false,
  });
}

function avoidRemoteNodes(ws: WorkingSet, resource: Resource): void {
  for (const node of ws.nodes) {
    if (!node.isRemote || !resource.allowed.has(node)) continue;
    resource.allowed.set(node, -INFINITY_SCORE);
    ws.recordScore(resource, node, -INFINITY_SCORE, { kind: "remote-host" });
  }
}

/** What ordering the next member of a group needs of those before it. */
interface Before {
  previous: Resource | null;
  lastActive: Resource | null;
}

function ordersOfGroup(ws: WorkingSet, group: Resource): void {
  orderResourceActions(ws, group, "stop", group, "stopped", O.unrunnableFirstBlocks);
  orderResourceActions(ws, group, "stopped", group, "start", O.ordered);
  orderResourceActions(ws, group, "start", group, "running", O.unrunnableFirstBlocks);
  const before: Before = { previous: null, lastActive: null };
  for (const member of group.children) ordersOfMember(ws, group, member, before);
}

function ordersOfMember(ws: WorkingSet, group: Resource, member: Resource, before: Before): void {
  const { ordered, colocated } = group.group!;
  const promotable = group.top().promotable;
  const { previous } = before;
  let down = O.thenImpliesFirstGraphed as number;
  let afterDown = O.firstImpliesThenGraphed as number;
  ordersOf(ws, member);
  if (previous === null) {
    if (ordered) {
      down |= O.ordered;
      afterDown = O.firstImpliesThen;
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
  const up = O.unrunnableFirstBlocks | O.firstImpliesThen | O.firstImpliesThenGraphed;
  const order = (a: Resource, first: string, b: Resource, then: string, flags: number) =>
    orderResourceActions(ws, a, first, b, then, flags);
  if (promotable) {
    order(group, "demote", member, "demote", down);
    order(member, "demote", group, "demoted", afterDown);
    order(member, "promote", group, "promoted", up);
    order(group, "promote", member, "promote", O.thenImpliesFirstGraphed);
  }
  order(group, "stop", member, "stop", down);
  order(member, "stop", group, "stopped", afterDown);
  order(group, "start", member, "start", O.thenImpliesFirstGraphed);
  order(member, "start", group, "running", up);
  if (!ordered) {
    const flags = O.firstImpliesThen | O.unrunnableFirstBlocks | O.thenImpliesFirstGraphed;
    order(group, "start", member, "start", flags);
    if (promotable) order(group, "promote", member, "promote", flags);
  } else if (previous === null) {
    order(group, "start", member, "start", O.none);
    if (promotable) order(group, "promote", member, "promote", O.none);
  } else orderAfterPrevious(ws, member, previous, promotable);
  orderPartlyActive(ws, member, before, ordered);
  before.previous = member;
}

function orderAfterPrevious(
  ws: WorkingSet,
  member: Resource,
  previous: Resource,
  promotable: boolean,
): void {
  orderStarts(ws, previous, member, O.firstImpliesThen | O.unrunnableFirstBlocks);
  orderStops(ws, member, previous, O.ordered | O.intermediateStop);
  // A member put in between, with unmanaged ones after it: the usual restart does not apply.
  if (member.activeOn.length > 0 && previous.activeOn.length === 0) {
    const flags = O.thenImpliesFirst | O.unrunnableFirstBlocks;
    orderResourceActions(ws, member, "stop", previous, "start", flags);
  }
  if (!promotable) return;
  const up = O.firstImpliesThen | O.unrunnableFirstBlocks;
  orderResourceActions(ws, previous, "promote", member, "promote", up);
  orderResourceActions(ws, member, "demote", previous, "demote", O.ordered);
}

/** Groups with gaps stop in sequence all the same. */
function orderPartlyActive(
  ws: WorkingSet,
  member: Resource,
  before: Before,
  ordered: boolean,
): void {
  if (member.activeOn.length === 0) return;
  const { previous, lastActive } = before;
  const gap = previous !== null && previous.activeOn.length === 0;
  if (ordered && gap && lastActive !== null) orderStops(ws, member, lastActive, O.ordered);
  before.lastActive = member;
}

function ordersOfClone(ws: WorkingSet, clone: Resource): void {
  const self = (first: string, then: string, flags: number) =>
    orderResourceActions(ws, clone, first, clone, then, flags);
  self("stopped", "start", O.ordered);
  self("start", "running", O.unrunnableFirstBlocks);
  self("stop", "stopped", O.unrunnableFirstBlocks);
  if (clone.promotable) {
    self("demoted", "stop", O.ordered);
    self("running", "promote", O.unrunnableFirstBlocks);
  }
  const ordered = clone.clone!.ordered;
  if (ordered) clone.children.sort((a, b) => Number(a.instance ?? 0) - Number(b.instance ?? 0));
  clone.children.forEach((instance, i) => {
    ordersOf(ws, instance);
    orderStarts(ws, clone, instance, O.unrunnableFirstBlocks | O.thenImpliesFirstGraphed);
    orderResourceActions(ws, instance, "start", clone, "running", O.firstImpliesThenGraphed);
    orderStops(ws, clone, instance, O.thenImpliesFirstGraphed);
    orderResourceActions(ws, instance, "stop", clone, "stopped", O.firstImpliesThenGraphed);
    if (!ordered) return;
    for (const later of clone.children.slice(i + 1)) {
      orderStarts(ws, instance, later, O.ordered);
      orderStops(ws, later, instance, O.ordered);
    }
  });
  if (clone.promotable) ordersOfPromotable(ws, clone, ordered);
}

const RESTART: [string, string][] = [
  ["stopped", "start"],
  ["stopped", "promote"],
  ["demoted", "stop"],
  ["demoted", "start"],
  ["demoted", "promote"],
  ["running", "promote"],
  ["demote", "demoted"],
];

function orderRestart(ws: WorkingSet, resource: Resource): void {
  for (const [first, then] of RESTART) {
    orderResourceActions(ws, resource, first, resource, then, O.ordered);
  }
}

function ordersOfPromotable(ws: WorkingSet, clone: Resource, ordered: boolean): void {
  orderRestart(ws, clone);
  let previous: Resource | null = null;
  const order = (a: Resource, first: string, b: Resource, then: string, flags: number) =>
    orderResourceActions(ws, a, first, b, then, flags);
  for (const instance of clone.children) {
    order(instance, "demote", instance, "promote", O.ordered);
    order(clone, "promote", instance, "promote", O.ordered);
    order(instance, "promote", clone, "promoted", O.ordered);
    if (previous !== null) order(previous, "promote", instance, "promote", O.ordered);
    order(clone, "demote", instance, "demote", O.thenImpliesFirstGraphed);
    order(instance, "demote", clone, "demoted", O.firstImpliesThenGraphed);
    if (previous !== null) order(instance, "demote", previous, "demote", O.ordered);
    if (ordered) previous = instance;
  }
}

function ordersOfBundle(ws: WorkingSet, bundle: Resource): void {
  const { replicas, child } = bundle.bundleData!;
  for (const replica of replicas) ordersOfReplica(ws, bundle, replica);
  if (child === null) return;
  const down = (task: string) =>
    orderResourceActions(ws, bundle, task, child, task, O.thenImpliesFirstGraphed);
  const up = (task: string) =>
    orderResourceActions(ws, child, task, bundle, task, O.firstImpliesThenGraphed);
  down("start");
  up("running");
  down("stop");
  up("stopped");
  ordersOf(ws, child);
  if (!child.promotable) return;
  orderRestart(ws, bundle);
  down("demote");
  up("demoted");
  down("promote");
  up("promoted");
}

function ordersOfReplica(ws: WorkingSet, bundle: Resource, replica: BundleReplica): void {
  const { container, child, ip, remote } = replica;
  ordersOf(ws, container);
  orderStarts(ws, bundle, container, O.unrunnableFirstBlocks | O.thenImpliesFirstGraphed);
  if (child !== null) orderStops(ws, bundle, child, O.thenImpliesFirstGraphed);
  orderStops(ws, bundle, container, O.thenImpliesFirstGraphed);
  orderResourceActions(ws, container, "start", bundle, "running", O.firstImpliesThenGraphed);
  orderResourceActions(ws, container, "stop", bundle, "stopped", O.firstImpliesThenGraphed);
  if (ip !== null) {
    ordersOf(ws, ip);
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
  if (remote !== null) ordersOf(ws, remote);
}
