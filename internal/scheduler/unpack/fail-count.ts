import { addScores, timeoutSeconds } from "../../base/mod.ts";
import type { Element } from "../../xml/mod.ts";
import type { Action } from "../action.ts";
import { action } from "../actions.ts";
import { configuredOps } from "../configured-ops.ts";
import type { Node } from "../node.ts";
import type { Resource } from "../resource.ts";
import type { WorkingSet } from "../working-set.ts";
import { opsOf } from "./history-index.ts";
import { scoreOf } from "./options.ts";

interface FailCount {
  count: number;
  /** Epoch seconds of the newest failure; 0 for none. */
  lastFailure: number;
}

interface NodeFailures {
  /** By the name in the attribute. */
  exact: Map<string, FailCount>;
  /** By the name without instance number. */
  stripped: Map<string, FailCount>;
}

const indexes = new WeakMap<Node, NodeFailures>();

/** Fail counts of a node by resource, from its attributes fail-count-NAME#OP_INTERVAL. */
function failuresOf(ws: WorkingSet, node: Node): NodeFailures {
  let index = indexes.get(node);
  if (index !== undefined) return index;
  index = { exact: new Map(), stripped: new Map() };
  for (const [attribute, value] of node.attributes) {
    const failure = attribute.startsWith("fail-count-");
    if (!failure && !attribute.startsWith("last-failure-")) continue;
    const match = /^(?:fail-count|last-failure)-(.+?)#.+_\d+$/.exec(attribute);
    if (match === null) continue;
    const name = match[1]!;
    note(index.exact, name, failure, ws, value);
    note(index.stripped, name.replace(/:\d+$/, ""), failure, ws, value);
  }
  indexes.set(node, index);
  return index;
}

function note(
  into: Map<string, FailCount>,
  name: string,
  failure: boolean,
  ws: WorkingSet,
  value: string,
): void {
  let entry = into.get(name);
  if (entry === undefined) {
    entry = { count: 0, lastFailure: 0 };
    into.set(name, entry);
  }
  if (failure) entry.count = addScores(entry.count, scoreOf(ws, value));
  else entry.lastFailure = Math.max(entry.lastFailure, Number.parseInt(value, 10) || 0);
}

/**
 * Failures of a resource on a node. `effective` leaves out those past the failure-timeout;
 * `fillers` adds those of what the resource launches.
 */
export function failCount(
  ws: WorkingSet,
  node: Node,
  resource: Resource,
  how: { effective: boolean; fillers?: boolean },
  op: Element | null,
): FailCount {
  const failures = failuresOf(ws, node);
  const name = resource.nameInHistory;
  const found = resource.unique
    ? failures.exact.get(name)
    : failures.stripped.get(name.replace(/:\d+$/, ""));
  const out = { count: found?.count ?? 0, lastFailure: found?.lastFailure ?? 0 };
  if (out.count > 0 && resource.failureTimeoutMs > 0 && blocksForGood(ws, node, resource, op)) {
    resource.failureTimeoutMs = 0;
  }
  if (how.effective && out.count > 0 && out.lastFailure > 0 && resource.failureTimeoutMs > 0) {
    const timeout = timeoutSeconds(resource.failureTimeoutMs);
    if (ws.nowSeconds > out.lastFailure + timeout) out.count = 0;
  }
  if (how.fillers && resource.bundle() === null) {
    for (const launched of resource.launched) {
      const more = failCount(ws, node, launched, { effective: how.effective }, null);
      out.count = addScores(out.count, more.count);
      out.lastFailure = Math.max(out.lastFailure, more.lastFailure);
    }
  }
  return out;
}

/** A failure whose on-fail is `block` never times out. */
function blocksForGood(
  ws: WorkingSet,
  node: Node,
  resource: Resource,
  op: Element | null,
): boolean {
  for (const configured of configuredOps(resource)) {
    if (configured.xml.get("on-fail") !== "block") continue;
    const candidates = op !== null ? [op] : opsOf(ws, node.name, resource.nameInHistory);
    for (const candidate of candidates) {
      if (isFailureOf(resource, configured.name, configured.intervalMs, candidate)) return true;
    }
  }
  return false;
}

function isFailureOf(resource: Resource, name: string, intervalMs: number, op: Element): boolean {
  if (op.get("operation") !== name) return false;
  if (Number.parseInt(op.get("interval") ?? "0", 10) !== intervalMs) return false;
  const id = op.get("id") ?? "";
  const base = resource.configId;
  if (id === `${base}_last_failure_0`) return true;
  if (id !== `${base}_${name}_${intervalMs}`) return false;
  const expected = /^[^:]*:[^:]*:(-?\d+):/.exec(op.get("transition-key") ?? "")?.[1];
  return op.get("rc-code") !== (expected ?? "-1");
}

/** Schedules the clearing of a fail count. */
export function clearFailCount(
  ws: WorkingSet,
  resource: Resource,
  node: Node,
  reason: string,
): Action {
  const clear = action(ws, resource, "clear_failcount", node, false);
  clear.meta.set("op_no_wait", "true");
  void reason;
  return clear;
}
