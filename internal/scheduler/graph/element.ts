import { CRM_FEATURE_SET } from "../../base/mod.ts";
import { Element } from "../../xml/mod.ts";
import type { Action } from "../action.ts";
import { opKey } from "../actions.ts";
import { remoteHostName } from "../digests.ts";
import { compareBytes } from "../natural-order.ts";
import type { Node } from "../node.ts";
import { notifyKey } from "../notify/pseudo-actions.ts";
import type { Resource } from "../resource.ts";
import { currentNode } from "../resource-state.ts";
import { resourceParameters } from "../unpack/meta.ts";
import type { WorkingSet } from "../working-set.ts";

/** An action as the graph shows it: in full, or only named (as an input). */
export function actionElement(ws: WorkingSet, action: Action, full: boolean): Element {
  const element = new Element(elementName(action));
  if (action.task === "lrm_delete") element.set("mode", "cib");
  element.set("id", String(action.id)).set("operation", action.task);
  setKeys(element, action);
  if ((!action.pseudo || action.task === "stonith") && action.node !== null) {
    element.set("on_node", action.node.name).set("on_node_uuid", action.node.id);
    const router = action.resource === null ? null : routerNode(action);
    if (router !== null) element.set("router_node", router.name);
    action.meta.set("on_node", action.node.name);
    action.meta.set("on_node_uuid", action.node.id);
  }
  if (!full) return element;
  const resource = action.resource;
  if (resource !== null && !action.pseudo) {
    if (locks(action, resource)) element.set("shutdown-lock", String(resource.lockTime));
    element.append(primitiveElement(resource));
  }
  element.append(attributesElement(ws, action));
  const downed = downedElement(action);
  if (downed !== null) element.append(downed);
  return element;
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
function setKeys(element: Element, action: Action): void {
  const name = action.resource?.historyId ?? null;
  if (name === null) {
    element.set("operation_key", action.key);
    return;
  }
  element.set("operation_key", historyKey(action, name));
  element.set("internal_operation_key", action.key);
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

function primitiveElement(resource: Resource): Element {
  const element = new Element(resource.xml.name);
  const { historyId, configId } = resource;
  if (resource.orphan && historyId !== null) {
    element.set("id", historyId).set("long-id", resource.id);
  } else if (!resource.unique) {
    const long = historyId !== null && historyId !== configId ? historyId : resource.id;
    element.set("id", configId).set("long-id", long);
  } else {
    element.set("id", resource.id);
  }
  for (const name of ["class", "provider", "type"]) {
    const value = resource.xml.get(name);
    if (value !== null) element.set(name, value);
  }
  return element;
}

function attributesElement(ws: WorkingSet, action: Action): Element {
  const fields = new Map<string, string>();
  const params: [string, string][] = [];
  const add = (name: string, value: string) => {
    if (/^\d/.test(name)) params.push([name, value]);
    else if (!fields.has(name)) fields.set(name, value);
  };
  fields.set("crm_feature_set", CRM_FEATURE_SET);
  for (const [name, value] of action.parameters) add(name, value);
  const resource = action.resource;
  if (resource !== null && (action.node !== null || resource.isPrimitive)) {
    const host = remoteHostName(ws, resource);
    if (host !== null) add("addr", host);
    for (const [name, value] of resourceParameters(ws, resource, action.node)) add(name, value);
  }
  const addMeta = (name: string, value: string | null | undefined) => {
    if (value == null || name.includes("#") || name.includes(":")) return;
    const field = `CRM_meta_${name.replaceAll("-", "_")}`;
    if (!fields.has(field)) fields.set(field, value);
  };
  for (const [name, value] of action.meta) addMeta(name, value);
  if (resource !== null) addResourceMeta(resource, addMeta, fields);
  if (resource !== null) addGuestMeta(action, resource, addMeta);
  const element = new Element("attributes");
  for (const name of [...fields.keys()].sort(compareBytes)) element.set(name, fields.get(name)!);
  for (const [name, value] of params) element.append(new Element("param", { name, value }));
  return element;
}

type AddMeta = (name: string, value: string | null | undefined) => void;

function addResourceMeta(resource: Resource, add: AddMeta, fields: Map<string, string>): void {
  if (resource.isPrimitive) {
    add("clone", resource.meta.get("clone"));
    add("remote_node", resource.meta.get("remote-node"));
    let container: string | null = null;
    for (let r: Resource | null = resource; r !== null; r = r.parent) {
      if (r.launcher !== null && r.launcher !== resource) container = r.launcher.id;
    }
    add("container", container);
    const external = resource.meta.get("external-ip");
    if (external !== undefined) fields.set("pcmk_external_ip", external);
  }
  for (let r: Resource | null = resource; r !== null; r = r.parent) {
    if (r.clone === null) continue;
    add("globally-unique", String(r.unique));
    add("notify", String(r.notify));
    add("clone-max", String(r.clone.max));
    add("clone-node-max", String(r.clone.nodeMax));
    if (!r.promotable) continue;
    for (const word of ["promoted", "master"]) {
      add(`${word}-max`, String(r.clone.promotedMax));
      add(`${word}-node-max`, String(r.clone.promotedNodeMax));
    }
  }
}

/** An operation in a guest is told which host it is on. */
function addGuestMeta(action: Action, resource: Resource, add: AddMeta): void {
  const guest = action.node;
  if (guest === null || !guest.isGuest) return;
  let task = action.task;
  if (task === "notify" || task === "notified") {
    task = action.meta.get("notify_operation") ?? task;
  }
  const container = guest.connection!.launcher!;
  let host: Node | null = null;
  if (["stop", "stopped", "demote", "demoted"].includes(task)) host = currentNode(container);
  else if (["start", "running", "monitor", "promote", "promoted"].includes(task)) {
    host = container.assignedTo;
  }
  if (host === null) return;
  add("container-attribute-target", resource.meta.get("container-attribute-target"));
  add("physical-host", host.name);
}

/** Nodes that the action takes down. */
function downedElement(action: Action): Element | null {
  const ids: string[] = [];
  if (action.task === "do_shutdown") ids.push(action.node!.id);
  else if (action.task === "stonith") {
    const how = action.meta.get("stonith_action");
    if (how === "off" || how === "reboot") {
      ids.push(action.node!.id);
      for (const resource of action.node!.active) {
        if (resource.isConnection && resource.launcher !== null) {
          ids.push(resource.connectionOf?.id ?? resource.id);
        }
      }
    }
  } else if (action.task === "stop" && !action.pseudo && action.resource?.isConnection) {
    const migrating = action.before.some(
      (link) => link.action.resource === action.resource && link.action.task === "migrate_from",
    );
    if (!migrating) ids.push(action.resource.id);
  }
  if (ids.length === 0) return null;
  return new Element(
    "downed",
    {},
    ids.map((id) => new Element("node", { id })),
  );
}

export function maintenanceElement(nodes: readonly Node[]): Element {
  const list = nodes.map(
    (node) =>
      new Element("node", { id: node.id, node_in_maintenance: node.maintenance ? "1" : "0" }),
  );
  return new Element("maintenance", {}, list);
}
