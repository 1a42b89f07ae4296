import { CRM_FEATURE_SET } from "../base/mod.ts";
import { Element } from "../xml/mod.ts";
import { dropParameters, parametersDigest, pickParameters } from "./digest.ts";

/** What is known of one operation when it goes into the history of its node. */
export interface OperationRecord {
  resource: string;
  agent: { class: string; provider: string | null; type: string };
  /** As executed: start, monitor, reload-agent … */
  task: string;
  intervalMs: number;
  callId: number;
  /** An OpStatus number; -1 pending. */
  status: number;
  rc: number;
  targetRc: number;
  exitReason: string;
  transitionKey: string;
  /** Resource and operation parameters with CRM_meta_*. */
  parameters: Record<string, string>;
  /** Seconds since 1970. */
  lastRun: number;
  lastRcChange: number;
  execTimeMs: number;
  queueTimeMs: number;
  /** Of the agent; null while unknown. */
  metadata: RecordedMetadata | null;
  /** Function that the entry names as its origin. */
  origin: string;
}

/** The part of an agent's meta-data that decides which digests an entry carries. */
export interface RecordedMetadata {
  reloads: boolean;
  parameters: { name: string; reloadable: boolean; private: boolean }[];
}

const PENDING = -1;
const CANCELLED = 1;
const DONE = 0;
const NOT_SUPPORTED = 3;

/** `RSC_TASK_INTERVAL`, the key of an operation. */
export function operationKey(resource: string, task: string, intervalMs: number): string {
  return `${resource}_${task}_${intervalMs}`;
}

/** Whether a result is a failure for the history: another code than the expected, or an error. */
export function operationFailed(record: OperationRecord): boolean {
  switch (record.status) {
    case PENDING:
    case CANCELLED:
      return false;
    case DONE:
      return record.rc !== record.targetRc;
    default:
      return record.status >= 2;
  }
}

/**
 * The `lrm_rsc_op` elements that record one operation. A failure gives `…_last_failure_0`, and a
 * failed one-time operation its ordinary entry besides.
 */
export function historyEntries(record: OperationRecord, nodeName: string): Element[] {
  const task = recordedTask(record);
  const key = operationKey(record.resource, task, record.intervalMs);
  if (task === "notify") {
    const type = record.parameters["CRM_meta_notify_type"] ?? "n_type";
    const operation = record.parameters["CRM_meta_notify_operation"] ?? "n_task";
    const id = `${record.resource}_${type}_notify_${operation}_0`;
    // Notifications cannot fail: their result decides nothing.
    const done = record.status === PENDING ? record : { ...record, status: DONE, rc: 0 };
    return [entry(id, key, task, done, nodeName)];
  }
  const last = operationKey(record.resource, "last", 0);
  if (operationFailed(record)) {
    const failure = operationKey(record.resource, "last_failure", 0);
    const ids = record.intervalMs === 0 ? [failure, last] : [failure];
    return ids.map((id) => entry(id, key, task, record, nodeName));
  }
  return [entry(record.intervalMs > 0 ? key : last, key, task, record, nodeName)];
}

/** A reload leaves the resource as a start does, so it is recorded as one. */
function recordedTask(record: OperationRecord): string {
  if (record.task !== "reload" && record.task !== "reload-agent") return record.task;
  return record.status === DONE ? "start" : "monitor";
}

function entry(
  id: string,
  key: string,
  task: string,
  record: OperationRecord,
  nodeName: string,
): Element {
  const changed = record.intervalMs > 0 && record.lastRcChange > 0;
  const element = new Element("lrm_rsc_op", {
    id,
    operation_key: key,
    operation: task,
    "crm-debug-origin": record.origin,
    crm_feature_set: CRM_FEATURE_SET,
    "transition-key": record.transitionKey,
    "transition-magic": `${record.status}:${record.rc};${record.transitionKey}`,
    "exit-reason": record.exitReason,
    on_node: nodeName,
    "call-id": String(record.callId),
    "rc-code": String(record.rc),
    "op-status": String(record.status),
    interval: String(record.intervalMs),
    "last-rc-change": String(changed ? record.lastRcChange : record.lastRun),
    "exec-time": String(Math.round(record.execTimeMs)),
    "queue-time": String(Math.round(record.queueTimeMs)),
  });
  if (task === "migrate_to" || task === "migrate_from") {
    const { CRM_meta_migrate_source: source, CRM_meta_migrate_target: target } = record.parameters;
    if (source !== undefined) element.set("migrate_source", source);
    if (target !== undefined) element.set("migrate_target", target);
  }
  element.set("op-digest", parametersDigest(record.parameters, record.intervalMs));
  if (record.metadata !== null && record.status !== NOT_SUPPORTED && record.status !== PENDING) {
    addRestartDigest(element, record, record.metadata);
    addSecureDigest(element, record, record.metadata);
  }
  return element;
}

/** What a change of parameters means for an agent that reloads: only the listed ones need a restart. */
function addRestartDigest(
  element: Element,
  record: OperationRecord,
  metadata: RecordedMetadata,
): void {
  if (record.intervalMs > 0 || !metadata.reloads) return;
  const fixed = metadata.parameters.filter((p) => !p.reloadable).map((p) => p.name);
  element.set("op-force-restart", wordList(fixed));
  const restart = pickParameters(record.parameters, new Set(fixed));
  element.set("op-restart-digest", parametersDigest(restart, 0));
}

/** A second digest without secrets, for CIBs from which they were removed. */
function addSecureDigest(
  element: Element,
  record: OperationRecord,
  metadata: RecordedMetadata,
): void {
  const secret = metadata.parameters.filter((p) => p.private).map((p) => p.name);
  if (secret.length === 0) return;
  element.set("op-secure-params", wordList(secret));
  const open = dropParameters(record.parameters, new Set(secret));
  element.set("op-secure-digest", parametersDigest(open, record.intervalMs));
}

/** The scheduler looks for ` WORD `, so the list begins and ends with spaces. */
function wordList(words: string[]): string {
  return words.length === 0 ? "" : `  ${words.join(" ")}  `;
}
