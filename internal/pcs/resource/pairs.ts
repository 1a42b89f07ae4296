import type { BundleData, OperationData, PortData, StorageData } from "./data.ts";

/** Options of an operation in the order that the outputs have. */
export function operationPairs(op: OperationData): [string, string][] {
  const pairs: [string, string][] = [["interval", op.interval]];
  const add = (name: string, value: string | null) => {
    if (value !== null && value !== "") pairs.push([name, value]);
  };
  add("id", op.id);
  if (op.start_delay !== null && op.start_delay !== "") add("start-delay", op.start_delay);
  else add("interval-origin", op.interval_origin);
  add("timeout", op.timeout);
  add("enabled", flag(op.enabled));
  add("record-pending", flag(op.record_pending));
  add("role", op.role);
  add("on-fail", op.on_fail);
  const level = op.instance_attributes
    .flatMap(({ nvpairs }) => nvpairs)
    .find(({ name }) => name === "OCF_CHECK_LEVEL");
  add("OCF_CHECK_LEVEL", level?.value ?? null);
  return pairs;
}

function flag(value: boolean | null): string | null {
  if (value === null) return null;
  return value ? "1" : "0";
}

type Optional = string | number | boolean | null;

function present(pairs: [string, Optional][]): [string, string][] {
  return pairs.flatMap(([name, value]) => {
    if (value === null || value === "") return [];
    return [[name, typeof value === "boolean" ? (value ? "1" : "0") : String(value)]];
  });
}

export function containerPairs(bundle: BundleData): [string, string][] {
  const container = bundle.container_options;
  if (container === null) return [];
  return [
    ["image", container.image],
    ...present([
      ["replicas", container.replicas],
      ["replicas-per-host", container.replicas_per_host],
      ["promoted-max", container.promoted_max],
      ["run-command", container.run_command],
      ["network", container.network],
      ["options", container.options],
    ]),
  ];
}

export function networkPairs(bundle: BundleData): [string, string][] {
  const network = bundle.network;
  if (network === null) return [];
  return present([
    ["ip-range-start", network.ip_range_start],
    ["control-port", network.control_port],
    ["host-interface", network.host_interface],
    ["host-netmask", network.host_netmask],
    ["add-host", network.add_host],
  ]);
}

export function portPairs(port: PortData): [string, string][] {
  return present([
    ["port", port.port],
    ["internal-port", port.internal_port],
    ["range", port.range],
  ]);
}

export function storagePairs(storage: StorageData): [string, string][] {
  return [
    ...present([
      ["source-dir", storage.source_dir],
      ["source-dir-root", storage.source_dir_root],
    ]),
    ["target-dir", storage.target_dir],
    ...present([["options", storage.options]]),
  ];
}
