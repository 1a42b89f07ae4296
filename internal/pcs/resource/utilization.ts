import type { Element } from "../../xml/mod.ts";
import { updateSetInOrder } from "../cib/legacy-nvset.ts";
import { findSection, resourcesOf } from "../cib/sections.ts";
import { keyValues } from "../frame/arguments.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { byCodePoint } from "../frame/text.ts";
import { refuseStonith } from "./sort.ts";

const STRATEGIES = ["balanced", "minimal", "utilization"];

/** Utilization that nothing looks at deserves a word. */
export function warnUtilizationIdle(context: PcsContext, cib: Element): void {
  const set = findSection(cib, "crm_config")?.first("cluster_property_set") ?? null;
  const strategy = set
    ?.elements("nvpair")
    .find((pair) => pair.get("name") === "placement-strategy")
    ?.get("value");
  if (STRATEGIES.includes(strategy ?? "default")) return;
  context.report.warning(
    "Utilization attributes configuration has no effect until cluster property option " +
      "'placement-strategy' is set to one of the values: 'balanced', 'minimal', 'utilization'",
  );
}

/** `resource utilization [ID [name=value]...]`. */
export async function utilizationVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["-f"]);
  const [id, ...words] = argv;
  if (id !== undefined) await refuseStonith(context, [id]);
  const cib = await context.cib();
  warnUtilizationIdle(context, cib);
  if (id === undefined || id === "") {
    printAll(context, cib);
    return;
  }
  const primitive = resourcesOf(cib).byId(id, "primitive");
  if (primitive === null) context.die(`Unable to find a resource: ${id}`);
  if (words.length === 0) {
    context.print("Resource Utilization:", ` ${id}: ${utilizationText(primitive)}`);
    return;
  }
  const pairs = [...keyValues(words)].sort(([a], [b]) => byCodePoint(a, b));
  for (const [name, value] of pairs) {
    if (value === "" || /^\s*[+-]?\d+\s*$/.test(value)) continue;
    context.die(`Value of utilization attribute must be integer: '${name}=${value}'`);
  }
  updateSetInOrder(primitive, "utilization", pairs);
  await context.pushCibPlainly();
}

function printAll(context: PcsContext, cib: Element): void {
  context.print("Resource Utilization:");
  const primitives = cib.descendants("primitive").sort((a, b) => byCodePoint(a.id, b.id));
  for (const primitive of primitives) {
    const text = utilizationText(primitive);
    if (text !== "") context.print(` ${primitive.id}: ${text}`);
  }
}

/** Pairs of the first set, by name. */
function utilizationText(element: Element): string {
  const pairs = new Map<string, string>();
  for (const pair of element.descendants("utilization")[0]?.elements("nvpair") ?? []) {
    pairs.set(pair.get("name") ?? "", pair.get("value") ?? "");
  }
  return [...pairs]
    .sort(([a], [b]) => byCodePoint(a, b))
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");
}
