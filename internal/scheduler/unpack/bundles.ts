import { INFINITY_SCORE, Limits, parseBoolean } from "../../base/mod.ts";
import { Element } from "../../xml/mod.ts";
import { Discovery } from "../constants.ts";
import type { BundleData, BundleReplica, Resource } from "../resource.ts";
import type { WorkingSet } from "../working-set.ts";
import { connectionXml, operation } from "./connections.ts";
import { type Mount, nextAddress, type Port, runOptions } from "./container-options.ts";
import { createNode } from "./nodes.ts";
import { unpackResource } from "./resources.ts";

const REMOTE_PORT = "3121";
/** How the lack of an address stands in names and options, which history knows containers by. */
const NO_ADDRESS = "(null)";
const AUTHKEY = "/etc/pacemaker/authkey";

/** The container part of a bundle's configuration. */
export interface BundleSpec {
  name: string;
  agent: "docker" | "podman";
  image: string | null;
  network: string | null;
  command: string | null;
  options: string | null;
  addHost: boolean;
  ipRangeStart: string | null;
  hostNetmask: string | null;
  hostInterface: string | null;
  controlPort: string | null;
  ports: Port[];
  mounts: Mount[];
}

/** Makes a bundle's containers, addresses, connections, guest nodes and the clone inside. */
export function unpackBundle(ws: WorkingSet, bundle: Resource): boolean {
  const xml = bundle.xml;
  const container = xml.first("docker") ?? xml.first("podman");
  if (container === null) return false;
  const number = (name: string, old: string) => {
    const text = container.get(name) ?? container.get(old);
    return text !== null && /^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : null;
  };
  const promotedMax = Math.max(0, number("promoted-max", "masters") ?? 0);
  const replicas = container.has("replicas")
    ? Math.max(1, number("replicas", "replicas") ?? 1)
    : Math.max(1, promotedMax);
  if (replicas > Limits.instances) {
    const text = `${bundle.id} asks for ${replicas} replicas (the limit is ${Limits.instances})`;
    ws.messages.push({ level: "error", text });
    return false;
  }
  let perHost = Math.max(1, number("replicas-per-host", "replicas-per-host") ?? 1);
  const spec = readSpec(bundle, container);
  bundle.unique = perHost > 1;
  const primitive = xml.first("primitive");
  // Several replicas on a host cannot share a port; the bundle counts as unique all the same.
  if (primitive !== null && spec.controlPort !== null && spec.ipRangeStart === null) perHost = 1;
  const data: BundleData = {
    agent: spec.agent,
    image: spec.image,
    replicas: [],
    replicasPerHost: perHost,
    promotedMax,
    child: null,
    controlPort: spec.controlPort,
    hostNetwork: spec.hostInterface,
    ipRangeStart: spec.ipRangeStart,
    attributeTarget: null,
  };
  bundle.bundleData = data;
  if (primitive !== null && !hasNetwork(spec)) {
    const text = `Cannot control ${primitive.id} inside ${bundle.id} without either ip-range-start or control-port`;
    ws.messages.push({ level: "error", text });
    return false;
  }
  if (primitive !== null && !unpackInside(ws, bundle, spec, primitive, replicas)) return false;
  if (primitive === null) makeNakedReplicas(data, replicas);
  const hosts = assignAddresses(ws, spec, data);
  for (const replica of data.replicas) {
    if (!makeReplica(ws, bundle, spec, replica, hosts)) return false;
    if (replica.child !== null) {
      replica.container.utilization = replica.child.utilization;
      replica.child.utilization = new Map();
    }
  }
  if (data.child !== null) bundle.children.push(data.child);
  return true;
}

function hasNetwork(spec: BundleSpec): boolean {
  return spec.ipRangeStart !== null || spec.controlPort !== null;
}

function readSpec(bundle: Resource, container: Element): BundleSpec {
  const network = bundle.xml.first("network");
  const spec: BundleSpec = {
    name: bundle.id,
    agent: container.name === "podman" ? "podman" : "docker",
    image: container.get("image"),
    network: container.get("network"),
    command: container.get("run-command"),
    options: container.get("options"),
    addHost: true,
    ipRangeStart: network?.get("ip-range-start") ?? null,
    hostNetmask: network?.get("host-netmask") ?? null,
    hostInterface: network?.get("host-interface") ?? null,
    controlPort: network?.get("control-port") ?? null,
    ports: [],
    mounts: [],
  };
  const addHost = network?.get("add-host");
  if (addHost != null) spec.addHost = parseBoolean(addHost) ?? true;
  for (const mapping of network?.elements("port-mapping") ?? []) {
    const source = mapping.get("port") ?? mapping.get("range");
    if (source === null) continue;
    const target = mapping.get("port") === null ? source : (mapping.get("internal-port") ?? source);
    spec.ports.push({ source, target });
  }
  for (const mapping of bundle.xml.first("storage")?.elements("storage-mapping") ?? []) {
    const directory = mapping.get("source-dir");
    const source = directory ?? mapping.get("source-dir-root");
    const target = mapping.get("target-dir");
    if (source === null || target === null) continue;
    spec.mounts.push({
      source,
      target,
      options: mapping.get("options"),
      subdir: directory === null,
    });
  }
  return spec;
}

