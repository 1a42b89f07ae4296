import type { Element } from "../../xml/mod.ts";

/** One operation of a transition graph on a resource. */
interface GraphOperation {
  id: number;
  resource: string;
  operation: string;
}

function operationsOf(graph: Element): GraphOperation[] {
  const found: GraphOperation[] = [];
  for (const operation of graph.descendants("rsc_op")) {
    const name = operation.get("operation") ?? "";
    const primitive = operation.first("primitive");
    if (primitive === null || name === "monitor") continue;
    found.push({
      id: Number(operation.get("id") ?? "0"),
      resource: plainId(primitive),
      operation: name,
    });
  }
  return found.sort((a, b) => a.id - b.id);
}

/** The id as configured: an instance of a clone carries its number behind a colon. */
function plainId(primitive: Element): string {
  const id = primitive.id;
  const colon = id.indexOf(":");
  return colon < 0 ? id : id.slice(0, colon);
}

/** Resources that something is done to. */
export function touchedResources(graph: Element): string[] {
  return [...new Set(operationsOf(graph).map(({ resource }) => resource))];
}

/** Resources that are stopped and not started again, or demoted and not promoted again. */
export function leftBehind(graph: Element): string[] {
  const operations = operationsOf(graph);
  const left = new Set<string>();
  for (const [down, up] of [
    ["stop", ["start", "migrate_from"]],
    ["demote", ["promote"]],
  ] as const) {
    const downs = operations.filter(({ operation }) => operation === down);
    const ups = new Set(
      operations
        .filter(({ operation }) => (up as readonly string[]).includes(operation))
        .map(({ resource }) => resource),
    );
    for (const { resource } of downs) if (!ups.has(resource)) left.add(resource);
  }
  return [...left];
}
