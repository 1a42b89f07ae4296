import { INFINITY_SCORE } from "../../base/mod.ts";
import type { Element } from "../../xml/mod.ts";
import { action } from "../actions.ts";
import { configuredOp } from "../configured-ops.ts";
import { OnFail, Role } from "../constants.ts";
import { canFence } from "../fence-node.ts";
import type { Node } from "../node.ts";
import { actionMeta, onFailOf, roleAfterFailure } from "../operation-meta.ts";
import type { Resource } from "../resource.ts";
import { resourceLocation } from "../score-tables.ts";
import type { WorkingSet } from "../working-set.ts";
import { checkExpiry, restartDigestOfExpired } from "./expiry.ts";
import { failedMigrateFrom, failedMigrateTo, migratedTo } from "./migration-history.ts";
import { intervalOf } from "./op-interval.ts";
import { banForFailure, isMaskedProbe, Rc, Status } from "./results.ts";

/** What is carried from one operation of an entry to the next. */
export interface HistoryState {
  lastFailure: Element | null;
  onFail: OnFail;
}

/** One lrm_rsc_op, read. `rc` and `status` are what is left after remapping. */
export interface HistoryOp {
  xml: Element;
  resource: Resource;
  node: Node;
  task: string;
  intervalMs: number;
  rc: number;
  expected: number;
  status: number;
  probe: boolean;
  /** See {@link isMaskedProbe}. */
  masked: boolean;
}

const TASKS = new Set([
  "monitor",
  "start",
  "stop",
  "promote",
  "demote",
  "migrate_to",
  "migrate_from",
  "asyncmon",
]);

/** NaN for what is no whole number. One digit, as most are, needs no expression. */
function wholeNumber(text: string | null): number {
  if (text === null) return Number.NaN;
  if (text.length === 1) {
    const digit = text.charCodeAt(0) - 48;
    return digit >= 0 && digit <= 9 ? digit : Number.NaN;
  }
  return /^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : Number.NaN;
}

/** The third part of a transition key: the exit code that was hoped for; -1 where it has none. */
function expectedResult(key: string | null): number {
  if (key === null) return -1;
  const start = key.indexOf(":", key.indexOf(":") + 1) + 1;
  const end = key.indexOf(":", start);
  if (start < 2 || end < 0) return -1;
  const text = key.slice(start, end);
  if (text.length !== 1 && !/^-?\d+$/.test(text)) return -1;
  return Number.isNaN(wholeNumber(text)) ? -1 : Number(text);
}

function readOp(ws: WorkingSet, resource: Resource, node: Node, xml: Element): HistoryOp | null {
  const task = xml.get("operation");
  const id = xml.get("id");
  const ignore = (what: string) => {
    const entry = id === null ? "" : ` ${id}`;
    const text = `Ignoring resource history entry${entry} for ${resource.id} on ${node.name} ${what}`;
    ws.messages.push({ level: "error", text });
    return null;
  };
  if (id === null) return ignore("without ID");
  if (task === null) return ignore("without operation");
  if (!TASKS.has(task)) return null;
  const status = wholeNumber(xml.get("op-status"));
  const rc = wholeNumber(xml.get("rc-code"));
  const unknown = Number.isNaN(status) || status < Status.pending || status > Status.noSecrets;
  if (unknown || status === Status.cancelled) {
    return ignore(`with invalid op-status '${xml.get("op-status") ?? ""}'`);
  }
  if (Number.isNaN(rc) || rc < 0 || rc > 255) {
    return ignore(`with invalid rc-code '${xml.get("rc-code") ?? ""}'`);
  }
  const expected = expectedResult(xml.get("transition-key"));
  const intervalMs = intervalOf(xml);
  const probe = task === "monitor" && intervalMs === 0;
  const masked = probe && isMaskedProbe(resource, rc, status);
  return { xml, resource, node, task, intervalMs, rc, expected, status, probe, masked };
}

