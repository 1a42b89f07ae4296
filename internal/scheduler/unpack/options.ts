import { INFINITY_SCORE, isTrue, parseBoolean } from "../../base/mod.ts";
import { parseIntervalMs } from "../../cib/mod.ts";
import { QuorumPolicy } from "../constants.ts";
import type { ClusterOptions, WorkingSet } from "../working-set.ts";
import { checkedOptions } from "./option-checks.ts";
import { unpackPairs } from "./pairs.ts";

/** Old spellings that still count when the new one is absent. */
const OLD_NAMES: Record<string, string> = {
  "no-quorum-policy": "no_quorum_policy",
  "symmetric-cluster": "symmetric_cluster",
  "stonith-enabled": "stonith_enabled",
  "stonith-action": "stonith_action",
  "stop-orphan-resources": "stop_orphan_resources",
  "stop-orphan-actions": "stop_orphan_actions",
  "cluster-delay": "transition_idle_timeout",
};

/** Reads the cluster properties into typed options; invalid values mean the default. */
export function unpackOptions(ws: WorkingSet): void {
  const crmConfig = ws.cib.first("configuration")?.first("crm_config") ?? null;
  if (crmConfig !== null) {
    const pairs = unpackPairs(ws, crmConfig, "cluster_property_set", {
      firstId: "cib-bootstrap-options",
    });
    ws.properties = checkedOptions(ws, pairs);
  }
  const text = (name: string) =>
    ws.properties.get(name) ?? ws.properties.get(OLD_NAMES[name] ?? name);
  const flag = (name: string, fallback: boolean) => parseBoolean(text(name)) ?? fallback;
  const time = (name: string, fallback: number) => {
    const value = text(name);
    return value === undefined ? fallback : (parseIntervalMs(value) ?? fallback);
  };
  const word = (name: string, allowed: string[], fallback: string) => {
    const value = text(name);
    return value !== undefined && allowed.includes(value) ? value : fallback;
  };
  const whole = (name: string) => {
    const value = text(name);
    return value !== undefined && /^[+-]?\d+$/.test(value) ? Number(value) : 0;
  };
  ws.haveQuorum = isTrue(ws.cib.get("have-quorum"));
  const fencingEnabled = flag("stonith-enabled", true);
  const action = word("stonith-action", ["reboot", "off", "poweroff"], "reboot");
  const delay = text("cluster-delay");
  const migrationLimit = text("migration-limit");
  const config: ClusterOptions = {
    noQuorumPolicy: QuorumPolicy.stop,
    symmetric: flag("symmetric-cluster", true),
    fencingEnabled,
    fencingAction: action === "poweroff" ? "off" : action,
    fencingTimeoutMs: time("stonith-timeout", 60_000),
    startupFencing: fencingEnabled && flag("startup-fencing", true),
    concurrentFencing: flag("concurrent-fencing", true),
    startupProbes: flag("enable-startup-probes", true),
    stopOrphanResources: flag("stop-orphan-resources", true),
    stopOrphanActions: flag("stop-orphan-actions", true),
    startFailureFatal: flag("start-failure-is-fatal", true),
    maintenanceMode: flag("maintenance-mode", false),
    stopAll: flag("stop-all-resources", false),
    clusterDelay: delay !== undefined && parseIntervalMs(delay) !== null ? delay : "60s",
    batchLimit: text("batch-limit") ?? "0",
    migrationLimit: migrationLimit ?? "-1",
    placementStrategy: word(
      "placement-strategy",
      ["default", "utilization", "minimal", "balanced"],
      "default",
    ),
    healthStrategy: word(
      "node-health-strategy",
      ["none", "migrate-on-red", "only-green", "progressive", "custom"],
      "none",
    ),
    shutdownLock: flag("shutdown-lock", false),
    shutdownLockMs: time("shutdown-lock-limit", 0),
    priorityFencingDelayMs: time("priority-fencing-delay", 0),
    nodePendingTimeoutMs: time("node-pending-timeout", 0),
    haveWatchdog: flag("have-watchdog", false),
  };
  config.noQuorumPolicy = quorumPolicy(ws, text("no-quorum-policy"), config);
  if (migrationLimit !== undefined && whole("migration-limit") <= 0) config.migrationLimit = "-1";
  ws.config = config;
  ws.unfencingEnabled = asksForUnfencing(ws);
  ws.haveFencing = fencingEnabled && config.haveWatchdog;
}

/** Whether any resource, or the defaults, require or provide unfencing. */
function asksForUnfencing(ws: WorkingSet): boolean {
  const configuration = ws.cib.first("configuration");
  for (const section of [configuration?.first("resources"), configuration?.first("rsc_defaults")]) {
    for (const set of section?.descendants("meta_attributes") ?? []) {
      for (const pair of set.elements("nvpair")) {
        const name = pair.get("name");
        if (name !== "requires" && name !== "provides") continue;
        if (pair.get("value") === "unfencing") return true;
      }
    }
  }
  return false;
}

function quorumPolicy(ws: WorkingSet, text: string | undefined, config: ClusterOptions) {
  switch (text?.toLowerCase()) {
    case "ignore":
      return QuorumPolicy.ignore;
    case "freeze":
      return QuorumPolicy.freeze;
    case "demote":
      return QuorumPolicy.demote;
    case "fence":
    case "suicide": {
      if (!config.fencingEnabled) return QuorumPolicy.stop;
      // Without quorum at start there is no reason yet to panic.
      const panic = Number.parseInt(ws.cib.get("no-quorum-panic") ?? "0", 10);
      return panic > 0 || ws.haveQuorum ? QuorumPolicy.fence : QuorumPolicy.stop;
    }
    default:
      return QuorumPolicy.stop;
  }
}

/** Score of a health colour or number under the configured strategy. */
export function healthColourScore(ws: WorkingSet, colour: "red" | "yellow" | "green"): number {
  const strategy = ws.config.healthStrategy;
  const configured = () => {
    const text = ws.properties.get(`node-health-${colour}`);
    const parsed = text === undefined ? null : plainScore(text);
    return parsed ?? (colour === "red" ? -INFINITY_SCORE : 0);
  };
  if (strategy === "none") return 0;
  if (strategy === "progressive" || strategy === "custom") return configured();
  if (colour === "red") return -INFINITY_SCORE;
  if (colour === "yellow") return strategy === "only-green" ? -INFINITY_SCORE : 0;
  return 0;
}

function plainScore(text: string): number | null {
  if (text === "INFINITY" || text === "+INFINITY") return INFINITY_SCORE;
  if (text === "-INFINITY") return -INFINITY_SCORE;
  // What follows the number does not count: "1.0" is 1.
  const match = /^\s*[+-]?\d+/.exec(text);
  if (match === null) return null;
  return Math.max(-INFINITY_SCORE, Math.min(INFINITY_SCORE, Number(match[0])));
}

/** A score text with colours allowed; `fallback` when missing or malformed. */
export function scoreOf(ws: WorkingSet, text: string | null | undefined, fallback = 0): number {
  if (text === null || text === undefined) return fallback;
  switch (text.toLowerCase()) {
    case "red":
      return healthColourScore(ws, "red");
    case "yellow":
      return healthColourScore(ws, "yellow");
    case "green":
      return healthColourScore(ws, "green");
    default:
      return plainScore(text) ?? fallback;
  }
}
