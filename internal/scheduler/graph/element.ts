import { CRM_FEATURE_SET } from "../../base/mod.ts";
import { Element } from "../../xml/mod.ts";
import type { Action } from "../action.ts";
import { opKey } from "../actions.ts";
import type { Node } from "../node.ts";
import type { Resource } from "../resource.ts";
import { resourceParameters } from "../unpack/meta.ts";
import type { WorkingSet } from "../working-set.ts";
import { routerOf } from "./router.ts";

const DC_EVENTS = new Set(["do_shutdown", "clear_failcount", "stonith"]);

/** One action as an element of the graph; `brief` for triggers, which only name it. */
export function actionElement(ws: WorkingSet, action: Action, brief: boolean): Element {
  const { pseudo, task, node, resource } = action;
  const deletes = task === "lrm_delete";
  const crmEvent = deletes || DC_EVENTS.has(task);
  const name = pseudo ? "pseudo_event" : crmEvent ? "crm_event" : "rsc_op";
  const element = new Element(name, { id: String(action.id) });
  if (deletes) element.set("mode", "cib");
  element.set("operation", task);
  const key = shownKey(action);
  element.set("operation_key", key);
  if (key !== action.key) element.set("internal_operation_key", action.key);
  const placed = !pseudo && !deletes && node !== null;
  if (placed) {
    element.set("on_node", node.name);
    element.set("on_node_uuid", node.id);
    const router = routerOf(action);
    if (router !== null) element.set("router_node", router.name);
    action.meta.set("on_node", node.name);
    action.meta.set("on_node_uuid", node.id);
  }
  if (brief) return element;
  if (resource !== null && resource.lockTime > 0 && resource.lockNode === node && node !== null) {
    element.set("shutdown-lock", String(resource.lockTime));
  }
  if (resource !== null && !pseudo) element.append(resourceElement(resource));
  element.append(attributesElement(ws, action));
  const downed = downedElement(ws, action);
  if (downed !== null) element.append(downed);
  return element;
}

/** The key as history is to know it: by the instance's recorded id, where that differs. */
export function shownKey(action: Action): string {
  const id = action.resource?.historyId ?? null;
  if (id === null) return action.key;
  if (action.task === "notify" || action.task === "notified") {
    const type = action.meta.get("notify_type") ?? action.meta.get("notify_key_type");
    const about = action.meta.get("notify_key_operation") ?? action.meta.get("notify_operation");
    return `${id}_${type}_notify_${about}_0`;
  }
  const task = action.cancelTask ?? action.task;
  return opKey(id, task, Number(action.meta.get("interval") ?? action.intervalMs));
}

function resourceElement(resource: Resource): Element {
  const element = new Element(resource.xml.name);
  const recorded = resource.historyId;
  const anonymous = !resource.unique && resource.instance !== null;
  if (resource.orphan && recorded !== null) {
    element.set("id", recorded);
    element.set("long-id", resource.id);
  } else if (anonymous || isAnonymousMember(resource)) {
    element.set("id", resource.configId || (resource.xml.get("id") ?? resource.id));
    element.set("long-id", recorded !== null && recorded !== resource.id ? recorded : resource.id);
  } else {
    element.set("id", resource.id);
  }
  for (const name of ["class", "provider", "type"]) {
    const value = resource.xml.get(name);
    if (value !== null) element.set(name, value);
  }
  return element;
}

/** Member of a cloned group: anonymous as its instance is. */
function isAnonymousMember(resource: Resource): boolean {
  if (resource.unique) return false;
  for (let r = resource.parent; r !== null; r = r.parent) {
    if (r.variant === 2) return !r.unique;
  }
  return false;
}

