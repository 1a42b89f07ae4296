import { INFINITY_SCORE, isTrue, parseBoolean } from "../../base/mod.ts";
import { parseIntervalMs } from "../../cib/mod.ts";
import type { Element } from "../../xml/mod.ts";
import { MultiplyActive, parseRole, QuorumPolicy, Role, Variant } from "../constants.ts";
import type { Node } from "../node.ts";
import { Resource } from "../resource.ts";
import { ensureEntry } from "../score-tables.ts";
import type { WorkingSet } from "../working-set.ts";
import { unpackBundle } from "./bundles.ts";
import { unpackClone } from "./clones.ts";
import { inheritedMeta, resourceParameters } from "./meta.ts";
import { takesDefault } from "./nodes.ts";
import { scoreOf } from "./options.ts";
import { unpackPairs } from "./pairs.ts";
import { expandTemplate } from "./templates.ts";

const VARIANTS: Record<string, Variant> = {
  primitive: Variant.primitive,
  group: Variant.group,
  clone: Variant.clone,
  master: Variant.clone,
  bundle: Variant.bundle,
};

/** The resources section, with the connections of guest nodes at its end. */
export function unpackResources(ws: WorkingSet): void {
  const section = ws.cib.first("configuration")?.first("resources");
  const elements = [...(section?.elements() ?? []), ...ws.madeUpConnections];
  for (const xml of elements) {
    if (xml.name === "template") {
      if (!ws.templateXml.has(xml.id)) ws.templateXml.set(xml.id, xml);
      if (!ws.templates.has(xml.id)) ws.templates.set(xml.id, []);
    }
  }
  for (const xml of elements) {
    if (VARIANTS[xml.name] === undefined) continue;
    const resource = unpackResource(ws, xml, null, null);
    if (resource !== null) ws.resources.push(resource);
  }
  if (ws.sharedIds) indexById(ws);
  for (const resource of ws.resources) {
    linkLaunchers(ws, resource);
    linkConnection(ws, resource);
  }
  ws.resources = ws.resources
    .map((resource, i) => ({ resource, i }))
    .sort((a, b) => b.resource.priority - a.resource.priority || a.i - b.i)
    .map((entry) => entry.resource);
  if (ws.sharedIds) indexById(ws);
}

/** Where ids are shared, the first counts: by their order, and before what is below it. */
function indexById(ws: WorkingSet): void {
  ws.resourcesById.clear();
  const add = (resource: Resource) => {
    if (!ws.resourcesById.has(resource.id)) ws.resourcesById.set(resource.id, resource);
    for (const child of resource.children) add(child);
  };
  for (const resource of ws.resources) add(resource);
}

/**
 * One resource and everything below it; null when it is unusable.
 * `instance` is the number under a clone or bundle.
 */
export function unpackResource(
  ws: WorkingSet,
  source: Element,
  parent: Resource | null,
  instance: string | null,
): Resource | null {
  const variant = VARIANTS[source.name];
  if (variant === undefined) return null;
  if (source.id === "") {
    ws.messages.push({
      level: "error",
      text: `Ignoring <${source.name}> configuration without id`,
    });
    return null;
  }
  const expanded = expandTemplate(ws, source);
  if (expanded === null) return null;
  const { xml, ops } = expanded;
  const id = instance === null ? source.id : `${source.id}:${instance}`;
  const resource = new Resource(id, variant, xml, ws.nodesByIndex.length, ws.tablesKeepOrder);
  resource.configId = source.id;
  resource.instance = instance;
  resource.ops = ops;
  resource.parent = parent;
  resource.cls = xml.get("class") ?? "";
  resource.provider = xml.get("provider");
  resource.type = xml.get("type") ?? "";
  resource.meta = inheritedMeta(ws, resource);
  readFlags(ws, resource);
  readNumbers(ws, resource);
  readRequirements(ws, resource);
  readTimes(ws, resource);
  const wanted = targetRole(resource);
  if (wanted !== null) resource.nextRole = wanted;
  const role = resource.meta.get("target-role");
  if (role !== undefined && role.toLowerCase() !== "default" && parseRole(role) === Role.unknown) {
    ws.problem("error", `Ignoring 'target-role' for ${id} because '${role}' is not valid`);
  }
  if (!unpackVariant(ws, resource)) {
    const text = `Ignoring ${source.name} '${id}' because configuration is invalid`;
    ws.messages.push({ level: "error", text });
    return null;
  }
  if (ws.config.symmetric) allowEverywhere(ws, resource, true);
  else if (isGuestConnection(resource)) allowEverywhere(ws, resource, false);
  resource.notify = isTrue(resource.meta.get("notify"));
  resource.utilization = unpackPairs(ws, xml, "utilization", {});
  if (ws.resourcesById.has(id)) ws.sharedIds = true;
  else ws.resourcesById.set(id, resource);
  return resource;
}

