import type { Element } from "../../xml/mod.ts";
import { findElement, findResources, RESOURCE_TAGS } from "../cib/find.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Report } from "../frame/report.ts";
import { formatOptional } from "../frame/text.ts";
import { isStonithElement } from "./tree.ts";

/** Elements of these ids; a tag stands for the resources in it. Unknown ids are passed over. */
export function resourcesOrTagged(cib: Element, ids: readonly string[]): Element[] {
  return ids.flatMap((id) => {
    const { element } = findElement(cib, [...RESOURCE_TAGS, "tag"], id);
    return element === null ? [] : expandTag(element);
  });
}

/** The same with reports on ids that are neither; each resource once. */
export function findTagged(
  cib: Element,
  ids: readonly string[],
): { elements: Element[]; reports: Report[] } {
  const { elements, reports } = findResources(cib, ids, [...RESOURCE_TAGS, "tag"]);
  return { elements: [...new Set(elements.flatMap(expandTag))], reports };
}

/** The resources that a tag stands for; any other element itself. */
export function expandTag(element: Element): Element[] {
  if (element.name !== "tag") return [element];
  return element.elements("obj_ref").flatMap((reference) => {
    const { element: target } = findElement(element.root, RESOURCE_TAGS, reference.id);
    return target === null ? [] : [target];
  });
}

/** Ends the program when one of these is a stonith device. */
export async function refuseStonith(
  context: PcsContext,
  ids: readonly string[],
  instead: string | null = null,
): Promise<void> {
  if (!resourcesOrTagged(await context.cib(), ids).some(isStonithElement)) return;
  context.die(
    "This command does not accept stonith resources." +
      formatOptional(instead, " Please use '{}' instead."),
  );
}

/** Ends the program when one of these is no stonith device. */
export async function requireStonith(
  context: PcsContext,
  ids: readonly string[],
  instead: string | null = null,
): Promise<void> {
  if (resourcesOrTagged(await context.cib(), ids).every(isStonithElement)) return;
  context.die(
    "This command does not accept resources." +
      formatOptional(instead, " Please use '{}' instead."),
  );
}
