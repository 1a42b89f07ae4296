import { localOffset } from "../../../internal/host/time-zone.ts";
import type { WorkingSet } from "../../../internal/scheduler/mod.ts";
import {
  clusterStatusXml,
  countInstances,
  eventText,
  eventXml,
  maintenanceNotice,
  type Section,
  type ShowOptions,
  type SimulatedEvent,
  type StatusReport,
  TextSink,
  timeTexts,
  transitionXml,
  writeClusterStatus,
  writeTransition,
} from "../../../internal/status/mod.ts";
import { Element } from "../../../internal/xml/mod.ts";
import type { ToolOutput } from "../output.ts";

/** What a simulation tells, in text or XML; quiet tells results alone. */
export class Report {
  readonly #output: ToolOutput;
  readonly #quiet: boolean;
  readonly #sink = new TextSink();
  /** Something stands above: the next part begins with an empty line. */
  #printed = false;
  /** XML only: nothing is added after changes were made to the input, as in the original. */
  #closed = false;

  constructor(output: ToolOutput, quiet: boolean) {
    this.#output = output;
    this.#quiet = quiet;
  }

  /** The status is not told: it need not be read for that. */
  get quiet(): boolean {
    return this.#quiet;
  }

  info(line: string): void {
    if (!this.#quiet) this.#output.info(line);
  }

  #spacer(): void {
    if (this.#printed) this.#output.write("\n");
    this.#printed = true;
  }

  #add(element: Element): void {
    if (!this.#closed) this.#output.add(element);
  }

  #flush(): void {
    this.#output.write(this.#sink.take());
  }

  /** Whether the cluster acts at all, and how many instances are disabled or blocked. */
  counts(working: WorkingSet): void {
    if (this.#quiet) return;
    if (working.config.maintenanceMode) {
      this.#printed = true;
      for (const line of ["", ...maintenanceNotice(working)]) this.#output.info(line);
    }
    const { all, disabled, blocked } = countInstances(working);
    if (disabled === 0 && blocked === 0) return;
    this.#spacer();
    this.#output.info(
      `${disabled} of ${all} resource instances DISABLED and ${blocked} ` +
        "BLOCKED from further action due to failure",
    );
  }

  /** What the cluster looks like. */
  status(working: WorkingSet, title: string, sections: Section[], pending: boolean): void {
    if (this.#quiet) return;
    const report = statusReport(working, new Set(sections), { inactive: true, failedDetail: true });
    if (pending) report.options.pending = true;
    if (this.#output.isText) {
      this.#spacer();
      this.#sink.begin(title);
      writeClusterStatus(this.#sink, report);
      this.#sink.end();
      this.#flush();
    }
    const name = title.toLowerCase().replace("current ", "").replaceAll(" ", "_");
    this.#add(new Element(name, {}, clusterStatusXml(report)));
  }

  /** Opens the list of changes made to the input. */
  modifications(): { item(text: string, element: Element): void; error(text: string): void } {
    this.#spacer();
    if (!this.#quiet) this.#output.info("Performing Requested Modifications:");
    this.#output.add(new Element("modifications"));
    this.#closed = true;
    return {
      item: (text, element) => {
        if (!this.#quiet) this.#output.info(`  * ${text}`);
        if (element.attributes.length > 0) this.#output.add(element);
      },
      error: (text) => this.#output.err(text),
    };
  }

  /** Score and utilization lines of an assignment. */
  assignment(working: WorkingSet, scores: boolean, utilization: boolean): void {
    if (!scores && !utilization) return;
    const lines = working.scoreLines;
    this.#spacer();
    if (this.#output.isText) {
      const titles = [
        scores ? "Assignment Scores" : "",
        utilization ? "Utilization Information" : "",
      ];
      const title = titles.filter((part) => part !== "").join(" and ");
      if (!this.#quiet) this.#output.write(`${title}:\n`);
      const shown = this.#quiet ? lines : withNotices(working);
      if (shown.length > 0) this.#output.write(`${shown.join("\n")}\n`);
    }
    const name = scores
      ? utilization
        ? "allocations_utilizations"
        : "allocations"
      : "utilizations";
    if (this.#output.isXml) this.#add(new Element(name, {}, lines.map(assignmentXml)));
  }

  notices(notices: WorkingSet["notices"]): void {
    for (const { text } of notices) this.info(text);
  }

  transition(working: WorkingSet): void {
    if (this.#quiet) return;
    if (this.#output.isText) {
      this.#spacer();
      this.#sink.begin("Transition Summary");
      writeTransition(this.#sink, working);
      this.#sink.end();
      this.#flush();
    } else this.#add(transitionXml(working));
  }

  execution(events: SimulatedEvent[], complete: boolean): void {
    this.#spacer();
    if (this.#output.isText && !this.#quiet) {
      this.#output.write("Executing Cluster Transition:\n");
      const lines = events.map((event) =>
        event.kind === "pretend" ? `${eventText(event)}\n` : `  * ${eventText(event)}\n`,
      );
      this.#output.write(lines.join(""));
    }
    if (!complete) {
      this.#output.err("Transition failed: terminated");
      this.#output.err("An invalid transition was produced");
    }
    if (!this.#quiet) this.#add(new Element("transition", {}, events.map(eventXml)));
  }
}

/** Score lines as a list, with the remarks made in between, which are not part of it. */
function withNotices({ scoreLines, notices }: WorkingSet): string[] {
  const out: string[] = [];
  let next = 0;
  for (const [i, line] of scoreLines.entries()) {
    for (; notices[next] !== undefined && notices[next]!.after <= i; next++) {
      out.push(notices[next]!.text);
    }
    out.push(`  * ${line}`);
  }
  for (const { text } of notices.slice(next)) out.push(text);
  return out;
}

function statusReport(
  working: WorkingSet,
  sections: Set<Section>,
  options: ShowOptions,
): StatusReport & { options: ShowOptions } {
  return {
    working,
    sections,
    options,
    facts: { lastUpdate: "", onNode: null, daemonState: null },
    times: timeTexts(localOffset),
    banPrefix: "",
    fencing: null,
    fullFencing: false,
  };
}

/** `FUNCTION: ID allocation score on NODE: SCORE` and the utilization lines, as elements. */
function assignmentXml(line: string): Element {
  const score = /^(\S+): (.*) allocation score on (.*): (\S+)$/.exec(line);
  if (score !== null) {
    const [, name, id, node, value] = score;
    const element = new Element("node_weight", { function: name!, node: node!, score: value! });
    return element.set("id", id!);
  }
  const promotion = /^(\S+) promotion score on (.*): (\S+)$/.exec(line);
  if (promotion !== null) {
    const [, id, node, value] = promotion;
    return new Element("promotion_score", { id: id!, score: value!, node: node! });
  }
  const capacity = /^(\S+): (.*) capacity:(.*)$/.exec(line);
  if (capacity !== null) {
    const element = new Element("capacity", { node: capacity[2]!, comment: capacity[1]! });
    return withPairs(element, capacity[3]!);
  }
  const used = /^(\S+): (.*) utilization on (.*?):(.*)$/.exec(line);
  if (used === null) return new Element("info");
  const element = new Element("utilization", {
    resource: used[2]!,
    node: used[3]!,
    function: used[1]!,
  });
  return withPairs(element, used[4]!);
}

function withPairs(element: Element, text: string): Element {
  for (const [, name, value] of text.matchAll(/(\S+?)=(\S*)/g)) element.set(name!, value!);
  return element;
}
