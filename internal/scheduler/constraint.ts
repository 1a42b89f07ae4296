import type { Action } from "./action.ts";
import type { Discovery, Role } from "./constants.ts";
import type { Node } from "./node.ts";
import type { Resource } from "./resource.ts";

/** Prefers or forbids nodes for a resource. */
export interface LocationConstraint {
  id: string;
  resource: Resource;
  /** Role filter, unknown for none. */
  role: Role;
  discovery: Discovery;
  nodes: { node: Node; score: number }[];
}

/**
 * What a colocation's dependent, and all that is colocated with it in turn, adds to the scores of
 * the primary: by node the sum, and the lowest and highest that the sum was on the way.
 */
export interface MergedEffect {
  /** The colocation's score, as a factor, that this holds for. */
  factor: number;
  /** Nothing is added anywhere. */
  neutral: boolean;
  /** How many tables the original makes on the way, each a copy of the one before. */
  copies: number;
  sum: Float64Array;
  low: Float64Array;
  high: Float64Array;
}

/** Keeps `dependent` with (or away from) `primary`. */
export interface Colocation {
  id: string;
  nodeAttribute: string;
  dependent: Resource;
  primary: Resource;
  /** Role names as numbers; unknown for none. */
  dependentRole: Role;
  primaryRole: Role;
  score: number;
  influence: boolean;
  /** Written by the user, not made here. */
  explicit: boolean;
  /** Worked out when first needed; null again once a table it came from changed. */
  effect: MergedEffect | null;
  /** Those whose effect this one's is a part of. */
  effectPartOf: Colocation[];
  /** It leads back to itself (or to what does): its effect depends on where one starts. */
  cyclic: boolean;
}

export interface Ticket {
  id: string;
  granted: boolean;
  lastGranted: number;
  standby: boolean;
  state: Map<string, string>;
}

export interface TicketConstraint {
  id: string;
  resource: Resource;
  ticket: Ticket;
  role: Role;
  lossPolicy: "stop" | "demote" | "fence" | "freeze";
}

/** A wish that one action come before another; sides are actions or (resource, key). */
export interface Ordering {
  id: number;
  flags: number;
  firstResource: Resource | null;
  firstTask: string | null;
  first: Action | null;
  thenResource: Resource | null;
  thenTask: string | null;
  then: Action | null;
}
