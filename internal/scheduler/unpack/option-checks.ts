import { parseBoolean } from "../../base/mod.ts";
import { parseIntervalMs } from "../../cib/mod.ts";
import type { WorkingSet } from "../working-set.ts";

type Check = (text: string) => boolean;

const boolean: Check = (text) => parseBoolean(text) !== null;
const interval: Check = (text) => parseIntervalMs(text) !== null;
/** What follows the digits does not count, but no number may be over 64 bits. */
const integer: Check = (text) => {
  if (/^[+-]?INFINITY$/.test(text)) return true;
  const digits = /^\s*([+-]?\d+)/.exec(text);
  return digits !== null && BigInt.asIntN(64, BigInt(digits[1]!)) === BigInt(digits[1]!);
};
const oneOf =
  (...words: string[]): Check =>
  (text) =>
    words.includes(text.toLowerCase());

const CHECKS: Record<string, Check> = {
  "no-quorum-policy": oneOf("stop", "freeze", "ignore", "demote", "fence", "suicide"),
  "symmetric-cluster": boolean,
  "stonith-enabled": boolean,
  "stonith-action": oneOf("reboot", "off", "poweroff"),
  "stonith-timeout": interval,
  "startup-fencing": boolean,
  "concurrent-fencing": boolean,
  "enable-startup-probes": boolean,
  "stop-orphan-resources": boolean,
  "stop-orphan-actions": boolean,
  "start-failure-is-fatal": boolean,
  "maintenance-mode": boolean,
  "stop-all-resources": boolean,
  "shutdown-lock": boolean,
  "shutdown-lock-limit": interval,
  "priority-fencing-delay": interval,
  "node-pending-timeout": interval,
  "cluster-delay": interval,
  "cluster-recheck-interval": interval,
  "have-watchdog": boolean,
  "batch-limit": integer,
  "migration-limit": integer,
  "placement-strategy": oneOf("default", "utilization", "minimal", "balanced"),
  "node-health-strategy": oneOf("none", "migrate-on-red", "only-green", "progressive", "custom"),
  "node-health-base": integer,
  "node-health-green": integer,
  "node-health-yellow": integer,
  "node-health-red": integer,
};

/** Leaves out the cluster properties whose values are not of their kind, each with an error. */
export function checkedOptions(
  ws: WorkingSet,
  properties: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  let checked: Map<string, string> | null = null;
  for (const [name, value] of properties) {
    if (CHECKS[name]?.(value) !== false) continue;
    const text = `Using default value for cluster option '${name}' because '${value}' is invalid`;
    ws.messages.push({ level: "error", text });
    checked ??= new Map(properties);
    checked.delete(name);
  }
  return checked ?? properties;
}
