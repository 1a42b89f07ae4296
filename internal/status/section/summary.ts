import type { WorkingSet } from "../../scheduler/mod.ts";
import { Element } from "../../xml/mod.ts";
import type { Section } from "../options.ts";
import { HtmlSink } from "../output/html-sink.ts";
import { LazyList, type Sink, type Span } from "../output/sink.ts";
import { countInstances, type InstanceCounts } from "../resource/count.ts";
import { QUORUM_POLICY_TEXT, QUORUM_POLICY_WORD } from "./quorum-policy.ts";

/** What a summary shows besides the working set. */
export interface SummaryFacts {
  /** `Mon Jan  1 10:00:00 2024`, from the caller's clock. */
  lastUpdate: string;
  /** Node that this runs on; null when not known. */
  onNode: string | null;
  /** State of the local Pacemaker daemons, for XML; null without one. */
  daemonState: string | null;
  /** Counted by the caller; absent: counted here. Constraints change what counts as blocked. */
  counts?: InstanceCounts;
}

function stack(working: WorkingSet): string {
  return working.properties.get("cluster-infrastructure") ?? "unknown";
}

function mixedVersions(working: WorkingSet): boolean {
  const sets = new Set<string>();
  for (const node of working.nodes) {
    if (node.isRemote || !node.online) continue;
    const set = node.attributes.get("#feature-set");
    if (set !== undefined) sets.add(set);
  }
  return sets.size > 1;
}

const bold = (text: string): Span => ({ text, class: "bold" });
/** Pieces that HTML keeps apart. */
const spans = (...texts: string[]): Span[] => texts.map((text) => ({ text }));

/** The summary; true when something was written. */
export function writeSummary(
  sink: Sink,
  working: WorkingSet,
  sections: ReadonlySet<Section>,
  facts: SummaryFacts,
  nodeIds: boolean,
): boolean {
  const list = new LazyList(sink, "Cluster Summary");
  const html = sink instanceof HtmlSink;
  if (sections.has("stack")) {
    const { daemonState } = facts;
    const state = daemonState === null ? [] : [" (", daemonText(daemonState), ")"];
    list.item([bold("Stack: "), ...spans(stack(working), ...state)]);
  }
  if (sections.has("dc")) list.item(dcLine(working, nodeIds));
  if (sections.has("times")) {
    const on = facts.onNode === null ? [] : [" on ", facts.onNode];
    list.item([bold("Last updated: "), ...spans(facts.lastUpdate, ...on)]);
    const change = lastChange(working.cib);
    list.item([bold("Last change: "), { text: html ? change : ` ${change}` }]);
  }
  if (sections.has("counts")) {
    const nodes = working.nodes.length;
    list.item([{ text: `${nodes} node${nodes === 1 ? "" : "s"} configured` }]);
    list.item(countLine(facts.counts ?? countInstances(working)));
  }
  if (sections.has("options") && !html) {
    for (const line of optionLines(working)) list.item(line);
  }
  let written = list.close();
  if (sections.has("options") && html) {
    sink.begin("Config Options");
    for (const line of optionLines(working)) sink.item(line);
    sink.item(managementLine(working));
    sink.end();
    written = true;
  }
  if (sections.has("maint-mode") && !html) {
    const notice = maintenanceNotice(working);
    if (notice.length > 0) sink.spacer();
    for (const line of notice) sink.line(line);
    if (notice.length > 0) written = true;
  }
  return written;
}

function dcLine(working: WorkingSet, nodeIds: boolean): Span[] {
  const dc = working.dcNode;
  if (dc === null) return [bold("Current DC: "), { text: "NONE", class: "warning" }];
  const version = working.properties.get("dc-version") ?? "unknown";
  const id = nodeIds && dc.name !== dc.id ? ` (${dc.id})` : "";
  const spans: Span[] = [bold("Current DC: "), { text: `${dc.name}${id} (version ${version}) -` }];
  if (mixedVersions(working)) spans.push({ text: " MIXED-VERSION", class: "warning" });
  spans.push({ text: " partition" });
  if (working.haveQuorum) spans.push({ text: " with" });
  else spans.push({ text: " WITHOUT", class: "warning" });
  spans.push({ text: " quorum" });
  return spans;
}

/** When the configuration was changed last, by whom, with what and where. */
function lastChange(cib: Element): string {
  const part = (word: string, name: string) => {
    const value = cib.get(name) ?? "";
    return value === "" ? "" : ` ${word} ${value}`;
  };
  const when = cib.get("cib-last-written") ?? "";
  const who = `${part("by", "update-user")}${part("via", "update-client")}`;
  return `${when}${who}${part("on", "update-origin")}`;
}

