import { applyNvpairs, type NvpairSet, nvpairSets, type RuleInput } from "../../cib/mod.ts";
import type { Element } from "../../xml/mod.ts";
import type { WorkingSet } from "../working-set.ts";

/** What a rule may look at, besides the time. */
export interface PairContext {
  /** Id of the set that outranks all. */
  firstId?: string;
  attributes?: Map<string, string> | null;
  parameters?: Map<string, string> | null;
  meta?: Map<string, string> | null;
  rsc?: { cls: string; provider: string | null; type: string };
  op?: { name: string; intervalMs: number };
  submatches?: readonly (string | undefined)[];
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
    onNextChange: (seconds: number) => ws.updateRecheck(seconds),
  };
}

const NO_PAIRS: ReadonlyMap<string, string> = new Map();

/**
 * Name/value pairs of the sets called `setName` below `parent`, by rank and rule. Sets are read
 * from XML once per element, since every instance of a clone asks for the same ones.
 */
export function unpackPairs(
  ws: WorkingSet,
  parent: Element,
  setName: string,
  context: PairContext,
): Map<string, string> {
  const sets = setsOf(ws, parent, setName, context.firstId);
  if (sets.length === 0) return NO_PAIRS as Map<string, string>;
  const out = new Map<string, string>();
  applyNvpairs(sets, ruleInput(ws, context), out);
  return out;
}

function setsOf(ws: WorkingSet, parent: Element, setName: string, firstId?: string): NvpairSet[] {
  let bySet = ws.pairSets.get(parent);
  if (bySet === undefined) {
    bySet = new Map();
    ws.pairSets.set(parent, bySet);
  }
  let sets = bySet.get(setName);
  if (sets === undefined) {
    sets = nvpairSets(parent, setName, firstId);
    bySet.set(setName, sets);
  }
  return sets;
}

/** Whether any set of this name has a rule, so that its pairs depend on who asks. */
export function setsHaveRules(ws: WorkingSet, parent: Element, setName: string): boolean {
  return setsOf(ws, parent, setName).some((set) => set.ruled !== null);
}