function attributesElement(ws: WorkingSet, action: Action): Element {
  const values = new Map<string, string>([["crm_feature_set", CRM_FEATURE_SET]]);
  const { resource, node } = action;
  for (const [name, value] of action.parameters) put(values, name, value);
  if (
    resource !== null &&
    (node !== null ? !action.pseudo || resource.isPrimitive : resource.isPrimitive)
  ) {
    const parameters = resourceParameters(ws, resource, node);
    for (const [name, value] of parameters) {
      put(values, name, name === "addr" && value === "#uname" ? remoteAddress(resource) : value);
    }
  }
  for (const [name, value] of action.meta) {
    if (!/[#:]/.test(name)) put(values, `CRM_meta_${name.replaceAll("-", "_")}`, value);
  }
  for (let r = resource; r !== null; r = r.parent) addResourceMeta(values, r);
  if (node !== null) addGuestMeta(values, action, node);
  const element = new Element("attributes");
  for (const name of [...values.keys()].sort(compareText)) element.set(name, values.get(name)!);
  return element;
}

function put(values: Map<string, string>, name: string, value: string): void {
  if (!values.has(name)) values.set(name, value);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A connection without address is reached under its own name. */
function remoteAddress(resource: Resource): string {
  return resource.id;
}

function addResourceMeta(values: Map<string, string>, resource: Resource): void {
  const set = (name: string, value: string | null | undefined) => {
    if (value != null) put(values, name, value);
  };
  if (resource.variant === 0) {
    set("CRM_meta_clone", resource.instance);
    set("CRM_meta_remote_node", resource.meta.get("remote-node"));
    for (let r: Resource | null = resource; r !== null; r = r.parent) {
      if (r.launcher === null) continue;
      set("CRM_meta_container", r.launcher.id);
      break;
    }
    set("pcmk_external_ip", resource.meta.get("external-ip"));
    return;
  }
  const { clone } = resource;
  if (clone === null) return;
  set("CRM_meta_globally_unique", String(resource.unique));
  set("CRM_meta_notify", String(resource.notify));
  set("CRM_meta_clone_max", String(clone.max));
  set("CRM_meta_clone_node_max", String(clone.nodeMax));
  if (!resource.promotable) return;
  set("CRM_meta_promoted_max", String(clone.promotedMax));
  set("CRM_meta_promoted_node_max", String(clone.promotedNodeMax));
  set("CRM_meta_master_max", String(clone.promotedMax));
  set("CRM_meta_master_node_max", String(clone.promotedNodeMax));
}

/** Where a guest's permanent attributes are kept, and the host that it is on. */
function addGuestMeta(values: Map<string, string>, action: Action, node: Node): void {
  const launcher = node.isGuest ? node.connection!.launcher! : null;
  if (launcher === null) return;
  const down = action.task === "stop" || action.task === "demote" || action.task === "cancel";
  const host = down ? (launcher.activeOn[0] ?? null) : launcher.assignedTo;
  const target = action.resource?.meta.get("container-attribute-target");
  if (target === undefined || host === null) return;
  put(values, "CRM_meta_container_attribute_target", target);
  put(values, "CRM_meta_physical_host", host.name);
}

function downedElement(ws: WorkingSet, action: Action): Element | null {
  const { task, node, resource } = action;
  if (node === null) return null;
  const downed: string[] = [];
  if (task === "do_shutdown") downed.push(node.id);
  else if (task === "stonith") {
    const operation = action.meta.get("stonith_action");
    if (operation !== "off" && operation !== "reboot") return null;
    downed.push(node.id);
    for (const guest of ws.nodes)
      if (guest.isGuest && hostOf(guest) === node) downed.push(guest.id);
  } else if (task === "stop" && resource?.isConnection === true && !isMigrating(resource)) {
    downed.push(resource.id);
  }
  if (downed.length === 0) return null;
  return new Element(
    "downed",
    {},
    downed.map((id) => new Element("node", { id })),
  );
}

function hostOf(guest: Node): Node | null {
  return guest.connection?.launcher?.activeOn[0] ?? null;
}

function isMigrating(resource: Resource): boolean {
  const from = resource.actions.find((each) => each.task === "migrate_from");
  return from !== undefined && !from.optional && from.runnable;
}
