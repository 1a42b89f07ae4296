import { parseDurationMs } from "../base/mod.ts";
import type { FenceAgentInfo, FenceDevice } from "./types.ts";

/** Default number of times that an action is tried. */
const TRIES = 2;

/** `pcmk_reboot_action=off` and the like: what the agent is called with for an action. */
export function agentAction(device: FenceDevice, action: string): string {
  return device.parameters[`pcmk_${parameterWord(action)}_action`] ?? action;
}

/** The timeout configured for an action, else `fallbackMs`. */
export function actionTimeoutMs(device: FenceDevice, action: string, fallbackMs: number): number {
  const text = device.parameters[`pcmk_${parameterWord(action)}_timeout`];
  return (text === undefined ? null : parseDurationMs(text)) ?? fallbackMs;
}

export function actionTries(device: FenceDevice, action: string): number {
  const text = device.parameters[`pcmk_${parameterWord(action)}_retries`];
  const count = Number.parseInt(text ?? "", 10);
  return Number.isFinite(count) && count > 0 ? count : TRIES;
}

/** How many actions may run on a device at once; Infinity for -1. */
export function actionLimit(device: FenceDevice): number {
  const count = Number.parseInt(device.parameters["pcmk_action_limit"] ?? "1", 10);
  if (count === -1) return Number.POSITIVE_INFINITY;
  return Number.isFinite(count) && count > 0 ? count : 1;
}

/** `list-status` has no parameters of its own; `list` and `status` do. */
function parameterWord(action: string): string {
  return action.replaceAll("-", "_");
}

/**
 * The least and the most that a device waits before it fences a target, in milliseconds. Without
 * pcmk_delay_max there is no random part; a base above it counts as the maximum.
 */
export function delays(device: FenceDevice, target: string): { baseMs: number; maxMs: number } {
  const maxMs = parseDurationMs(device.parameters["pcmk_delay_max"] ?? "") ?? 0;
  const text = device.parameters["pcmk_delay_base"] ?? "";
  const base = text.includes(":") ? mapLookup(text, target) : text;
  const baseMs = parseDurationMs(base ?? "") ?? 0;
  return maxMs > 0 ? { baseMs: Math.min(baseMs, maxMs), maxMs } : { baseMs, maxMs: baseMs };
}

/** The name by which the device knows a node (pcmk_host_map), else the node's own. */
export function portOf(device: FenceDevice, target: string): string {
  return mapLookup(device.parameters["pcmk_host_map"] ?? "", target) ?? target;
}

/** `node1:1;node2:2,3`: the value of one key. Node names are compared without regard to case. */
function mapLookup(text: string, key: string): string | null {
  const map = parseHostMap(text);
  const exact = map.get(key);
  if (exact !== undefined) return exact;
  for (const [name, value] of map) if (sameHost(name, key)) return value;
  return null;
}

/** Names of nodes and ports are compared without regard to case. */
export function hasHost(names: string[], wanted: string): boolean {
  return names.some((name) => sameHost(name, wanted));
}

function sameHost(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** Pairs are parted by semicolons or white space, the key from its value by a colon. */
export function parseHostMap(text: string): Map<string, string> {
  const map = new Map<string, string>();
  for (const pair of text.split(/[;\s]+/)) {
    const at = pair.search(/[:=]/);
    if (at > 0) map.set(pair.slice(0, at), pair.slice(at + 1));
  }
  return map;
}

/** Names in pcmk_host_list or in the output of an agent's `list`. */
export function parseHostList(text: string): string[] {
  const words = text.split(/[\s,;]+/);
  return words.filter((word) => word !== "" && word !== "on" && word !== "off");
}

export type HostCheck = "static-list" | "dynamic-list" | "status" | "none";

/** How to find out which nodes a device can fence. */
export function hostCheck(device: FenceDevice, info: FenceAgentInfo | null): HostCheck {
  const { pcmk_host_check: given, pcmk_host_list, pcmk_host_map } = device.parameters;
  if (given === "static-list" || given === "dynamic-list" || given === "status") return given;
  if (given === "none") return given;
  if (pcmk_host_list !== undefined || pcmk_host_map !== undefined) return "static-list";
  // While its meta-data is unknown the agent is asked, never believed to fence everything.
  if (info === null || info.actions.includes("list")) return "dynamic-list";
  if (info.actions.includes("status")) return "status";
  return "none";
}

/** For `static-list`: whether a target is named in pcmk_host_list or pcmk_host_map. */
export function inStaticList(device: FenceDevice, target: string): boolean {
  const { pcmk_host_list: list = "", pcmk_host_map: map = "" } = device.parameters;
  return hasHost(parseHostList(list), target) || mapLookup(map, target) !== null;
}

/** What a fence agent reads on standard input. */
export function agentInput(
  device: FenceDevice,
  action: string,
  target: string | null,
  info: FenceAgentInfo | null,
): string {
  const lines = [`action=${agentAction(device, action)}`];
  if (target !== null) {
    lines.push(`nodename=${target}`);
    const argument = hostArgument(device, info);
    if (argument !== null) lines.push(`${argument}=${portOf(device, target)}`);
  }
  for (const [name, value] of Object.entries(device.parameters)) {
    // The cluster's own parameters, and an action that would override the one asked for.
    const ours = name.startsWith("pcmk_") || name === "provides" || name === "stonith-timeout";
    if (ours || name === "action" || name === "option") continue;
    if (target !== null && name === hostArgument(device, info)) continue;
    // A line break would let a value smuggle in an option.
    lines.push(`${name}=${value.replace(/[\r\n]/g, " ")}`);
  }
  return `${lines.join("\n")}\n`;
}

/** The agent's option for the target; null when it has none or the device is set to one target. */
function hostArgument(device: FenceDevice, info: FenceAgentInfo | null): string | null {
  const given = device.parameters["pcmk_host_argument"];
  if (given === "none") return null;
  const name = given ?? (info?.parameters.includes("plug") === true ? "plug" : "port");
  const fixed = device.parameters[name];
  return fixed === undefined || fixed === "dynamic" ? name : null;
}

/** Unfencing has to run on the node that is unfenced. */
export function runsOnTarget(action: string, info: FenceAgentInfo | null): boolean {
  return action === "on" && info?.onTarget === true;
}

/** Whether the agent knows an action; while its meta-data is unknown it is believed to. */
export function supports(
  device: FenceDevice,
  action: string,
  info: FenceAgentInfo | null,
): boolean {
  return info === null || info.actions.includes(agentAction(device, action));
}
