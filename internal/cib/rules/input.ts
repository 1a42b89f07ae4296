import type { DateTime } from "../dates/mod.ts";

/** What a rule may look at. An absent function means that such values are not at hand. */
export interface RuleInput {
  /** The effective time, with the offset in which date_spec fields are read. */
  now: DateTime;
  /** Attributes of the node in question. */
  nodeAttribute?: (name: string) => string | null | undefined;
  /** Instance parameters of the resource on that node, for value-source="param". */
  resourceParameter?: (name: string) => string | null | undefined;
  /** Meta-attributes of the resource, for value-source="meta". */
  resourceMeta?: (name: string) => string | null | undefined;
  /** Agent of the resource in question, for rsc_expression. */
  agent?: { class: string; provider: string | null; type: string };
  /** Operation in question, for op_expression. */
  operation?: { name: string; intervalMs: number };
  /** Matches of a location constraint's rsc-pattern; %0 to %9 in attribute names. */
  submatches?: readonly (string | undefined)[];
  /** Told what is wrong with an expression that therefore does not pass. */
  onFault?: (text: string) => void;
  /** Told epoch seconds at which the outcome of a date expression changes, if that is ahead. */
  onNextChange?: (epochSeconds: number) => void;
}
