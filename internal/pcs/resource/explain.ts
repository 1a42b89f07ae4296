import { upgradeCib } from "../../cib/mod.ts";
import { schedule } from "../../scheduler/mod.ts";
import { explainResource, explanationText } from "../../status/mod.ts";
import { findElement, RESOURCE_TAGS } from "../cib/find.ts";
import { resourcesOf } from "../cib/sections.ts";
import type { PcsContext } from "../frame/context.ts";
import { pythonJson } from "../frame/json.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError, LibraryError } from "../frame/report.ts";

/**
 * `resource explain ID [NODE | --node NODE] [--output-format text|json]`: why a resource runs where
 * it runs. The cluster's decision is made again, with every score's reason noted down.
 */
export async function explainVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["-f", "--output-format", "--node"]);
  const format = options.outputFormat(["json", "text"]);
  const [id, word = null, ...more] = argv;
  if (id === undefined || more.length > 0) throw new CommandLineError();
  const node = options.value("--node") ?? word;
  const cib = await context.cib();
  // An instance of a clone (ID:NUMBER) stands in the configuration by its plain id.
  const found = findElement(resourcesOf(cib), RESOURCE_TAGS, id.replace(/:\d+$/, ""));
  if (found.element === null) throw new LibraryError(found.reports);
  const upgraded = upgradeCib(cib);
  const { working } = schedule(upgraded.ok ? upgraded.value : cib, {
    nowMs: context.env.nowMs,
    explain: true,
  });
  if (node !== null && !working.nodesByName.has(node)) {
    throw new CommandLineError(`Node '${node}' does not appear to exist in configuration`);
  }
  const explanations = explainResource(working, id, node);
  if (format === "json") context.print(pythonJson({ resources: explanations }));
  else {
    const gap = (i: number) => (i > 0 ? [""] : []);
    context.print(...explanations.flatMap((one, i) => [...gap(i), ...explanationText(one)]));
  }
}
