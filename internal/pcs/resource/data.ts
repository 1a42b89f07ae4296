import { parseBoolean } from "../../base/mod.ts";
import type { Element } from "../../xml/mod.ts";
import { primaryRole } from "../cib/attributes.ts";
import { exportNvsets, type NvsetData } from "../cib/nvset-data.ts";
import type { RuleStatusOf } from "../rule/data.ts";

/*
 * Resources as `--output-format json` writes them: names and order of the members are the interface.
 */

export interface AgentNameData {
  standard: string;
  provider: string | null;
  type: string;
}

export interface OperationData {
  id: string;
  name: string;
  interval: string;
  description: string | null;
  start_delay: string | null;
  interval_origin: string | null;
  timeout: string | null;
  enabled: boolean | null;
  record_pending: boolean | null;
  role: string | null;
  on_fail: string | null;
  meta_attributes: NvsetData[];
  instance_attributes: NvsetData[];
}

export interface PrimitiveData {
  id: string;
  agent_name: AgentNameData;
  description: string | null;
  operations: OperationData[];
  meta_attributes: NvsetData[];
  instance_attributes: NvsetData[];
  utilization: NvsetData[];
}

export interface CloneData {
  id: string;
  description: string | null;
  member_id: string;
  meta_attributes: NvsetData[];
  instance_attributes: NvsetData[];
}

export interface GroupData {
  id: string;
  description: string | null;
  member_ids: string[];
  meta_attributes: NvsetData[];
  instance_attributes: NvsetData[];
}

export interface BundleData {
  id: string;
  description: string | null;
  member_id: string | null;
  container_type: string | null;
  container_options: ContainerData | null;
  network: NetworkData | null;
  port_mappings: PortData[];
  storage_mappings: StorageData[];
  meta_attributes: NvsetData[];
  instance_attributes: NvsetData[];
}

export interface ContainerData {
  image: string;
  replicas: number | null;
  replicas_per_host: number | null;
  promoted_max: number | null;
  run_command: string | null;
  network: string | null;
  options: string | null;
}

export interface NetworkData {
  ip_range_start: string | null;
  control_port: number | null;
  host_interface: string | null;
  host_netmask: number | null;
  add_host: boolean | null;
}

export interface PortData {
  id: string;
  port: number | null;
  internal_port: number | null;
  range: string | null;
}

export interface StorageData {
  id: string;
  source_dir: string | null;
  source_dir_root: string | null;
  target_dir: string;
  options: string | null;
}

export interface ResourcesData {
  primitives: PrimitiveData[];
  clones: CloneData[];
  groups: GroupData[];
  bundles: BundleData[];
}

const CONTAINERS = ["docker", "podman"];

/** Rules are shown as they stand here, without asking whether they apply now. */
const statusUnknown: RuleStatusOf = () => "UNKNOWN";

/** Everything below `<resources>`. */
export function exportResources(resources: Element): ResourcesData {
  return {
    primitives: resources.descendants("primitive").map(exportPrimitive),
    clones: [...resources.elements("clone"), ...resources.elements("master")].map(exportClone),
    groups: resources.descendants("group").map(exportGroup),
    bundles: resources.elements("bundle").map(exportBundle),
  };
}

export function exportAgentName(primitive: Element): AgentNameData {
  return {
    standard: primitive.get("class") ?? "",
    provider: primitive.get("provider"),
    type: primitive.get("type") ?? "",
  };
}

function exportPrimitive(element: Element): PrimitiveData {
  return {
    id: element.id,
    agent_name: exportAgentName(element),
    description: element.get("description"),
    operations: element.elements("operations").flatMap((all) => all.elements("op").map(exportOp)),
    meta_attributes: exportNvsets(element, "meta_attributes", statusUnknown),
    instance_attributes: exportNvsets(element, "instance_attributes", statusUnknown),
    utilization: exportNvsets(element, "utilization", statusUnknown),
  };
}

