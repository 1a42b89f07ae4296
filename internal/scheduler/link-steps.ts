import type { Action, Link } from "./action.ts";
import { A, O } from "./constants.ts";

/** Bits that say which side of a link changed. */
export const FIRST = 1;
export const THEN = 2;

/** One of the effects that a link may have, in the order in which they are looked at. */
interface LinkStep {
  /** The link flag that asks for it. */
  on: number;
  /** The rule between the two actions. */
  type: number;
  filter: number;
  /** Of the first action's flags only whether it is optional counts. */
  onlyOptional?: true;
  /** The first action's resource is asked, not the other's. */
  byFirst?: true;
}

const step = (on: number, filter: number, more: Partial<LinkStep> = {}): LinkStep => ({
  on,
  type: on,
  filter,
  ...more,
});

export const LINK_STEPS: readonly LinkStep[] = [
  step(O.firstImpliesThen, A.optional, { onlyOptional: true }),
  step(O.intermediateStop, A.optional | A.runnable),
  step(O.thenImpliesFirst, A.optional, { byFirst: true }),
  step(O.promotedThenImpliesFirst, A.optional, { onlyOptional: true }),
  step(O.minRunnable, A.runnable),
  step(O.nestedProbe, A.runnable, { type: O.unrunnableFirstBlocks }),
  step(O.unrunnableFirstBlocks, A.runnable),
  step(O.unmigratableThenBlocks, A.optional),
  step(O.firstElseThen, A.optional),
  step(O.ordered, A.runnable),
  step(O.asymmetric, A.runnable),
];

/** A step where the action that is asked belongs to no resource. */
export function changeBare(first: Action, then: Action, firstFlags: number, on: number): number {
  const required = (firstFlags & A.optional) === 0;
  const runnable = (firstFlags & A.runnable) !== 0;
  switch (on) {
    case O.firstImpliesThen:
      if (!required || !then.optional) return 0;
      then.flags &= ~A.optional;
      return THEN;
    case O.thenImpliesFirst:
      if (!required || !first.runnable) return 0;
      first.flags &= ~A.runnable;
      return FIRST;
    case O.minRunnable:
      if (!runnable) return 0;
      then.runnableBefore += 1;
      if (then.runnableBefore < then.requiredRunnableBefore || then.runnable) return 0;
      then.flags |= A.runnable;
      return THEN;
    case O.unrunnableFirstBlocks:
      if (runnable || !then.runnable) return 0;
      then.flags &= ~A.runnable;
      return THEN;
    default:
      return 0;
  }
}

/** What a link does last: one side draws the other into the graph; a blocked stop blocks. */
export function graphEffects(
  first: Action,
  then: Action,
  firstFlags: number,
  thenFlags: number,
  link: Link,
): number {
  const is = (flag: number) => (link.flags & flag) !== 0;
  if (first.runnable && is(O.firstImpliesThenGraphed) && (firstFlags & A.optional) === 0) {
    then.flags |= A.alwaysInGraph;
  }
  if (is(O.thenImpliesFirstGraphed) && (thenFlags & A.optional) === 0) {
    first.flags |= A.alwaysInGraph;
  }
  if (
    is(O.firstImpliesThen | O.thenImpliesFirst | O.intermediateStop) &&
    first.resource !== null &&
    !first.resource.managed &&
    first.resource.blocked &&
    !first.runnable &&
    first.task === "stop" &&
    then.runnable
  ) {
    then.flags &= ~A.runnable;
    return THEN;
  }
  return 0;
}
