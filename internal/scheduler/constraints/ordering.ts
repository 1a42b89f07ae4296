import { parseBoolean } from "../../base/mod.ts";
import type { Element } from "../../xml/mod.ts";
import { pseudoAction } from "../actions.ts";
import { A, O, Variant } from "../constants.ts";
import { newOrdering, orderResourceActions } from "../orderings.ts";
import type { Resource } from "../resource.ts";
import { scoreOf } from "../unpack/options.ts";
import type { WorkingSet } from "../working-set.ts";
import { type ConstraintSet, isTagged, namedResource, readSets, sideAsSet } from "./names.ts";

type Kind = "Optional" | "Mandatory" | "Serialize";
type Symmetry = "asymmetric" | "symmetric" | "inverse";

const INVERSE: Record<string, string> = {
  start: "stop",
  stop: "start",
  promote: "demote",
  demote: "promote",
  promoted: "demoted",
  demoted: "promoted",
  running: "stopped",
  stopped: "running",
  started: "stopped",
};

/** An ordering constraint: of two resources, tags, or sets. */
export function unpackOrdering(ws: WorkingSet, xml: Element): void {
  const kind = kindOf(ws, xml);
  const symmetry = symmetryOf(xml, kind, null);
  const sets = setsOf(ws, xml);
  if (sets === null) return;
  if (sets.length === 0) return orderTwo(ws, xml, kind, symmetry);
  let last: OrderedSet | null = null;
  for (const { resources, ...rest } of sets) {
    if (resources.length === 0) continue;
    if (!allKnown(resources)) return;
    const set: OrderedSet = { ...rest, resources };
    orderWithin(ws, set, kind, xml.get("symmetrical"));
    if (last !== null) {
      orderSets(ws, last, set, kind, symmetry);
      if (symmetry === "symmetric") orderSets(ws, set, last, kind, "inverse");
    }
    last = set;
  }
}

type OrderedSet = Omit<ConstraintSet, "resources"> & { resources: Resource[] };

function allKnown(resources: (Resource | null)[]): resources is Resource[] {
  return !resources.includes(null);
}

function setsOf(ws: WorkingSet, xml: Element): ConstraintSet[] | null {
  if (!isTagged(ws, xml, "first") && !isTagged(ws, xml, "then")) return readSets(ws, xml);
  const first = sideAsSet(ws, xml, "first", { action: "first-action" });
  const then = sideAsSet(ws, xml, "then", { action: "then-action" });
  return first === null || then === null ? null : [first, then];
}

function kindOf(ws: WorkingSet, xml: Element): Kind {
  const text = xml.get("kind");
  if (text === null) {
    const score = xml.get("score");
    return score !== null && scoreOf(ws, score, 0) === 0 ? "Optional" : "Mandatory";
  }
  switch (text.toLowerCase()) {
    case "optional":
      return "Optional";
    case "serialize":
      return "Serialize";
    default:
      return "Mandatory";
  }
}

function symmetryOf(xml: Element, kind: Kind, inherited: string | null): Symmetry {
  const own = xml.get("symmetrical");
  const flag = parseBoolean(own) ?? (inherited === null ? null : parseBoolean(inherited));
  if (kind === "Serialize") return "asymmetric";
  return flag === false ? "asymmetric" : "symmetric";
}

function flagsFor(kind: Kind, first: string, symmetry: Symmetry): number {
  if (kind === "Optional") return O.ordered;
  if (kind === "Serialize") return O.serialize;
  if (symmetry === "asymmetric") return O.ordered | O.asymmetric;
  if (symmetry === "inverse") return O.ordered | O.thenImpliesFirst;
  const blocks = first === "start" || first === "promote" ? O.unrunnableFirstBlocks : 0;
  return O.ordered | O.firstImpliesThen | blocks;
}

/** Orders two tasks, unless they are one and the same, which the original cannot take at all. */
function orderTasks(
  ws: WorkingSet,
  id: string,
  first: Resource,
  firstTask: string,
  then: Resource,
  thenTask: string,
  flags: number,
): void {
  if (first !== then || firstTask !== thenTask) {
    orderResourceActions(ws, first, firstTask, then, thenTask, flags);
    return;
  }
  const text = `Ignoring order of ${firstTask} of '${first.id}' after itself in constraint '${id}'`;
  ws.problem("error", text);
}

