import type { Nested } from "../nested.ts";
import type { Node } from "../node.ts";
import type { Resource } from "../resource.ts";
import type { WorkingSet } from "../working-set.ts";
import { assign } from "./assign.ts";
import { thisWithOf, withThisOf } from "./colocations-of.ts";
import { assignInstances, sortInstances } from "./instances.ts";
import { addDependentScores } from "./merge-scores.ts";
import { showScores } from "./nodes.ts";
import { addPromotionScores, setInstanceRoles } from "./promotable.ts";

/** Assigns the instances of a clone, and their roles where they have a choice. */
export function* assignClone(
  ws: WorkingSet,
  clone: Resource,
  prefer: Node | null,
  final: boolean,
): Nested<Node | null> {
  if (!clone.unassigned || clone.assigning) return null;
  const data = clone.clone!;
  if (clone.promotable) addPromotionScores(ws, clone);
  clone.assigning = true;
  for (const c of thisWithOf(clone)) yield assign(ws, c.primary, prefer, final);
  for (const c of withThisOf(clone)) addDependentScores(ws, clone, c);
  showScores(ws, clone, "pcmk__clone_assign");
  sortInstances(ws, clone.children);
  yield assignInstances(ws, clone, clone.children, data.max, data.nodeMax);
  if (clone.promotable) setInstanceRoles(ws, clone);
  clone.unassigned = false;
  clone.assigning = false;
  return null;
}
