import { Element } from "../../xml/mod.ts";
import { notFound } from "../cib/find.ts";
import { checkId, elementsById } from "../cib/ids.ts";
import {
  dropLevelDevice,
  levelDevices,
  levelsWithDevice,
  referencesTo,
} from "../cib/references.ts";
import { findSection, resourcesOf } from "../cib/sections.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError, LibraryError } from "../frame/report.ts";
import { checkIntoGroup } from "./group-checks.ts";
import { finishWait, legacyWait } from "./legacy.ts";
import { isAnyClone, moveIntoGroup } from "./tree.ts";
import { deprecateWait, reportState } from "./wait.ts";

/** `resource group list`. */
export async function groupListVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["-f"]);
  if (argv.length > 0) throw new CommandLineError();
  for (const group of (await context.cib()).descendants("group")) {
    context.print([`${group.id}:`, ...group.elements("primitive").map(({ id }) => id)].join(" "));
  }
}

/** `resource group add GROUP ID... [--before ID | --after ID]`. */
export async function groupAddVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--wait", "-f", "--after", "--before"]);
  const [groupId, ...members] = argv;
  if (groupId === undefined || members.length === 0) throw new CommandLineError();
  if (options.has("--after") && options.has("--before")) {
    throw new CommandLineError("you cannot specify both --before and --after");
  }
  const neighbour = options.value("--after") ?? options.value("--before");
  deprecateWait(context, options);
  const wait = options.waitSeconds();
  context.requireWaitable(wait);
  const { report } = context;
  const resources = resourcesOf(await context.cib());
  let adjacent: Element | null = null;
  if (neighbour !== null && neighbour !== "") {
    adjacent = elementsById(resources, neighbour)[0] ?? null;
    if (adjacent === null) {
      report.add(notFound(neighbour, []));
      throw new LibraryError();
    }
  }
  let group = elementsById(resources, groupId)[0] ?? null;
  if (group === null) {
    report.all(checkId(groupId, "group name"));
    group = resources.append(new Element("group", { id: groupId }));
  }
  const elements: Element[] = [];
  for (const id of members) {
    const element = elementsById(resources, id)[0];
    if (element === undefined) report.add(notFound(id, []));
    else elements.push(element);
  }
  report.all(checkIntoGroup(group, elements, adjacent));
  report.stopOnErrors();
  moveIntoGroup(group, elements, adjacent, !options.has("--before"));
  await context.pushCib(wait);
  if (wait >= 0) await reportState(context, [groupId]);
}

/** `resource group delete GROUP [ID...]`, `resource ungroup`. */
export async function ungroupVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--wait", "-f"]);
  const [groupId, ...members] = argv;
  if (groupId === undefined) throw new CommandLineError();
  const cib = await context.cib();
  leaveGroup(context, cib, groupId, members);
  const wait = legacyWait(context, options);
  await context.pushCibPlainly();
  await finishWait(context, wait, null);
}

/** Takes members (all when none is named) out of a group; an empty group goes. */
export function leaveGroup(
  context: PcsContext,
  cib: Element,
  groupId: string,
  memberIds: readonly string[],
): void {
  const group = resourcesOf(cib).byId(groupId, "group");
  if (group === null) context.die(`Group '${groupId}' does not exist`);
  const all = group.elements("primitive");
  const moving =
    memberIds.length === 0
      ? all
      : memberIds.map(
          (id) =>
            group.byId(id, "primitive") ??
            context.die(`Resource '${id}' does not exist in group '${groupId}'`),
        );
  const parent = group.parent!;
  const inClone = isAnyClone(parent);
  if (inClone && all.length > 1 && moving.length === all.length) {
    context.die("Cannot remove all resources from a cloned group");
  }
  // The last member of a cloned group stays in the clone: constraints on that keep their meaning.
  const target = inClone && all.length > 1 ? resourcesOf(cib) : parent;
  for (const member of moving) {
    member.remove();
    target.append(member);
  }
  if (group.first("primitive") === null) {
    group.remove();
    dropReferences(context, cib, groupId, true);
  }
}

/** Removes what refers to an element that goes; constraints that go are told of. */
export function dropReferences(context: PcsContext, cib: Element, id: string, tell: boolean): void {
  const say = (text: string) => context.writeError(`${text}\n`);
  const references = referencesTo(cib, id);
  for (const reference of references.filter(({ name }) => name === "obj_ref")) {
    const tag = reference.parent!;
    reference.remove();
    if (tag.first("obj_ref") !== null) continue;
    dropReferences(context, cib, tag.id, tell);
    tag.remove();
  }
  const constraints = references.filter(({ name }) => name.startsWith("rsc_"));
  for (const constraint of constraints.sort((a, b) => (a.id < b.id ? -1 : 1))) {
    if (tell) say(`Removing Constraint - ${constraint.id}`);
    constraint.remove();
  }
  for (const reference of references.filter(({ name }) => name === "resource_ref")) {
    const set = reference.parent!;
    reference.remove();
    if (tell) say(`Removing ${id} from set ${set.id}`);
    if (set.first("resource_ref") !== null) continue;
    say(`Removing set ${set.id}`);
    const constraint = set.parent!;
    set.remove();
    if (constraint.first("resource_set") !== null) continue;
    constraint.remove();
    say(`Removing constraint ${constraint.id}`);
  }
  dropFromLevels(cib, id);
  for (const reference of references) {
    if (reference.name === "acl_permission") reference.remove();
  }
}

function dropFromLevels(cib: Element, id: string): void {
  for (const level of levelsWithDevice(cib, id)) {
    dropLevelDevice(level, id);
    if (levelDevices(level).length === 0) level.remove();
  }
  const topology = findSection(cib, "fencing-topology");
  if (topology !== null && topology.first("fencing-level") === null) topology.remove();
}
