import type { Element } from "../../xml/mod.ts";
import { notFound, RESOURCE_TAGS, unexpectedType } from "../cib/find.ts";
import { elementsById } from "../cib/ids.ts";
import { constraintsOf, resourcesOf } from "../cib/sections.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError, LibraryError } from "../frame/report.ts";
import { byCodePoint } from "../frame/text.ts";
import { innerResources, isResource, isStonithElement, isWrapper, parentResource } from "./tree.ts";

/** A resource, or something that ties resources together. */
interface Entity {
  id: string;
  /** `resource`, or the sort of tie; ties are shown in this order. */
  kind: "resource" | "inner" | "outer" | "order" | "order set";
  members: string[];
  element: Element;
}

interface TreeNode {
  entity: Entity;
  parent: TreeNode | null;
  members: TreeNode[];
  /** Shown elsewhere already. */
  cut: boolean;
}

const TIE_ORDER = ["inner", "outer", "order", "order set"];

/** `resource relations ID [--full]`. */
export async function relationsVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["-f", "--full"]);
  const [id, ...more] = argv;
  if (id === undefined || more.length > 0) throw new CommandLineError();
  const cib = await context.cib();
  const element = elementsById(cib, id)[0];
  if (element === undefined) throw new LibraryError(notFound(id, ["resource"]));
  if (!isResource(element)) throw new LibraryError(unexpectedType(id, ["resource"]));
  if (isStonithElement(element)) {
    context.report.error("This command does not accept stonith resource.");
    throw new LibraryError();
  }
  context.print(...treeLines(buildTree(cib, id), options.has("--full"), "", ""));
}

/** Resources reachable over ties from one, breadth first; each is opened once. */
function buildTree(cib: Element, id: string): TreeNode {
  const entities = new Map<string, Entity>();
  const root: TreeNode = {
    entity: resourceEntity(cib, id, entities),
    parent: null,
    members: [],
    cut: false,
  };
  const done = new Set<string>();
  const queue = [root];
  for (let node = queue.shift(); node !== undefined; node = queue.shift()) {
    const { entity } = node;
    if (done.has(entity.id)) {
      node.cut = true;
      continue;
    }
    done.add(entity.id);
    for (const memberId of entity.members) {
      const member = entities.get(memberId) ?? resourceEntity(cib, memberId, entities);
      addMember(node, member);
    }
    queue.push(...node.members);
  }
  return root;
}

/** What is on the way here already is not shown again, nor the way back from inner to outer. */
function addMember(node: TreeNode, entity: Entity): void {
  const above = new Set<string>();
  for (let up = node.parent; up !== null; up = up.parent) above.add(up.entity.id);
  const own = entity.element.id;
  const opposite =
    entity.kind === "inner" ? `outer:${own}` : entity.kind === "outer" ? `inner:${own}` : "";
  if (above.has(entity.id) || (above.has(opposite) && entity.members.length <= 1)) return;
  node.members.push({ entity, parent: node, members: [], cut: false });
}

function resourceEntity(cib: Element, id: string, entities: Map<string, Entity>): Entity {
  const known = entities.get(id);
  if (known !== undefined) return known;
  const element = [...resourcesOf(cib).walk()].find(
    (candidate) => candidate.id === id && RESOURCE_TAGS.includes(candidate.name),
  );
  if (element === undefined) throw new LibraryError(notFound(id, ["resource"]));
  const ties = tiesOf(cib, element);
  for (const tie of ties) entities.set(tie.id, tie);
  const entity: Entity = { id, kind: "resource", members: ties.map((tie) => tie.id), element };
  entities.set(id, entity);
  return entity;
}

