import { INFINITY_SCORE } from "../../base/mod.ts";
import { mergeSort } from "../merge-sort.ts";
import type { NodeTable } from "../node-table.ts";
import type { Resource } from "../resource.ts";
import { currentNode } from "../resource-state.ts";
import type { WorkingSet } from "../working-set.ts";
import { mergeScores } from "./merge-scores.ts";
import { sortNodes } from "./nodes.ts";

/** With a placement strategy, resources that have more at stake are assigned first. */
export function sortResources(ws: WorkingSet): void {
  const any = ws.resources[0];
  if (any === undefined) return;
  const everyNode = any.allowed.copy();
  everyNode.clear();
  for (const node of ws.nodesByIndex) everyNode.insert(node, node.score, 0);
  const nodes = sortNodes(ws, everyNode, ws.nodes.slice(), null);
  const tables = new Map<Resource, NodeTable>();
  const tableOf = (resource: Resource) => {
    let table = tables.get(resource);
    if (table === undefined) {
      table =
        mergeScores(ws, resource, null, null, null, 1, { thisWith: true }) ?? resource.allowed;
      tables.set(resource, table);
    }
    return table;
  };
  const current = (resource: Resource) =>
    resource.activeOn.length > 0 ? currentNode(resource) : null;
  const compare = (a: Resource, b: Resource): number => {
    if (a.priority !== b.priority) return b.priority - a.priority;
    if (nodes.length === 0) return 0;
    const tableA = tableOf(a);
    const tableB = tableOf(b);
    const score = (table: NodeTable, node: (typeof nodes)[number]) =>
      table.has(node) ? table.score(node) : -INFINITY_SCORE;
    const onA = current(a);
    const onB = current(b);
    const scoreA = onA === null ? -INFINITY_SCORE : score(tableA, onA);
    const scoreB = onB === null ? -INFINITY_SCORE : score(tableB, onB);
    if (scoreA !== scoreB) return scoreB - scoreA;
    for (const node of nodes) {
      const x = score(tableA, node);
      const y = score(tableB, node);
      if (x !== y) return y - x;
    }
    return 0;
  };
  mergeSort(ws.resources, compare);
}
