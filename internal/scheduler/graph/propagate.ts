import { isTrue } from "../../base/mod.ts";
import type { Action, Link } from "../action.ts";
import { findFirstByKey, opKey } from "../actions.ts";
import { A, O, Role } from "../constants.ts";
import { linkActions } from "../links.ts";
import type { Node } from "../node.ts";
import type { Resource } from "../resource.ts";
import { compatibleInstance, soleNode } from "./compatible.ts";
import { firstOfTask, flagsForOrdering, flagsOf, instancesOf } from "./flags.ts";
import { Changed, updatePair } from "./primitive-update.ts";
import { completionOf, subjectOf } from "./tasks.ts";

/** What propagation needs of the rooms beside it. */
export interface PropagationHooks {
  /** Takes a resource off whatever node it was assigned to; true if that changed anything. */
  unassign(resource: Resource): boolean;
  /** An action became unrunnable: those that depend on it by colocation do too. */
  blockDependents(action: Action): void;
  /** Nodes that a resource may run on, best first. */
  sortedNodes(resource: Resource): readonly Node[];
}

/** Deepest chain of actions that is followed by recursion before it is queued. */
const DEPTH_MAX = 2_000;

/** Propagates flags along orderings until nothing changes; rules, section 28. */
export class Propagation {
  #hooks: PropagationHooks;
  #depth = 0;
  #late: Action[] = [];

  constructor(hooks: PropagationHooks) {
    this.#hooks = hooks;
  }

  /** Applies all that comes before `then` to it, and what changes by that to the rest. */
  update(then: Action): void {
    if (this.#depth >= DEPTH_MAX) {
      // Deep chains would overflow the stack: they go on once it is unwound.
      this.#late.push(then);
      return;
    }
    this.#depth += 1;
    this.#updateNow(then);
    this.#depth -= 1;
    if (this.#depth > 0) return;
    for (let next = this.#late.pop(); next !== undefined; next = this.#late.pop()) {
      this.#depth = 1;
      this.#updateNow(next);
      this.#depth = 0;
    }
  }

  #updateNow(then: Action): void {
    const before = then.flags;
    const counts = then.has(A.minRunnable);
    if (counts) {
      then.runnableBefore = 0;
      if (then.requiredRunnableBefore === 0) then.requiredRunnableBefore = 1;
      then.flags &= ~A.runnable;
    }
    let changedThen = false;
    for (let i = then.before.length - 1; i >= 0; i--) {
      const changed = this.#applyLink(then.before[i]!, then);
      if (changed & Changed.then) changedThen = true;
    }
    if (counts) changedThen = before !== then.flags;
    if (!changedThen) return;
    if ((before & A.runnable) !== 0 && !then.runnable) this.#hooks.blockDependents(then);
    this.update(then);
    for (let i = then.after.length - 1; i >= 0; i--) this.update(then.after[i]!.action);
  }

