import { isTrue } from "../../base/mod.ts";
import type { Element } from "../../xml/mod.ts";
import { IdProvider } from "../cib/ids.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError } from "../frame/report.ts";
import { byCodePoint } from "../frame/text.ts";
import { findTagged, refuseStonith } from "./sort.ts";
import {
  innerResources,
  isAnyClone,
  isBundle,
  isGroup,
  isPrimitive,
  primitivesOf,
  setMeta,
} from "./tree.ts";

function monitorsOf(primitive: Element): Element[] {
  return primitive
    .elements("operations")
    .flatMap((operations) => operations.elements("op"))
    .filter((op) => op.get("name") === "monitor");
}

/** `resource manage ID... [--monitor]`. */
export async function manageVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["-f", "--monitor"]);
  if (argv.length === 0) throw new CommandLineError("You must specify resource(s) to manage");
  await refuseStonith(context, argv);
  const cib = await context.cib();
  const { elements, reports } = findTagged(cib, argv);
  const ids = new IdProvider(cib);
  for (const element of new Set(elements.flatMap(withFamily))) {
    setMeta(element, "is-managed", "", ids);
    if (!options.has("--monitor") || !isPrimitive(element)) continue;
    for (const monitor of monitorsOf(element)) monitor.unset("enabled");
  }
  context.report.all(reports);
  for (const element of elements.sort((a, b) => byCodePoint(a.id, b.id))) {
    for (const primitive of primitivesOf(element)) warnWithoutMonitor(context, primitive);
  }
  context.report.stopOnErrors();
  await context.pushCib();
}

function warnWithoutMonitor(context: PcsContext, primitive: Element): void {
  const monitors = monitorsOf(primitive);
  if (monitors.length === 0) return;
  if (monitors.some((op) => isTrue(op.get("enabled") ?? "true"))) return;
  context.report.warning(
    `Resource '${primitive.id}' has no enabled monitor operations. Re-run with '--monitor' to ` +
      "enable them.",
  );
}

/** A resource, what it is in and what is in it: any of them may hold it back. */
function withFamily(element: Element): Element[] {
  const around: Element[] = [];
  for (let parent = element.parent; parent !== null; parent = parent.parent) {
    if (isAnyClone(parent) || isGroup(parent) || isBundle(parent)) around.push(parent);
  }
  const inside = innerResources(element);
  const deeper = isAnyClone(element) ? inside.flatMap(innerResources) : [];
  return [element, ...around, ...inside, ...deeper];
}

/** `resource unmanage ID... [--monitor]`. */
export async function unmanageVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["-f", "--monitor"]);
  if (argv.length === 0) throw new CommandLineError("You must specify resource(s) to unmanage");
  await refuseStonith(context, argv);
  const cib = await context.cib();
  const { elements, reports } = findTagged(cib, argv);
  context.report.all(reports);
  context.report.stopOnErrors();
  const ids = new IdProvider(cib);
  for (const element of new Set(elements.flatMap(toUnmanage))) {
    setMeta(element, "is-managed", "false", ids);
    if (!options.has("--monitor")) continue;
    for (const primitive of primitivesOf(element)) {
      for (const monitor of monitorsOf(primitive)) monitor.set("enabled", "false");
    }
  }
  await context.pushCib();
}

/**
 * The primitives of a resource: a mark on a group or clone would outlive what is taken out of it. A
 * bundle is marked as well, its implicit resources have no other place for the mark.
 */
function toUnmanage(element: Element): Element[] {
  return isBundle(element) ? [element, ...innerResources(element)] : primitivesOf(element);
}