/** One operation of a primitive. */
export function exportOp(op: Element): OperationData {
  const role = op.get("role");
  return {
    id: op.id,
    name: op.get("name") ?? "",
    interval: op.get("interval") ?? "",
    description: op.get("description"),
    start_delay: op.get("start-delay"),
    interval_origin: op.get("interval-origin"),
    timeout: op.get("timeout"),
    enabled: booleanOf(op.get("enabled")),
    record_pending: booleanOf(op.get("record-pending")),
    role: role === null ? null : primaryRole(role),
    on_fail: op.get("on-fail"),
    meta_attributes: exportNvsets(op, "meta_attributes", statusUnknown),
    instance_attributes: exportNvsets(op, "instance_attributes", statusUnknown),
  };
}

function booleanOf(text: string | null): boolean | null {
  return text === null ? null : parseBoolean(text) === true;
}

function exportClone(element: Element): CloneData {
  const member = element.first("primitive") ?? element.first("group");
  const clone: CloneData = {
    id: element.id,
    description: element.get("description"),
    member_id: member?.id ?? "",
    meta_attributes: exportNvsets(element, "meta_attributes", statusUnknown),
    instance_attributes: exportNvsets(element, "instance_attributes", statusUnknown),
  };
  if (element.name === "master") markPromotable(clone);
  return clone;
}

/** The old element `<master>` is a promotable clone. */
function markPromotable(clone: CloneData): void {
  const set = clone.meta_attributes[0];
  const pair = { id: "", name: "promotable", value: "true" };
  if (set === undefined) {
    clone.meta_attributes.push({ id: "", options: {}, rule: null, nvpairs: [pair] });
  } else {
    set.nvpairs = [...set.nvpairs.filter(({ name }) => name !== "promotable"), pair];
  }
}

function exportGroup(element: Element): GroupData {
  return {
    id: element.id,
    description: element.get("description"),
    member_ids: element.elements("primitive").map(({ id }) => id),
    meta_attributes: exportNvsets(element, "meta_attributes", statusUnknown),
    instance_attributes: exportNvsets(element, "instance_attributes", statusUnknown),
  };
}

function exportBundle(element: Element): BundleData {
  const container = bundleContainer(element);
  const network = element.first("network");
  return {
    id: element.id,
    description: element.get("description"),
    member_id: element.first("primitive")?.id ?? null,
    container_type: container?.name ?? null,
    container_options: container === null ? null : exportContainer(container),
    network: network === null ? null : exportNetwork(network),
    port_mappings: (network?.elements("port-mapping") ?? []).map(exportPort),
    storage_mappings: element
      .elements("storage")
      .flatMap((storage) => storage.elements("storage-mapping").map(exportStorage)),
    meta_attributes: exportNvsets(element, "meta_attributes", statusUnknown),
    instance_attributes: exportNvsets(element, "instance_attributes", statusUnknown),
  };
}

/** The element of the container technology, of those that are supported. */
export function bundleContainer(bundle: Element): Element | null {
  return bundle.elements().find(({ name }) => CONTAINERS.includes(name)) ?? null;
}

function exportContainer(element: Element): ContainerData {
  return {
    image: element.get("image") ?? "",
    replicas: integer(element.get("replicas")),
    replicas_per_host: integer(element.get("replicas-per-host")),
    promoted_max: integer(element.get("promoted-max") ?? element.get("masters")),
    run_command: element.get("run-command"),
    network: element.get("network"),
    options: element.get("options"),
  };
}

function exportNetwork(element: Element): NetworkData {
  const addHost = element.get("add-host");
  return {
    ip_range_start: element.get("ip-range-start"),
    control_port: integer(element.get("control-port")),
    host_interface: element.get("host-interface"),
    host_netmask: integer(element.get("host-netmask")),
    // The original takes any text for true, `false` as well.
    add_host: addHost === null ? null : addHost !== "",
  };
}

function exportPort(element: Element): PortData {
  return {
    id: element.id,
    port: integer(element.get("port")),
    internal_port: integer(element.get("internal-port")),
    range: element.get("range"),
  };
}

function exportStorage(element: Element): StorageData {
  return {
    id: element.id,
    source_dir: element.get("source-dir"),
    source_dir_root: element.get("source-dir-root"),
    target_dir: element.get("target-dir") ?? "",
    options: element.get("options"),
  };
}

function integer(text: string | null): number | null {
  return text === null ? null : Number(text);
}