  #applyLink(link: Link, then: Action): number {
    let first = link.action;
    const firstNode = first.task === "start" ? nodeOfStart(first) : first.node;
    const thenNode = then.task === "start" ? nodeOfStart(then) : then.node;
    const apart = firstNode !== null && thenNode !== null && firstNode !== thenNode;
    if ((link.flags & O.ifOnSameNode) !== 0 && apart) {
      link.flags = O.none;
      return Changed.none;
    }
    if (first.resource !== null && (link.flags & O.thenCancelsFirst) !== 0 && !then.optional) {
      first.flags |= A.optional;
      if (first.task === "reload" || first.task === "reload-agent") first.resource.reload = false;
    }
    if (
      first.resource !== null &&
      then.resource !== null &&
      first.resource !== then.resource &&
      !isAncestor(then.resource, first.resource)
    ) {
      first = actionForOrdering(first);
    }
    const firstFlags = flagsForOrdering(first, then.node);
    const thenFlags = flagsForOrdering(then, first.node);
    let changed: number = Changed.none;
    if (first === link.action) {
      changed = this.#applyFlags(first, then, firstFlags, thenFlags, link);
    } else if (linkActions(first, then, link.flags)) {
      link.flags = O.none;
      changed = Changed.then;
    }
    if (changed & Changed.first) {
      for (let i = first.after.length - 1; i >= 0; i--) this.update(first.after[i]!.action);
      this.update(first);
    }
    return changed;
  }

  /** The effects of one link, in the order of the rules (28.2). */
  #applyFlags(
    first: Action,
    then: Action,
    firstFlags: number,
    thenFlags: number,
    link: Link,
  ): number {
    const beforeFirst = first.flags;
    const beforeThen = then.flags;
    let flags = link.flags;
    let node = then.node;
    let changed: number = Changed.none;
    const { optional, runnable } = A;
    const apply = (owner: Resource, given: number, filter: number, type: number) => {
      changed |= this.#updateOrdered(owner, first, then, node, given, filter, type);
    };
    if (flags & O.firstImpliesSameNodeThen) {
      flags = (flags & ~O.firstImpliesSameNodeThen) | O.firstImpliesThen;
      node = first.node;
    }
    if (flags & O.firstImpliesThen) {
      if (then.resource !== null) {
        apply(then.resource, firstFlags & optional, optional, O.firstImpliesThen);
      } else if ((firstFlags & optional) === 0) then.flags &= ~optional;
    }
    if (flags & O.intermediateStop && then.resource !== null) {
      apply(then.resource, firstFlags, optional | runnable, O.intermediateStop);
    }
    if (flags & O.thenImpliesFirst) {
      if (first.resource !== null) {
        apply(first.resource, firstFlags, optional, O.thenImpliesFirst);
      } else if ((firstFlags & optional) === 0) first.flags &= ~runnable;
    }
    if (flags & O.promotedThenImpliesFirst && then.resource !== null) {
      apply(then.resource, firstFlags & optional, optional, O.promotedThenImpliesFirst);
    }
    if (flags & O.minRunnable && then.resource === null && (firstFlags & runnable) !== 0) {
      then.runnableBefore += 1;
      if (then.runnableBefore >= then.requiredRunnableBefore) then.flags |= runnable;
    }
    if (flags & O.nestedProbe && then.resource !== null) {
      const stopping = (firstFlags & runnable) === 0 && (first.resource?.activeOn.length ?? 0) > 0;
      if (stopping) link.flags = O.none;
      else apply(then.resource, firstFlags, runnable, O.unrunnableFirstBlocks);
    }
    if (flags & O.unrunnableFirstBlocks) {
      if (then.resource !== null) {
        apply(then.resource, firstFlags, runnable, O.unrunnableFirstBlocks);
      } else if ((firstFlags & runnable) === 0) then.flags &= ~runnable;
    }
    if (then.resource !== null) {
      const filters: [number, number][] = [
        [O.unmigratableThenBlocks, optional],
        [O.firstElseThen, optional],
        [O.ordered, runnable],
        [O.asymmetric, runnable],
      ];
      for (const [type, filter] of filters) {
        if (flags & type) apply(then.resource, firstFlags, filter, type);
      }
    }
    graphSides(first, then, firstFlags, thenFlags, flags);
    blockAfterUnmanagedStop(first, then, flags);
    if (first.flags !== beforeFirst) {
      if ((first.flags ^ beforeFirst) & ~A.alwaysInGraph) changed |= Changed.first;
    }
    if ((then.flags ^ beforeThen) & ~A.alwaysInGraph) changed |= Changed.then;
    return changed;
  }

  /** One kind of effect, in the way of the resource that it belongs to. */
  #updateOrdered(
    owner: Resource,
    first: Action,
    then: Action,
    node: Node | null,
    flags: number,
    filter: number,
    type: number,
  ): number {
    if (owner.variant === 0) return this.#updatePrimitive(first, then, flags, filter, type);
    if (owner.variant === 1) {
      let changed = this.#updatePrimitive(first, then, flags, filter, type);
      for (const member of then.resource?.children ?? []) {
        const own = firstOfTask(member, then.task, node);
        if (own === null) continue;
        changed |= this.#updateOrdered(member, first, own, node, flags, filter, type);
      }
      return changed;
    }
    if (then.resource === null) return Changed.none;
    if (canInterleave(first, then)) return this.#updateInterleaved(first, then, node, filter, type);
    let changed = this.#updatePrimitive(first, then, flags, filter, type);
    for (const instance of instancesOf(then.resource)) {
      changed |= this.#updateInstance(instance, first, then, node, flags, filter, type);
    }
    return changed;
  }

  #updatePrimitive(
    first: Action,
    then: Action,
    flags: number,
    filter: number,
    type: number,
  ): number {
    const [beforeFirst, beforeThen] = [first.flags, then.flags];
    updatePair(first, then, flags, filter, type);
    let changed: number = Changed.none;
    if (then.flags !== beforeThen) {
      changed |= Changed.then;
      // X_stop then X_start of cloned groups need it at once.
      if (then.resource?.parent != null) this.update(then);
    }
    if (first.flags !== beforeFirst) changed |= Changed.first;
    return changed;
  }

  #updateInstance(
    instance: Resource,
    first: Action,
    then: Action,
    node: Node | null,
    flags: number,
    filter: number,
    type: number,
  ): number {
    const own = firstOfTask(instance, subjectOf(then), node);
    if (own === null || (flagsOf(own, node) & A.runnable) === 0) return Changed.none;
    const changed = this.#updateOrdered(instance, first, own, node, flags, filter, type);
    if (changed & Changed.then) {
      for (let i = own.after.length - 1; i >= 0; i--) this.update(own.after[i]!.action);
    }
    return changed;
  }

  #updateInterleaved(
    first: Action,
    then: Action,
    node: Node | null,
    filter: number,
    type: number,
  ): number {
    let changed: number = Changed.none;
    const task = subjectOf(first);
    const current = /_(stopped|demoted)_0$/.test(first.key);
    for (const thenInstance of instancesOf(then.resource!)) {
      const firstInstance = compatibleInstance(
        thenInstance,
        first.resource!,
        Role.unknown,
        current,
        () => this.#hooks.sortedNodes(thenInstance),
      );
      if (firstInstance === null) {
        const mandatory = (type & (O.unrunnableFirstBlocks | O.thenImpliesFirst)) !== 0;
        if (!current && mandatory && this.#hooks.unassign(thenInstance)) changed |= Changed.then;
        continue;
      }
      const firstAction = actionOfInstance(first, firstInstance, task, node);
      if (firstAction === null) continue;
      const thenAction = actionOfInstance(then, thenInstance, then.task, node);
      if (thenAction === null) continue;
      if (linkActions(firstAction, thenAction, type)) changed |= Changed.first | Changed.then;
      const flags = flagsOf(firstAction, node);
      const owner = thenInstance;
      changed |= this.#updateOrdered(owner, firstAction, thenAction, node, flags, filter, type);
    }
    return changed;
  }
}

