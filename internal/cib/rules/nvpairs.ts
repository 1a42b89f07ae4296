import { parseScore } from "../../base/mod.ts";
import type { Element } from "../../xml/mod.ts";
import { evaluateRules } from "./evaluate.ts";
import type { RuleInput } from "./input.ts";

/** One set of name/value pairs, read once; `apply` it as often as needed. */
export interface NvpairSet {
  id: string;
  score: number;
  /** Null for a set that always applies. */
  ruled: Element | null;
  pairs: { name: string; value: string }[];
}

/**
 * The sets called `setName` below `parent`, in order of precedence: the one with id `first` (if
 * given), then by score from high to low; among equals the last in the document.
 */
export function nvpairSets(parent: Element, setName: string, first?: string): NvpairSet[] {
  const sets: NvpairSet[] = [];
  for (const child of parent.elements(setName)) {
    const element = resolve(child);
    if (element !== null) sets.push(readSet(element));
  }
  if (sets.length < 2) return sets;
  const rank = (set: NvpairSet) => (first !== undefined && set.id === first ? 0 : 1);
  return sets.reverse().sort((a, b) => rank(a) - rank(b) || b.score - a.score);
}

function readSet(element: Element): NvpairSet {
  const pairs: NvpairSet["pairs"] = [];
  const holder = element.first("attributes") ?? element;
  for (const pair of holder.elements("nvpair")) {
    const source = resolve(pair);
    const name = pair.get("name") ?? source?.get("name") ?? null;
    const value = source?.get("value") ?? null;
    if (name !== null && value !== null) pairs.push({ name, value });
  }
  return {
    id: element.id,
    score: parseScore(element.get("score") ?? "0") ?? 0,
    ruled: element.first("rule") === null ? null : element,
    pairs,
  };
}

/** The element itself, or the one its id-ref names. */
function resolve(element: Element): Element | null {
  const reference = element.get("id-ref");
  return reference === null ? element : element.root.byId(reference, element.name);
}

/**
 * Adds the pairs of the sets whose rules hold. A name already there is kept (or replaced, with
 * `overwrite`); the value `#default` takes away what a set of higher precedence gave.
 */
export function applyNvpairs(
  sets: readonly NvpairSet[],
  input: RuleInput,
  into: Map<string, string>,
  overwrite = false,
): void {
  for (const set of sets) {
    if (set.ruled !== null && !evaluateRules(set.ruled, input)) continue;
    for (const { name, value } of set.pairs) {
      if (value.toLowerCase() === "#default") {
        into.delete(name);
      } else if (overwrite || !into.has(name)) {
        into.set(name, value);
      }
    }
  }
}

/** {@link nvpairSets} and {@link applyNvpairs} in one, for what is read only once. */
export function unpackNvpairs(
  parent: Element,
  setName: string,
  input: RuleInput,
  first?: string,
): Map<string, string> {
  const values = new Map<string, string>();
  applyNvpairs(nvpairSets(parent, setName, first), input, values);
  return values;
}
