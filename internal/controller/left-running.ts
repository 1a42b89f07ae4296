import type { Element } from "../xml/mod.ts";

/** Whether the last that a node's history tells of some service leaves it running. */
export function leftRunning(state: Element | null): boolean {
  const resources = state?.first("lrm")?.descendants("lrm_resource") ?? [];
  return resources.some((resource) => {
    if (resource.get("class") === "stonith") return false;
    const last = resource.elements("lrm_rsc_op").find((op) => op.id === `${resource.id}_last_0`);
    return last !== undefined && !showsStopped(last);
  });
}

function showsStopped(op: Element): boolean {
  const operation = op.get("operation");
  const code = op.get("rc-code");
  if (operation === "stop" || operation === "migrate_to") return code === "0";
  // A probe's 5 and the like: what is not installed does not run.
  return operation === "monitor" && code !== "0" && code !== "8";
}
