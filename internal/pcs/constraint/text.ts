import { INFINITY_SCORE, parseScore } from "../../base/mod.ts";
import { formatList, formatOptional, indent } from "../frame/text.ts";
import { type RuleData, ruleLines } from "../rule/data.ts";
import type {
  ColocationAttributes,
  ColocationData,
  ConstraintsData,
  LocationAttributes,
  LocationData,
  OrderData,
  ResourceSetData,
  TicketData,
} from "./data.ts";
import {
  colocationPairs,
  locationPairs,
  orderPairs,
  pairsLine,
  setPairs,
  ticketPairs,
} from "./pairs.ts";

/** All constraints as text, kind by kind. */
export function constraintsText(data: ConstraintsData, withIds: boolean): string[] {
  return [
    ...section("Location", data.location, (c) => locationText(c, withIds)),
    ...section("Location Set", data.location_set, (c) =>
      setText(c, locationOptions(c.attributes, withIds), withIds),
    ),
    ...section("Colocation", data.colocation, (c) => colocationText(c, withIds)),
    ...section("Colocation Set", data.colocation_set, (c) =>
      setText(c, colocationOptions(c.attributes, withIds), withIds),
    ),
    ...section("Order", data.order, (c) => orderText(c, withIds)),
    ...section("Order Set", data.order_set, (c) =>
      setText(c, pairsLine(orderPairs(c.attributes)), withIds),
    ),
    ...section("Ticket", data.ticket, (c) => ticketText(c, withIds)),
    ...section("Ticket Set", data.ticket_set, (c) => {
      const { attributes } = c;
      const pairs = pairsLine([["ticket", attributes.ticket], ...ticketPairs(attributes)]);
      return setText(c, pairs, withIds);
    }),
  ];
}

function section<T>(kind: string, list: readonly T[], lines: (item: T) => string[]): string[] {
  return list.length === 0 ? [] : [`${kind} Constraints:`, ...indent(list.flatMap(lines))];
}

function idSuffix(attributes: { constraint_id: string }, withIds: boolean): string {
  return withIds ? ` (id: ${attributes.constraint_id})` : "";
}

export function isNegative(score: string): boolean {
  return score.startsWith("-");
}

/** The score without its sign. */
export function absolute(score: string): string {
  return score.replace(/^[-+]/, "");
}

function ruleBlock(label: string, rules: readonly RuleData[], withIds: boolean): string[] {
  if (rules.length === 0) return [];
  return [`${label}:`, ...indent(rules.flatMap((rule) => ruleLines(rule, withIds)))];
}

function locationOptions(attributes: LocationAttributes, withIds: boolean): string[] {
  return [
    ...pairsLine(locationPairs(attributes)),
    ...ruleBlock("Rules", attributes.rules, withIds),
    ...ruleBlock("Lifetime", attributes.lifetime, withIds),
  ];
}

export function locationText(constraint: LocationData, withIds: boolean): string[] {
  const { attributes, resource_id, resource_pattern, role } = constraint;
  const score = attributes.score || "INFINITY";
  const verb = isNegative(score) ? "avoids" : "prefers";
  const preference =
    attributes.rules.length > 0
      ? ""
      : ` ${verb} node '${attributes.node}' with score ${absolute(score)}`;
  const resource = resource_id
    ? `resource '${resource_id}'`
    : `resource pattern '${resource_pattern}'`;
  const heading = formatOptional(role) + resource + preference + idSuffix(attributes, withIds);
  return [heading, ...indent(locationOptions(attributes, withIds))];
}

function colocationOptions(attributes: ColocationAttributes, withIds: boolean): string[] {
  // A constraint without options has an empty line here, which `indent` leaves empty.
  const options = pairsLine(colocationPairs(attributes));
  return [
    ...(options.length > 0 ? options : [""]),
    ...ruleBlock("Lifetime", attributes.lifetime, withIds),
  ];
}

export function colocationText(constraint: ColocationData, withIds: boolean): string[] {
  const { attributes } = constraint;
  const one = `${formatOptional(constraint.resource_role)}resource '${constraint.resource_id}'`;
  const other =
    `${formatOptional(constraint.with_resource_role)}resource ` +
    `'${constraint.with_resource_id}'`;
  return [
    `${one} with ${other}${idSuffix(attributes, withIds)}`,
    ...indent(colocationOptions(attributes, withIds)),
  ];
}

