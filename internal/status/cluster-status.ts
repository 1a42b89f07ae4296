import type { WorkingSet } from "../scheduler/mod.ts";
import type { Element } from "../xml/mod.ts";
import type { Section, ShowOptions } from "./options.ts";
import type { Sink } from "./output/sink.ts";
import { writeResourceList } from "./resource/list.ts";
import { resourcesXml } from "./resource/xml.ts";
import { attributesXml, writeAttributes } from "./section/attributes.ts";
import { bansXml, writeBans } from "./section/bans.ts";
import { failuresXml, writeFailures } from "./section/failures.ts";
import { fencingXml, writeFencing } from "./section/fencing.ts";
import type { FenceEvent } from "./section/fencing-history.ts";
import { historyXml, writeHistory } from "./section/history.ts";
import { nodesXml, writeNodes } from "./section/nodes.ts";
import { type SummaryFacts, summaryXml, writeSummary } from "./section/summary.ts";
import { ticketsXml, writeTickets } from "./section/tickets.ts";
import type { TimeTexts } from "./times.ts";

/** Everything a whole report is made from. */
export interface StatusReport {
  working: WorkingSet;
  sections: ReadonlySet<Section>;
  options: ShowOptions;
  facts: SummaryFacts;
  times: TimeTexts;
  /** Only bans of constraints whose id starts like this. */
  banPrefix: string;
  /** Null where no fencer can be asked. */
  fencing: readonly FenceEvent[] | null;
  fullFencing: boolean;
}

function selection(report: StatusReport) {
  const { sections } = report;
  return {
    failed: sections.has("fencing-failed"),
    succeeded: sections.has("fencing-succeeded"),
    pending: sections.has("fencing-pending"),
    full: report.fullFencing,
  };
}

/** The whole report as lists, section by section, with an empty line between. */
export function writeClusterStatus(sink: Sink, report: StatusReport): void {
  const { working, sections, options, times } = report;
  let written = writeSummary(sink, working, sections, report.facts, options.nodeId === true);
  const part = (section: Section, write: (spacer: boolean) => boolean) => {
    if (sections.has(section)) written = write(written) || written;
  };
  part("nodes", (spacer) => writeNodes(sink, working, options, spacer));
  part("resources", (spacer) => writeResourceList(sink, working, options, spacer));
  part("attributes", (spacer) => writeAttributes(sink, working, options, spacer));
  const operations = sections.has("operations");
  if (operations || sections.has("failcounts")) {
    written = writeHistory(sink, working, options, times, operations, written) || written;
  }
  part("failures", (spacer) => writeFailures(sink, working, options, times, spacer));
  const fencing = () =>
    writeFencing(
      sink,
      report.fencing ?? [],
      selection(report),
      options.failedDetail === true,
      times,
      written,
    ) || written;
  if (!sections.has("fencing-succeeded")) written = fencing();
  part("tickets", (spacer) => writeTickets(sink, working, times, spacer));
  part("bans", (spacer) => writeBans(sink, working, options, report.banPrefix, spacer));
  if (sections.has("fencing-succeeded")) fencing();
}

/** The whole report as elements, section by section. */
export function clusterStatusXml(report: StatusReport): Element[] {
  const { working, sections, options, times } = report;
  const parts: (Element | null)[] = [summaryXml(working, sections, report.facts)];
  const part = (section: Section, make: () => Element | null) => {
    if (sections.has(section)) parts.push(make());
  };
  part("nodes", () => nodesXml(working, options));
  part("resources", () => resourcesXml(working, options));
  part("attributes", () => attributesXml(working, options));
  const operations = sections.has("operations");
  if (operations || sections.has("failcounts")) {
    parts.push(historyXml(working, options, times, operations));
  }
  part("failures", () => failuresXml(working, options, times));
  const wanted = selection(report);
  if (report.fencing !== null && (wanted.failed || wanted.succeeded || wanted.pending)) {
    parts.push(fencingXml(report.fencing, wanted, times));
  }
  part("tickets", () => ticketsXml(working, times));
  part("bans", () => bansXml(working, options, report.banPrefix));
  return parts.filter((element) => element !== null);
}