function countLine({ all, disabled, blocked }: InstanceCounts): Span[] {
  const head = `${all} resource instance${all === 1 ? "" : "s"} configured`;
  if (disabled === 0 && blocked === 0) return [{ text: head }];
  const spans: Span[] = [];
  if (disabled > 0) spans.push({ text: `${head} (${disabled} ` }, bold("DISABLED"));
  if (blocked > 0) {
    spans.push({ text: `${disabled > 0 ? ", " : `${head} (`}${blocked} ` }, bold("BLOCKED"));
    spans.push({ text: " from further action due to failure)" });
  } else spans.push({ text: ")" });
  return spans;
}

function optionLines(working: WorkingSet): string[] {
  const { config } = working;
  return [
    `STONITH of failed nodes ${config.fencingEnabled ? "enabled" : "disabled"}`,
    `Cluster is ${config.symmetric ? "symmetric" : "asymmetric"}`,
    `No quorum policy: ${QUORUM_POLICY_TEXT[config.noQuorumPolicy]}`,
  ];
}

function managementLine(working: WorkingSet): Span[] {
  const management = (state: string, meaning: string): Span[] => [
    { text: "Resource management: " },
    { text: state, class: "bold" },
    { text: ` (${meaning})` },
  ];
  if (working.config.maintenanceMode) {
    return management(
      "DISABLED",
      "the cluster will not attempt to start, stop, or recover services",
    );
  }
  if (working.config.stopAll) {
    return management("STOPPED", "the cluster will keep all resources stopped");
  }
  return [{ text: "Resource management: enabled" }];
}

/** Lines that warn that the cluster leaves its resources alone, or keeps them stopped. */
export function maintenanceNotice(working: WorkingSet): string[] {
  if (working.config.maintenanceMode) {
    return [
      "              *** Resource management is DISABLED ***",
      "  The cluster will not attempt to start, stop or recover services",
    ];
  }
  if (working.config.stopAll) {
    return [
      "    *** Resource management is DISABLED ***",
      "  The cluster will keep all resources stopped",
    ];
  }
  return [];
}

const DAEMON_TEXT: Record<string, string> = {
  init: "Initializing pacemaker",
  starting_daemons: "Pacemaker daemons are starting",
  wait_for_ping: "Waiting for startup trigger from SBD",
  running: "Pacemaker is running",
  shutting_down: "Pacemaker daemons are shutting down",
};

/** The state of the engine in words; in XML it is the bare name. */
function daemonText(state: string): string {
  return DAEMON_TEXT[state] ?? state;
}

const flag = (value: boolean) => (value ? "true" : "false");

/** The `summary` element; null when no section of it is wanted. */
export function summaryXml(
  working: WorkingSet,
  sections: ReadonlySet<Section>,
  facts: SummaryFacts,
): Element | null {
  const summary = new Element("summary");
  if (sections.has("stack")) {
    const element = new Element("stack", { type: stack(working) });
    if (facts.daemonState !== null) element.set("pacemakerd-state", facts.daemonState);
    summary.append(element);
  }
  if (sections.has("dc")) summary.append(dcXml(working));
  if (sections.has("times")) {
    summary.append(new Element("last_update", { time: facts.lastUpdate }));
    if (facts.onNode !== null) (summary.children.at(-1) as Element).set("origin", facts.onNode);
    const { cib } = working;
    summary.append(
      new Element("last_change", {
        time: cib.get("cib-last-written") ?? "",
        user: cib.get("update-user") ?? "",
        client: cib.get("update-client") ?? "",
        origin: cib.get("update-origin") ?? "",
      }),
    );
  }
  if (sections.has("counts")) {
    const { all, disabled, blocked } = facts.counts ?? countInstances(working);
    summary.append(new Element("nodes_configured", { number: String(working.nodes.length) }));
    summary.append(
      new Element("resources_configured", {
        number: String(all),
        disabled: String(disabled),
        blocked: String(blocked),
      }),
    );
  }
  if (sections.has("options")) summary.append(optionsXml(working));
  return summary.children.length === 0 ? null : summary;
}

function dcXml(working: WorkingSet): Element {
  const dc = working.dcNode;
  if (dc === null) return new Element("current_dc", { present: "false" });
  return new Element("current_dc", {
    present: "true",
    version: working.properties.get("dc-version") ?? "",
    name: dc.name,
    id: dc.id,
    with_quorum: flag(working.haveQuorum),
    mixed_version: flag(mixedVersions(working)),
  });
}

function optionsXml(working: WorkingSet): Element {
  const { config } = working;
  return new Element("cluster_options", {
    "stonith-enabled": flag(config.fencingEnabled),
    "symmetric-cluster": flag(config.symmetric),
    "no-quorum-policy": QUORUM_POLICY_WORD[config.noQuorumPolicy],
    "maintenance-mode": flag(config.maintenanceMode),
    "stop-all-resources": flag(config.stopAll),
    "stonith-timeout-ms": String(config.fencingTimeoutMs),
    "priority-fencing-delay-ms": String(config.priorityFencingDelayMs),
  });
}
