import { CommandLineError } from "../frame/report.ts";
import { byCodePoint } from "../frame/text.ts";
import type { AgentNameData, PrimitiveData, ResourcesData } from "./data.ts";

/** Which resources an output shows: those of one sort, and of them those asked for. */
export interface Selection extends ResourcesData {
  /** Ids asked for and found; empty when none were asked for. */
  chosen: ReadonlySet<string>;
  /** Parent of each resource that has one. */
  parents: ReadonlyMap<string, string>;
}

export function isStonith(agent: AgentNameData): boolean {
  return agent.standard === "stonith";
}

/** Standard, provider and type joined by colons. */
export function agentFullName(agent: AgentNameData): string {
  const { standard, provider, type } = agent;
  return provider === null || provider === ""
    ? `${standard}:${type}`
    : `${standard}:${provider}:${type}`;
}

function parentsOf(data: ResourcesData): Map<string, string> {
  const parents = new Map<string, string>();
  for (const bundle of data.bundles) {
    if (bundle.member_id !== null) parents.set(bundle.member_id, bundle.id);
  }
  for (const clone of data.clones) parents.set(clone.member_id, clone.id);
  for (const group of data.groups) for (const id of group.member_ids) parents.set(id, group.id);
  return parents;
}

/**
 * Only stonith devices, or everything else. A stonith device inside of a group stays with the
 * group: it is a mistake that the administrator should see.
 */
export function selectSort(data: ResourcesData, stonith: boolean): Selection {
  const parents = parentsOf(data);
  const primitives = data.primitives.filter(
    ({ id, agent_name }) => isStonith(agent_name) === stonith || (!stonith && parents.has(id)),
  );
  const rest = stonith ? { clones: [], groups: [], bundles: [] } : data;
  const { clones, groups, bundles } = rest;
  const selected = { primitives, clones, groups, bundles };
  return { ...selected, chosen: new Set(), parents: parentsOf(selected) };
}

/** Of a selection the resources with these ids and all inside of them; `warn` tells of unknown ids. */
export function selectIds(
  from: Selection,
  ids: readonly string[],
  label: string,
  warn: (text: string) => void,
): Selection {
  if (ids.length === 0) return from;
  const children = new Map<string, string[]>();
  for (const [child, parent] of from.parents) {
    children.set(parent, [...(children.get(parent) ?? []), child]);
  }
  const known = new Set(
    [from.primitives, from.clones, from.groups, from.bundles].flatMap((list) =>
      list.map(({ id }) => id),
    ),
  );
  const found = new Set<string>();
  const queue = [...new Set(ids)];
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    if (found.has(id)) continue;
    if (!known.has(id)) {
      warn(`Unable to find ${label} '${id}'`);
      continue;
    }
    found.add(id);
    queue.push(...(children.get(id) ?? []));
  }
  if (found.size === 0) throw new CommandLineError(`No ${label} found`);
  const only = <T extends { id: string }>(list: T[]): T[] =>
    list.filter(({ id }) => found.has(id)).sort((a, b) => byCodePoint(a.id, b.id));
  return {
    primitives: only(from.primitives),
    clones: only(from.clones),
    groups: only(from.groups),
    bundles: only(from.bundles),
    chosen: new Set(ids.filter((id) => found.has(id))),
    parents: from.parents,
  };
}

/** Whether a resource is shown at the top of the text output. */
export function isShown(selection: Selection, id: string): boolean {
  return selection.chosen.size > 0 ? selection.chosen.has(id) : !selection.parents.has(id);
}

export function primitiveById(selection: Selection, id: string): PrimitiveData | undefined {
  return selection.primitives.find((primitive) => primitive.id === id);
}
