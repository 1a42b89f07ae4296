import type { NvsetData } from "../cib/nvset-data.ts";
import { pairsToCommand, wordsToCommand } from "../frame/output.ts";
import { CommandLineError } from "../frame/report.ts";
import { formatList, indent, plural } from "../frame/text.ts";
import type { BundleData, CloneData, GroupData, PrimitiveData } from "./data.ts";
import { containerPairs, networkPairs, operationPairs, portPairs, storagePairs } from "./pairs.ts";
import { agentFullName, isStonith, primitiveById, type Selection } from "./selection.ts";
import { missingMember } from "./text.ts";

type Warn = (text: string) => void;

/** Commands that would make these resources; each command is a list of lines. */
export function resourcesToCommands(selection: Selection, warn: Warn): string[][] {
  const commands: string[][] = [];
  const inBundles = new Set<string>();
  for (const bundle of selection.bundles) {
    const member = bundleMember(bundle, selection, warn);
    if (member === "unsupported") continue;
    commands.push(bundleCommand(bundle));
    if (member !== null) {
      commands.push(...primitiveCommands(member, bundle.id));
      inBundles.add(member.id);
    }
  }
  for (const primitive of selection.primitives) {
    if (isStonith(primitive.agent_name) && selection.parents.has(primitive.id)) continue;
    if (!inBundles.has(primitive.id)) commands.push(...primitiveCommands(primitive, null));
  }
  for (const group of selection.groups) commands.push(...groupCommands(group, selection, warn));
  for (const clone of selection.clones) commands.push(...cloneCommands(clone, selection, warn));
  return commands;
}

function bundleMember(
  bundle: BundleData,
  selection: Selection,
  warn: Warn,
): PrimitiveData | null | "unsupported" {
  if (bundle.container_type === null) {
    warn(
      `Bundle resource '${bundle.id}' uses unsupported container type, therefore pcs is unable to ` +
        "create it. The resource will be omitted.",
    );
    return "unsupported";
  }
  if (bundle.member_id === null) return null;
  const member = primitiveById(selection, bundle.member_id);
  if (member === undefined) throw missingMember(bundle.id, bundle.member_id);
  if (!isStonith(member.agent_name)) return member;
  warnStonith("bundle resource", bundle.id, [member.id], "bundle resource", warn);
  return "unsupported";
}

function warnStonith(
  what: string,
  id: string,
  stonith: string[],
  omitted: string,
  warn: Warn,
): void {
  const resources = plural(stonith, "resource");
  const name = what.charAt(0).toUpperCase() + what.slice(1);
  warn(
    `${name} '${id}' contains stonith ${resources}: ${formatList(stonith)}, which is ` +
      `unsupported. The ${omitted} will be omitted.`,
  );
}

function setWords(label: string, sets: NvsetData[]): string[] {
  const set = sets[0];
  if (set === undefined || set.nvpairs.length === 0) return [];
  return [label + pairsToCommand(set.nvpairs.map(({ name, value }) => [name, value]))];
}

function primitiveCommands(primitive: PrimitiveData, bundle: string | null): string[][] {
  const stonith = isStonith(primitive.agent_name);
  const options = setWords("", primitive.instance_attributes);
  if (primitive.operations.length > 0) {
    const operations = primitive.operations.map(
      (op) => `${op.name} ${pairsToCommand(operationPairs(op))}`,
    );
    options.push("op", ...indent(operations));
  }
  options.push(...setWords("meta ", primitive.meta_attributes));
  if (bundle !== null) options.push(`bundle ${bundle}`);
  const name = stonith ? primitive.agent_name.type : agentFullName(primitive.agent_name);
  const noun = stonith ? "stonith" : "resource";
  const create = ["pcs", noun, "create", "--no-default-ops", "--force", "--", primitive.id, name];
  const commands = [[wordsToCommand(create), ...indent(options)]];
  const utilization = setWords("", primitive.utilization);
  if (utilization.length > 0) {
    const words = ["pcs", "resource", "utilization", primitive.id];
    commands.push([wordsToCommand(words), ...indent(utilization)]);
  }
  return commands;
}

function bundleCommand(bundle: BundleData): string[] {
  const options = [
    wordsToCommand(["container", bundle.container_type ?? ""]),
    ...indent([pairsToCommand(containerPairs(bundle))]),
  ];
  const network = pairsToCommand(networkPairs(bundle));
  if (network !== "") options.push(`network ${network}`);
  for (const port of bundle.port_mappings)
    options.push(`port-map ${pairsToCommand(portPairs(port))}`);
  for (const storage of bundle.storage_mappings) {
    options.push(`storage-map ${pairsToCommand(storagePairs(storage))}`);
  }
  options.push(...setWords("meta ", bundle.meta_attributes));
  return [wordsToCommand(["pcs", "resource", "bundle", "create", bundle.id]), ...indent(options)];
}

function stonithMembers(group: GroupData, selection: Selection): string[] {
  return group.member_ids.filter((id) => {
    const primitive = primitiveById(selection, id);
    if (primitive === undefined) {
      throw new CommandLineError(`Invalid data: group ${group.id} has no children`);
    }
    return isStonith(primitive.agent_name);
  });
}

function groupCommands(group: GroupData, selection: Selection, warn: Warn): string[][] {
  const stonith = stonithMembers(group, selection);
  if (stonith.length > 0) {
    const all = stonith.length === group.member_ids.length;
    const omitted = all ? "group" : `stonith ${plural(stonith, "resource")}`;
    warnStonith("group", group.id, stonith, omitted, warn);
  }
  const members = group.member_ids.filter((id) => !stonith.includes(id));
  if (members.length === 0) return [];
  const add = ["pcs", "resource", "group", "add", group.id];
  const commands = [[wordsToCommand(add), ...indent([wordsToCommand(members)])]];
  const meta = setWords("", group.meta_attributes);
  if (meta.length > 0) {
    commands.push([wordsToCommand(["pcs", "resource", "meta", group.id]), ...indent(meta)]);
  }
  return commands;
}

function cloneCommands(clone: CloneData, selection: Selection, warn: Warn): string[][] {
  const primitive = primitiveById(selection, clone.member_id);
  const group = selection.groups.find(({ id }) => id === clone.member_id);
  let stonith: string[] = [];
  if (primitive !== undefined) stonith = isStonith(primitive.agent_name) ? [primitive.id] : [];
  else if (group !== undefined) {
    stonith = stonithMembers(group, selection);
    if (stonith.length !== group.member_ids.length) stonith = [];
  } else throw new CommandLineError(`Invalid data: clone ${clone.id} has no children`);
  if (stonith.length > 0) {
    warnStonith("clone", clone.id, stonith, "clone", warn);
    return [];
  }
  const words = ["pcs", "resource", "clone", clone.member_id, clone.id];
  return [[wordsToCommand(words), ...indent(setWords("meta ", clone.meta_attributes))]];
}