/** The clone that holds the bundled primitive, one instance per replica. */
function unpackInside(
  ws: WorkingSet,
  bundle: Resource,
  spec: BundleSpec,
  primitive: Element,
  replicas: number,
): boolean {
  const data = bundle.bundleData!;
  const promoted = data.promotedMax > 0;
  const clone = new Element("clone", { id: `${bundle.id}-${promoted ? "master" : "clone"}` });
  const values: [string, string][] = [
    ["ordered", "true"],
    ["clone-max", String(replicas)],
    ["clone-node-max", String(data.replicasPerHost)],
    ["globally-unique", String(data.replicasPerHost > 1)],
  ];
  if (promoted) values.push(["promotable", "true"], ["promoted-max", String(data.promotedMax)]);
  const pairs = values.map(
    ([name, value]) => new Element("nvpair", { id: `${bundle.id}-${name}`, name, value }),
  );
  clone.append(new Element("meta_attributes", { id: `${clone.id}-meta` }, pairs));
  // The primitive stays in its own document; the clone only looks at it.
  clone.children.push(primitive);
  data.child = unpackResource(ws, clone, bundle, null);
  if (data.child === null) return false;
  spec.mounts.push({ source: AUTHKEY, target: AUTHKEY, options: null, subdir: false });
  if (!spec.mounts.some((mount) => mount.target === "/var/log")) {
    const logs = "/var/log/pacemaker/bundles";
    spec.mounts.push({ source: logs, target: "/var/log", options: null, subdir: true });
  }
  const port = spec.controlPort ?? REMOTE_PORT;
  spec.ports.push({ source: port, target: port });
  data.child.children.forEach((child, index) => {
    child.exclusiveDiscovery = true;
    if (child.notify) data.child!.notify = true;
    data.replicas.push(emptyReplica(index, child));
    data.attributeTarget = child.meta.get("container-attribute-target") ?? null;
  });
  if (data.attributeTarget !== null) {
    bundle.meta.set("container-attribute-target", data.attributeTarget);
    data.child.meta.set("container-attribute-target", data.attributeTarget);
  }
  return true;
}

function emptyReplica(index: number, child: Resource | null): BundleReplica {
  // The container is made before anyone looks at it.
  const container = null as unknown as Resource;
  return { index, ipAddress: null, ip: null, container, remote: null, child, node: null };
}

function makeNakedReplicas(data: BundleData, count: number): void {
  for (let i = 0; i < count; i++) data.replicas.push(emptyReplica(i, null));
}

/**
 * Gives each replica its address; returns the container options that name them all. What cannot be
 * counted on from (an IPv6 address, the end of the range, no address at all) gives one replica none,
 * and the next the first address again.
 */
function assignAddresses(ws: WorkingSet, spec: BundleSpec, data: BundleData): string {
  if (spec.ipRangeStart === null) return "";
  let hosts = "";
  let last: string | null = null;
  for (const replica of data.replicas) {
    last = last === null ? spec.ipRangeStart : nextAddress(last);
    replica.ipAddress = last;
    if (last === null) sayNoAddress(ws, spec, replica);
    const name = `${spec.name}-${replica.index}`;
    const address = last ?? NO_ADDRESS;
    hosts += spec.addHost ? ` --add-host=${name}:${address}` : ` --hosts-entry=${address}=${name}`;
  }
  return hosts;
}

/** No finding, since the original has none: it may be what somebody lives with. */
function sayNoAddress(ws: WorkingSet, spec: BundleSpec, replica: BundleReplica): void {
  const text =
    `Replica ${replica.index} of ${spec.name} has no address: ` +
    `none can be counted on from '${spec.ipRangeStart}'`;
  ws.messages.push({ level: "log", text, origin: "unpack_bundle" });
}

function makeReplica(
  ws: WorkingSet,
  bundle: Resource,
  spec: BundleSpec,
  replica: BundleReplica,
  hosts: string,
): boolean {
  const container = addPart(ws, bundle, containerXml(spec, replica, hosts));
  if (container === null) return false;
  replica.container = container;
  if (spec.ipRangeStart !== null) {
    replica.ip = addPart(ws, bundle, addressXml(spec, replica));
    if (replica.ip === null) return false;
  }
  if (replica.child === null) return true;
  if (!makeConnection(ws, bundle, spec, replica)) return false;
  if (replica.ipAddress !== null) replica.child.meta.set("external-ip", replica.ipAddress);
  // Unlike others, a bundle's connection may sit on another node than its container.
  replica.remote!.nestingAllowed = true;
  return true;
}