/** Lets one operation of the history change what is known of the resource. */
export function applyOperation(
  ws: WorkingSet,
  resource: Resource,
  node: Node,
  xml: Element,
  state: HistoryState,
): void {
  const op = readOp(ws, resource, node, xml);
  if (op === null) return;
  const top = resource.unique ? resource : resource.top();
  const expired = op.status !== Status.notInstalled && checkExpiry(ws, op);
  const asHoped = op.rc === op.expected;
  remap(ws, op, state, expired);
  if (expired && skipExpired(ws, op, op.masked && !asHoped)) return;
  if (op.masked) {
    updateState(ws, op, op.expected, state);
    recordFailed(ws, op);
    const reason = { kind: "masked-probe", operation: xml.get("id")! } as const;
    resourceLocation(ws, top, node, -INFINITY_SCORE, reason);
    return;
  }
  if (op.status === Status.pending) return processPending(ws, op, state);
  if (op.status === Status.done) return updateState(ws, op, op.rc, state);
  processFailure(ws, op, top, state);
}

function skipExpired(ws: WorkingSet, op: HistoryOp, masked: boolean): boolean {
  const resource = op.resource;
  if (masked) {
    if (resource.currentRole <= Role.stopped) resource.currentRole = Role.unknown;
    return true;
  }
  if (op.rc === op.expected) return false;
  if (op.intervalMs === 0) return true;
  if (op.node.online && !op.node.unclean) {
    restartDigestOfExpired(ws, op.xml);
    return true;
  }
  return false;
}

function remap(ws: WorkingSet, op: HistoryOp, state: HistoryState, expired: boolean): void {
  const resource = op.resource;
  if (op.rc === Rc.degraded || op.rc === Rc.degradedPromoted) {
    op.rc = op.rc === Rc.degraded ? Rc.ok : Rc.promoted;
    // As good as healthy to the cluster, but somebody should look at it.
    if (!expired && (op.node.online || !op.node.shutdown)) recordFailed(ws, op);
  }
  if (op.masked) {
    op.status = Status.done;
    op.rc = Rc.notRunning;
  }
  if (op.status !== Status.done && op.status !== Status.error) return;
  if (op.expected < 0) {
    const text = `Expected result not found for ${op.xml.get("operation_key")} on ${op.node.name} (corrupt or obsolete CIB?)`;
    ws.problem("warning", text);
  }
  op.status = op.rc === op.expected ? Status.done : Status.error;
  switch (op.rc) {
    case Rc.ok:
      if (op.probe && op.expected === Rc.notRunning) op.status = Status.done;
      break;
    case Rc.notRunning:
      if (op.probe || op.expected === op.rc || !resource.managed) {
        op.status = Status.done;
        resource.currentRole = Role.stopped;
        state.onFail = OnFail.ignore;
        resource.nextRole = Role.unknown;
      }
      break;
    case Rc.promoted:
      if (op.probe && op.rc !== op.expected) op.status = Status.done;
      if (!expired || op.rc === op.expected) resource.currentRole = Role.promoted;
      break;
    case Rc.failedPromoted:
      if (!expired) resource.currentRole = Role.promoted;
      op.status = Status.error;
      break;
    case Rc.notConfigured:
      op.status = Status.errorFatal;
      break;
    case Rc.unimplemented:
      if (op.intervalMs > 0) op.status = Status.notSupported;
      else hardError(ws, op, expired);
      break;
    case Rc.notInstalled:
    case Rc.invalidParam:
    case Rc.insufficientPrivileges:
      hardError(ws, op, expired);
      break;
    default:
      if (op.status === Status.done && op.rc > Rc.ok) op.status = Status.error;
  }
}

function hardError(ws: WorkingSet, op: HistoryOp, expired: boolean): void {
  if (!expired && op.task === "stop" && !canFence(ws, op.node)) {
    // Neither stopping nor fencing works: nothing more is to be tried.
    op.resource.managed = false;
    op.resource.blocked = true;
  }
  op.status = Status.errorHard;
}

