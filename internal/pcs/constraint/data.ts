import { isTrue } from "../../base/mod.ts";
import type { Element } from "../../xml/mod.ts";
import { primaryRole } from "../cib/attributes.ts";
import { type RuleData, type RuleStatusOf, ruleToData } from "../rule/data.ts";

/** Constraints as the JSON output writes them: names and their order are the interface. */
export interface ResourceSetData {
  set_id: string;
  sequential: boolean | null;
  require_all: boolean | null;
  ordering: string | null;
  action: string | null;
  role: string | null;
  score: string | null;
  kind: string | null;
  resources_ids: string[];
}

interface SetOf<Attributes> {
  resource_sets: ResourceSetData[];
  attributes: Attributes;
}

export interface LocationAttributes {
  constraint_id: string;
  score: string | null;
  node: string | null;
  rules: RuleData[];
  lifetime: RuleData[];
  resource_discovery: string | null;
}

export interface LocationData {
  resource_id: string | null;
  resource_pattern: string | null;
  role: string | null;
  attributes: LocationAttributes;
}

export interface ColocationAttributes {
  constraint_id: string;
  score: string | null;
  influence: string | null;
  lifetime: RuleData[];
}

export interface ColocationData {
  resource_id: string;
  with_resource_id: string;
  node_attribute: string | null;
  resource_role: string | null;
  with_resource_role: string | null;
  resource_instance: number | null;
  with_resource_instance: number | null;
  attributes: ColocationAttributes;
}

export interface OrderAttributes {
  constraint_id: string;
  symmetrical: boolean | null;
  require_all: boolean | null;
  score: string | null;
  kind: string | null;
}

export interface OrderData {
  first_resource_id: string;
  then_resource_id: string;
  first_action: string | null;
  then_action: string | null;
  first_resource_instance: number | null;
  then_resource_instance: number | null;
  attributes: OrderAttributes;
}

export interface TicketAttributes {
  constraint_id: string;
  ticket: string;
  loss_policy: string | null;
}

export interface TicketData {
  resource_id: string;
  role: string | null;
  attributes: TicketAttributes;
}

export type LocationSetData = SetOf<LocationAttributes>;
export type ColocationSetData = SetOf<ColocationAttributes>;
export type OrderSetData = SetOf<OrderAttributes>;
export type TicketSetData = SetOf<TicketAttributes>;

export interface ConstraintsData {
  location: LocationData[];
  location_set: LocationSetData[];
  colocation: ColocationData[];
  colocation_set: ColocationSetData[];
  order: OrderData[];
  order_set: OrderSetData[];
  ticket: TicketData[];
  ticket_set: TicketSetData[];
}

/** No constraints at all; outputs of one kind fill in theirs. */
export function noConstraints(): ConstraintsData {
  return {
    location: [],
    location_set: [],
    colocation: [],
    colocation_set: [],
    order: [],
    order_set: [],
    ticket: [],
    ticket_set: [],
  };
}

export function isSetConstraint(constraint: Element): boolean {
  return constraint.first("resource_set") !== null;
}

/** All constraints of the section, in its order. */
export function readConstraints(section: Element, statusOf: RuleStatusOf): ConstraintsData {
  const data = noConstraints();
  const rules = (parent: Element | null) =>
    parent === null ? [] : parent.elements("rule").map((rule) => ruleToData(rule, statusOf));
  for (const element of section.elements()) {
    const sets = isSetConstraint(element) ? { resource_sets: resourceSets(element) } : null;
    if (element.name === "rsc_location") {
      const attributes: LocationAttributes = {
        constraint_id: element.id,
        score: element.get("score"),
        node: element.get("node"),
        rules: rules(element),
        lifetime: rules(element.first("lifetime")),
        resource_discovery: element.get("resource-discovery"),
      };
      if (sets === null) data.location.push(location(element, attributes));
      else data.location_set.push({ ...sets, attributes });
    } else if (element.name === "rsc_colocation") {
      const attributes: ColocationAttributes = {
        constraint_id: element.id,
        score: element.get("score"),
        influence: element.get("influence"),
        lifetime: rules(element.first("lifetime")),
      };
      if (sets === null) data.colocation.push(colocation(element, attributes));
      else data.colocation_set.push({ ...sets, attributes });
    } else if (element.name === "rsc_order") {
      const attributes = orderAttributes(element);
      if (sets === null) data.order.push(order(element, attributes));
      else data.order_set.push({ ...sets, attributes });
    } else if (element.name === "rsc_ticket") {
      const attributes: TicketAttributes = {
        constraint_id: element.id,
        ticket: element.get("ticket") ?? "",
        loss_policy: element.get("loss-policy"),
      };
      const role = roleOf(element, "rsc-role");
      const resource_id = element.get("rsc") ?? "";
      if (sets === null) data.ticket.push({ resource_id, role, attributes });
      else data.ticket_set.push({ ...sets, attributes });
    }
  }
  return data;
}