function nodeOfStart(action: Action): Node | null {
  if (action.resource?.variant !== 1) return action.node;
  return soleNode(action.resource, false);
}

function isAncestor(child: Resource, ancestor: Resource): boolean {
  for (let r = child.parent; r !== null; r = r.parent) if (r === ancestor) return true;
  return false;
}

/** For a collective that others wait for, what says that all of it is done. */
function actionForOrdering(action: Action): Action {
  const resource = action.resource!;
  if (resource.variant === 0 || action.key.includes("notify")) return action;
  if (action.intervalMs > 0) return action;
  const completion = completionOf(action.task);
  if (completion === null) return action;
  const notifies = resource.notify && resource.variant === 2;
  const key = notifies
    ? `${resource.id}_confirmed-post_notify_${completion}_0`
    : opKey(resource.id, completion, 0);
  return findFirstByKey(resource, key, null) ?? action;
}

function canInterleave(first: Action, then: Action): boolean {
  const [a, b] = [first.resource, then.resource];
  if (a === null || b === null || a === b || a.variant < 2 || b.variant < 2) return false;
  const judge = /(^|_)(stop|demote)$/.test(first.task) ? a : b;
  return isTrue(judge.meta.get("interleave"));
}

/** The action of an instance; for bundles, of the container or of what runs inside it. */
function actionOfInstance(
  of: Action,
  instance: Resource,
  task: string,
  node: Node | null,
): Action | null {
  const bundle = of.resource?.variant === 3 ? of.resource : null;
  if (bundle !== null && (task === "promote" || task === "demote")) {
    const replica = bundle.bundleData!.replicas.find((each) => each.container === instance);
    if (replica?.child != null) return firstOfTask(replica.child, task, node);
  }
  return firstOfTask(instance, task, node);
}

/** Actions that are shown because the other side happens. */
function graphSides(
  first: Action,
  then: Action,
  firstFlags: number,
  thenFlags: number,
  flags: number,
): void {
  const required = (firstFlags & A.optional) === 0;
  if (first.runnable && flags & O.firstImpliesThenGraphed && required) {
    then.flags |= A.alwaysInGraph;
  }
  if (flags & O.thenImpliesFirstGraphed && (thenFlags & A.optional) === 0) {
    first.flags |= A.alwaysInGraph;
  }
}

const IMPLYING = O.firstImpliesThen | O.thenImpliesFirst | O.intermediateStop;

/** Nothing that relies on a stop may happen when that stop is not ours to do. */
function blockAfterUnmanagedStop(first: Action, then: Action, flags: number): void {
  const resource = first.resource;
  if ((flags & IMPLYING) === 0 || resource === null || first.task !== "stop") return;
  if (!resource.managed && resource.blocked && !first.runnable) then.flags &= ~A.runnable;
}