function setActive(resource: Resource): void {
  resource.currentRole = resource.top().promotable ? Role.unpromoted : Role.started;
}

function processPending(ws: WorkingSet, op: HistoryOp, state: HistoryState): void {
  const resource = op.resource;
  if (state.lastFailure !== null && hasFailedSince(op, state.lastFailure)) return;
  if (op.task === "start") {
    resource.startPending = true;
    setActive(resource);
  } else if (op.task === "promote") {
    resource.currentRole = Role.promoted;
  } else if (op.task === "migrate_to" && op.node.unclean) {
    const target = ws.findNode(op.xml.get("migrate_target") ?? "");
    if (target !== null) action(ws, resource, "stop", target, false);
  }
  if (resource.pendingTask === null && !op.probe) {
    resource.pendingTask = op.task;
    resource.pendingNode = op.node;
  }
}

/** Whether a failure is that of a recurring operation which its own entry shows as pending. */
function hasFailedSince(op: HistoryOp, failure: Element): boolean {
  const interval = failure.get("interval");
  if (failure.get("operation") !== op.task || interval === null) return false;
  const changed = wholeNumber(failure.get("last-rc-change") ?? "0");
  const began = wholeNumber(op.xml.get("last-rc-change") ?? "0");
  return Number.parseInt(interval, 10) === op.intervalMs && changed >= began;
}

/** Updates the role as a result `rc` of the operation implies. */
function updateState(ws: WorkingSet, op: HistoryOp, rc: number, state: HistoryState): void {
  const resource = op.resource;
  let clear = false;
  if (rc === Rc.notInstalled || op.masked) {
    resource.currentRole = Role.stopped;
  } else if (rc === Rc.notRunning) {
    clear = true;
  } else {
    switch (op.task) {
      case "monitor":
        clear = state.lastFailure !== null && opName(state.lastFailure) === opName(op.xml);
        if (resource.currentRole < Role.started) setActive(resource);
        break;
      case "start":
        resource.currentRole = Role.started;
        clear = true;
        break;
      case "stop":
        resource.currentRole = Role.stopped;
        clear = true;
        break;
      case "promote":
        resource.currentRole = Role.promoted;
        clear = true;
        break;
      case "demote":
        clear = state.onFail === OnFail.demote;
        resource.currentRole = Role.unpromoted;
        break;
      case "migrate_from":
        resource.currentRole = Role.started;
        clear = true;
        break;
      case "migrate_to":
        migratedTo(ws, op);
        break;
      default:
        if (resource.currentRole < Role.started) setActive(resource);
    }
  }
  if (clear) clearPastFailure(resource, state);
}

/** The key of an operation as history records it; older entries have it as their id. */
function opName(xml: Element): string | null {
  return xml.get("operation_key") ?? xml.get("id");
}

function clearPastFailure(resource: Resource, state: HistoryState): void {
  switch (state.onFail) {
    case OnFail.stop:
    case OnFail.ban:
    case OnFail.standby:
    case OnFail.fence:
      break;
    case OnFail.resetRemote:
      if (resource.remoteReconnectMs === 0) {
        state.onFail = OnFail.ignore;
        resource.nextRole = Role.unknown;
      }
      break;
    default:
      state.onFail = OnFail.ignore;
      resource.nextRole = Role.unknown;
  }
}

/** Failure handling configured for a historical operation, and the role after it. */
function handlingOf(ws: WorkingSet, op: HistoryOp): { onFail: OnFail; role: Role } {
  const { resource, task, intervalMs, node } = op;
  const xml = configuredOp(resource, task, intervalMs, true);
  const meta = actionMeta(ws, resource, node, task, intervalMs, xml);
  const onFail = onFailOf(ws, resource, task, intervalMs, meta.get("on-fail"));
  return { onFail, role: roleAfterFailure(resource, task, onFail) };
}

