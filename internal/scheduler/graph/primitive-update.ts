import type { Action } from "../action.ts";
import { setReason } from "../actions.ts";
import { A, O, Role } from "../constants.ts";

/** Which side of an ordering a pass has changed. */
export const Changed = { none: 0, first: 1, then: 2 } as const;

const WORD: Record<number, string> = {
  [A.runnable]: "unrunnable",
  [A.optional]: "required",
  [A.migratable]: "unmigrateable",
};

/** Takes a flag away on account of another action, which becomes the reason. */
export function clearBecause(action: Action, flag: number, cause: Action): void {
  if ((action.flags & flag) === 0) return;
  action.flags &= ~flag;
  if (action.resource === cause.resource && action.reason !== null) return;
  const whose = cause.resource === null ? "" : `${cause.resource.id} `;
  setReason(action, `${WORD[flag]} ${whose}${cause.task}`, false);
}

/** Propagates flags between two actions by one kind of ordering; rules, section 28.3. */
export function updatePair(
  first: Action,
  then: Action,
  flags: number,
  filter: number,
  type: number,
): void {
  const optional = (filter & A.optional) !== 0;
  const runnable = (filter & A.runnable) !== 0;
  if (type & O.asymmetric) asymmetric(first, then);
  if (type & O.thenImpliesFirst && !then.optional) {
    if (optional) clearBecause(first, A.optional, then);
    if ((flags & A.migratable) !== 0 && !then.has(A.migratable)) {
      clearBecause(first, A.migratable, then);
    }
  }
  if (type & O.promotedThenImpliesFirst && then.resource?.currentRole === Role.promoted) {
    if (optional && !then.optional) {
      clearBecause(first, A.optional, then);
      if (first.has(A.migratable) && !then.has(A.migratable)) {
        clearBecause(first, A.migratable, then);
      }
    }
  }
  if (type & O.unmigratableThenBlocks && optional) {
    if (!then.has(A.migratable | A.runnable)) clearBecause(first, A.runnable, then);
    if (!then.optional) clearBecause(first, A.optional, then);
  }
  if (type & O.firstElseThen && optional && !first.runnable) {
    clearBecause(then, A.migratable, first);
    then.flags &= ~A.pseudo;
  }
  if (type & O.unrunnableFirstBlocks && runnable && then.runnable && (flags & A.runnable) === 0) {
    clearBecause(then, A.runnable, first);
    clearBecause(then, A.migratable, first);
  }
  const required = (flags & A.optional) === 0 && !first.has(A.migratable);
  if (type & O.firstImpliesThen && optional && then.optional && required) {
    clearBecause(then, A.optional, first);
  }
  if (type & O.intermediateStop) restart(first, then, filter);
}

/** An unrunnable first holds up what depends on it, unless that is in effect already. */
function asymmetric(first: Action, then: Action): void {
  const resource = then.resource;
  if (resource === null || first.runnable) return;
  if (then.optional) {
    if (then.task === "stop" && resource.nextRole === Role.stopped) return;
    const running = resource.nextRole === Role.started && resource.activeOn.length === 1;
    if (then.task === "start" && running) return;
  }
  clearBecause(then, A.optional, first);
  clearBecause(then, A.runnable, first);
}

/** Stop and start of one resource, or of two that depend on each other. */
function restart(first: Action, then: Action, filter: number): void {
  const wanted = (filter & A.optional) !== 0 && !then.optional;
  const stuck =
    (filter & A.runnable) !== 0 &&
    !then.runnable &&
    then.resource?.managed === true &&
    first.resource === then.resource;
  if (!wanted && !stuck) return;
  if (first.runnable) clearBecause(first, A.optional, then);
  if (!then.optional) clearBecause(first, A.optional, then);
  if (!then.has(A.migratable)) clearBecause(first, A.migratable, then);
  if (!first.optional && !first.runnable) clearBecause(then, A.runnable, first);
}
