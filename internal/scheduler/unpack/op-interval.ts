import type { Element } from "../../xml/mod.ts";

/** Interval of a recorded operation, in milliseconds; 0 for one that does not recur. */
export function intervalOf(op: Element): number {
  return Number.parseInt(op.get("interval") ?? "0", 10) || 0;
}