function processFailure(ws: WorkingSet, op: HistoryOp, top: Resource, state: HistoryState): void {
  const resource = op.resource;
  const { onFail, role } = handlingOf(ws, op);
  const ban = (node: Node | null) => {
    const reason = banForFailure(op, onFail);
    resourceLocation(ws, top, node, -INFINITY_SCORE, reason);
  };
  if (op.status === Status.notInstalled) {
    if (onFail === OnFail.ignore) state.onFail = OnFail.ban;
    ban(op.node);
    processError(ws, op, onFail, role, state);
    return;
  }
  if (op.status === Status.notConnected) {
    const connection = op.node.connection;
    if (op.node.isRemote && connection?.managed) {
      connection.failed = true;
      connection.stopIfFailed = true;
    }
  } else if (op.status === Status.noFenceDevice || op.status === Status.noSecrets) {
    op.status = Status.errorHard;
  }
  if (onFail === OnFail.ignore || (onFail === OnFail.restartContainer && op.task === "stop")) {
    updateState(ws, op, op.expected, state);
    resource.failureIgnored = true;
    recordFailed(ws, op);
    if (onFail === OnFail.restartContainer && state.onFail <= OnFail.restart) {
      state.onFail = onFail;
    }
    return;
  }
  processError(ws, op, onFail, role, state);
  if (op.status === Status.errorHard) ban(op.node);
  else if (op.status === Status.errorFatal) ban(null);
}

function processError(
  ws: WorkingSet,
  op: HistoryOp,
  onFail: OnFail,
  failRole: Role,
  state: HistoryState,
): void {
  const resource = op.resource;
  state.lastFailure = op.xml;
  // Where resources must be allowed on each node, the agent need not be on the others.
  if (ws.config.symmetric || op.rc !== Rc.notInstalled) recordFailed(ws, op);
  if (state.onFail < onFail) state.onFail = onFail;
  switch (op.task) {
    case "stop":
      resourceLocation(ws, resource, op.node, -INFINITY_SCORE, banForFailure(op, onFail));
      break;
    case "migrate_to":
      failedMigrateTo(ws, op);
      break;
    case "migrate_from":
      failedMigrateFrom(ws, op);
      break;
    case "promote":
      resource.currentRole = Role.promoted;
      break;
    case "demote":
      if (onFail === OnFail.block) {
        resource.currentRole = Role.promoted;
        resource.nextRole = Role.stopped;
      } else {
        resource.currentRole = op.rc === Rc.notRunning ? Role.stopped : Role.unpromoted;
      }
      break;
    default:
      break;
  }
  if (op.probe && op.rc === Rc.notInstalled) resource.currentRole = Role.stopped;
  else if (resource.currentRole < Role.started) setActive(resource);
  if (failRole !== Role.started && resource.nextRole < failRole) resource.nextRole = failRole;
  if (failRole === Role.stopped) banWholeTable(ws, op, onFail);
}

function banWholeTable(ws: WorkingSet, op: HistoryOp, onFail: OnFail): void {
  let target = op.resource;
  if (target.parent !== null) {
    const top = target.top();
    if (top.variant === 2 && !top.unique) target = top;
  }
  target.allowed.clear();
  for (const node of ws.nodes) {
    target.allowed.insert(node, -INFINITY_SCORE, node.discovery);
    ws.recordReplaced(target, node, -INFINITY_SCORE, banForFailure(op, onFail));
  }
}

function recordFailed(ws: WorkingSet, op: HistoryOp): void {
  // What failed on a node that is gone is gone with it.
  if (!op.node.online) return;
  const node = op.node.name;
  const name = `${node} ${opName(op.xml)}`;
  if (ws.failedNames.has(name)) return;
  ws.failedNames.add(name);
  ws.failedOps.push({ xml: op.xml, node, resource: op.resource.id });
}