function tiesOf(cib: Element, element: Element): Entity[] {
  const ties: Entity[] = [];
  const orders = constraintsOf(cib).elements("rsc_order");
  const isSet = (order: Element) => order.first("resource_set") !== null;
  for (const order of orders.filter((one) => !isSet(one))) {
    const members = [order.get("first") ?? "", order.get("then") ?? ""];
    if (members.includes(element.id)) {
      ties.push({ id: order.id, kind: "order", members, element: order });
    }
  }
  for (const order of orders.filter(isSet)) {
    const members = setMembers(order);
    if (members.includes(element.id)) {
      ties.push({ id: order.id, kind: "order set", members, element: order });
    }
  }
  if (isWrapper(element)) {
    const members = innerResources(element).map(({ id }) => id);
    ties.push({ id: `inner:${element.id}`, kind: "inner", members, element });
  }
  const parent = parentResource(element);
  if (parent !== null) {
    ties.push({ id: `outer:${parent.id}`, kind: "outer", members: [parent.id], element: parent });
  }
  return ties;
}

function setMembers(order: Element): string[] {
  const all = order.elements("resource_set").flatMap((set) => set.elements("resource_ref"));
  return [...new Set(all.map(({ id }) => id))].sort(byCodePoint);
}

function treeLines(node: TreeNode, full: boolean, title: string, pad: string): string[] {
  const ellipsis = node.cut ? " [displayed elsewhere]" : "";
  const lines = [`${title}${titleOf(node.entity, full)}${ellipsis}`];
  if (node.cut) return lines;
  const members = sortedMembers(node);
  for (const detail of detailsOf(node.entity)) {
    lines.push(`${pad}${members.length > 0 ? "|  " : "   "}${detail}`);
  }
  members.forEach((member, i) => {
    const last = i === members.length - 1;
    lines.push(
      ...treeLines(member, full, `${pad}${last ? "`- " : "|- "}`, `${pad}${last ? "   " : "|  "}`),
    );
  });
  return lines;
}

function sortedMembers({ entity, members }: TreeNode): TreeNode[] {
  const key = ({ entity: { kind, id } }: TreeNode) =>
    entity.kind === "resource" ? `${TIE_ORDER.indexOf(kind)}_${id}` : id;
  return [...members].sort((a, b) => byCodePoint(key(a), key(b)));
}

function titleOf({ id, kind, element }: Entity, full: boolean): string {
  if (kind === "resource") return full ? `${id} (resource: ${typeOf(element)})` : id;
  const name = { inner: "inner resource(s)", outer: "outer resource" }[kind as string] ?? kind;
  return full ? `${name} (${element.id})` : name;
}

function typeOf(element: Element): string {
  if (element.name !== "primitive") return element.name === "master" ? "clone" : element.name;
  return [element.get("class"), element.get("provider"), element.get("type")]
    .filter((part) => part !== null && part !== "")
    .join(":");
}

function detailsOf({ kind, element, members }: Entity): string[] {
  if (kind === "inner") return members.length > 1 ? [`members: ${members.join(" ")}`] : [];
  const common = pick(element, ["symmetrical", "kind", "require-all", "score"]);
  const commonLines = common === "" ? [] : [common];
  if (kind === "order") {
    const action = (name: string) => element.get(name) ?? "start";
    return [
      `${action("first-action")} ${element.get("first")} then ${action("then-action")} ` +
        `${element.get("then")}`,
      ...commonLines,
    ];
  }
  if (kind !== "order set") return [];
  const sets = element.elements("resource_set").map((set) => {
    const ids = set.elements("resource_ref").map(({ id }) => id);
    const options = pick(set, SET_OPTIONS);
    return `   set ${ids.join(" ")}${options === "" ? "" : ` (${options})`}`;
  });
  return [...commonLines, ...sets];
}

const SET_OPTIONS = ["sequential", "require-all", "ordering", "action", "role", "kind", "score"];

function pick(element: Element, names: readonly string[]): string {
  return [...element.entries()]
    .filter(([name]) => names.includes(name))
    .sort(([a], [b]) => byCodePoint(a, b))
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");
}
