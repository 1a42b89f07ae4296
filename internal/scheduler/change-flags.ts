import type { Action } from "./action.ts";
import { type ImpliedChange, implied } from "./action-reason.ts";
import { A, O, Role } from "./constants.ts";
import { locationNodes, roleOf } from "./resource-state.ts";

const CHANGES = new Map<number, ImpliedChange>([
  [A.runnable, "unrunnable"],
  [A.migratable, "unmigratable"],
  [A.optional, "required"],
]);

function clearBecause(action: Action, flag: number, because: Action): void {
  if ((action.flags & flag) === 0) return;
  action.flags &= ~flag;
  if (action.resource === because.resource || action.reason !== null) return;
  action.reason = implied(CHANGES.get(flag)!, because);
}

/** The rules between two single actions: what one ordering of a type makes of their flags. */
export function changeFlags(
  first: Action,
  then: Action,
  flags: number,
  filter: number,
  type: number,
): void {
  const onOptional = (filter & A.optional) !== 0;
  if ((type & O.asymmetric) !== 0) asymmetric(first, then);
  if ((type & O.thenImpliesFirst) !== 0 && !then.optional) {
    if (onOptional && (flags & A.optional) === 0) clearBecause(first, A.optional, then);
    if ((flags & A.migratable) !== 0 && !then.has(A.migratable)) {
      clearBecause(first, A.migratable, then);
    }
  }
  if (
    (type & O.promotedThenImpliesFirst) !== 0 &&
    then.resource?.currentRole === Role.promoted &&
    onOptional &&
    !then.optional
  ) {
    clearBecause(first, A.optional, then);
    if (first.has(A.migratable) && !then.has(A.migratable)) clearBecause(first, A.migratable, then);
  }
  if ((type & O.unmigratableThenBlocks) !== 0 && onOptional) {
    if (!then.has(A.migratable | A.runnable)) clearBecause(first, A.runnable, then);
    if (!then.optional) clearBecause(first, A.optional, then);
  }
  if ((type & O.firstElseThen) !== 0 && onOptional && !first.runnable) {
    clearBecause(then, A.migratable, first);
    then.flags &= ~A.pseudo;
  }
  if (
    (type & O.unrunnableFirstBlocks) !== 0 &&
    (filter & A.runnable) !== 0 &&
    then.runnable &&
    (flags & A.runnable) === 0
  ) {
    clearBecause(then, A.runnable, first);
    clearBecause(then, A.migratable, first);
  }
  if (
    (type & O.firstImpliesThen) !== 0 &&
    onOptional &&
    then.optional &&
    (flags & A.optional) === 0 &&
    !first.has(A.migratable)
  ) {
    clearBecause(then, A.optional, first);
  }
  if ((type & O.intermediateStop) !== 0) restart(first, then, filter);
}

function asymmetric(first: Action, then: Action): void {
  if (then.resource === null || first.runnable) return;
  if (then.optional) {
    const role = roleOf(then.resource, true);
    if (role === Role.stopped && then.task === "stop") return;
    const active = locationNodes(then.resource, "current");
    if (
      role >= Role.started &&
      then.task === "start" &&
      then.node !== null &&
      active.length === 1 &&
      active[0] === then.node
    ) {
      return;
    }
  }
  clearBecause(then, A.optional, first);
  clearBecause(then, A.runnable, first);
}

/** Stop and start of a restart. */
function restart(first: Action, then: Action, filter: number): void {
  const required = (filter & A.optional) !== 0 && !then.optional;
  const cannotStart =
    (filter & A.runnable) !== 0 &&
    !then.runnable &&
    then.resource?.managed === true &&
    first.resource === then.resource;
  if (!required && !cannotStart) return;
  if (first.runnable) clearBecause(first, A.optional, then);
  if (!then.optional) clearBecause(first, A.optional, then);
  if (!then.has(A.migratable)) clearBecause(first, A.migratable, then);
  if (!first.optional && !first.runnable) clearBecause(then, A.runnable, first);
}
