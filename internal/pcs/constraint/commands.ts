import { pairsToCommand, wordsToCommand } from "../frame/output.ts";
import { formatOptional, indent, shellQuote } from "../frame/text.ts";
import type {
  ColocationAttributes,
  ColocationData,
  ConstraintsData,
  LocationData,
  OrderData,
  ResourceSetData,
  TicketData,
} from "./data.ts";
import {
  colocationPairs,
  locationPairs,
  type OptionPair,
  orderPairs,
  setPairs,
  ticketPairs,
} from "./pairs.ts";

/** A command as its lines; null when pcs has no command for such a constraint. */
type Command = string[] | null;

/** Commands that make the constraints; what no command can make is told to `warn`. */
export function constraintCommands(
  data: ConstraintsData,
  warn: (text: string) => void,
): string[][] {
  for (const { attributes } of data.location_set) {
    warn(
      `Location set constraint with id '${attributes.constraint_id}' configured but it's not ` +
        "supported by this command. Command for creating the constraint is omitted.",
    );
  }
  const writer = new CommandWriter(warn);
  const all: Command[] = [
    ...data.location.flatMap((c) => writer.location(c)),
    ...data.colocation.map((c) => writer.colocation(c)),
    ...data.colocation_set.map((c) =>
      writer.set("colocation", c, writer.colocationOptions(c.attributes)),
    ),
    ...data.order.map((c) => writer.order(c)),
    ...data.order_set.map((c) => writer.set("order", c, writer.orderSetOptions(c.attributes))),
    ...data.ticket.map((c) => ticketCommand(c)),
    ...data.ticket_set.map((c) =>
      writer.set("ticket", c, [
        ["id", c.attributes.constraint_id],
        ...ticketPairs(c.attributes),
        ["ticket", c.attributes.ticket],
      ]),
    ),
  ];
  return all.filter((command) => command !== null);
}

function ticketCommand(constraint: TicketData): Command {
  const { attributes, role, resource_id } = constraint;
  const pairs: OptionPair[] = [["id", attributes.constraint_id], ...ticketPairs(attributes)];
  const resource = formatOptional(role) + shellQuote(resource_id);
  return [
    `pcs -- constraint ticket add ${shellQuote(attributes.ticket)} ${resource}`,
    ...indent([pairsToCommand(pairs)]),
  ];
}

class CommandWriter {
  readonly #warn: (text: string) => void;

  constructor(warn: (text: string) => void) {
    this.#warn = warn;
  }

