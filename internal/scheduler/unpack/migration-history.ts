import type { Element } from "../../xml/mod.ts";
import { Role } from "../constants.ts";
import type { WorkingSet } from "../working-set.ts";
import { addActiveNode } from "./active-nodes.ts";
import { opsOf } from "./history-index.ts";
import { compareAge } from "./op-age.ts";
import type { HistoryOp } from "./operation.ts";

/**
 * The one operation of a kind in a resource's history. Where several would fit there is none: the
 * original looks for a single match and takes many for no answer, so what a node said in two
 * monitors does not speak against a migration.
 */
function findOp(
  ws: WorkingSet,
  resource: string,
  task: string,
  node: string,
  other: string | null,
  wantedRc: string | null,
): Element | null {
  const peer = task === "migrate_to" ? "migrate_target" : "migrate_source";
  const found = opsOf(ws, node, resource).filter(
    (op) => op.get("operation") === task && (other === null || op.get(peer) === other),
  );
  const op = found.length === 1 ? found[0]! : null;
  if (op === null || wantedRc === null) return op;
  return op.get("rc-code") === wantedRc && op.get("op-status") === "0" ? op : null;
}

const STATE_TASKS = new Set(["start", "stop", "migrate_to", "migrate_from"]);

function newerStateThan(ws: WorkingSet, resource: string, node: string, op: Element): boolean {
  for (const other of opsOf(ws, node, resource)) {
    if (other === op) continue;
    if (STATE_TASKS.has(other.get("operation") ?? "") && compareAge(other, op) > 0) return true;
  }
  return false;
}

/** Whether the node has state newer than a migration, by the half that ran there if there is one. */
function newerThanMigration(
  ws: WorkingSet,
  resource: string,
  node: string,
  to: Element | null,
  from: Element | null,
): boolean {
  let op = (from ?? to)!;
  if (to !== null && isNode(op.get("migrate_source"), node)) op = to;
  const monitor = findOp(ws, resource, "monitor", node, null, "7");
  if (monitor !== null && compareAge(monitor, op) > 0) return true;
  return newerStateThan(ws, resource, node, op);
}

/** No results at all for the resource on that node (pending ones aside). */
function unknownOn(ws: WorkingSet, resource: string, node: string): boolean {
  return opsOf(ws, node, resource).every((op) => (op.get("rc-code") ?? "193") === "193");
}

function isNode(name: string | null, node: string): boolean {
  return name?.toLowerCase() === node.toLowerCase();
}

/** Where from and where to; null where that is missing, or the entry stands on another node. */
function names(
  op: HistoryOp,
  here: "source" | "target",
): { source: string; target: string } | null {
  const source = op.xml.get("migrate_source");
  const target = op.xml.get("migrate_target");
  if (source === null || target === null) return null;
  const found = { source, target };
  return isNode(found[here], op.node.name) ? found : null;
}

function recoverWithoutMigration(op: HistoryOp): void {
  op.resource.failed = true;
  op.resource.stopIfFailed = true;
  op.resource.allowMigrate = false;
}

/** A migrate_to that succeeded (read on the source). */
export function migratedTo(ws: WorkingSet, op: HistoryOp): void {
  const found = names(op, "source");
  if (found === null) return;
  const { source, target } = found;
  const resource = op.resource;
  const sourceNewer = newerStateThan(ws, resource.id, source, op.xml);
  const from = findOp(ws, resource.id, "migrate_from", target, source, null);
  let fromStatus = "-1";
  let fromRc = "0";
  if (from !== null) {
    if (sourceNewer) return;
    fromRc = from.get("rc-code") ?? "0";
    fromStatus = from.get("op-status") ?? "-1";
  }
  const targetNewer = newerThanMigration(ws, resource.id, target, op.xml, from);
  if (sourceNewer && targetNewer) return;
  if (from !== null && fromRc === "0" && fromStatus === "0") {
    // All that is missing is the stop on the source.
    resource.currentRole = Role.stopped;
    resource.dangling.unshift(op.node);
    return;
  }
  resource.currentRole = Role.started;
  const targetNode = ws.findNode(target);
  const activeOnTarget = !targetNewer && targetNode?.online === true;
  if (fromStatus !== "-1") {
    if (activeOnTarget) addActiveNode(ws, resource, targetNode!, true);
    else recoverWithoutMigration(op);
    return;
  }
  if (targetNode?.online && unknownOn(ws, resource.id, target)) return;
  if (activeOnTarget) {
    addActiveNode(ws, resource, targetNode!, false);
    const sourceNode = ws.findNode(source);
    if (sourceNode?.online) {
      resource.partialTarget = targetNode!;
      resource.partialSource = sourceNode;
    }
  } else if (!sourceNewer) {
    recoverWithoutMigration(op);
  }
}

/** A migrate_to that failed (read on the source). */
export function failedMigrateTo(ws: WorkingSet, op: HistoryOp): void {
  const found = names(op, "source");
  if (found === null) return;
  const { source, target } = found;
  const resource = op.resource;
  resource.currentRole = Role.started;
  const from = findOp(ws, resource.id, "migrate_from", target, source, "0");
  if (
    !unknownOn(ws, resource.id, target) &&
    !newerThanMigration(ws, resource.id, target, op.xml, from)
  ) {
    const node = ws.findNode(target);
    if (node?.online) addActiveNode(ws, resource, node, false);
  } else if (!newerStateThan(ws, resource.id, source, op.xml)) {
    resource.dangling.unshift(op.node);
  }
}

/** A migrate_from that failed (read on the target). */
export function failedMigrateFrom(ws: WorkingSet, op: HistoryOp): void {
  const found = names(op, "target");
  if (found === null) return;
  const { source, target } = found;
  const resource = op.resource;
  resource.currentRole = Role.started;
  const to = findOp(ws, resource.id, "migrate_to", source, target, "0");
  if (
    !unknownOn(ws, resource.id, source) &&
    !newerThanMigration(ws, resource.id, source, to, op.xml)
  ) {
    const node = ws.findNode(source);
    if (node?.online) addActiveNode(ws, resource, node, true);
  }
}