export function orderText(constraint: OrderData, withIds: boolean): string[] {
  const { attributes } = constraint;
  const first = `${formatOptional(constraint.first_action)}resource '${constraint.first_resource_id}'`;
  const then = `${formatOptional(constraint.then_action)}resource '${constraint.then_resource_id}'`;
  return [
    `${first} then ${then}${idSuffix(attributes, withIds)}`,
    ...indent(pairsLine(orderPairs(attributes))),
  ];
}

export function ticketText(constraint: TicketData, withIds: boolean): string[] {
  const { attributes, role, resource_id } = constraint;
  const resource = `${formatOptional(role)}resource '${resource_id}'`;
  return [
    `${resource} depends on ticket '${attributes.ticket}'${idSuffix(attributes, withIds)}`,
    ...indent(pairsLine(ticketPairs(attributes))),
  ];
}

function setText(
  constraint: { resource_sets: ResourceSetData[]; attributes: { constraint_id: string } },
  options: string[],
  withIds: boolean,
): string[] {
  const id = withIds ? ` ${constraint.attributes.constraint_id}` : "";
  const sets = constraint.resource_sets.flatMap((set) => [
    `Resource Set:${withIds ? ` ${set.set_id}` : ""}`,
    ...indent([`Resources: ${formatList(set.resources_ids)}`, ...pairsLine(setPairs(set))]),
  ]);
  return [`Set Constraint:${id}`, ...indent([...options, ...sets])];
}

/** Location constraints under the resources they are about. */
export function locationByResource(list: readonly LocationData[], withIds: boolean): string[] {
  const label = (c: LocationData) =>
    c.resource_pattern ? `Resource pattern: ${c.resource_pattern}` : `Resource: ${c.resource_id}`;
  const plain = list.filter((c) => !c.resource_pattern);
  const patterns = list.filter((c) => c.resource_pattern);
  return [...group(plain, label), ...group(patterns, label)].flatMap(([heading, constraints]) => [
    heading,
    ...indent(preferences(constraints, withIds)),
  ]);
}

function group(
  list: readonly LocationData[],
  label: (constraint: LocationData) => string,
): Map<string, LocationData[]> {
  const groups = new Map<string, LocationData[]>();
  for (const constraint of list) {
    const key = label(constraint);
    const members = groups.get(key);
    if (members === undefined) groups.set(key, [constraint]);
    else members.push(constraint);
  }
  return groups;
}

function preferences(list: readonly LocationData[], withIds: boolean): string[] {
  const plain = list.filter(({ attributes }) => attributes.rules.length === 0);
  const line = ({ attributes }: LocationData) =>
    `node '${attributes.node}' with score ${absolute(attributes.score || "0")}` +
    idSuffix(attributes, withIds);
  const rules = list
    .filter(({ attributes }) => attributes.rules.length > 0)
    .flatMap(({ attributes }) => [
      withIds ? `Constraint: ${attributes.constraint_id}` : "Constraint:",
      ...indent(locationOptions(attributes, withIds)),
    ]);
  return [...byScore(plain, ["Prefers", "Avoids"], line), ...rules];
}

/** Two lists, first those with a score of at least zero. */
function byScore(
  list: readonly LocationData[],
  labels: [string, string],
  line: (constraint: LocationData) => string,
): string[] {
  const avoids = (c: LocationData) => c.attributes.score !== null && isNegative(c.attributes.score);
  return [list.filter((c) => !avoids(c)), list.filter(avoids)].flatMap((part, i) =>
    part.length === 0 ? [] : [`${labels[i]}:`, ...indent(part.map(line))],
  );
}

/** Location constraints without rules under the nodes they are about, nodes sorted. */
export function locationByNode(list: readonly LocationData[], withIds: boolean): string[] {
  const plain = list.filter(({ attributes }) => attributes.rules.length === 0);
  const groups = group(plain, (c) => c.attributes.node ?? "");
  const line = (c: LocationData) =>
    `${formatOptional(c.role)}resource ` +
    (c.resource_id ? `'${c.resource_id}'` : `pattern '${c.resource_pattern}'`) +
    ` with score ${absolute(c.attributes.score || "0")}${idSuffix(c.attributes, withIds)}`;
  return [...groups.keys()]
    .sort()
    .flatMap((node) => [
      `Node: ${node}`,
      ...indent(byScore(groups.get(node)!, ["Preferred by", "Avoided by"], line)),
    ]);
}

/** Whether a text is a score. */
export function isScore(text: string): boolean {
  const score = parseScore(text);
  return score !== null && Math.abs(score) <= INFINITY_SCORE;
}
