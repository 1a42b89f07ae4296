import { CRM_FEATURE_SET } from "../../base/mod.ts";
import type { Action } from "../action.ts";
import type { ActionMeta } from "../action-meta.ts";
import { remoteHostName } from "../digests.ts";
import type { Node } from "../node.ts";
import type { Resource } from "../resource.ts";
import { currentNode } from "../resource-state.ts";
import { resourceParameters } from "../unpack/meta.ts";
import type { WorkingSet } from "../working-set.ts";
import { isLocated } from "./element.ts";
import { Fields, type GraphWriter } from "./writer.ts";

/** Attributes of one kind of operation of a resource, on whatever node: see {@link shapeOf}. */
export interface Shape {
  meta: ActionMeta;
  parameters: ReadonlyMap<string, string>;
  ofResource: ReadonlyMap<string, string>;
  located: boolean;
  /** What stands before and after the names of the node. */
  before: Fields;
  after: Fields;
  numbered: readonly [string, string][];
}

/** What goes into an `attributes` element: fields by name, and parameters whose names are numbers. */
class Contents {
  readonly fields = new Map<string, string>();
  readonly numbered: [string, string][] = [];
  readonly #metaFields: Map<string, string | null>;

  constructor(metaFields: Map<string, string | null>) {
    this.#metaFields = metaFields;
  }

  /** What is there already stays. */
  add(name: string, value: string): void {
    if (startsWithDigit(name)) this.numbered.push([name, value]);
    else if (!this.fields.has(name)) this.fields.set(name, value);
  }

  addAll(pairs: ReadonlyMap<string, string>): void {
    if (pairs.size > 0) for (const [name, value] of pairs) this.add(name, value);
  }

  addMeta(name: string, value: string | null | undefined): void {
    if (value == null) return;
    let field = this.#metaFields.get(name);
    if (field === undefined) {
      field = metaField(name);
      this.#metaFields.set(name, field);
    }
    if (field !== null && !this.fields.has(field)) this.fields.set(field, value);
  }
}

/** Shapes of one resource that are kept. */
const KEPT_SHAPES = 4;

/** The element with all that an operation is given. */
export function writeAttributes(ws: WorkingSet, writer: GraphWriter, action: Action): void {
  writer.open("attributes");
  const shape = shapeOf(ws, action);
  let numbered: readonly [string, string][];
  if (shape === null) {
    const contents = contentsOf(ws, action);
    if (isLocated(action) && action.node !== null) addNode(contents.fields, action.node);
    for (const name of sortedNames(contents.fields)) {
      writer.set(name, contents.fields.get(name)!);
    }
    numbered = contents.numbered;
  } else {
    writer.setAll(shape.before);
    if (shape.located) {
      writer.set(ON_NODE, action.node!.name);
      writer.set(ON_NODE_UUID, action.node!.id);
    }
    writer.setAll(shape.after);
    numbered = shape.numbered;
  }
  for (const [name, value] of numbered) {
    writer.open("param");
    writer.set("name", name);
    writer.set("value", value);
    writer.close();
  }
  writer.close();
}

const ON_NODE = "CRM_meta_on_node";
const ON_NODE_UUID = "CRM_meta_on_node_uuid";

function addNode(fields: Map<string, string>, node: Node): void {
  if (!fields.has(ON_NODE)) fields.set(ON_NODE, node.name);
  if (!fields.has(ON_NODE_UUID)) fields.set(ON_NODE_UUID, node.id);
}

function sortedNames(fields: ReadonlyMap<string, string>): string[] {
  return [...fields.keys()].sort();
}

/**
 * Probes of a resource, one for each node, differ in the names of their nodes alone: the rest is
 * put together once. Null where that does not hold, or there is but one such operation.
 */
