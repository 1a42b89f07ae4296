import { formatScore, INFINITY_SCORE } from "../../base/mod.ts";
import { mergeSort } from "../merge-sort.ts";
import { compareBytes } from "../natural-order.ts";
import type { Node } from "../node.ts";
import type { NodeTable } from "../node-table.ts";
import type { Resource } from "../resource.ts";
import { compareCapacities } from "../utilization.ts";
import type { WorkingSet } from "../working-set.ts";

/** The allowed nodes, best first. `active`: the resource's current node, preferred among equals. */
export function sortedNodes(ws: WorkingSet, table: NodeTable, active: Node | null): Node[] {
  return sortNodes(ws, table, valuesOf(ws, table), active);
}

/**
 * Sorts nodes by merging, in place: free capacities compared attribute by attribute are not
 * transitive, so what comes first depends on the order before and on the way of sorting.
 */
export function sortNodes(
  ws: WorkingSet,
  table: NodeTable,
  nodes: Node[],
  active: Node | null,
): Node[] {
  return mergeSort(nodes, (a, b) => compareNodes(ws, table, a, b, active));
}

/** The nodes of a table, as the original lists the values of its hash table: last slot first. */
function valuesOf(ws: WorkingSet, table: NodeTable): Node[] {
  if (ws.tableOrderDecides) return table.inHashOrder().reverse();
  return ws.nodes.filter((node) => table.has(node));
}

export function effectiveScore(table: NodeTable, node: Node): number {
  return node.available ? table.scores[node.index]! : -INFINITY_SCORE;
}

export function compareNodes(
  ws: WorkingSet,
  table: NodeTable,
  a: Node,
  b: Node,
  active: Node | null,
): number {
  const scoreA = effectiveScore(table, a);
  const scoreB = effectiveScore(table, b);
  if (scoreA !== scoreB) return scoreB - scoreA;
  const strategy = ws.config.placementStrategy;
  if (strategy !== "minimal") {
    if (strategy === "balanced") {
      const result = compareCapacities(a, b);
      if (result !== 0) return result;
    }
    if (a.assignedCount !== b.assignedCount) return a.assignedCount - b.assignedCount;
    if (active === a) return -1;
    if (active === b) return 1;
  }
  return compareBytes(a.name, b.name);
}

/** Available, and (unless the score is of no matter) not negative in the table. */
export function availableIn(table: NodeTable, node: Node): boolean {
  return node.available && table.has(node) && table.scores[node.index]! >= 0;
}

/** Collects the lines of `crm_simulate -s`. */
export function showScores(ws: WorkingSet, resource: Resource, label: string): void {
  if (ws.options.showScores !== true || resource.orphan) return;
  const head = `${label}: ${resource.id} allocation score on `;
  for (const node of ws.nodes) {
    if (!resource.allowed.has(node)) continue;
    const value = resource.allowed.score(node);
    const score = formatScore(value);
    if (ws.reasons !== null) {
      ws.reasons.shown.push({
        resource,
        node,
        score: value,
        records: ws.reasons.of(resource, node),
      });
    }
    ws.scoreLines.push(`${head}${node.name}: ${score}`);
  }
  for (const child of resource.children) showScores(ws, child, label);
}
