import type { Action } from "../action.ts";
import { opKey } from "../actions.ts";
import type { Node } from "../node.ts";
import { notifyKey } from "../notify/pseudo-actions.ts";
import type { Resource } from "../resource.ts";
import { currentNode } from "../resource-state.ts";
import type { WorkingSet } from "../working-set.ts";
import { writeAttributes } from "./attributes.ts";
import { Fields, type GraphWriter } from "./writer.ts";

/** Writes an action in full, or only names it (null), as an input. */
export function writeAction(
  ws: WorkingSet,
  writer: GraphWriter,
  action: Action,
  maintenance: readonly Node[] | null,
): void {
  const { node, resource } = action;
  writer.open(elementName(action));
  if (action.task === "lrm_delete") writer.set("mode", "cib");
  writer.set("id", String(action.id));
  writer.set("operation", action.task);
  writeKeys(writer, action);
  if (node !== null && isLocated(action)) {
    writer.set("on_node", node.name);
    writer.set("on_node_uuid", node.id);
    const router = resource === null ? null : routerNode(action);
    if (router !== null) writer.set("router_node", router.name);
  }
  if (maintenance !== null) {
    if (resource !== null && !action.pseudo) {
      if (locks(action, resource)) writer.set("shutdown-lock", String(resource.lockTime));
      writePrimitive(writer, resource);
    }
    writeAttributes(ws, writer, action);
    writeDowned(writer, action);
    if (maintenance.length > 0) writeMaintenance(writer, maintenance);
  }
  writer.close();
}

/** Happens on a node, where it has one. */
export function isLocated(action: Action): boolean {
  return !action.pseudo || action.task === "stonith";
}

function elementName(action: Action): string {
  if (action.pseudo) return "pseudo_event";
  switch (action.task) {
    case "stonith":
    case "do_shutdown":
    case "clear_failcount":
    case "lrm_delete":
      return "crm_event";
    default:
      return "rsc_op";
  }
}

/** History may know the resource by another name: then the operation bears that name. */
function writeKeys(writer: GraphWriter, action: Action): void {
  const name = action.resource?.historyId ?? null;
  if (name === null) {
    writer.set("operation_key", action.key);
    return;
  }
  writer.set("operation_key", historyKey(action, name));
  writer.set("internal_operation_key", action.key);
}

/** The key of an action under the name that history uses. */
export function historyKey(action: Action, name: string): string {
  if (action.task === "notify") {
    const type = action.meta.get("notify_type") ?? "";
    return notifyKey(name, type, action.meta.get("notify_operation") ?? "");
  }
  return opKey(name, action.cancelTask ?? action.task, action.intervalMs);
}

/** The node whose executor is to be asked: for remote nodes, where their connection is. */
function routerNode(action: Action): Node | null {
  const node = action.node!;
  if (!node.isRemote || node.connection === null) return null;
  const connection = node.connection;
  const began = currentNode(connection);
  const ended = connection.assignedTo;
  if (began === null || ended === null || began === ended) return began ?? ended;
  let task = action.task;
  if (task === "notify") task = action.meta.get("notify_operation") ?? task;
  const before = ["cancel", "stop", "demote", "migrate_from", "migrate_to"].includes(task);
  return before && connection.partialTarget === null ? began : ended;
}

/**
 * Whether what an action does keeps its resource locked to the action's node. While that node shuts
 * down, nothing but the stop does.
 */
function locks(action: Action, resource: Resource): boolean {
  const { node } = action;
  if (node === null || node !== resource.lockNode) return false;
  return !node.shutdown || action.task === "stop";
}

function writePrimitive(writer: GraphWriter, resource: Resource): void {
  writer.open(resource.xml.name);
  resource.graphFields ??= primitiveFields(resource);
  writer.setAll(resource.graphFields);
  writer.close();
}

function primitiveFields(resource: Resource): Fields {
  const fields: string[] = [];
  const { historyId, configId } = resource;
  if (resource.orphan && historyId !== null) {
    fields.push("id", historyId, "long-id", resource.id);
  } else if (!resource.unique) {
    const long = historyId !== null && historyId !== configId ? historyId : resource.id;
    fields.push("id", configId, "long-id", long);
  } else {
    fields.push("id", resource.id);
  }
  for (const name of ["class", "provider", "type"]) {
    const value = resource.xml.get(name);
    if (value !== null) fields.push(name, value);
  }
  return new Fields(fields);
}

/** Nodes that the action takes down. */
function writeDowned(writer: GraphWriter, action: Action): void {
  const ids = downedIds(action);
  if (ids.length === 0) return;
  writer.open("downed");
  for (const id of ids) {
    writer.open("node");
    writer.set("id", id);
    writer.close();
  }
  writer.close();
}

const NOBODY: readonly string[] = [];

function downedIds(action: Action): readonly string[] {
  if (action.task === "do_shutdown") return [action.node!.id];
  if (action.task === "stonith") {
    const how = action.meta.get("stonith_action");
    if (how !== "off" && how !== "reboot") return NOBODY;
    const ids = [action.node!.id];
    for (const resource of action.node!.active) {
      if (resource.isConnection && resource.launcher !== null) {
        ids.push(resource.connectionOf?.id ?? resource.id);
      }
    }
    return ids;
  }
  if (action.task !== "stop" || action.pseudo || !action.resource?.isConnection) return NOBODY;
  const migrating = action.before.some(
    (link) => link.action.resource === action.resource && link.action.task === "migrate_from",
  );
  return migrating ? NOBODY : [action.resource.id];
}

function writeMaintenance(writer: GraphWriter, nodes: readonly Node[]): void {
  writer.open("maintenance");
  for (const node of nodes) {
    writer.open("node");
    writer.set("id", node.id);
    writer.set("node_in_maintenance", node.maintenance ? "1" : "0");
    writer.close();
  }
  writer.close();
}
