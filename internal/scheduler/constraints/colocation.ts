import { INFINITY_SCORE, parseBoolean } from "../../base/mod.ts";
import type { Element } from "../../xml/mod.ts";
import { O, parseRole, Role, Variant } from "../constants.ts";
import type { Colocation } from "../constraint.ts";
import { compareBytes } from "../natural-order.ts";
import { orderResourceActions } from "../orderings.ts";
import type { Resource } from "../resource.ts";
import { scoreOf } from "../unpack/options.ts";
import type { WorkingSet } from "../working-set.ts";
import { type ConstraintSet, isTagged, namedResource, readSets, sideAsSet } from "./names.ts";

/** Everything of a new colocation but what follows from it. */
export interface ColocationSpec {
  id: string;
  attribute?: string | null;
  score: number;
  dependent: Resource;
  primary: Resource;
  dependentRole?: string | null;
  primaryRole?: string | null;
  influence: boolean;
  explicit: boolean;
}

/** A colocation constraint: of two resources, a tag and a resource, or sets. */
export function unpackColocation(ws: WorkingSet, xml: Element): void {
  const score = scoreOf(ws, xml.get("score"), 0);
  const influence = influenceText(ws, xml);
  const dependentTag = isTagged(ws, xml, "rsc");
  const primaryTag = isTagged(ws, xml, "with-rsc");
  let sets: ConstraintSet[] | null;
  if (dependentTag && primaryTag) {
    const text = `Ignoring constraint '${xml.id}' because two templates or tags cannot be colocated`;
    ws.messages.push({ level: "error", text });
    return;
  }
  if (dependentTag || primaryTag) {
    const dependent = sideAsSet(ws, xml, "rsc", { role: "rsc-role" });
    const primary = sideAsSet(ws, xml, "with-rsc", { role: "with-rsc-role" });
    sets = dependent === null || primary === null ? null : [dependent, primary];
  } else {
    sets = readSets(ws, xml);
  }
  if (sets === null) return;
  if (sets.length > 0) return unpackSets(ws, xml, sets, score, influence);
  const dependent = namedResource(ws, xml, "rsc");
  const primary = namedResource(ws, xml, "with-rsc");
  if (dependent === null || primary === null) return;
  newColocation(ws, {
    id: xml.id,
    attribute: xml.get("node-attribute"),
    score,
    dependent,
    primary,
    dependentRole: xml.get("rsc-role"),
    primaryRole: xml.get("with-rsc-role"),
    influence: influenceOf(dependent, influence),
    explicit: true,
  });
}

function influenceText(ws: WorkingSet, xml: Element): string | null {
  const text = xml.get("influence");
  if (text !== null && parseBoolean(text) === null) {
    const message = `Constraint '${xml.id}' has invalid value for influence (using default)`;
    ws.messages.push({ level: "error", text: message });
  }
  return text;
}

function influenceOf(dependent: Resource, text: string | null): boolean {
  return (text === null ? null : parseBoolean(text)) ?? dependent.critical;
}

function unpackSets(
  ws: WorkingSet,
  xml: Element,
  sets: ConstraintSet[],
  score: number,
  influence: string | null,
): void {
  let last: ConstraintSet | null = null;
  for (const set of sets) {
    colocateWithin(ws, set, score, influence);
    if (last !== null) colocateSets(ws, xml.id, last, set, score, influence);
    last = set;
  }
}

function colocateWithin(
  ws: WorkingSet,
  set: ConstraintSet,
  constraintScore: number,
  influence: string | null,
): void {
  const own = set.xml?.get("score") ?? null;
  const score = own === null ? constraintScore : scoreOf(ws, own, 0);
  if (score === 0 || set.sequential === false) return;
  const make = (dependent: Resource, primary: Resource) =>
    newColocation(ws, {
      id: set.id,
      score,
      dependent,
      primary,
      dependentRole: set.role,
      primaryRole: set.role,
      influence: influenceOf(dependent, influence),
      explicit: true,
    });
  // What does not exist ends a set; what comes before it is colocated all the same.
  const end = set.resources.indexOf(null);
  const members = end < 0 ? set.resources : set.resources.slice(0, end);
  const ordering = set.xml?.get("ordering") ?? "group";
  for (let i = 1; i < members.length; i++) {
    if (score > 0) {
      if (ordering === "group") make(members[i]!, members[i - 1]!);
      else make(members[i - 1]!, members[i]!);
    } else {
      // Away from every earlier one: only then can no two of them meet.
      for (let j = 0; j < i; j++) make(members[i]!, members[j]!);
    }
  }
}

