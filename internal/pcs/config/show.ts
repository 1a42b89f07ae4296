import { type ConfSection, lastValue } from "../../corosync-conf/mod.ts";
import type { Element } from "../../xml/mod.ts";
import { alertLines, exportAlerts } from "../alert/data.ts";
import { exportNvsets, nvsetLines } from "../cib/nvset-data.ts";
import { constraintsOf, crmConfigOf, findSection, resourcesOf } from "../cib/sections.ts";
import { readConstraints } from "../constraint/data.ts";
import { constraintsText } from "../constraint/text.ts";
import { readCorosyncConf } from "../corosync/file.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { wrapForTerminal } from "../frame/output.ts";
import { CommandLineError, LibraryError } from "../frame/report.ts";
import { indent } from "../frame/text.ts";
import { quorumLines } from "../quorum/config.ts";
import { exportResources } from "../resource/data.ts";
import { selectSort } from "../resource/selection.ts";
import { resourcesToText } from "../resource/text.ts";
import { statusUnknown } from "../rule/data.ts";
import { printConfiguredNodes } from "../status/cluster.ts";
import { exportLevels, levelText } from "../stonith/level-output.ts";
import { tagLines } from "../tag/verbs.ts";

/** `config [show]`: everything that is configured. */
export async function configShow(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["-f", "--corosync_conf"]);
  if (argv.length > 0) throw new CommandLineError();
  const cib = await context.cib();
  const corosync = await corosyncOrNull(context);
  const name = corosync === null ? "" : lastValue(corosync, "totem", "cluster_name");
  context.print(`Cluster Name: ${name || clusterNameOf(cib)}`);
  await printConfiguredNodes(context);
  const lines = cibLines(cib, context.env.columns);
  if (lines.length > 0) context.print("", ...lines);
  const quorum = corosync === null ? [] : quorumLines(corosync);
  if (quorum.length > 0) context.print("", "Quorum:", ...indent(quorum));
}

/** Remote nodes have no corosync.conf. */
async function corosyncOrNull(context: PcsContext): Promise<ConfSection | null> {
  if (!(await context.env.corosyncConf.read()).ok) return null;
  try {
    return await readCorosyncConf(context);
  } catch (problem) {
    if (problem instanceof LibraryError) return null;
    throw problem;
  }
}

function clusterNameOf(cib: Element): string {
  const set = crmConfigOf(cib).first("cluster_property_set");
  const pair = set?.elements("nvpair").find((one) => one.get("name") === "cluster-name");
  return pair?.get("value") ?? "";
}

/** What a CIB holds, as text in parts with a blank line between them. */
export function cibLines(cib: Element, columns: number | null): string[] {
  const wrap = (lines: readonly string[]) => wrapForTerminal(lines, columns);
  const under = (title: string, lines: string[]) => (lines.length > 0 ? [title, ...lines] : []);
  const resources = exportResources(resourcesOf(cib));
  const sort = (stonith: boolean) => wrap(indent(resourcesToText(selectSort(resources, stonith))));
  const constraints = readConstraints(constraintsOf(cib), statusUnknown);
  const properties = exportNvsets(crmConfigOf(cib), "cluster_property_set", statusUnknown)[0];
  const tags = findSection(cib, "tags")?.elements("tag") ?? [];
  const parts = [
    under("Resources:", sort(false)),
    under("Stonith Devices:", sort(true)),
    under("Fencing Levels:", indent(levelText(exportLevels(cib)))),
    wrap(constraintsText(constraints, true).filter((line) => line !== "")),
    alertLines(exportAlerts(cib)),
    under("Resources Defaults:", defaultLines(cib, "rsc_defaults")),
    under("Operations Defaults:", defaultLines(cib, "op_defaults")),
    properties === undefined ? [] : nvsetLines(properties, "Cluster Properties"),
    under("Tags:", indent(wrap(tagLines(tags)), 1)),
  ];
  return parts
    .filter((part) => part.length > 0)
    .flatMap((part, i) => (i === 0 ? part : ["", ...part]));
}

function defaultLines(cib: Element, name: "rsc_defaults" | "op_defaults"): string[] {
  const section = findSection(cib, name);
  if (section === null) return [];
  const sets = exportNvsets(section, "meta_attributes", statusUnknown);
  return indent(sets.flatMap((set) => nvsetLines(set, "Meta Attrs", true)));
}
