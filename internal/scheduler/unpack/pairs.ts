import { applyNvpairs, type NvpairSet, nvpairSets, type RuleInput } from "../../cib/mod.ts";
import type { Element } from "../../xml/mod.ts";
import type { WorkingSet } from "../working-set.ts";

/** What a rule may look at, besides the time. */
export interface PairContext {
  /** Id of the set that outranks all. */
  firstId?: string;
  attributes?: Map<string, string> | null;
  parameters?: ReadonlyMap<string, string> | null;
  meta?: Map<string, string> | null;
  rsc?: { cls: string; provider: string | null; type: string };
  op?: { name: string; intervalMs: number };
  submatches?: readonly (string | undefined)[];
}

/** Sets of one name below one element. */
export interface PairSets {
  name: string;
  list: NvpairSet[];
  /** What they come to, whoever asks; null where a rule makes a difference. */
  plain: ReadonlyMap<string, string> | null;
}

/** The rule input for this working set's time, which keeps track of when results may change. */
export function ruleInput(ws: WorkingSet, context: PairContext): RuleInput {
  const { attributes, parameters, meta, rsc, op } = context;
  return {
    now: ws.now,
    ...(attributes ? { nodeAttribute: (name: string) => attributes.get(name) } : {}),
    ...(parameters ? { resourceParameter: (name: string) => parameters.get(name) } : {}),
    ...(meta ? { resourceMeta: (name: string) => meta.get(name) } : {}),
    ...(rsc ? { agent: { class: rsc.cls, provider: rsc.provider, type: rsc.type } } : {}),
    ...(op ? { operation: op } : {}),
    ...(context.submatches ? { submatches: context.submatches } : {}),
    onFault: (text: string) => ws.problem("error", text),
    onNextChange: (seconds: number) => ws.updateRecheck(seconds),
  };
}

const NO_PAIRS: ReadonlyMap<string, string> = new Map();

/**
 * Name/value pairs of the sets called `setName` below `parent`, by rank and rule. Sets are read
 * from XML once per element, since every instance of a clone asks for the same ones; where no rule
 * makes a difference the pairs, too, are the same for all who ask.
 */
export function unpackPairs(
  ws: WorkingSet,
  parent: Element,
  setName: string,
  context: PairContext,
): ReadonlyMap<string, string> {
  const sets = setsOf(ws, parent, setName, context.firstId);
  if (sets.plain !== null) return sets.plain;
  const out = new Map<string, string>();
  applyNvpairs(sets.list, ruleInput(ws, context), out);
  return out;
}

function setsOf(ws: WorkingSet, parent: Element, setName: string, firstId?: string): PairSets {
  let bySet = ws.pairSets.get(parent);
  if (bySet === undefined) {
    bySet = [];
    ws.pairSets.set(parent, bySet);
  }
  for (const sets of bySet) if (sets.name === setName) return sets;
  const list = nvpairSets(parent, setName, firstId);
  const sets: PairSets = { name: setName, list, plain: null };
  if (list.length === 0) sets.plain = NO_PAIRS;
  else if (!list.some((set) => set.ruled !== null)) {
    const plain = new Map<string, string>();
    applyNvpairs(list, ruleInput(ws, {}), plain);
    sets.plain = plain;
  }
  bySet.push(sets);
  return sets;
}

/** Whether any set of this name has a rule, so that its pairs depend on who asks. */
export function setsHaveRules(ws: WorkingSet, parent: Element, setName: string): boolean {
  return setsOf(ws, parent, setName).plain === null;
}
