import { isTrue } from "../../base/mod.ts";
import { Element } from "../../xml/mod.ts";
import { type AgentMetadata, isPromotable } from "../agent/model.ts";
import { fullName } from "../agent/name.ts";
import { hardness } from "../checks/mod.ts";
import { findElement, notFound } from "../cib/find.ts";
import { checkId, elementsById, IdProvider } from "../cib/ids.ts";
import { appendNvset } from "../cib/nvset.ts";
import { resourcesOf } from "../cib/sections.ts";
import type { PcsContext, SchemaVersion } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError, error, forceable, LibraryError } from "../frame/report.ts";
import { chooseAgent } from "./agent-choice.ts";
import { notAccessible } from "./bundle-checks.ts";
import {
  type CloneArguments,
  type CreateArguments,
  type GroupArguments,
  parseCreate,
  parseCreateFuture,
} from "./create-arguments.ts";
import { checkIntoGroup } from "./group-checks.ts";
import { createPrimitive, type NewPrimitive } from "./primitive.ts";
import { checkSpecialNodes, nodesInCib, REMOTE_AGENT } from "./remote-nodes.ts";
import { disable, isBundle, isDisabledByMeta, isRemoteAccessible, moveIntoGroup } from "./tree.ts";
import { deprecateWait, expectState } from "./wait.ts";

const SUPPORTED = [
  "--agent-validation",
  "--force",
  "--disabled",
  "--no-default-ops",
  "--wait",
  "-f",
  "--future",
];
const DASHED = ["--before", "--after", "--group"];

/** `resource create ID AGENT [options] [op ...] [meta ...] [clone|promotable|bundle|--group ...]`. */
export async function createVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  const future = options.has("--future");
  options.allowOnly(future ? SUPPORTED : [...SUPPORTED, ...DASHED]);
  const [id, agentName, ...rest] = argv;
  if (id === undefined || agentName === undefined) throw new CommandLineError();
  const parts = future
    ? parseCreateFuture(rest)
    : parseCreate(rest, options.subset(...DASHED), context.report);
  checkParts(parts, future);
  deprecateWait(context, options);
  const agent = await chooseAgent(context, agentName, options.force);
  const clone = parts.clone ?? promotableClone(parts.promotable);
  if (clone !== null) checkCloneOfAgent(context, agent, clone, options.force);
  const wait = options.waitSeconds();
  context.requireWaitable(wait);
  const resources = resourcesOf(await context.cib(requiredVersion(parts.primitive.operations)));
  const ids = new IdProvider(resources);
  checkNodes(context, resources, id, agent, parts, options.force);
  const wanted: NewPrimitive = {
    ...parts.primitive,
    id,
    agent,
    noDefaultOps: options.has("--no-default-ops"),
    agentValidation: options.has("--agent-validation"),
    force: options.force,
    type: "resource",
  };
  const disabled = options.has("--disabled");
  if (clone !== null) await createClone(context, resources, ids, wanted, clone, disabled);
  else if (parts.bundle !== null) {
    await createInBundle(context, resources, ids, wanted, parts.bundle, disabled);
  } else if (parts.group !== null) {
    await createInGroup(context, resources, ids, wanted, parts.group, disabled);
  } else {
    const primitive = await createPrimitive(context, resources, ids, wanted);
    if (disabled) disable(primitive, ids);
  }
  await context.pushCib(wait);
  const stopped = disabled || isDisabledByMeta(parts.primitive.meta) || isClonedOff(clone);
  if (wait >= 0) await expectState(context, [id], !stopped);
}

/** A clone whose meta attributes let no instance run. */
function isClonedOff(clone: CloneArguments | null): boolean {
  if (clone === null) return false;
  const allowsNone = (name: string) => !/^0*[1-9]/.test(clone.meta.get(name) ?? "1");
  return isDisabledByMeta(clone.meta) || allowsNone("clone-max") || allowsNone("clone-node-max");
}

/** Schema that operations need: `on-fail=demote` came with 3.4. */
export function requiredVersion(
  operations: readonly ReadonlyMap<string, string>[],
): SchemaVersion | null {
  return operations.some((op) => op.get("on-fail") === "demote") ? [3, 4] : null;
}

function promotableClone(arguments_: CloneArguments | null): CloneArguments | null {
  if (arguments_ === null) return null;
  return { id: arguments_.id, meta: new Map([...arguments_.meta, ["promotable", "true"]]) };
}