  #omit(what: string, place: string): null {
    this.#warn(
      `${what} detected in ${place} but not supported by this command. Command for creating the ` +
        "constraint is omitted.",
    );
    return null;
  }

  location(constraint: LocationData): Command[] {
    const { attributes } = constraint;
    const place = `constraint '${attributes.constraint_id}'`;
    if (attributes.lifetime.length > 0) return [this.#omit("Lifetime configuration", place)];
    if (constraint.role) return [this.#omit("Resource role", place)];
    const resource = shellQuote(
      constraint.resource_id
        ? `resource%${constraint.resource_id}`
        : `regexp%${constraint.resource_pattern}`,
    );
    if (attributes.rules.length > 0) return this.#locationRules(constraint, resource);
    const id = shellQuote(attributes.constraint_id);
    const node = shellQuote(String(attributes.node));
    const score = shellQuote(`score=${attributes.score || "INFINITY"}`);
    const pairs = locationPairs(attributes);
    const options = pairs.length > 0 ? indent([pairsToCommand(pairs)]) : [];
    return [[`pcs -- constraint location add ${id} ${resource} ${node} ${score}`, ...options]];
  }

  #locationRules(constraint: LocationData, resource: string): string[][] {
    const { attributes } = constraint;
    if (attributes.rules.length > 1) {
      this.#warn(
        `Constraint '${attributes.constraint_id}' contains more than one rule, which is no longer ` +
          "supported. Instead, each rule will be put in a separate constraint.",
      );
    }
    return attributes.rules.map((rule, index) => {
      const pairs: OptionPair[] = [["id", rule.id]];
      // Ids are unique, so only the first of several constraints can keep the id.
      if (index === 0) pairs.push(["constraint-id", attributes.constraint_id]);
      pairs.push(...locationPairs(attributes));
      const score = rule.options["score"] ? "score" : "score-attribute";
      for (const name of ["role", score]) {
        const value = rule.options[name];
        if (value) pairs.push([name, value]);
      }
      return [
        `pcs -- constraint location ${resource} rule`,
        ...indent([pairsToCommand(pairs), shellQuote(rule.as_string)]),
      ];
    });
  }

  /** `id` and the options of a colocation; null when one of them cannot be written. */
  colocationOptions(attributes: ColocationAttributes): OptionPair[] | null {
    const place = `constraint '${attributes.constraint_id}'`;
    if (attributes.lifetime.length > 0) return this.#omit("Lifetime configuration", place);
    const pairs = colocationPairs(attributes);
    if (pairs.some(([name]) => name === "influence")) {
      return this.#omit("Option 'influence'", place);
    }
    return [["id", attributes.constraint_id], ...pairs];
  }

  colocation(constraint: ColocationData): Command {
    const { attributes } = constraint;
    const place = `constraint '${attributes.constraint_id}'`;
    if (constraint.resource_instance !== null || constraint.with_resource_instance !== null) {
      return this.#omit("Resource instance(s)", place);
    }
    if (constraint.node_attribute !== null) return this.#omit("Option 'node_attribute'", place);
    const pairs = this.colocationOptions(attributes);
    if (pairs === null) return null;
    const one = formatOptional(constraint.resource_role) + shellQuote(constraint.resource_id);
    const other =
      formatOptional(constraint.with_resource_role) + shellQuote(constraint.with_resource_id);
    return [
      `pcs -- constraint colocation add ${one} with ${other}`,
      ...indent([pairsToCommand(pairs)]),
    ];
  }

  order(constraint: OrderData): Command {
    const { attributes } = constraint;
    if (constraint.first_resource_instance !== null || constraint.then_resource_instance !== null) {
      return this.#omit("Resource instance(s)", `constraint '${attributes.constraint_id}'`);
    }
    const first =
      formatOptional(constraint.first_action) + shellQuote(constraint.first_resource_id);
    const then = formatOptional(constraint.then_action) + shellQuote(constraint.then_resource_id);
    const pairs: OptionPair[] = [["id", attributes.constraint_id], ...orderPairs(attributes)];
    return [`pcs -- constraint order ${first} then ${then}`, ...indent([pairsToCommand(pairs)])];
  }

  orderSetOptions(attributes: OrderData["attributes"]): OptionPair[] | null {
    const pairs = orderPairs(attributes);
    const odd = pairs.find(([name]) => name !== "symmetrical" && name !== "kind");
    if (odd !== undefined) {
      return this.#omit(`Option '${odd[0]}'`, `constraint '${attributes.constraint_id}'`);
    }
    return [["id", attributes.constraint_id], ...pairs];
  }

  set(
    kind: string,
    constraint: { resource_sets: ResourceSetData[] },
    options: OptionPair[] | null,
  ): Command {
    if (options === null) return null;
    const lines: string[] = [];
    for (const set of constraint.resource_sets) {
      const pairs = setPairs(set);
      const known = ["action", "require-all", "role", "sequential"];
      const odd = pairs.find(([name]) => !known.includes(name));
      if (odd !== undefined)
        return this.#omit(`Option '${odd[0]}'`, `resource set '${set.set_id}'`);
      const words = wordsToCommand(set.resources_ids);
      lines.push(`set ${words}${formatOptional(pairsToCommand(pairs), " {}")}`);
    }
    lines.push(`setoptions ${pairsToCommand(options)}`);
    return [`pcs -- constraint ${kind}`, ...indent(lines)];
  }
}
