/** What a rule says, as pcs's rule language can say it; the same tree for parsing and for the CIB. */
export interface BoolExpression {
  kind: "bool";
  operator: "and" | "or";
  children: RuleExpression[];
}

/** `date gt|lt DATE`. */
export interface DateExpression {
  kind: "date";
  operator: "gt" | "lt";
  date: string;
}

/** `date in_range [START] to END` or `... to duration K=V...`. */
export interface DateRangeExpression {
  kind: "date-range";
  start: string | null;
  end: string | null;
  duration: [string, string][] | null;
}

export interface DateSpecExpression {
  kind: "date-spec";
  parts: [string, string][];
}

/** A test of a node attribute. `value` is null for `defined` and `not_defined` only. */
export interface AttributeExpression {
  kind: "attribute";
  operator: string;
  name: string;
  value: string | null;
  type: string | null;
}

export interface OperationExpression {
  kind: "op";
  name: string;
  interval: string | null;
}

export interface ResourceExpression {
  kind: "resource";
  standard: string | null;
  provider: string | null;
  type: string | null;
}

export type SimpleExpression =
  | DateExpression
  | DateRangeExpression
  | DateSpecExpression
  | AttributeExpression
  | OperationExpression
  | ResourceExpression;

export type RuleExpression = BoolExpression | SimpleExpression;
