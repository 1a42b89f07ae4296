import { type NvsetData, nvsetLines } from "../cib/nvset-data.ts";
import { CommandLineError } from "../frame/report.ts";
import { formatOptional, formatPair, indent } from "../frame/text.ts";
import type {
  AgentNameData,
  BundleData,
  CloneData,
  GroupData,
  OperationData,
  PrimitiveData,
} from "./data.ts";
import { containerPairs, networkPairs, operationPairs, portPairs, storagePairs } from "./pairs.ts";
import { isShown, primitiveById, type Selection } from "./selection.ts";

/** Resources as text. */
export function resourcesToText(selection: Selection): string[] {
  const shown = <T extends { id: string }>(list: T[]) =>
    list.filter(({ id }) => isShown(selection, id));
  return [
    ...shown(selection.primitives).flatMap(primitiveLines),
    ...shown(selection.groups).flatMap((group) => groupLines(group, selection)),
    ...shown(selection.clones).flatMap((clone) => cloneLines(clone, selection)),
    ...shown(selection.bundles).flatMap((bundle) => bundleLines(bundle, selection)),
  ];
}

function descriptionLines(description: string | null): string[] {
  return description === null || description === "" ? [] : [`Description: ${description}`];
}

/** Only the first set of a kind is shown. */
function firstSetLines(label: string, sets: NvsetData[]): string[] {
  const set = sets[0];
  return set === undefined || set.nvpairs.length === 0 ? [] : nvsetLines(set, label);
}

function agentText(agent: AgentNameData): string {
  const provider = formatOptional(agent.provider, " provider={}");
  return `class=${agent.standard}${provider} type=${agent.type}`;
}

/** An operation: its name and id, below that its options. */
export function operationLines(op: OperationData): string[] {
  const pairs = operationPairs(op).filter(([name]) => name !== "id");
  const options = pairs.map(([name, value]) => formatPair(name, value)).join(" ");
  return [`${op.name}:${formatOptional(op.id, " {}")}`, ...indent([options])];
}

function primitiveLines(primitive: PrimitiveData): string[] {
  const operations = primitive.operations.flatMap(operationLines);
  return [
    `Resource: ${primitive.id} (${agentText(primitive.agent_name)})`,
    ...indent([
      ...descriptionLines(primitive.description),
      ...firstSetLines("Attributes", primitive.instance_attributes),
      ...firstSetLines("Meta Attributes", primitive.meta_attributes),
      ...firstSetLines("Utilization", primitive.utilization),
      ...(operations.length > 0 ? ["Operations:", ...indent(operations)] : []),
    ]),
  ];
}

function groupLines(group: GroupData, selection: Selection): string[] {
  const members = group.member_ids.flatMap((id) => {
    const primitive = primitiveById(selection, id);
    if (primitive === undefined) {
      throw new CommandLineError(`Invalid data: group ${group.id} has no children`);
    }
    return primitiveLines(primitive);
  });
  return [
    `Group: ${group.id}`,
    ...indent([
      ...descriptionLines(group.description),
      ...firstSetLines("Attributes", group.instance_attributes),
      ...firstSetLines("Meta Attributes", group.meta_attributes),
      ...members,
    ]),
  ];
}

function cloneLines(clone: CloneData, selection: Selection): string[] {
  const primitive = primitiveById(selection, clone.member_id);
  const group = selection.groups.find(({ id }) => id === clone.member_id);
  if (primitive === undefined && group === undefined) {
    throw new CommandLineError(`Invalid data: clone ${clone.id} has no children`);
  }
  return [
    `Clone: ${clone.id}`,
    ...indent([
      ...descriptionLines(clone.description),
      ...firstSetLines("Attributes", clone.instance_attributes),
      ...firstSetLines("Meta Attributes", clone.meta_attributes),
      ...(primitive !== undefined ? primitiveLines(primitive) : groupLines(group!, selection)),
    ]),
  ];
}

const pairsText = (pairs: [string, string][]) =>
  pairs.map(([name, value]) => formatPair(name, value)).join(" ");

function bundleLines(bundle: BundleData, selection: Selection): string[] {
  const lines = descriptionLines(bundle.description);
  if (bundle.container_type !== null) {
    const type = bundle.container_type;
    const label = type.charAt(0).toUpperCase() + type.slice(1);
    lines.push(`${label}: ${pairsText(containerPairs(bundle))}`);
  }
  const network = networkPairs(bundle);
  if (network.length > 0) lines.push(`Network: ${pairsText(network)}`);
  const ports = bundle.port_mappings.map((port) => {
    const pairs = portPairs(port);
    return pairs.length === 0 ? "" : `${pairsText(pairs)}${formatOptional(port.id, " ({})")}`;
  });
  if (ports.length > 0) lines.push("Port Mapping:", ...indent(ports));
  const storage = bundle.storage_mappings.map(
    (mapping) => `${pairsText(storagePairs(mapping))} (${mapping.id})`,
  );
  if (storage.length > 0) lines.push("Storage Mapping:", ...indent(storage));
  lines.push(...firstSetLines("Meta Attributes", bundle.meta_attributes));
  if (bundle.member_id !== null) {
    const primitive = primitiveById(selection, bundle.member_id);
    if (primitive === undefined) throw missingMember(bundle.id, bundle.member_id);
    lines.push(...primitiveLines(primitive));
  }
  return [`Bundle: ${bundle.id}`, ...indent(lines)];
}

export function missingMember(bundle: string, member: string): CommandLineError {
  return new CommandLineError(
    `Invalid data: bundle '${bundle}' has inner primitive resource with id '${member}' ` +
      "which was not found",
  );
}