function addPart(ws: WorkingSet, bundle: Resource, xml: Element): Resource | null {
  const part = unpackResource(ws, xml, bundle, null);
  if (part !== null) bundle.children.push(part);
  return part;
}

function parameters(xml: Element, replica: BundleReplica, values: [string, string][]): void {
  const id = `${xml.id}-attributes-${replica.index}`;
  const pairs = values.map(
    ([name, value]) => new Element("nvpair", { id: `${id}-${name}`, name, value }),
  );
  xml.append(new Element("instance_attributes", { id }, pairs));
  const operations = xml.append(new Element("operations"));
  operations.append(operation(xml.id, "monitor", "60s", null));
}

function containerXml(spec: BundleSpec, replica: BundleReplica, hosts: string): Element {
  const id = `${spec.name}-${spec.agent}-${replica.index}`;
  const attributes = { id, class: "ocf", provider: "heartbeat", type: spec.agent };
  const xml = new Element("primitive", attributes);
  const { options, mountPoints } = runOptions(spec, replica, hosts);
  const values: [string, string][] = spec.image === null ? [] : [["image", spec.image]];
  values.push(
    ["allow_pull", "true"],
    ["force_kill", "false"],
    ["reuse", "false"],
    ["run_opts", options],
    ["mount_points", mountPoints],
  );
  if (replica.child !== null) {
    values.push(["run_cmd", spec.command ?? "/usr/sbin/pacemaker-remoted"]);
  } else if (spec.command !== null) {
    values.push(["run_cmd", spec.command]);
  }
  values.push(["monitor_cmd", "/bin/true"]);
  parameters(xml, replica, values);
  return xml;
}

function addressXml(spec: BundleSpec, replica: BundleReplica): Element {
  const address = replica.ipAddress ?? NO_ADDRESS;
  const id = `${spec.name}-ip-${address.replace(/[^A-Za-z0-9._:-]/g, ".")}`;
  const attributes = { id, class: "ocf", provider: "heartbeat", type: "IPaddr2" };
  const xml = new Element("primitive", attributes);
  const values: [string, string][] = [];
  if (replica.ipAddress !== null) values.push(["ip", replica.ipAddress]);
  if (spec.hostInterface !== null) values.push(["nic", spec.hostInterface]);
  values.push(["cidr_netmask", spec.hostNetmask ?? "32"]);
  parameters(xml, replica, values);
  return xml;
}

/** The connection into a container, and the guest node behind it. */
function makeConnection(
  ws: WorkingSet,
  bundle: Resource,
  spec: BundleSpec,
  replica: BundleReplica,
): boolean {
  const child = replica.child!;
  let name = `${spec.name}-${replica.index}`;
  if (ws.resourcesById.has(name)) name = `pcmk-internal-${child.id}-remote-${replica.index}`;
  const xml = connectionXml({
    name,
    container: replica.container.id,
    address: replica.ipAddress ?? "#uname",
    port: spec.controlPort ?? REMOTE_PORT,
  });
  const node = ws.findNode(name) ?? createNode(ws, name, name, "remote", -INFINITY_SCORE);
  node.score = -INFINITY_SCORE;
  node.discovery = Discovery.never;
  // Tables made before the node got these values have an entry that needs them.
  const reason = { kind: "bundle-node", bundle: bundle.id } as const;
  const correct = (resource: Resource) => {
    if (resource.allowed.has(node)) {
      resource.allowed.insert(node, -INFINITY_SCORE, Discovery.never);
      ws.recordReplaced(resource, node, -INFINITY_SCORE, reason);
    }
    for (const below of resource.children) correct(below);
  };
  for (const resource of ws.resources) correct(resource);
  replica.node = node;
  child.allowed.clear();
  child.allowed.insert(node, 500, Discovery.exclusive);
  ws.recordReplaced(child, node, 500, reason);
  child.parent!.allowed.insert(node, -INFINITY_SCORE, Discovery.exclusive);
  ws.recordReplaced(child.parent!, node, -INFINITY_SCORE, reason);
  const remote = addPart(ws, bundle, xml);
  if (remote === null) return false;
  for (const other of ws.nodes) {
    if (!other.isRemote || !remote.allowed.has(other)) continue;
    remote.allowed.set(other, -INFINITY_SCORE);
    ws.recordReplaced(remote, other, -INFINITY_SCORE, reason);
  }
  replica.remote = remote;
  node.connection = remote;
  remote.connectionOf = node;
  remote.launcher = replica.container;
  node.attributes.set("#kind", "container");
  return true;
}
