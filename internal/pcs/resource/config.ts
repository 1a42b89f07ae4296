import type { Element } from "../../xml/mod.ts";
import { resourcesOf } from "../cib/sections.ts";
import type { PcsContext } from "../frame/context.ts";
import { pythonJson } from "../frame/json.ts";
import type { Options } from "../frame/options.ts";
import { commandList, wrapForTerminal } from "../frame/output.ts";
import { resourcesToCommands } from "./command-output.ts";
import { bundleContainer, exportResources, type ResourcesData } from "./data.ts";
import { selectIds, selectSort } from "./selection.ts";
import { resourcesToText } from "./text.ts";

/** `resource config [ID...]`. */
export async function configVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  const text = await configText(context, argv, options, false);
  if (text !== "") context.print(text);
}

/** Configured resources, or stonith devices, in the format asked for. */
export async function configText(
  context: PcsContext,
  argv: string[],
  options: Options,
  stonith: boolean,
): Promise<string> {
  options.allowOnly(["-f", "--output-format"]);
  const data = await readResources(context);
  const warn = (text: string) => context.report.warning(text);
  const label = stonith ? "stonith device" : "resource";
  const selection = selectIds(selectSort(data, stonith), argv, label, warn);
  const format = options.outputFormat();
  if (format === "cmd") return commandList(resourcesToCommands(selection, warn));
  if (format === "json") {
    const { primitives, clones, groups, bundles } = selection;
    return pythonJson({ primitives, clones, groups, bundles });
  }
  return wrapForTerminal(resourcesToText(selection), context.env.columns).join("\n");
}

async function readResources(context: PcsContext): Promise<ResourcesData> {
  const cib = await context.cib();
  warnUnsupportedBundles(context, cib);
  return exportResources(resourcesOf(cib));
}

/** Bundles of technologies that we cannot configure. */
export function warnUnsupportedBundles(context: PcsContext, cib: Element): void {
  for (const bundle of resourcesOf(cib).elements("bundle")) {
    if (bundleContainer(bundle) !== null) continue;
    context.report.warning(
      `Bundle '${bundle.id}' uses unsupported container type. Supported container types are: ` +
        "'docker', 'podman'",
    );
  }
}
