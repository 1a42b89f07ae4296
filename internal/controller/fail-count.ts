import type { HistoryResult } from "./dc-types.ts";

const OCF_UNKNOWN = 193;

/**
 * The value by which a failed operation changes its fail count (`value++`, or INFINITY where the
 * graph says that a failed start or stop is fatal), or null when it does not count: probes,
 * notifications and the like.
 */
export function failCountChange(
  result: HistoryResult,
  targetRc: number,
  offsets: { start: string; stop: string },
): string | null {
  if (result.rc === targetRc || result.rc === OCF_UNKNOWN) return null;
  if (result.intervalMs > 0) return "value++";
  switch (result.task) {
    case "promote":
    case "demote":
      return "value++";
    case "start":
      return offsets.start === "INFINITY" ? "INFINITY" : "value++";
    case "stop":
      return offsets.stop === "INFINITY" ? "INFINITY" : "value++";
    default:
      return null;
  }
}

/** `fail-count-RSC#TASK_INTERVAL` or `last-failure-RSC#TASK_INTERVAL`. */
export function failureAttribute(
  kind: "fail-count" | "last-failure",
  result: { resource: string; task: string; intervalMs: number },
): string {
  return `${kind}-${result.resource}#${result.task}_${result.intervalMs}`;
}