function location(element: Element, attributes: LocationAttributes): LocationData {
  return {
    resource_id: element.get("rsc"),
    resource_pattern: element.get("rsc-pattern"),
    role: roleOf(element, "role"),
    attributes,
  };
}

function colocation(element: Element, attributes: ColocationAttributes): ColocationData {
  return {
    resource_id: element.get("rsc") ?? "",
    with_resource_id: element.get("with-rsc") ?? "",
    node_attribute: element.get("node-attribute"),
    resource_role: roleOf(element, "rsc-role"),
    with_resource_role: roleOf(element, "with-rsc-role"),
    resource_instance: numberOf(element, "rsc-instance"),
    with_resource_instance: numberOf(element, "with-rsc-instance"),
    attributes,
  };
}

function orderAttributes(element: Element): OrderAttributes {
  return {
    constraint_id: element.id,
    symmetrical: booleanOf(element, "symmetrical"),
    require_all: booleanOf(element, "require-all"),
    score: element.get("score"),
    kind: element.get("kind"),
  };
}

function order(element: Element, attributes: OrderAttributes): OrderData {
  return {
    first_resource_id: element.get("first") ?? "",
    then_resource_id: element.get("then") ?? "",
    first_action: element.get("first-action"),
    then_action: element.get("then-action"),
    first_resource_instance: numberOf(element, "first-instance"),
    then_resource_instance: numberOf(element, "then-instance"),
    attributes,
  };
}

function resourceSets(constraint: Element): ResourceSetData[] {
  return constraint.elements("resource_set").map((set) => ({
    set_id: set.id,
    sequential: booleanOf(set, "sequential"),
    require_all: booleanOf(set, "require-all"),
    ordering: set.get("ordering"),
    action: set.get("action"),
    role: roleOf(set, "role"),
    score: set.get("score"),
    kind: set.get("kind"),
    resources_ids: set.elements("resource_ref").map((reference) => reference.id),
  }));
}

function booleanOf(element: Element, name: string): boolean | null {
  const value = element.get(name);
  return value === null ? null : isTrue(value);
}

function numberOf(element: Element, name: string): number | null {
  const value = element.get(name);
  return value === null ? null : Number.parseInt(value, 10);
}

function roleOf(element: Element, name: string): string | null {
  const value = element.get(name);
  if (value === null || value === "") return null;
  return primaryRole(value.charAt(0).toUpperCase() + value.slice(1).toLowerCase());
}

/** Without the location constraints whose rules have all expired. */
export function withoutExpired(data: ConstraintsData): ConstraintsData {
  const counts = ({ attributes }: { attributes: LocationAttributes }) =>
    attributes.rules.length === 0 || attributes.rules.some((rule) => rule.in_effect !== "EXPIRED");
  return {
    ...data,
    location: data.location.filter(counts),
    location_set: data.location_set.filter(counts),
  };
}

/** Ids of all constraints, kind by kind. */
export function constraintIds(data: ConstraintsData): string[] {
  return Object.values(data).flatMap((list: { attributes: { constraint_id: string } }[]) =>
    list.map((constraint) => constraint.attributes.constraint_id),
  );
}

/** Ids of the rules that stand directly in location constraints. */
export function locationRuleIds(data: ConstraintsData): string[] {
  return [...data.location, ...data.location_set].flatMap(({ attributes }) =>
    attributes.rules.map((rule) => rule.id),
  );
}

/** Constraints that name one of the resources. */
export function constraintsOfResources(
  data: ConstraintsData,
  resources: ReadonlySet<string>,
  patterns: ReadonlySet<string> = new Set(),
): ConstraintsData {
  const inSet = ({ resource_sets }: { resource_sets: ResourceSetData[] }) =>
    resource_sets.some((set) => set.resources_ids.some((id) => resources.has(id)));
  return {
    location: data.location.filter(
      (c) => resources.has(c.resource_id ?? "") || patterns.has(c.resource_pattern ?? ""),
    ),
    location_set: data.location_set.filter(inSet),
    colocation: data.colocation.filter(
      (c) => resources.has(c.resource_id) || resources.has(c.with_resource_id),
    ),
    colocation_set: data.colocation_set.filter(inSet),
    order: data.order.filter(
      (c) => resources.has(c.first_resource_id) || resources.has(c.then_resource_id),
    ),
    order_set: data.order_set.filter(inSet),
    ticket: data.ticket.filter((c) => resources.has(c.resource_id)),
    ticket_set: data.ticket_set.filter(inSet),
  };
}

/** The constraints with these ids. */
export function ofIds(data: ConstraintsData, ids: ReadonlySet<string>): ConstraintsData {
  const chosen = <T extends { attributes: { constraint_id: string } }>(list: T[]) =>
    list.filter((constraint) => ids.has(constraint.attributes.constraint_id));
  return {
    location: chosen(data.location),
    location_set: chosen(data.location_set),
    colocation: chosen(data.colocation),
    colocation_set: chosen(data.colocation_set),
    order: chosen(data.order),
    order_set: chosen(data.order_set),
    ticket: chosen(data.ticket),
    ticket_set: chosen(data.ticket_set),
  };
}
