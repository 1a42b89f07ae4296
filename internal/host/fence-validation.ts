/** The node that a fence agent is to think of while it only checks its parameters. */
const SOME_NODE = "node1";

/** Whether the meta-data (XML text) of a fence agent lists the action `validate-all`. */
export function canValidate(metadata: string): boolean {
  return /<action\s[^>]*name="validate-all"/.test(metadata);
}

/** What the cluster's fencer would give an agent on its standard input to have it checked. */
export function validationInput(parameters: ReadonlyMap<string, string>, metadata: string): string {
  // As with the original, without any parameter no node is named either.
  if (parameters.size === 0) return "action=validate-all\n";
  const own = new Map([["nodename", SOME_NODE]]);
  for (const [option, value] of parameters) {
    if (!option.startsWith("pcmk_") && option !== "provides") own.set(option, value);
  }
  own.set("action", "validate-all");
  const target = ["port", "plug"].find((option) =>
    metadata.includes(`<parameter name="${option}"`),
  );
  if (target !== undefined && !own.has(target)) own.set(target, SOME_NODE);
  return [...own].map(([option, value]) => `${option}=${value}\n`).join("");
}