function orderTwo(ws: WorkingSet, xml: Element, kind: Kind, symmetry: Symmetry): void {
  const first = namedResource(ws, xml, "first");
  const then = namedResource(ws, xml, "then");
  if (first === null || then === null) return;
  const firstTask = xml.get("first-action") ?? "start";
  const thenTask = xml.get("then-action") ?? firstTask;
  const flags = flagsFor(kind, firstTask, symmetry);
  const minimum = minimumInstances(first, xml);
  if (minimum > 0) {
    const met = pseudoAction(ws, `clone-one-or-more:${xml.id}`);
    met.requiredRunnableBefore = minimum;
    met.flags |= A.minRunnable;
    for (const instance of first.children) {
      newOrdering(ws, {
        firstResource: instance,
        firstTask: instance.key(firstTask),
        then: met,
        flags: O.minRunnable | O.firstImpliesThenGraphed,
      });
    }
    newOrdering(ws, {
      first: met,
      thenResource: then,
      thenTask: then.key(thenTask),
      flags: flags | O.unrunnableFirstBlocks,
    });
  } else {
    orderTasks(ws, xml.id, first, firstTask, then, thenTask, flags);
  }
  if (symmetry !== "symmetric") return;
  const firstInverse = INVERSE[firstTask];
  const thenInverse = INVERSE[thenTask];
  if (firstInverse === undefined || thenInverse === undefined) return;
  const inverse = flagsFor(kind, firstInverse, "inverse");
  orderTasks(ws, xml.id, then, thenInverse, first, firstInverse, inverse);
}

/** How many instances of a first clone have to run; 0 for the clone as a whole. */
function minimumInstances(first: Resource, xml: Element): number {
  if (first.variant !== Variant.clone) return 0;
  const text = first.meta.get("clone-min");
  if (text !== undefined) {
    const minimum = Math.min(Number.parseInt(text, 10) || 0, 2_147_483_647);
    return Math.max(0, minimum);
  }
  return parseBoolean(xml.get("require-all")) === false ? 1 : 0;
}

function orderWithin(ws: WorkingSet, set: OrderedSet, kind: Kind, inherited: string | null): void {
  const task = set.action ?? "start";
  const symmetry =
    set.xml === null ? symmetryFor(kind, inherited) : symmetryOf(set.xml, kind, inherited);
  const flags = flagsFor(kind, task, symmetry);
  const sequential = set.sequential !== false;
  const members = set.resources;
  if (members.length < 2) return;
  for (let i = 0; i < members.length; i++) {
    if (kind === "Serialize") {
      for (let j = i + 1; j < members.length; j++) {
        orderTasks(ws, set.id, members[i]!, task, members[j]!, task, flags);
      }
    } else if (sequential && i > 0) {
      orderTasks(ws, set.id, members[i - 1]!, task, members[i]!, task, flags);
    }
  }
  if (symmetry === "asymmetric" || !sequential) return;
  const inverse = INVERSE[task];
  if (inverse === undefined) return;
  const inverseFlags = flagsFor(kind, inverse, "inverse");
  for (let i = 1; i < members.length; i++) {
    orderTasks(ws, set.id, members[i]!, inverse, members[i - 1]!, inverse, inverseFlags);
  }
}

function symmetryFor(kind: Kind, text: string | null): Symmetry {
  if (kind === "Serialize") return "asymmetric";
  return text !== null && parseBoolean(text) === false ? "asymmetric" : "symmetric";
}

function orderSets(
  ws: WorkingSet,
  first: OrderedSet,
  then: OrderedSet,
  kind: Kind,
  symmetry: Symmetry,
): void {
  let firstTask = first.action ?? "start";
  let thenTask = then.action ?? "start";
  const inverted = symmetry === "inverse";
  if (inverted) {
    firstTask = INVERSE[firstTask] ?? "";
    thenTask = INVERSE[thenTask] ?? "";
    if (firstTask === "" || thenTask === "") return;
  }
  let requireAll = parseBoolean(first.xml?.get("require-all")) !== false;
  if (firstTask === "stop" || firstTask === "demote") requireAll = true;
  const flags = flagsFor(kind, firstTask, symmetry);
  if (!requireAll) return orderAny(ws, first, firstTask, then, thenTask, flags);
  // Unlike inside a set, what is not said is not sequential.
  const end = (set: OrderedSet, atLast: boolean) => {
    if (set.sequential !== true) return set.resources;
    return atLast ? set.resources.slice(-1) : set.resources.slice(0, 1);
  };
  for (const a of end(first, !inverted)) {
    for (const b of end(then, inverted)) {
      orderTasks(ws, then.id, a, firstTask, b, thenTask, flags);
    }
  }
}

/** One of the first set is enough. */
function orderAny(
  ws: WorkingSet,
  first: OrderedSet,
  firstTask: string,
  then: OrderedSet,
  thenTask: string,
  flags: number,
): void {
  const any = pseudoAction(ws, `one-or-more:${first.id}`);
  any.flags |= A.minRunnable;
  for (const resource of first.resources) {
    newOrdering(ws, {
      firstResource: resource,
      firstTask: resource.key(firstTask),
      then: any,
      flags: O.minRunnable | O.firstImpliesThenGraphed,
    });
  }
  for (const resource of then.resources) {
    newOrdering(ws, {
      first: any,
      thenResource: resource,
      thenTask: resource.key(thenTask),
      flags: flags | O.unrunnableFirstBlocks,
    });
  }
}
