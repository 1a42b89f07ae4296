import { isTrue } from "../../base/mod.ts";
import { Element } from "../../xml/mod.ts";
import { loadAgent } from "../agent/load.ts";
import { isPromotable } from "../agent/model.ts";
import { agentFailureReport, fullName } from "../agent/name.ts";
import { checkId, freeIdIn, idExists } from "../cib/ids.ts";
import { updateSetInOrder } from "../cib/legacy-nvset.ts";
import { resourcesOf } from "../cib/sections.ts";
import { groupByKeywords, keyValues } from "../frame/arguments.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import {
  CommandLineError,
  error,
  forceable,
  LibraryError,
  type Report,
  type Reporter,
} from "../frame/report.ts";
import { byCodePoint, formatOptional } from "../frame/text.ts";
import type { CloneArguments } from "./create-arguments.ts";
import { dropReferences, leaveGroup } from "./group.ts";
import { finishWait, legacyWait } from "./legacy.ts";
import { refuseStonith } from "./sort.ts";
import { innerResource, isAnyClone, isGroup, isStonithElement, parentClone } from "./tree.ts";

/** `resource clone ID [CLONE-ID] [meta name=value...]`. */
export function cloneVerb(context: PcsContext, argv: string[], options: Options): Promise<void> {
  return clone(context, argv, options, false);
}

/** `resource promotable ID [CLONE-ID] [meta name=value...]`. */
export function promotableVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  return clone(context, argv, options, true);
}

async function clone(
  context: PcsContext,
  argv: string[],
  options: Options,
  promotable: boolean,
): Promise<void> {
  options.allowOnly(["-f", "--force", "--wait"]);
  const id = argv[0];
  if (id === undefined) throw new CommandLineError();
  await refuseStonith(context, [id]);
  const cib = await context.cib();
  const wait = legacyWait(context, options);
  const force = options.force;
  const element = await cloneResource(context, cib, argv, { existing: false, promotable, force });
  moveConstraints(cib, id, element.id);
  await context.pushCibPlainly();
  await finishWait(context, wait, element.id);
}

/** Constraints on what was cloned are on the clone now. */
function moveConstraints(cib: Element, oldId: string, newId: string): void {
  for (const constraint of cib.first("configuration")?.first("constraints")?.elements() ?? []) {
    if (!["rsc_location", "rsc_order", "rsc_colocation"].includes(constraint.name)) continue;
    for (const name of ["rsc", "first", "then", "with-rsc"]) {
      if (constraint.get(name) === oldId) constraint.set(name, newId);
    }
  }
}

/** Clone id and meta attributes from the command line. */
export function parseClone(
  argv: readonly string[],
  promotable: boolean,
  report: Reporter,
): CloneArguments {
  const words = argv.slice();
  let id: string | null = null;
  if (words.length > 0 && !["op", "meta"].includes(words[0]!) && !words[0]!.includes("=")) {
    id = words.shift()!;
  }
  const groups = groupByKeywords(words, ["op", "meta"], "options");
  if (groups.has("op")) {
    throw new CommandLineError("op settings must be changed on base resource, not the clone");
  }
  if (groups.has("options")) {
    report.deprecation(
      "configuring meta attributes without specifying the 'meta' keyword is deprecated and will be " +
        "removed in a future release",
    );
  }
  const meta = keyValues([...groups.flat("options"), ...groups.flat("meta")]);
  if (promotable) {
    if (meta.has("promotable")) {
      throw new CommandLineError(
        "you cannot specify both promotable option and promotable keyword",
      );
    }
    meta.set("promotable", "true");
  }
  return { id, meta };
}

/** Puts a clone around a resource, or (`existing`) changes the clone that is around it. */
export async function cloneResource(
  context: PcsContext,
  cib: Element,
  argv: readonly string[],
  how: { existing: boolean; promotable: boolean; force: boolean },
): Promise<Element> {
  const [name = "", ...words] = argv;
  const resources = resourcesOf(cib);
  const element = resources.byId(name, "primitive") ?? resources.byId(name, "group");
  if (element === null) context.die(`unable to find group or resource: ${name}`);
  const parent = element.parent!;
  if (parent.name === "bundle") context.die("cannot clone bundle resource");
  if (!how.existing) checkNotCloned(context, element, name);
  else if (parent.name !== "clone") context.die(`${name} is not currently a clone`);
  if (isGroup(parent) && parent.descendants("primitive").length <= 1) {
    parent.remove();
  }
  if (isStonithElement(element)) {
    say(context, [
      forceable(
        how.force,
        `No need to clone stonith resource '${name}', any node can use a stonith resource (unless ` +
          "specifically banned) regardless of whether the stonith resource is running on that node " +
          "or not",
      ),
    ]);
  }
  const parts = parseClone(words, how.promotable, context.report);
  await cloneOptionsOnChild(context, element, parts.meta, how.force);
  const around = how.existing ? parent : makeClone(cib, resources, element, name, parts.id);
  const pairs = [...parts.meta].sort(([a], [b]) => byCodePoint(a, b));
  updateSetInOrder(around, "meta_attributes", pairs);
  return around;
}

