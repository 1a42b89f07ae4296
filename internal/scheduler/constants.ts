/** Numbered words of the scheduler; the order of the values is observable in comparisons. */

export const Variant = { primitive: 0, group: 1, clone: 2, bundle: 3 } as const;
export type Variant = (typeof Variant)[keyof typeof Variant];

export const Role = { unknown: 0, stopped: 1, started: 2, unpromoted: 3, promoted: 4 } as const;
export type Role = (typeof Role)[keyof typeof Role];

const ROLE_NAMES = ["Unknown", "Stopped", "Started", "Unpromoted", "Promoted"] as const;

export function roleName(role: Role): string {
  return ROLE_NAMES[role];
}

/** Role from its name, old words included; unknown for anything else. */
export function parseRole(text: string | null | undefined): Role {
  switch (text?.toLowerCase()) {
    case "stopped":
      return Role.stopped;
    case "started":
      return Role.started;
    case "unpromoted":
    case "slave":
      return Role.unpromoted;
    case "promoted":
    case "master":
      return Role.promoted;
    default:
      return Role.unknown;
  }
}

/** Failure handling, by severity. */
export const OnFail = {
  ignore: 0,
  demote: 1,
  restart: 2,
  resetRemote: 3,
  restartContainer: 4,
  ban: 5,
  block: 6,
  stop: 7,
  standby: 8,
  fence: 9,
} as const;
export type OnFail = (typeof OnFail)[keyof typeof OnFail];

/** What an action needs of the cluster before it may run. */
export const Needs = { nothing: 0, quorum: 1, fencing: 2 } as const;
export type Needs = (typeof Needs)[keyof typeof Needs];

export const QuorumPolicy = { stop: 0, freeze: 1, ignore: 2, fence: 3, demote: 4 } as const;
export type QuorumPolicy = (typeof QuorumPolicy)[keyof typeof QuorumPolicy];

/** Where a resource is probed: a table entry takes the highest asked for. */
export const Discovery = { always: 0, never: 1, exclusive: 2 } as const;
export type Discovery = (typeof Discovery)[keyof typeof Discovery];

export const MultiplyActive = { stopStart: 0, stopOnly: 1, block: 2, stopUnexpected: 3 } as const;
export type MultiplyActive = (typeof MultiplyActive)[keyof typeof MultiplyActive];

/** Flags of an action. */
export const A = {
  pseudo: 1 << 0,
  runnable: 1 << 1,
  optional: 1 << 2,
  /** Shown in the graph even when optional. */
  alwaysInGraph: 1 << 3,
  /** An unmanaged resource may still have it cancelled and so on. */
  attrsEvaluated: 1 << 4,
  migratable: 1 << 5,
  /** Written into the graph. */
  addedToGraph: 1 << 6,
  /** Shown in the dot text. */
  shownInDot: 1 << 7,
  migrationAbort: 1 << 8,
  onDc: 1 << 9,
  /** Count of runnable inputs decides. */
  minRunnable: 1 << 10,
  /** Asked for again once its definition changed. */
  reschedule: 1 << 11,
  inputsDeduplicated: 1 << 12,
  loopGuard: 1 << 13,
  ignoreFailure: 1 << 14,
} as const;

/** Flags of an ordering between two actions ("first" before "then"). */
export const O = {
  none: 0,
  ordered: 1 << 0,
  firstImpliesThen: 1 << 1,
  thenImpliesFirst: 1 << 2,
  promotedThenImpliesFirst: 1 << 3,
  unrunnableFirstBlocks: 1 << 4,
  asymmetric: 1 << 5,
  firstImpliesThenGraphed: 1 << 6,
  thenImpliesFirstGraphed: 1 << 7,
  firstImpliesSameNodeThen: 1 << 8,
  intermediateStop: 1 << 9,
  /** Only when both actions are on the same node. */
  ifOnSameNode: 1 << 10,
  ifOnSameNodeOrTarget: 1 << 11,
  ifRequiredOnSameNode: 1 << 12,
  ifFirstUnmigratable: 1 << 13,
  unmigratableThenBlocks: 1 << 14,
  minRunnable: 1 << 15,
  nestedProbe: 1 << 16,
  firstElseThen: 1 << 17,
  guestAllowed: 1 << 18,
  serialize: 1 << 19,
  thenCancelsFirst: 1 << 20,
} as const;
