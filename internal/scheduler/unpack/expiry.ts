import { timeoutSeconds } from "../../base/mod.ts";
import type { Element } from "../../xml/mod.ts";
import { O } from "../constants.ts";
import { compareOpDigest, needsRemoteName } from "../digests.ts";
import { fencingAction } from "../fence-node.ts";
import { linkActions } from "../links.ts";
import type { WorkingSet } from "../working-set.ts";
import { clearFailCount, failCount } from "./fail-count.ts";
import type { HistoryOp } from "./operation.ts";
import { Rc } from "./results.ts";

/** What a probe found out for certain. */
const DEFINITE: readonly number[] = [
  Rc.ok,
  Rc.notRunning,
  Rc.promoted,
  Rc.degraded,
  Rc.degradedPromoted,
];

/** Whether a result is too old to count; schedules the clearing of counts that are. */
export function checkExpiry(ws: WorkingSet, op: HistoryOp): boolean {
  const { xml, resource, node } = op;
  const isLast = (xml.get("id") ?? "").endsWith("_last_failure_0");
  let expired = false;
  let unexpired = 0;
  let reason: string | null = null;
  const mayExpire = resource.failureTimeoutMs > 0;
  const lastRun = mayExpire ? Number.parseInt(xml.get("last-rc-change") ?? "", 10) : -1;
  if (lastRun >= 0) {
    const timeout = timeoutSeconds(resource.failureTimeoutMs);
    if (ws.nowSeconds >= lastRun + timeout && !timeoutIsIgnored(ws, op)) expired = true;
    const count = failCount(ws, node, resource, { effective: true }, xml);
    unexpired = count.count;
    const end = count.lastFailure + timeout + 1;
    if (unexpired > 0 && end > ws.nowSeconds) ws.updateRecheck(end);
  }
  if (expired) {
    if (failCount(ws, node, resource, { effective: false }, xml).count > 0) {
      if (unexpired === 0) reason = "it expired";
      else expired = false;
    } else if (isLast && resource.remoteReconnectMs > 0) {
      reason = "reconnect interval is set";
    }
  }
  if (!expired && isLast && parametersChanged(ws, op)) reason = "resource parameters have changed";
  if (reason !== null) {
    const clear = clearFailCount(ws, resource, node, reason);
    if (ws.config.fencingEnabled && resource.remoteReconnectMs > 0) {
      const remote = ws.findNode(resource.id);
      if (remote !== null) {
        // Only fencing that is due for another reason is waited for.
        const fence = fencingAction(ws, remote, null, true, null, false);
        linkActions(fence, clear, O.firstImpliesThen);
      }
    }
  }
  if (expired && op.probe && DEFINITE.includes(op.rc)) expired = false;
  return expired;
}

/** A monitor of a connection that reports no change must not be forgotten before fencing. */
function timeoutIsIgnored(ws: WorkingSet, op: HistoryOp): boolean {
  const { resource } = op;
  if (resource.remoteReconnectMs === 0 || !ws.config.fencingEnabled) return false;
  if (op.intervalMs === 0 || op.task !== "monitor") return false;
  const remote = ws.findNode(resource.id);
  return remote !== null && !remote.fencedRemote;
}

function parametersChanged(ws: WorkingSet, op: HistoryOp): boolean {
  if (op.task !== "start" && op.task !== "monitor") return false;
  if (needsRemoteName(ws, op.resource)) {
    const { xml, resource, node } = op;
    ws.deferredChecks.unshift({ kind: "last-failure", xml, resource, node });
    return false;
  }
  const verdict = compareOpDigest(ws, op.resource, op.node, op.xml);
  return verdict === "mismatch" || verdict === "restart";
}

/** Makes a later digest comparison reschedule a recurring operation whose failure expired. */
export function restartDigestOfExpired(ws: WorkingSet, xml: Element): void {
  ws.expiredRecurring.add(xml);
}
