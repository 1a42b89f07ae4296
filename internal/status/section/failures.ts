import { execStatusText, exitText, readableInterval } from "../../base/mod.ts";
import type { WorkingSet } from "../../scheduler/mod.ts";
import { Element } from "../../xml/mod.ts";
import { nodeSelected, type ShowOptions } from "../options.ts";
import { LazyList, type Sink } from "../output/sink.ts";
import { isMaskedProbe } from "../resource/state.ts";
import type { TimeTexts } from "../times.ts";

/** A recorded number, nothing below none: a failure that is still pending counts as done. */
function count(text: string | null): number {
  return Math.max(0, Number.parseInt(text ?? "0", 10) || 0);
}

function statusOf(op: Element): string {
  return execStatusText(count(op.get("op-status")));
}

/** `RESOURCE_TASK_INTERVAL` taken apart; null when it is no such key. */
export function parseOperationKey(
  key: string,
): { resource: string; task: string; interval: string } | null {
  // A task of one word, but for the two that have an underscore.
  const found =
    /^(.+)_(migrate_to|migrate_from)_(\d+)$/.exec(key) ?? /^(.+)_([^_]+)_(\d+)$/.exec(key);
  return found === null ? null : { resource: found[1]!, task: found[2]!, interval: found[3]! };
}

export function historyKey(op: Element): string {
  return op.get("operation_key") ?? op.id;
}

type FailedOperation = WorkingSet["failedOps"][number];

/** Failures to show: no probes that only say the software is missing. */
function shownFailures(working: WorkingSet, options: ShowOptions): FailedOperation[] {
  const only = options.onlyResources;
  return working.failedOps.filter(({ xml, node }) => {
    if (!nodeSelected(node, options) || isMaskedProbe(xml)) return false;
    const key = parseOperationKey(historyKey(xml));
    if (key === null) return false;
    return only === null || only === undefined || only.has(key.resource);
  });
}

export function writeFailures(
  sink: Sink,
  working: WorkingSet,
  options: ShowOptions,
  times: TimeTexts,
  spacer: boolean,
): boolean {
  const list = new LazyList(sink, "Failed Resource Actions", spacer);
  for (const op of shownFailures(working, options)) {
    list.item(options.failedDetail === true ? technicalLine(op, times) : friendlyLine(op, times));
  }
  return list.close();
}

function friendlyLine({ xml: op, node }: FailedOperation, times: TimeTexts): string {
  const key = parseOperationKey(historyKey(op));
  const interval = Number(key?.interval ?? 0);
  const every = interval === 0 ? "" : `${readableInterval(interval)}-interval `;
  const task =
    key?.task === "monitor" && interval === 0 ? "probe" : (key?.task ?? "unknown action");
  const reason = op.get("exit-reason") ?? "";
  let line = `${key?.resource ?? "unknown resource"} ${every}${task} on ${node}`;
  if (count(op.get("op-status")) === 0) {
    line += ` returned '${exitText(count(op.get("rc-code")))}'`;
    if (reason !== "") line += ` (${reason})`;
  } else {
    line += ` could not be executed (${statusOf(op)}`;
    line += `${reason === "" ? "" : `: ${reason}`})`;
  }
  const changed = op.get("last-rc-change");
  if (changed !== null) line += ` at ${times.short(Number(changed))}`;
  const took = Number(op.get("exec-time") ?? 0);
  return took > 0 ? `${line} after ${readableInterval(took)}` : line;
}

function technicalLine({ xml: op, node }: FailedOperation, times: TimeTexts): string {
  const rc = count(op.get("rc-code"));
  const reason = op.get("exit-reason") ?? "";
  let line =
    `${historyKey(op)} on ${node} '${exitText(rc)}' (${rc}): call=${op.get("call-id")}, ` +
    `status='${statusOf(op)}'`;
  if (reason !== "") line += `, exitreason='${reason}'`;
  const changed = op.get("last-rc-change");
  if (changed !== null) line += `, last-rc-change='${times.short(Number(changed))}'`;
  const queued = op.get("queue-time");
  if (queued !== null) line += `, queued=${queued}ms`;
  const took = op.get("exec-time");
  return took === null ? line : `${line}, exec=${took}ms`;
}

/** The `failures` element; null without failures. */
export function failuresXml(
  working: WorkingSet,
  options: ShowOptions,
  times: TimeTexts,
): Element | null {
  const list = new Element("failures");
  for (const op of shownFailures(working, options)) list.append(failureXml(op, times));
  return list.children.length === 0 ? null : list;
}

function failureXml({ xml: op, node }: FailedOperation, times: TimeTexts): Element {
  const rc = op.get("rc-code") ?? "0";
  const key = op.get("operation_key");
  const element = new Element("failure", {
    [key === null ? "id" : "op_key"]: historyKey(op),
    node,
    exitstatus: exitText(Number(rc)),
    exitreason: op.get("exit-reason") ?? "none",
    exitcode: rc,
    call: op.get("call-id") ?? "",
    status: statusOf(op),
  });
  const changed = op.get("last-rc-change");
  if (changed === null) return element;
  element.set("last-rc-change", times.iso(Number(changed)));
  const queued = op.get("queue-time");
  const took = op.get("exec-time");
  if (queued !== null) element.set("queued", queued);
  if (took !== null) element.set("exec", took);
  element.set("interval", op.get("interval") ?? "0");
  element.set("task", op.get("operation") ?? "");
  return element;
}