function checkParts(parts: CreateArguments, future: boolean): void {
  const { bundle, clone, promotable, group } = parts;
  if ([bundle, clone, promotable, group].filter((part) => part !== null).length > 1) {
    throw new CommandLineError(
      "you can specify only one of clone, promotable, bundle or " + (future ? "group" : "--group"),
    );
  }
  if (group !== null && group.before !== null && group.after !== null) {
    throw new CommandLineError(
      future
        ? "you cannot specify both 'before' and 'after'"
        : "you cannot specify both --before and --after",
    );
  }
  if (promotable?.meta.has("promotable") === true) {
    throw new CommandLineError("you cannot specify both promotable option and promotable keyword");
  }
}

/** Only OCF agents can be told apart by instance or promoted. */
function checkCloneOfAgent(
  context: PcsContext,
  agent: AgentMetadata,
  clone: CloneArguments,
  force: boolean,
): void {
  const text = (option: string) =>
    `Clone option '${option}' is not compatible with '${fullName(agent.name)}' resource agent`;
  if (agent.name.standard !== "ocf") {
    for (const option of ["globally-unique", "promotable"]) {
      if (isTrue(clone.meta.get(option))) context.report.add(error(text(option)));
    }
  } else if (
    agent.ocfVersion === "1.1" &&
    isTrue(clone.meta.get("promotable")) &&
    !isPromotable(agent)
  ) {
    context.report.add(forceable(force, text("promotable")));
  }
  context.report.stopOnErrors();
}

function checkNodes(
  context: PcsContext,
  resources: Element,
  id: string,
  agent: AgentMetadata,
  { primitive }: CreateArguments,
  force: boolean,
): void {
  if (fullName(agent.name) !== REMOTE_AGENT && !primitive.meta.has("remote-node")) return;
  context.report.all(
    checkSpecialNodes(
      resources,
      agent.name,
      id,
      primitive.instance,
      primitive.meta,
      nodesInCib(resources),
      force,
    ),
  );
  context.report.stopOnErrors();
}

async function createClone(
  context: PcsContext,
  resources: Element,
  ids: IdProvider,
  wanted: NewPrimitive,
  clone: CloneArguments,
  disabled: boolean,
): Promise<void> {
  if (clone.id !== null) {
    context.report.all([...checkId(clone.id), ...ids.book(clone.id)]);
  }
  context.report.stopOnErrors();
  const primitive = await createPrimitive(context, resources, ids, wanted);
  const element = wrapInClone(primitive, clone, ids);
  if (disabled) disable(element, ids);
}

/** Puts a clone around a resource, at the end of `<resources>`. */
export function wrapInClone(inner: Element, clone: CloneArguments, ids: IdProvider): Element {
  const resources = inner.parent!;
  const element = new Element("clone", { id: clone.id ?? ids.allocate(`${inner.id}-clone`) });
  inner.remove();
  element.append(inner);
  resources.append(element);
  if (clone.meta.size > 0) appendNvset(element, "meta_attributes", clone.meta, ids);
  return element;
}

async function createInGroup(
  context: PcsContext,
  resources: Element,
  ids: IdProvider,
  wanted: NewPrimitive,
  where: GroupArguments,
  disabled: boolean,
): Promise<void> {
  const { report } = context;
  const neighbour = where.after ?? where.before;
  let adjacent: Element | null = null;
  if (neighbour !== null && neighbour !== "") {
    adjacent = elementsById(resources, neighbour)[0] ?? null;
    if (adjacent === null) {
      report.add(notFound(neighbour, []));
      throw new LibraryError();
    }
  }
  let group = elementsById(resources, where.id)[0] ?? null;
  if (group === null) {
    report.all(checkId(where.id, "group name"));
    group = resources.append(new Element("group", { id: where.id }));
  }
  const primitive = await createPrimitive(context, resources, ids, wanted);
  if (disabled) disable(primitive, ids);
  report.all(checkIntoGroup(group, [primitive], adjacent));
  report.stopOnErrors();
  moveIntoGroup(group, [primitive], adjacent, where.before === null);
}

async function createInBundle(
  context: PcsContext,
  resources: Element,
  ids: IdProvider,
  wanted: NewPrimitive,
  bundleId: string,
  disabled: boolean,
): Promise<void> {
  const primitive = await createPrimitive(context, resources, ids, wanted);
  if (disabled) disable(primitive, ids);
  const found = findElement(resources, ["bundle"], bundleId);
  if (found.element === null) throw new LibraryError(found.reports);
  const bundle = found.element;
  if (isBundle(bundle) && !isRemoteAccessible(bundle)) {
    context.report.add(notAccessible(bundleId, wanted.id, hardness(wanted.force)));
  }
  context.report.stopOnErrors();
  const inside = bundle.first("primitive");
  if (inside !== null) {
    throw new LibraryError(
      error(
        `bundle '${bundleId}' already contains resource '${inside.id}', a bundle may contain at ` +
          "most one resource",
      ),
    );
  }
  primitive.remove();
  bundle.append(primitive);
}