function colocateSets(
  ws: WorkingSet,
  id: string,
  first: ConstraintSet,
  second: ConstraintSet,
  score: number,
  influence: string | null,
): void {
  if (score === 0) return;
  const dependents = first.sequential === false ? first.resources : first.resources.slice(0, 1);
  const primaries = second.sequential === false ? second.resources : second.resources.slice(-1);
  for (const dependent of dependents) {
    for (const primary of primaries) {
      if (dependent === null || primary === null) continue;
      newColocation(ws, {
        id,
        score,
        dependent,
        primary,
        dependentRole: first.role,
        primaryRole: second.role,
        influence: influenceOf(dependent, influence),
        explicit: true,
      });
    }
  }
}

/** Puts a colocation into the lists of both resources. */
export function newColocation(ws: WorkingSet, spec: ColocationSpec): void {
  const { dependent, primary, score } = spec;
  if (score === 0) return;
  for (const text of [spec.dependentRole, spec.primaryRole]) {
    if (text == null || parseRole(text) !== Role.unknown) continue;
    const message = `Ignoring colocation '${spec.id}' because of invalid role '${text}'`;
    ws.messages.push({ level: "error", text: message });
    return;
  }
  const role = (text: string | null | undefined): Role => {
    const parsed = parseRole(text);
    return parsed === Role.started ? Role.unknown : parsed;
  };
  const colocation: Colocation = {
    id: spec.id,
    nodeAttribute: spec.attribute ?? "#uname",
    dependent,
    primary,
    dependentRole: role(spec.dependentRole),
    primaryRole: role(spec.primaryRole),
    score,
    influence: spec.influence,
    explicit: spec.explicit,
    effect: null,
    effectPartOf: [],
    cyclic: false,
  };
  const { thisWith } = dependent;
  thisWith.splice(placeInThisWith(thisWith, colocation), 0, colocation);
  const { withThis } = primary;
  withThis.splice(placeInWithThis(withThis, colocation), 0, colocation);
  ws.colocations.push(colocation);
  if (score > -INFINITY_SCORE) return;
  orderApart(ws, dependent, colocation.dependentRole, primary, colocation.primaryRole);
  orderApart(ws, primary, colocation.primaryRole, dependent, colocation.dependentRole);
}

/** What must lose its role goes before what gains the other's. */
function orderApart(
  ws: WorkingSet,
  first: Resource,
  firstRole: Role,
  then: Resource,
  thenRole: Role,
): void {
  const losing =
    firstRole === Role.promoted
      ? ["demote"]
      : firstRole === Role.unpromoted
        ? ["stop", "promote"]
        : ["stop"];
  const gaining =
    thenRole === Role.promoted
      ? ["promote"]
      : thenRole === Role.unpromoted
        ? ["start", "demote"]
        : ["start"];
  for (const firstTask of losing) {
    for (const thenTask of gaining) {
      orderResourceActions(ws, first, firstTask, then, thenTask, O.ifRequiredOnSameNode);
    }
  }
}

function compareBySide(a: Resource, b: Resource): number {
  if (a === b) return 0;
  if (a.priority !== b.priority) return b.priority - a.priority;
  if (a.variant !== b.variant) return b.variant - a.variant;
  if (a.variant === Variant.clone && a.promotable !== b.promotable) return a.promotable ? -1 : 1;
  return compareBytes(a.id, b.id);
}

/** Before its equals; lists need not be sorted any more once priorities have changed. */
function placeIn(
  list: readonly Colocation[],
  item: Colocation,
  side: (c: Colocation) => Resource,
): number {
  const own = side(item);
  let at = 0;
  while (at < list.length && compareBySide(own, side(list[at]!)) > 0) at += 1;
  return at;
}

/** Where an item belongs in a list of "this with" colocations. */
export function placeInThisWith(list: readonly Colocation[], item: Colocation): number {
  return placeIn(list, item, (c) => c.primary);
}

/** Where an item belongs in a list of "with this" colocations. */
export function placeInWithThis(list: readonly Colocation[], item: Colocation): number {
  return placeIn(list, item, (c) => c.dependent);
}
