import type { Element } from "../../xml/mod.ts";
import { checkAddRemove } from "../checks/mod.ts";
import { typeNames, unexpectedType } from "../cib/find.ts";
import { error, type Report } from "../frame/report.ts";
import { isGroup, isResource, isStonithElement, isWrapper, parentResource } from "./tree.ts";

/** What keeps these elements from going into the group, next to another if asked. */
export function checkIntoGroup(
  group: Element,
  members: readonly Element[],
  adjacent: Element | null,
): Report[] {
  const reports = members.flatMap(checkMember);
  if (!isGroup(group)) return [...reports, unexpectedType(group.id, ["group"])];
  return [
    ...reports,
    ...checkAddRemove({
      add: members.map(({ id }) => id),
      remove: [],
      current: group.elements("primitive").map(({ id }) => id),
      container: "group",
      item: "resource",
      id: group.id,
      adjacent: adjacent?.id ?? null,
      mayBecomeEmpty: true,
    }),
  ];
}

function checkMember(element: Element): Report[] {
  const { id } = element;
  if (!isResource(element)) return [unexpectedType(id, ["primitive"])];
  if (isWrapper(element) || isStonithElement(element)) {
    const type = isWrapper(element) ? element.name : "stonith";
    return [
      error(
        `'${id}' is ${typeNames([type], true)} resource, ${typeNames([type])} resources cannot be ` +
          "put into a group",
      ),
    ];
  }
  const parent = parentResource(element);
  if (parent === null || isGroup(parent)) return [];
  return [
    error(
      `'${id}' cannot be put into a group because its parent '${parent.id}' is ` +
        `${typeNames([parent.name], true)} resource`,
    ),
  ];
}