function shapeOf(ws: WorkingSet, action: Action): Shape | null {
  const { resource, node } = action;
  if (resource === null || !resource.isPrimitive || node === null || node.isGuest) return null;
  if ((resource.actionsByKey.get(action.key)?.length ?? 0) < 2) return null;
  const ofResource = resourceParameters(ws, resource, node);
  const located = isLocated(action);
  const known = resource.shapes;
  for (const shape of known) {
    if (
      shape.parameters === action.parameters &&
      shape.ofResource === ofResource &&
      shape.located === located &&
      shape.meta.sameAs(action.meta)
    ) {
      return shape;
    }
  }
  const { fields, numbered } = contentsOf(ws, action);
  if (fields.has(ON_NODE) || fields.has(ON_NODE_UUID)) return null;
  const before: string[] = [];
  const after: string[] = [];
  for (const name of sortedNames(fields)) {
    if (located && name > ON_NODE && name < ON_NODE_UUID) return null;
    (name < ON_NODE ? before : after).push(name, fields.get(name)!);
  }
  const shape = {
    meta: action.meta,
    parameters: action.parameters,
    ofResource,
    located,
    before: new Fields(before),
    after: new Fields(after),
    numbered,
  };
  if (known.length >= KEPT_SHAPES) known.shift();
  known.push(shape);
  return shape;
}

/** All but the names of the node that the action is on. */
function contentsOf(ws: WorkingSet, action: Action): Contents {
  const contents = new Contents(ws.metaFields);
  contents.fields.set("crm_feature_set", CRM_FEATURE_SET);
  contents.addAll(action.parameters);
  const resource = action.resource;
  if (resource !== null && (action.node !== null || resource.isPrimitive)) {
    const host = remoteHostName(ws, resource);
    if (host !== null) contents.add("addr", host);
    contents.addAll(resourceParameters(ws, resource, action.node));
  }
  const located = isLocated(action) && action.node !== null;
  action.meta.forEach((name, value) => {
    if (!located || (name !== "on_node" && name !== "on_node_uuid")) contents.addMeta(name, value);
  });
  if (resource !== null) addResourceMeta(resource, contents);
  if (resource !== null) addGuestMeta(action, resource, contents);
  return contents;
}

function startsWithDigit(name: string): boolean {
  const code = name.charCodeAt(0);
  return code >= 48 && code <= 57;
}

/** The environment's name for a meta attribute; null for one that is not handed on. */
function metaField(name: string): string | null {
  if (name.includes("#") || name.includes(":")) return null;
  return `CRM_meta_${name.replaceAll("-", "_")}`;
}

function addResourceMeta(resource: Resource, contents: Contents): void {
  if (resource.isPrimitive) {
    contents.addMeta("clone", resource.meta.get("clone"));
    contents.addMeta("remote_node", resource.meta.get("remote-node"));
    let container: string | null = null;
    for (let r: Resource | null = resource; r !== null; r = r.parent) {
      if (r.launcher !== null && r.launcher !== resource) container = r.launcher.id;
    }
    contents.addMeta("container", container);
    const external = resource.meta.get("external-ip");
    if (external !== undefined) contents.fields.set("pcmk_external_ip", external);
  }
  for (let r: Resource | null = resource; r !== null; r = r.parent) {
    if (r.clone === null) continue;
    contents.addMeta("globally-unique", String(r.unique));
    contents.addMeta("notify", String(r.notify));
    contents.addMeta("clone-max", String(r.clone.max));
    contents.addMeta("clone-node-max", String(r.clone.nodeMax));
    if (!r.promotable) continue;
    for (const word of ["promoted", "master"]) {
      contents.addMeta(`${word}-max`, String(r.clone.promotedMax));
      contents.addMeta(`${word}-node-max`, String(r.clone.promotedNodeMax));
    }
  }
}

/** An operation in a guest is told which host it is on. */
function addGuestMeta(action: Action, resource: Resource, contents: Contents): void {
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
  contents.addMeta("container-attribute-target", resource.meta.get("container-attribute-target"));
  contents.addMeta("physical-host", host.name);
}
