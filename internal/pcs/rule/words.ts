import type { PcsContext } from "../frame/context.ts";

/** The rule given on a command line: one word, or several as earlier releases had it. */
export function ruleFromWords(context: PcsContext, words: readonly string[]): string {
  if (words.length < 2) return words[0] ?? "";
  context.report.deprecation(
    "Specifying a rule as multiple arguments is deprecated and might be removed in a future " +
      "release, specify the rule as a single string instead",
  );
  return words.join(" ");
}
