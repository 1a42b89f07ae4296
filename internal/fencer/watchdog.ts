import { parseDurationMs } from "../base/mod.ts";
import { type RuleInput, unpackNvpairs } from "../cib/mod.ts";
import type { Element } from "../xml/mod.ts";
import { hasHost, parseHostList } from "./device-parameters.ts";

/** The name that self-fencing has in the topology and for the tools. */
export const WATCHDOG_DEVICE = "watchdog";
/** Configured under that name it says which nodes fence themselves. */
export const WATCHDOG_AGENT = "fence_watchdog";

export interface WatchdogFencing {
  /** After this long without contact a node counts as fenced. */
  waitMs: number;
  /** Nodes that fence themselves; null: all. */
  targets: string[] | null;
  /** Why this node may not take part; null when it may. */
  unfit: string | null;
}

/**
 * stonith-watchdog-timeout: 0 or nothing turns it off, a negative value stands for twice the
 * timeout of this node's own device (`ownMs`, null without one).
 */
export function readWatchdog(
  configuration: Element | null,
  input: RuleInput,
  ownMs: number | null,
): WatchdogFencing | null {
  const config = configuration?.first("crm_config");
  if (configuration == null || config == null) return null;
  const name = "stonith-watchdog-timeout";
  const text = unpackNvpairs(config, "cluster_property_set", input, "cib-bootstrap-options").get(
    name,
  );
  if (text === undefined) return null;
  const automatic = /^\s*-\s*\d/.test(text);
  const waitMs = automatic ? 2 * (ownMs ?? 0) : (parseDurationMs(text) ?? 0);
  if (waitMs === 0) return null;
  let unfit: string | null = null;
  if (ownMs === null) {
    unfit =
      `Shutting down: ${name} is ${text}, but this node feeds no watchdog ` +
      "(SBD_WATCHDOG_DEV in /etc/default/sbd names its device)";
  } else if (waitMs < ownMs) {
    unfit =
      `Shutting down: ${name} (${text}) is too short, this node's watchdog needs ${ownMs}ms ` +
      "(SBD_WATCHDOG_TIMEOUT)";
  }
  return { waitMs, targets: readTargets(configuration, input), unfit };
}

function readTargets(configuration: Element, input: RuleInput): string[] | null {
  const primitives = configuration.first("resources")?.descendants("primitive") ?? [];
  const device = primitives.find(
    (primitive) => primitive.id === WATCHDOG_DEVICE && primitive.get("type") === WATCHDOG_AGENT,
  );
  if (device === undefined) return null;
  const list = unpackNvpairs(device, "instance_attributes", input).get("pcmk_host_list");
  return list === undefined ? null : parseHostList(list);
}

export function fencesItself(watchdog: WatchdogFencing | null, target: string): boolean {
  if (watchdog === null) return false;
  return watchdog.targets === null || hasHost(watchdog.targets, target);
}
