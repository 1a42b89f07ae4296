import { ExitCode, execStatusText, exitText, PACEMAKER_VERSION } from "../base/mod.ts";
import { type OperationResult, OpStatus } from "../executor/mod.ts";
import type { FenceRecord } from "../fencer/mod.ts";
import type { Element } from "../xml/mod.ts";
import { type AlertCall, type AlertKind, readAlerts } from "./alert-config.ts";
import { formatTime } from "./alert-time.ts";
import type { NodeEffect } from "./types.ts";

/** Alert agents at work at a time; further calls wait. */
const MOST_RUNNING = 16;
/** Calls that wait; beyond it the newest are dropped, and that is said. */
const MOST_WAITING = 1_000;

type RunAlert = Extract<NodeEffect, { type: "run-alert" }>;

export interface AlertsOptions {
  utcOffsetMinutes: number;
  emit(effect: NodeEffect): void;
  nowMs(): number;
}

/**
 * Calls the configured alert agents for what happens in the cluster. An agent that hangs or fails
 * holds up nothing but other alerts.
 */
export class Alerts {
  readonly #options: AlertsOptions;
  #cib: Element | null = null;
  #calls: AlertCall[] = [];
  /** Counts events; agents order by it. */
  #sequence = 0;
  #runs = 0;
  readonly #waiting: RunAlert[] = [];
  /** By run: whom to name when it fails. */
  readonly #running = new Map<string, string>();
  #dropped = 0;

  constructor(options: AlertsOptions) {
    this.#options = options;
  }

  configure(cib: Element): void {
    this.#cib = cib;
    this.#calls = readAlerts(cib, this.#options.nowMs());
  }

  node(node: { name: string; uuid: string }, state: "member" | "lost"): void {
    this.#event("node", null, { node: node.name, nodeid: node.uuid, desc: state });
  }

  fencing(record: FenceRecord): void {
    const ok = record.exitStatus === ExitCode.OK;
    const why = ok
      ? ""
      : ` (${record.reason === "" ? exitText(record.exitStatus) : record.reason})`;
    const result = ok ? "OK" : statusText(record.status, record.exitStatus);
    const by = record.delegate ?? "the cluster";
    this.#event("fencing", null, {
      node: record.target,
      desc:
        `Operation ${record.action} of ${record.target} by ${by} for ` +
        `${record.client}@${record.origin}: ${result}${why} (ref=${record.id})`,
      task: "st_notify_fence",
      rc: String(ok ? 0 : fencingError(record.status)),
    });
  }

  /** `node` is where it was executed. Probes that found what was expected are no news. */
  resource(node: string, result: OperationResult, targetRc: number): void {
    const { request, status, rc } = result;
    const probe = request.action === "monitor" && request.intervalMs === 0;
    if (probe && status === OpStatus.DONE && rc === targetRc) return;
    this.#event("resource", null, {
      node,
      rsc: request.resource,
      task: request.action,
      interval: String(request.intervalMs),
      target_rc: String(targetRc),
      status: String(status),
      rc: String(rc),
      exec_time: String(Math.round(result.execTimeMs)),
      desc: statusText(status, rc),
    });
  }

  attribute(node: { name: string; uuid: string }, name: string, value: string | null): void {
    this.#event("attribute", name, {
      node: node.name,
      nodeid: node.uuid,
      attribute_name: name,
      attribute_value: value ?? "",
    });
  }

  /** An agent's run ended. */
  done(run: string, outcome: { outcome: string; code: number; error?: string }): void {
    const id = this.#running.get(run);
    this.#running.delete(run);
    const failed = outcome.outcome !== "exited" || outcome.code !== 0;
    if (failed && id !== undefined) {
      const how = outcome.error ?? `${outcome.outcome} ${outcome.code}`;
      this.#log(`Alert agent of ${id} failed: ${how}`);
    }
    const next = this.#waiting.shift();
    if (next !== undefined) this.#start(next);
    else if (this.#dropped > 0) {
      this.#log(`${this.#dropped} alerts were dropped: too many were waiting`);
      this.#dropped = 0;
    }
  }

  #event(kind: AlertKind, attribute: string | null, values: Record<string, string>): void {
    if (this.#calls.length === 0) return;
    // Rules go by time, too.
    this.#calls = readAlerts(this.#cib!, this.#options.nowMs());
    this.#sequence += 1;
    for (const call of this.#calls) {
      if (!call.kinds.has(kind)) continue;
      if (attribute !== null && call.attributes?.has(attribute) === false) continue;
      this.#call(call, { kind, ...values });
    }
  }

  #call(call: AlertCall, values: Record<string, string>): void {
    const { environment: configured, path, timeoutMs, timestampFormat: format } = call;
    const { utcOffsetMinutes } = this.#options;
    const nowMs = this.#options.nowMs();
    const seconds = Math.floor(nowMs / 1000);
    const all: Record<string, string> = {
      ...values,
      version: PACEMAKER_VERSION,
      node_sequence: String(this.#sequence),
      timestamp_epoch: String(seconds),
      timestamp_usec: String(Math.floor((nowMs - seconds * 1000) * 1000)).padStart(6, "0"),
    };
    if (call.recipient !== null) all["recipient"] = call.recipient;
    if (format !== "") all["timestamp"] = formatTime(format, nowMs, utcOffsetMinutes);
    const env = { ...configured };
    for (const [name, value] of Object.entries(all)) env[`CRM_alert_${name}`] = value;
    this.#runs += 1;
    const run = `al/${call.id}/${this.#runs}`;
    const effect: RunAlert = { type: "run-alert", run, path, env, timeoutMs };
    if (this.#running.size < MOST_RUNNING) this.#start(effect);
    else if (this.#waiting.length < MOST_WAITING) this.#waiting.push(effect);
    else this.#dropped += 1;
  }

  #start(effect: RunAlert): void {
    this.#running.set(effect.run, `${effect.run.split("/")[1]} (${effect.path})`);
    this.#options.emit(effect);
  }

  #log(message: string): void {
    this.#options.emit({ type: "log", level: "warning", message });
  }
}

/** The legacy error number that agents get for fencing that failed. */
function fencingError(status: number): number {
  switch (status) {
    case OpStatus.TIMEOUT:
      return -62;
    case OpStatus.NO_FENCE_DEVICE:
      return -19;
    default:
      return -201;
  }
}

/** What came of an operation, in words: its exit code's where it ran to its end. */
function statusText(status: number, rc: number): string {
  return status === OpStatus.DONE ? exitText(rc) : execStatusText(status);
}
