import { formatScore } from "../../base/mod.ts";
import { type Resource, Role, roleName, type WorkingSet } from "../../scheduler/mod.ts";
import { Element } from "../../xml/mod.ts";
import type { ShowOptions } from "../options.ts";
import { runsOnSelected } from "./collective.ts";
import { agentName } from "./primitive.ts";
import {
  displayedRole,
  isActive,
  isDisabled,
  isFiltered,
  pendingFlag,
  printableId,
  runsElsewhere,
  stateText,
} from "./state.ts";

const flag = (value: boolean) => (value ? "true" : "false");

/** The `resources` element; null when there is nothing to list. */
export function resourcesXml(working: WorkingSet, options: ShowOptions): Element | null {
  const list = new Element("resources");
  for (const resource of working.resources) {
    const active = isActive(resource, true);
    const partly = isActive(resource, false);
    if (resource.orphan && !active) continue;
    if (options.byNode === true && active) continue;
    if (!partly && options.inactive !== true) continue;
    if (partly && options.byNode !== true && !runsOnSelected(resource, options)) continue;
    const element = resourceXml(resource, options);
    if (element !== null) list.append(element);
  }
  return list.children.length === 0 ? null : list;
}

/** One resource with all below it; null when it is filtered out. */
export function resourceXml(resource: Resource, options: ShowOptions): Element | null {
  if (isFiltered(resource, options, true)) return null;
  switch (resource.variant) {
    case 0:
      return primitiveXml(resource, options);
    case 1:
      return groupXml(resource, options);
    case 2:
      return cloneXml(resource, options);
    default:
      return bundleXml(resource, options);
  }
}

function describe(element: Element, resource: Resource, options: ShowOptions): void {
  const text = options.description === true ? resource.xml.get("description") : null;
  if (text !== null) element.set("description", text);
}

function primitiveXml(resource: Resource, options: ShowOptions): Element {
  const element = new Element("resource", {
    id: printableId(resource),
    resource_agent: agentName(resource),
    role: roleName(displayedRole(resource)),
  });
  const target = resource.meta.get("target-role");
  if (target !== undefined) element.set("target_role", target);
  element.set("active", flag(isActive(resource, true)));
  element.set("orphaned", flag(resource.orphan));
  element.set("blocked", flag(resource.blocked));
  element.set("maintenance", flag(resource.maintenance));
  element.set("managed", flag(resource.managed));
  element.set("failed", flag(resource.failed));
  element.set("failure_ignored", flag(resource.failureIgnored));
  element.set("nodes_running_on", String(resource.activeOn.length));
  const pending = pendingText(resource, options);
  if (pending !== null) element.set("pending", pending);
  if (resource.lockNode !== null) element.set("locked_to", resource.lockNode.name);
  describe(element, resource, options);
  for (const node of resource.activeOn) {
    element.append(
      new Element("node", { name: node.name, id: node.id, cached: flag(node.online) }),
    );
  }
  return element;
}

function pendingText(resource: Resource, options: ShowOptions): string | null {
  if (options.pending !== true || resource.pendingTask === null) return null;
  const state = stateText(resource, options);
  return state === stateText(resource, { ...options, pending: false })
    ? pendingFlag(resource)
    : state;
}

function groupXml(group: Resource, options: ShowOptions): Element | null {
  const only = options.onlyResources;
  const named =
    only === null || only === undefined || only.has(printableId(group)) || only.has(group.id);
  const members = group.children.filter((child) => named || !isFiltered(child, options, false));
  if (members.length === 0) return null;
  const element = new Element("group", {
    id: group.id,
    number_resources: String(group.children.length),
    maintenance: flag(group.maintenance),
    managed: flag(group.managed),
    disabled: flag(isDisabled(group)),
  });
  describe(element, group, options);
  for (const child of members) element.append(primitiveXml(child, options));
  return element;
}

function cloneXml(clone: Resource, options: ShowOptions): Element | null {
  const only = options.onlyResources;
  const named = only === null || only === undefined || only.has(clone.id);
  const instances = clone.children.filter(
    (child) => !runsElsewhere(child, options) && (named || !isFiltered(child, options, false)),
  );
  if (instances.length === 0) return null;
  const element = new Element("clone", {
    id: clone.id,
    multi_state: flag(clone.promotable),
    unique: flag(clone.unique),
    maintenance: flag(clone.maintenance),
    managed: flag(clone.managed),
    disabled: flag(isDisabled(clone)),
    failed: flag(clone.failed),
    failure_ignored: flag(clone.failureIgnored),
  });
  const target = clone.meta.get("target-role");
  if (target !== undefined) element.set("target_role", target);
  describe(element, clone, options);
  for (const child of instances) {
    const inner = resourceXml(child, { ...options, onlyResources: null });
    if (inner !== null) element.append(inner);
  }
  return element;
}

function bundleXml(bundle: Resource, options: ShowOptions): Element | null {
  const data = bundle.bundleData!;
  const element = new Element("bundle", {
    id: bundle.id,
    type: data.agent,
    ...(data.image === null ? {} : { image: data.image }),
    unique: flag(bundle.unique),
    maintenance: flag(bundle.maintenance),
    managed: flag(bundle.managed),
    failed: flag(bundle.failed),
  });
  describe(element, bundle, options);
  const only = options.onlyResources;
  const named = only === null || only === undefined || only.has(bundle.id);
  for (const replica of data.replicas) {
    if (runsElsewhere(replica.container, options)) continue;
    const parts = [replica.ip, replica.child, replica.container, replica.remote].filter(
      (part): part is Resource => part !== null && (named || !isFiltered(part, options, false)),
    );
    if (parts.length === 0) continue;
    const inner = parts.map((part) => resourceXml(part, { ...options, onlyResources: null })!);
    element.append(new Element("replica", { id: String(replica.index) }, inner));
  }
  return element.children.length === 0 ? null : element;
}

/** Role and score as attributes of a ban. */
export function banXml(
  id: string,
  resource: string,
  node: string,
  score: number,
  role: Role,
): Element {
  const promotedOnly = flag(role === Role.promoted);
  return new Element("ban", {
    id,
    resource,
    node,
    weight: formatScore(score).replace("INFINITY", "1000000"),
    "promoted-only": promotedOnly,
    master_only: promotedOnly,
  });
}