function unpackVariant(ws: WorkingSet, resource: Resource): boolean {
  switch (resource.variant) {
    case Variant.group:
      return unpackGroup(ws, resource);
    case Variant.clone:
      return unpackClone(ws, resource);
    case Variant.bundle:
      return unpackBundle(ws, resource);
    default:
      return checkInstance(ws, resource);
  }
}

/** Only some classes can be unique or promotable instances. */
function checkInstance(ws: WorkingSet, resource: Resource): boolean {
  const top = resource.top();
  if (top.variant !== Variant.clone) return true;
  if (resource.unique && resource.cls !== "ocf" && resource.cls !== "stonith") {
    top.clone!.nodeMax = 1;
    top.clone!.max = Math.min(top.clone!.max, ws.nodes.length);
    setUniqueRecursive(top, false);
    resource.unique = false;
  }
  if (resource.promotable && resource.cls !== "ocf") {
    const text = `Resource ${resource.id} is of type ${resource.cls} and therefore cannot be used as a promotable clone resource`;
    ws.messages.push({ level: "error", text });
    return false;
  }
  return true;
}

function setUniqueRecursive(resource: Resource, value: boolean): void {
  resource.unique = value;
  for (const child of resource.children) setUniqueRecursive(child, value);
}

function unpackGroup(ws: WorkingSet, group: Resource): boolean {
  group.group = {
    ordered: parseBoolean(group.meta.get("ordered")) ?? true,
    colocated: parseBoolean(group.meta.get("collocated")) ?? true,
  };
  for (const xml of group.xml.elements("primitive")) {
    const child = unpackResource(ws, xml, group, group.instance);
    if (child !== null) group.children.push(child);
  }
  return group.children.length > 0;
}

function readFlags(ws: WorkingSet, resource: Resource): void {
  const meta = resource.meta;
  const connection = isConnectionXml(resource);
  resource.isConnection = connection;
  const migrate = meta.get("allow-migrate");
  // A connection to a remote node moves without stopping what runs there; a guest's does not.
  const remote = connection && !isGuestConnection(resource);
  resource.allowMigrate = migrate === undefined ? remote : isTrue(migrate);
  const managed = meta.get("is-managed");
  if (managed !== undefined && managed.toLowerCase() !== "default")
    resource.managed = isTrue(managed);
  if (isTrue(meta.get("maintenance"))) {
    resource.managed = false;
    resource.maintenance = true;
  }
  if (ws.config.maintenanceMode) {
    resource.managed = false;
    resource.maintenance = true;
  }
  const critical = meta.get("critical");
  resource.critical = critical === undefined || isTrue(critical);
  const top = resource.top();
  if (top.variant === Variant.clone) {
    resource.unique = detectUnique(resource);
    resource.promotable = isTrue(meta.get("promotable"));
  } else {
    resource.unique = true;
  }
  switch (meta.get("multiple-active")?.toLowerCase()) {
    case "stop_only":
      resource.multiplyActive = MultiplyActive.stopOnly;
      break;
    case "block":
      resource.multiplyActive = MultiplyActive.block;
      break;
    case "stop_unexpected":
      resource.multiplyActive = MultiplyActive.stopUnexpected;
      break;
    case undefined:
    case "stop_start":
    case "default":
      break;
    default: {
      const text = `${meta.get("multiple-active")} is not a valid value for multiple-active of ${resource.id}, using default of "stop_start"`;
      ws.problem("warning", text);
    }
  }
  if (resource.cls.toLowerCase() === "stonith") {
    resource.fenceDevice = true;
    ws.haveFencing ||= ws.config.fencingEnabled;
    ws.haveFenceDevice = true;
  }
}

function detectUnique(resource: Resource): boolean {
  const value = resource.meta.get("globally-unique");
  if (value !== undefined) return isTrue(value);
  const nodeMax = resource.meta.get("clone-node-max");
  return nodeMax !== undefined && Number.parseInt(nodeMax, 10) > 1;
}

function isConnectionXml(resource: Resource): boolean {
  return resource.cls === "ocf" && resource.provider === "pacemaker" && resource.type === "remote";
}

/** A connection with the `container` meta attribute belongs to a guest node. */
export function isGuestConnection(resource: Resource): boolean {
  return resource.isConnection && resource.meta.has("container");
}

function readNumbers(ws: WorkingSet, resource: Resource): void {
  const meta = resource.meta;
  const read = (name: string, fallback: number, least = -INFINITY_SCORE): number => {
    const text = meta.get(name);
    if (text === undefined) return fallback;
    const value = scoreOf(ws, text, Number.NaN);
    if (value >= least) return value;
    const used = fallback === INFINITY_SCORE ? "INFINITY" : fallback;
    ws.problem(
      "warning",
      `Using default (${used}) for resource ${resource.id} meta-attribute ${name} because '${text}' is not a valid value`,
    );
    return fallback;
  };
  const isDefault = (name: string) => meta.get(name)?.toLowerCase() === "default";
  resource.priority = read("priority", 0);
  resource.stickiness = isDefault("resource-stickiness") ? 0 : read("resource-stickiness", 0);
  resource.migrationThreshold = isDefault("migration-threshold")
    ? INFINITY_SCORE
    : read("migration-threshold", INFINITY_SCORE, 0);
}

