import { addScores, parseScore } from "../../base/mod.ts";
import type { Node, Resource } from "../../scheduler/mod.ts";

/** Failures of a resource that a node remembers, and when the last one was (epoch seconds, or 0). */
export function failCount(resource: Resource, node: Node): { count: number; last: number } {
  const anonymous = resource.isInstanceOf(2) && !resource.unique;
  const name = anonymous ? resource.nameInHistory.replace(/:\d+$/, "") : resource.nameInHistory;
  let count = 0;
  let last = 0;
  for (const [attribute, value] of node.attributes) {
    const [kind, rest] = split(attribute);
    if (kind === null || !rest.includes("#")) continue;
    const owner = rest.slice(0, rest.lastIndexOf("#"));
    if (owner !== name && !(anonymous && owner.replace(/:\d+$/, "") === name)) continue;
    if (kind === "count") count = addScores(count, parseScore(value) ?? 0);
    else last = Math.max(last, Number.parseInt(value, 10) || 0);
  }
  return { count, last };
}

function split(attribute: string): ["count" | "last" | null, string] {
  if (attribute.startsWith("fail-count-")) return ["count", attribute.slice("fail-count-".length)];
  if (attribute.startsWith("last-failure-")) {
    return ["last", attribute.slice("last-failure-".length)];
  }
  return [null, ""];
}
