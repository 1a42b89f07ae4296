import { parseBoolean, parseDurationMs } from "../base/mod.ts";
import { fromEpoch, unpackNvpairs } from "../cib/mod.ts";
import type { Element } from "../xml/mod.ts";

export type AlertKind = "node" | "fencing" | "resource" | "attribute";

/** One call of an alert agent for each event: an alert, or one of its recipients. */
export interface AlertCall {
  /** Id of the alert, and of the recipient where there is one. */
  id: string;
  path: string;
  recipient: string | null;
  timeoutMs: number;
  timestampFormat: string;
  kinds: ReadonlySet<AlertKind>;
  /** Names of attributes whose changes count; null: all. */
  attributes: ReadonlySet<string> | null;
  environment: Record<string, string>;
}

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_TIMESTAMP = "%H:%M:%S.%06N";
/** Without `<select>` attribute changes are left out: there are many. */
const DEFAULT_KINDS: ReadonlySet<AlertKind> = new Set(["node", "fencing", "resource"]);
const SELECTIONS: Record<string, AlertKind> = {
  select_nodes: "node",
  select_fencing: "fencing",
  select_resources: "resource",
  select_attributes: "attribute",
};

/** The alerts of a CIB whose rules hold at `nowMs`; a recipient's own settings go before its alert's. */
export function readAlerts(cib: Element, nowMs: number): AlertCall[] {
  const calls: AlertCall[] = [];
  const alerts = cib.first("configuration")?.first("alerts")?.elements("alert") ?? [];
  for (const alert of alerts) {
    const base: AlertCall = {
      id: alert.id,
      path: alert.get("path") ?? "",
      recipient: null,
      timeoutMs: DEFAULT_TIMEOUT_MS,
      timestampFormat: DEFAULT_TIMESTAMP,
      environment: {},
      ...selection(alert),
    };
    const common = withSettings(base, alert, nowMs);
    if (common === null || common.path === "") continue;
    const recipients = alert.elements("recipient");
    if (recipients.length === 0) calls.push(common);
    for (const recipient of recipients) {
      const own = { ...common, id: recipient.id, recipient: recipient.get("value") ?? "" };
      const call = withSettings(own, recipient, nowMs);
      if (call !== null) calls.push(call);
    }
  }
  return calls;
}

function selection(alert: Element): Pick<AlertCall, "kinds" | "attributes"> {
  const kinds = new Set<AlertKind>();
  let attributes: Set<string> | null = null;
  for (const child of alert.first("select")?.elements() ?? []) {
    const kind = SELECTIONS[child.name];
    if (kind === undefined) continue;
    kinds.add(kind);
    const names = child.elements("attribute").map((attribute) => attribute.get("name") ?? "");
    if (kind === "attribute" && names.length > 0) attributes = new Set(names);
  }
  return { kinds: kinds.size === 0 ? DEFAULT_KINDS : kinds, attributes };
}

/** Null when it is disabled. */
function withSettings(call: AlertCall, element: Element, nowMs: number): AlertCall | null {
  const input = { now: fromEpoch(Math.floor(nowMs / 1000)) };
  const meta = unpackNvpairs(element, "meta_attributes", input);
  if (parseBoolean(meta.get("enabled") ?? "true") === false) return null;
  const timeout = meta.get("timeout");
  const timeoutMs = timeout === undefined ? null : parseDurationMs(timeout);
  const variables = Object.fromEntries(unpackNvpairs(element, "instance_attributes", input));
  return {
    ...call,
    // 0 means the default, as everywhere in the CIB where a limit must be.
    timeoutMs: timeoutMs === null ? call.timeoutMs : timeoutMs || DEFAULT_TIMEOUT_MS,
    timestampFormat: meta.get("timestamp-format") ?? call.timestampFormat,
    environment: { ...call.environment, ...variables },
  };
}
