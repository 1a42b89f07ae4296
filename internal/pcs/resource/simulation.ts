import type { Element } from "../../xml/mod.ts";
import { byCodePoint } from "../frame/text.ts";

/** One operation of a transition graph on a resource. */
export interface GraphOperation {
  id: number;
  resource: string;
  /** The resource's id with those of groups and clones around it. */
  longId: string;
  operation: string;
  node: string;
}

/** What moves or changes a resource; probes and notifications do not. */
const KNOWN = ["start", "stop", "promote", "demote", "migrate_from", "migrate_to"];

/** Operations of a graph, in order of their ids. */
export function operationsOf(graph: Element): GraphOperation[] {
  const found: GraphOperation[] = [];
  for (const operation of graph.descendants("rsc_op")) {
    const name = (operation.get("operation") ?? "").toLowerCase();
    if (!KNOWN.includes(name)) continue;
    for (const primitive of operation.elements("primitive")) {
      found.push({
        id: Number(operation.get("id") ?? "0"),
        resource: primitive.id,
        longId: primitive.get("long-id") ?? primitive.id,
        operation: name,
        node: operation.get("on_node") ?? "",
      });
    }
  }
  return found.sort((a, b) => a.id - b.id);
}

/** Resources that something is done to, by id. */
export function touchedResources(graph: Element): string[] {
  const ids = new Set(operationsOf(graph).map(({ resource }) => resource));
  return [...ids].sort(byCodePoint);
}

/** Resources stopped more often than started, or demoted more often than promoted. */
export function leftBehind(graph: Element): string[] {
  const operations = operationsOf(graph);
  return [
    ...new Set([
      ...unbalanced(operations, "stop", "start"),
      ...unbalanced(operations, "demote", "promote"),
    ]),
  ];
}

function unbalanced(operations: readonly GraphOperation[], down: string, up: string): string[] {
  const counts = new Map<string, number>();
  for (const { resource, operation } of operations) {
    if (operation !== down && operation !== up) continue;
    counts.set(resource, (counts.get(resource) ?? 0) + (operation === down ? 1 : -1));
  }
  return [...counts].filter(([, count]) => count > 0).map(([id]) => id);
}
