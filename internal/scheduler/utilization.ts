import { hashOrder, INFINITY_SCORE } from "../base/mod.ts";
import { newNodeAction } from "./actions.ts";
import { effectOf } from "./assign/colocation-apply.ts";
import { thisWithOf, withThisOf } from "./assign/colocations-of.ts";
import { A, O } from "./constants.ts";
import type { Node } from "./node.ts";
import { newOrdering } from "./orderings.ts";
import type { Resource } from "./resource.ts";
import type { WorkingSet } from "./working-set.ts";

const MOST = 2_147_483_647;
const LEAST = -2_147_483_648;

/** The number that a text begins with, within 32 bits; the least of all where it does with none. */
function amount(text: string): number {
  const value = Number.parseInt(text, 10);
  return Number.isNaN(value) ? LEAST : within(value);
}

function within(value: number): number {
  return Math.max(LEAST, Math.min(MOST, value));
}

/** Capacities are counted down from what the configuration says. */
export function resetCapacities(ws: WorkingSet): void {
  for (const node of ws.nodes) {
    node.capacity = new Map();
    for (const [name, text] of node.utilization) node.capacity.set(name, amount(text));
  }
}

/** Negative when `a` has more to give. */
export function compareCapacities(a: Node, b: Node): number {
  let result = 0;
  for (const [name, free] of a.capacity) {
    const other = b.capacity.get(name) ?? 0;
    if (free > other) result -= 1;
    else if (free < other) result += 1;
  }
  for (const [name, free] of b.capacity) {
    if (a.capacity.has(name)) continue;
    if (free > 0) result += 1;
    else if (free < 0) result -= 1;
  }
  return result;
}

/** Takes (sign -1) or gives back (1); of what a node has none of, there is less than none then. */
function change(capacity: Map<string, number>, resource: Resource, sign: 1 | -1): void {
  for (const [name, text] of resource.utilization) {
    capacity.set(name, within((capacity.get(name) ?? 0) + sign * amount(text)));
  }
}

export function consume(node: Node, resource: Resource): void {
  change(node.capacity, resource, -1);
}

export function release(node: Node, resource: Resource): void {
  change(node.capacity, resource, 1);
}

function fits(node: Node, needed: Map<string, number>): boolean {
  for (const [name, value] of needed) if (value > (node.capacity.get(name) ?? 0)) return false;
  return true;
}

/** A group whose members are all on one node: each of them speaks for itself. */
function staysTogether(resource: Resource): boolean {
  return resource.group !== null && (resource.group.colocated || resource.parent?.variant === 2);
}

/** The resource and everything that has to be on the same node. */
function colocatedSet(resource: Resource): Resource[] {
  const found = new Set<Resource>();
  const queue = [resource];
  while (queue.length > 0) {
    const next = queue.pop()!;
    if (found.has(next)) continue;
    found.add(next);
    if (staysTogether(next)) {
      queue.push(...next.children);
      continue;
    }
    for (const colocation of thisWithOf(next)) {
      const primary = colocation.primary;
      if (primary === resource) continue;
      if (
        colocation.score === INFINITY_SCORE &&
        effectOf(next, primary, colocation, true) === "location"
      ) {
        queue.push(primary);
      }
    }
    for (const colocation of withThisOf(next)) {
      const dependent = colocation.dependent;
      if (dependent === resource) continue;
      // A clone's own resources do not follow any one instance.
      if (next.variant === 2 && dependent.variant !== 2) continue;
      if (
        colocation.score === INFINITY_SCORE &&
        effectOf(dependent, next, colocation, true) === "location"
      ) {
        queue.push(dependent);
      }
    }
  }
  return [...found];
}

/** What a member of the set, and everything that goes with it, still needs. */
function addUnassigned(
  needs: Map<string, number>,
  member: Resource,
  set: readonly Resource[],
): void {
  if (!member.unassigned) return;
  if (member.variant === 0) return change(needs, member, 1);
  if (member.variant === 1) {
    const children = staysTogether(member) ? member.children : member.children.slice(0, 1);
    for (const child of children) if (!set.includes(child)) addUnassigned(needs, child, set);
    return;
  }
  if (member.variant === 3) {
    // All replicas are alike, and only containers have needs.
    const container = member.bundleData!.replicas[0]?.container;
    if (container !== undefined) addUnassigned(needs, container, set);
    return;
  }
  let counted = false;
  for (const instance of member.children) {
    if (set.includes(instance)) counted = true;
    else if (instance.children.some((child) => set.includes(child))) {
      addUnassigned(needs, instance, set);
      counted = true;
    }
  }
  const first = member.children[0];
  if (!counted && first !== undefined) addUnassigned(needs, first, set);
}

/** Bans nodes that cannot hold the resource; returns the node to be preferred, if any. */
export function banInsufficientCapacity(ws: WorkingSet, resource: Resource): Node | null {
  if (ws.config.placementStrategy === "default") return null;
  const set = colocatedSet(resource);
  const needs = new Map<string, number>();
  for (const member of set) addUnassigned(needs, member, set);
  const own = new Map<string, number>();
  change(own, resource, 1);
  const table = resource.allowed;
  let anyForAll = false;
  let most: Node | null = null;
  for (const node of table.inHashOrder()) {
    if (!node.available || table.score(node) < 0) continue;
    if (fits(node, needs)) anyForAll = true;
    if (most === null || compareCapacities(node, most) < 0) most = node;
  }
  const ban = (needed: Map<string, number>) => {
    for (const node of ws.nodesByIndex) {
      if (!table.has(node) || !node.available || table.score(node) < 0) continue;
      if (fits(node, needed)) continue;
      table.set(node, -INFINITY_SCORE);
      ws.recordScore(resource, node, -INFINITY_SCORE, { kind: "utilization", attribute: "" });
    }
  };
  ban(anyForAll ? needs : own);
  return anyForAll ? null : most;
}

/** Resources wait for capacity to be freed before they take it. */
export function orderUtilization(ws: WorkingSet, resource: Resource, allowed: Node[]): void {
  for (const current of resource.activeOn) {
    const stopped = loadStopped(ws, current);
    newOrdering(ws, {
      firstResource: resource,
      firstTask: resource.key("stop"),
      then: stopped,
      flags: O.ifOnSameNodeOrTarget,
    });
  }
  for (const node of allowed) {
    const stopped = loadStopped(ws, node);
    for (const task of ["start", "migrate_to"]) {
      newOrdering(ws, {
        first: stopped,
        thenResource: resource,
        thenTask: resource.key(task),
        flags: O.ifOnSameNodeOrTarget,
      });
    }
  }
}

function loadStopped(ws: WorkingSet, node: Node) {
  const name = `load_stopped_${node.name}`;
  let action = ws.singletons.get(name);
  if (action === undefined) {
    action = newNodeAction(ws, name, name, null, true);
    action.flags |= A.pseudo | A.runnable;
    ws.singletons.set(name, action);
  }
  if (action.node === null) {
    action.node = node;
    action.flags &= ~A.optional;
  }
  return action;
}

/** Lines of `crm_simulate -U`. */
export function showCapacities(ws: WorkingSet, label: string): void {
  if (ws.options.showUtilization !== true) return;
  for (const node of ws.nodes) {
    const { capacity, utilization } = node;
    const pairs = hashOrder(capacity.keys()).map((name) => {
      // What nothing was taken from is shown as it was written.
      const text = utilization.get(name);
      const free = capacity.get(name)!;
      return ` ${name}=${text !== undefined && amount(text) === free ? text : free}`;
    });
    ws.scoreLines.push(`${label}: ${node.name} capacity:${pairs.join("")}`);
  }
}
