import { parseBoolean } from "../base/mod.ts";
import { parseIntervalMs } from "../cib/mod.ts";
import type { Element } from "../xml/mod.ts";
import type { Resource } from "./resource.ts";

/** An operation of a resource's configuration, read once per configuration element. */
export interface ConfiguredOp {
  xml: Element;
  name: string;
  intervalMs: number;
  enabled: boolean;
}

export function configuredOps(resource: Resource): ConfiguredOp[] {
  resource.configuredOps ??= resource.ops
    .filter((xml) => xml.id !== "")
    .map((xml) => ({
      xml,
      name: xml.get("name") ?? "",
      intervalMs: parseIntervalMs(xml.get("interval") ?? "0") ?? 0,
      enabled: parseBoolean(xml.get("enabled") ?? "true") !== false,
    }));
  return resource.configuredOps;
}

function find(resource: Resource, name: string, intervalMs: number, disabledToo: boolean) {
  for (const op of configuredOps(resource)) {
    if (op.name !== name || op.intervalMs !== intervalMs) continue;
    if (disabledToo || op.enabled) return op.xml;
  }
  return null;
}

/** The op element for an action; migrations fall back to `migrate`. */
export function configuredOp(
  resource: Resource,
  task: string,
  intervalMs: number,
  disabledToo: boolean,
): Element | null {
  const exact = find(resource, task, intervalMs, disabledToo);
  if (exact !== null) return exact;
  if (task === "migrate_to" || task === "migrate_from") {
    return find(resource, "migrate", 0, disabledToo);
  }
  return null;
}

/** The enabled recurring monitor that runs most often. */
export function fastestMonitor(resource: Resource): ConfiguredOp | null {
  let best: ConfiguredOp | null = null;
  for (const op of configuredOps(resource)) {
    if (op.name !== "monitor" || op.intervalMs === 0 || !op.enabled) continue;
    if (best === null || op.intervalMs < best.intervalMs) best = op;
  }
  return best;
}
