import type { Resource, WorkingSet } from "../../scheduler/mod.ts";
import { nodeSelected, type ShowOptions } from "../options.ts";
import { HtmlSink } from "../output/html-sink.ts";
import { LazyList, type Sink } from "../output/sink.ts";
import { briefLines } from "./brief.ts";
import { writeClone } from "./clone.ts";
import { writePrimitive, writePrimitiveAs } from "./primitive.ts";
import {
  currentNode,
  isActive,
  isDisabled,
  isFiltered,
  printableId,
  runsElsewhere,
} from "./state.ts";

/** Writes a resource of any kind; true when it wrote something. */
export function writeResource(
  sink: Sink,
  working: WorkingSet,
  resource: Resource,
  options: ShowOptions,
): boolean {
  if (isFiltered(resource, options, true)) return false;
  switch (resource.variant) {
    case 0:
      return writePrimitive(sink, working, resource, options);
    case 1:
      return writeGroup(sink, working, resource, options);
    case 2:
      return writeClone(sink, working, resource, options);
    default:
      return writeBundle(sink, working, resource, options);
  }
}

/** ` (DESCRIPTION)` when asked for. */
export function descriptionSuffix(resource: Resource, options: ShowOptions): string {
  const text = options.description === true ? resource.xml.get("description") : null;
  return text === null ? "" : ` (${text})`;
}

function groupTitle(group: Resource, options: ShowOptions): string {
  const attributes: string[] = [];
  const partly = !isActive(group, true) && isActive(group, false);
  const inactive = partly ? group.children.filter((child) => !isActive(child, true)).length : 0;
  if (inactive > 0 && options.inactive !== true) {
    attributes.push(`${inactive} member${inactive === 1 ? "" : "s"} inactive`);
  }
  if (isDisabled(group)) attributes.push("disabled");
  if (group.maintenance) attributes.push("maintenance");
  else if (!group.managed) attributes.push("unmanaged");
  const suffix = attributes.length === 0 ? "" : ` (${attributes.join(", ")})`;
  return `Resource Group: ${group.id}${suffix}${descriptionSuffix(group, options)}`;
}

function writeGroup(
  sink: Sink,
  working: WorkingSet,
  group: Resource,
  options: ShowOptions,
): boolean {
  const list = new LazyList(sink, groupTitle(group, options));
  // A group that is asked for by name shows all of its members.
  const inner = namesGroup(group, options) ? { ...options, onlyResources: null } : options;
  if (options.brief === true) {
    const members = group.children.filter((child) => !isFiltered(child, inner, false));
    for (const line of briefLines(members, { ...options, inactive: true })) list.item(line);
    return list.close();
  }
  for (const child of group.children) {
    if (isFiltered(child, inner, false)) continue;
    list.open();
    if (options.inactive !== true && !isActive(child, true)) continue;
    writeResource(sink, working, child, inner);
  }
  return list.close();
}

function namesGroup(group: Resource, options: ShowOptions): boolean {
  const only = options.onlyResources;
  if (only === null || only === undefined) return true;
  return only.has(printableId(group)) || only.has(group.id) || only.has(group.top(true).id);
}

function writeBundle(
  sink: Sink,
  working: WorkingSet,
  bundle: Resource,
  options: ShowOptions,
): boolean {
  const data = bundle.bundleData!;
  const state = bundle.maintenance ? " (maintenance)" : bundle.managed ? "" : " (unmanaged)";
  const title =
    `Container bundle${data.replicas.length > 1 ? " set" : ""}: ${bundle.id} [${data.image ?? "(null)"}]` +
    `${bundle.unique ? " (unique)" : ""}${descriptionSuffix(bundle, options)}${state}`;
  const list = new LazyList(sink, title);
  const only = options.onlyResources;
  const everything = only === null || only === undefined || only.has(bundle.id);
  for (const replica of data.replicas) {
    if (runsElsewhere(replica.container, options)) continue;
    const parts = [replica.ip, replica.child, replica.container, replica.remote].filter(
      (part) => part !== null && (everything || !isFiltered(part, options, false)),
    ) as Resource[];
    if (options.implicit === true || (!everything && parts.length > 0)) {
      list.open();
      const several = data.replicas.length > 1;
      const heading = `Replica[${replica.index}]`;
      // Plain text indents the parts of a lone replica, too; HTML nests them only below a heading.
      const html = sink instanceof HtmlSink;
      if (several && !html) sink.item(heading);
      if (several || !html) sink.begin(html ? heading : "");
      for (const part of parts) {
        writeResource(sink, working, part, { ...options, implicit: true, onlyResources: null });
      }
      if (several || !html) sink.end();
    } else if (everything) {
      list.open();
      const name = printableId(replica.remote ?? replica.container);
      const address = replica.ipAddress === null ? "" : ` (${replica.ipAddress})`;
      const node = currentNode(replica.container);
      const shown = replica.child ?? replica.container;
      writePrimitiveAs(sink, working, shown, `${name}${address}`, node, options);
    }
  }
  return list.close();
}

/** Whether it is known to run on a node that is to be shown. */
export function runsOnSelected(resource: Resource, options: ShowOptions): boolean {
  return resource.activeOn.some((node) => nodeSelected(node.name, options));
}