function readRequirements(ws: WorkingSet, resource: Resource): void {
  const config = ws.config;
  let value = resource.meta.get("requires")?.toLowerCase();
  const known = ["nothing", "quorum", "fencing", "unfencing"];
  const written = value;
  if (value === undefined || !known.includes(value)) {
    if (resource.fenceDevice || resource.isConnection) value = "quorum";
    else if (ws.unfencingEnabled) value = "unfencing";
    else if (config.fencingEnabled) value = "fencing";
    else value = config.noQuorumPolicy === QuorumPolicy.ignore ? "nothing" : "quorum";
  }
  if (written !== undefined && written !== "default" && !known.includes(written)) {
    const text = `Resetting 'requires' for ${resource.id} to '${value}' because '${written}' is not valid`;
    ws.problem("error", text);
  }
  if (value === "unfencing" && (resource.fenceDevice || !config.fencingEnabled)) value = "quorum";
  if (value === "fencing" && !config.fencingEnabled) {
    ws.messages.push({
      level: "warning",
      text: `${resource.id} requires fencing but fencing is disabled`,
    });
  }
  if (value === "quorum") resource.needsQuorum = true;
  if (value === "fencing" || value === "unfencing") resource.needsFencing = true;
  if (value === "unfencing") resource.needsUnfencing = true;
}

function readTimes(ws: WorkingSet, resource: Resource): void {
  const timeout = resource.meta.get("failure-timeout");
  if (timeout !== undefined) resource.failureTimeoutMs = parseIntervalMs(timeout) ?? 0;
  if (!resource.isConnection || isGuestConnection(resource)) return;
  const reconnect = resourceParameters(ws, resource, null).get("reconnect_interval");
  if (reconnect === undefined) return;
  resource.remoteReconnectMs = parseIntervalMs(reconnect) ?? 0;
  resource.failureTimeoutMs = resource.remoteReconnectMs;
}

/** The next role that target-role asks for, or null where it says nothing of weight. */
export function targetRole(resource: Resource): Role | null {
  const text = resource.meta.get("target-role");
  if (text === undefined || text.toLowerCase() === "started" || text.toLowerCase() === "default") {
    return null;
  }
  const role = parseRole(text);
  if (role === Role.unknown) return null;
  if (role > Role.started) {
    if (resource.top().promotable || resource.promotable) {
      return role > Role.unpromoted ? null : role;
    }
    return null;
  }
  return role;
}

/** Gives the resource and all below it an entry for every node, with the node's own score. */
function allowEverywhere(ws: WorkingSet, resource: Resource, symmetricDefault: boolean): void {
  for (const node of ws.nodes) allowOn(ws, resource, node, symmetricDefault);
}

function allowOn(ws: WorkingSet, resource: Resource, node: Node, symmetricDefault: boolean): void {
  if (symmetricDefault && (resource.exclusiveDiscovery || !takesDefault(node))) return;
  for (const child of resource.children) allowOn(ws, child, node, symmetricDefault);
  ensureEntry(ws, resource, node);
}

/** Resolves the meta attribute `container`, recursively. */
function linkLaunchers(ws: WorkingSet, resource: Resource): void {
  const name = resource.meta.get("container");
  if (name !== undefined && name !== resource.id) {
    const launcher = ws.resourcesById.get(name);
    const problem = (text: string) =>
      ws.messages.push({ level: "error", text: `Resource ${resource.id}: ${text}` });
    if (launcher === undefined) problem(`Unknown container ${name}`);
    else if (isLaunchedBy(launcher, resource)) problem(`Container ${name} is contained in it`);
    else {
      resource.launcher = launcher;
      ws.haveGuests = true;
      if (!launcher.launched.includes(resource)) launcher.launched.push(resource);
    }
  }
  for (const child of resource.children) linkLaunchers(ws, child);
}

function isLaunchedBy(resource: Resource, launcher: Resource): boolean {
  for (let at = resource.launcher; at !== null; at = at.launcher) if (at === launcher) return true;
  return false;
}

/** Ties a connection resource (of the top level: only those make nodes) and its node together. */
function linkConnection(ws: WorkingSet, resource: Resource): void {
  if (!resource.isConnection) return;
  const node = ws.findNode(resource.id);
  if (node === null) return;
  node.connection = resource;
  resource.connectionOf = node;
  if (resource.launcher === null) {
    // Without a launcher it is a real remote node: unclean until its connection says otherwise.
    handleStartupFencing(ws, node);
  } else {
    node.attributes.set("#kind", "container");
  }
}

function handleStartupFencing(ws: WorkingSet, node: Node): void {
  if (node.isRemote && node.connection === null) return;
  node.unclean = ws.config.startupFencing;
  node.unseen = true;
}