function checkNotCloned(context: PcsContext, element: Element, name: string): void {
  if (parentClone(element) === null) return;
  context.die(
    isGroup(element)
      ? "cannot clone a group that has already been cloned"
      : `${name} is already a clone resource`,
  );
}

function makeClone(
  cib: Element,
  resources: Element,
  element: Element,
  name: string,
  wanted: string | null,
): Element {
  if (wanted !== null) {
    if (checkId(wanted).length > 0) throw new CommandLineError(`invalid id '${wanted}'`);
    if (idExists(cib, wanted)) throw new CommandLineError(`id '${wanted}' already exists`);
  }
  const around = new Element("clone", { id: wanted ?? freeIdIn(cib, `${name}-clone`) });
  element.remove();
  around.append(element);
  return resources.append(around);
}

/** Prints reports and gives up when an error is among them. */
function say(context: PcsContext, reports: readonly Report[]): void {
  if (reports.some(({ severity }) => severity === "error")) throw new LibraryError(reports);
  context.report.all(reports);
}

/** Meta attributes of a clone that what is in it cannot do. */
export async function cloneOptionsOnChild(
  context: PcsContext,
  child: Element,
  meta: ReadonlyMap<string, string>,
  force: boolean,
): Promise<void> {
  const element = isAnyClone(child) ? innerResource(child) : child;
  if (element === null) return;
  const reports: Report[] = [];
  const group = isGroup(element) ? element.id : null;
  const primitives = isGroup(element) ? element.elements("primitive") : [element];
  for (const primitive of primitives) {
    reports.push(...(await optionsOnPrimitive(context, primitive, meta, group, force)));
  }
  say(context, reports);
}

async function optionsOnPrimitive(
  context: PcsContext,
  primitive: Element,
  meta: ReadonlyMap<string, string>,
  group: string | null,
  force: boolean,
): Promise<Report[]> {
  const name = {
    standard: primitive.get("class") ?? "",
    provider: primitive.get("provider"),
    type: primitive.get("type") ?? "",
  };
  const text = (option: string) =>
    `Clone option '${option}' is not compatible with '${fullName(name)}' resource agent of ` +
    `resource '${primitive.id}'${formatOptional(group, " in group '{}'")}`;
  if (name.standard !== "ocf") {
    const wrong = ["globally-unique", "promotable"].find((option) => isTrue(meta.get(option)));
    return wrong === undefined ? [] : [error(text(wrong))];
  }
  const loaded = await loadAgent(context.env.agents, name);
  if (!loaded.ok) {
    const { text: why } = agentFailureReport(loaded.error);
    return [forceable(force, why)];
  }
  const agent = loaded.value;
  if (agent.ocfVersion !== "1.1" || !isTrue(meta.get("promotable")) || isPromotable(agent)) {
    return [];
  }
  return [forceable(force, text("promotable"))];
}

/** `resource unclone ID`: the clone's own id or that of what is in it. */
export async function uncloneVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["-f", "--wait"]);
  const [name, ...more] = argv;
  if (name === undefined || more.length > 0) throw new CommandLineError();
  const cib = await context.cib();
  const resources = resourcesOf(cib);
  const around = resources.byId(name, "clone") ?? resources.byId(name, "master");
  const resource =
    resources.byId(name, "primitive") ??
    resources.byId(name, "group") ??
    (around === null ? null : innerResource(around));
  if (resource === null) context.die(`could not find resource: ${name}`);
  const clone = parentClone(resource);
  if (clone === null) context.die(`'${name}' is not a clone resource`);
  const wait = legacyWait(context, options);
  const child = innerResource(clone)!;
  const severalInGroup = isGroup(child) && child.descendants("primitive").length > 1;
  if (severalInGroup && !isGroup(resource)) {
    leaveGroup(context, cib, child.id, [resource.id]);
  } else {
    dropReferences(context, cib, clone.id, false);
    resource.remove();
    clone.parent!.append(resource);
    clone.remove();
  }
  await context.pushCibPlainly();
  await finishWait(context, wait, resource.id);
}
