import { formatPair } from "../frame/text.ts";
import type {
  ColocationAttributes,
  LocationAttributes,
  OrderAttributes,
  ResourceSetData,
  TicketAttributes,
} from "./data.ts";

/** Options as text and commands show them: those that are set, in pcs's order. */
export type OptionPair = [name: string, value: string];

function present(pairs: [string, string | boolean | null][]): OptionPair[] {
  return pairs.flatMap(([name, value]): OptionPair[] => {
    if (typeof value === "boolean") return [[name, value ? "1" : "0"]];
    return value === null || value === "" ? [] : [[name, value]];
  });
}

export function locationPairs(attributes: LocationAttributes): OptionPair[] {
  return present([["resource-discovery", attributes.resource_discovery]]);
}

export function colocationPairs(attributes: ColocationAttributes): OptionPair[] {
  return present([
    ["score", attributes.score],
    ["influence", attributes.influence],
  ]);
}

export function orderPairs(attributes: OrderAttributes): OptionPair[] {
  return present([
    ["symmetrical", attributes.symmetrical],
    ["require-all", attributes.require_all],
    ["score", attributes.score],
    ["kind", attributes.kind],
  ]);
}

export function ticketPairs(attributes: TicketAttributes): OptionPair[] {
  return present([["loss-policy", attributes.loss_policy]]);
}

export function setPairs(set: ResourceSetData): OptionPair[] {
  const kind =
    set.kind === null ? null : set.kind[0]!.toUpperCase() + set.kind.slice(1).toLowerCase();
  return present([
    ["sequential", set.sequential],
    ["require-all", set.require_all],
    ["ordering", set.ordering],
    ["action", set.action],
    ["role", set.role],
    ["score", set.score],
    ["kind", kind],
  ]);
}

/** One line of `name=value`, or none. */
export function pairsLine(pairs: readonly OptionPair[]): string[] {
  return pairs.length === 0 ? [] : [pairs.map(([n, v]) => formatPair(n, v)).join(" ")];
}
