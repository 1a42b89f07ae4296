export { addDurationElement, type DateOutcome, datePasses, evaluateDate } from "./date.ts";
export { evaluateRule, evaluateRules } from "./evaluate.ts";
export type { RuleInput } from "./input.ts";
export { applyNvpairs, type NvpairSet, nvpairSets, unpackNvpairs } from "./nvpairs.ts";
