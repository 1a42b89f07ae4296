import { exitText } from "../../base/mod.ts";
import type { Node, Resource, WorkingSet } from "../../scheduler/mod.ts";
import { Element } from "../../xml/mod.ts";
import { nodeSelected, type ShowOptions } from "../options.ts";
import { HtmlSink } from "../output/html-sink.ts";
import { LazyList, type Sink } from "../output/sink.ts";
import { findResource } from "../resource/find.ts";
import { printableId } from "../resource/state.ts";
import type { TimeTexts } from "../times.ts";
import { failCount } from "./fail-count.ts";
import { nodeName } from "./nodes.ts";

/** What is known of one resource on one node. */
interface ResourceHistory {
  id: string;
  resource: Resource;
  node: Node;
  operations: Element[];
  failCount: number;
  lastFailure: number;
}

/** Histories of online nodes in the order of the status section. */
function histories(
  working: WorkingSet,
  options: ShowOptions,
  all: boolean,
): { node: Node; resources: ResourceHistory[] }[] {
  const found: { node: Node; resources: ResourceHistory[] }[] = [];
  for (const state of working.cib.first("status")?.elements("node_state") ?? []) {
    const node = working.findNode(state.id) ?? working.findNode(state.get("uname") ?? "");
    if (node === null || !node.online || !nodeSelected(node.name, options)) continue;
    const entries = state.first("lrm")?.first("lrm_resources")?.elements("lrm_resource") ?? [];
    const resources = entries.flatMap((entry) => {
      const history = resourceHistory(working, node, entry, options, all);
      return history === null ? [] : [history];
    });
    found.push({ node, resources });
  }
  return found;
}

function resourceHistory(
  working: WorkingSet,
  node: Node,
  entry: Element,
  options: ShowOptions,
  all: boolean,
): ResourceHistory | null {
  const resource = findByHistoryId(working, entry.id, node);
  if (resource === null) return null;
  const only = options.onlyResources;
  if (only !== null && only !== undefined) {
    const names = [printableId(resource), resource.id, resource.top(true).id];
    if (!names.some((name) => only.has(name))) return null;
  }
  const failures = failCount(resource, node);
  const operations = all ? shownOperations(entry) : [];
  if (all ? operations.length === 0 : failures.count <= 0) return null;
  return {
    id: all ? printableId(resource) : entry.id,
    resource,
    node,
    operations,
    failCount: failures.count,
    lastFailure: failures.last,
  };
}

/** The resource an entry is about: the instance active here, before any other of that name. */
function findByHistoryId(working: WorkingSet, id: string, node: Node): Resource | null {
  const here = node.active.find((resource) => resource.historyId === id);
  return working.resourcesById.get(id) ?? here ?? findResource(working, id);
}

/** Oldest first, without notifications and probes that found nothing. */
function shownOperations(entry: Element): Element[] {
  const operations = entry.elements("lrm_rsc_op").filter((op) => {
    const task = op.get("operation");
    const probe = task === "monitor" && (op.get("interval") ?? "0") === "0";
    return task !== "notify" && !(probe && op.get("rc-code") === "7");
  });
  return operations.sort((a, b) => Number(a.get("call-id")) - Number(b.get("call-id")));
}

/** Operations, or with `all` false only resources with failures. */
export function writeHistory(
  sink: Sink,
  working: WorkingSet,
  options: ShowOptions,
  times: TimeTexts,
  all: boolean,
  spacer: boolean,
): boolean {
  const list = new LazyList(sink, all ? "Operations" : "Migration Summary", spacer);
  for (const { node, resources } of histories(working, options, all)) {
    list.open();
    if (resources.length === 0) continue;
    const name = nodeName(node, options);
    sink.begin(sink instanceof HtmlSink ? `${name}:` : `Node: ${name}`);
    for (const history of resources) writeResourceHistory(sink, history, options, times, all);
    sink.end();
  }
  return list.close();
}

function writeResourceHistory(
  sink: Sink,
  history: ResourceHistory,
  options: ShowOptions,
  times: TimeTexts,
  all: boolean,
): void {
  let line = `${history.id}: migration-threshold=${history.resource.migrationThreshold}`;
  if (history.failCount > 0) line += ` fail-count=${history.failCount}`;
  if (history.lastFailure > 0) line += ` last-failure='${times.short(history.lastFailure)}'`;
  if (!all) {
    sink.item(line);
    return;
  }
  sink.begin(line);
  for (const op of history.operations) sink.item(operationLine(op, options, times));
  sink.end();
}

function taskOf(op: Element): string {
  const task = op.get("operation") ?? "";
  return task === "monitor" && (op.get("interval") ?? "0") === "0" ? "probe" : task;
}

function operationLine(op: Element, options: ShowOptions, times: TimeTexts): string {
  const interval = op.get("interval") ?? "0";
  const every = interval === "0" ? "" : ` interval="${interval}ms"`;
  const head = `(${op.get("call-id")}) ${taskOf(op)}`;
  if (options.timing !== true) return `${head}${every === "" ? "" : ":"}${every}`;
  const changed = Number(op.get("last-rc-change") ?? 0);
  const when = changed > 0 ? ` last-rc-change="${times.short(changed)}"` : "";
  const duration = (name: string) => (op.has(name) ? ` ${name}="${op.get(name)}ms"` : "");
  const rc = Number(op.get("rc-code"));
  return `${head}:${every}${when}${duration("exec-time")}${duration("queue-time")} rc=${rc} (${exitText(rc)})`;
}

/** The `node_history` element; null when there is none. */
export function historyXml(
  working: WorkingSet,
  options: ShowOptions,
  times: TimeTexts,
  all: boolean,
): Element | null {
  const list = new Element("node_history");
  const nodes = histories(working, options, all);
  for (const { node, resources } of nodes) {
    if (resources.length === 0) continue;
    const element = list.append(new Element("node", { name: node.name }));
    for (const history of resources) element.append(resourceHistoryXml(history, times));
  }
  return nodes.length === 0 ? null : list;
}

function resourceHistoryXml(history: ResourceHistory, times: TimeTexts): Element {
  const element = new Element("resource_history", {
    id: history.id,
    orphan: "false",
    "migration-threshold": String(history.resource.migrationThreshold),
  });
  if (history.failCount > 0) element.set("fail-count", String(history.failCount));
  if (history.lastFailure > 0) element.set("last-failure", times.short(history.lastFailure));
  for (const op of history.operations) {
    const rc = op.get("rc-code") ?? "";
    const inner = element.append(
      new Element("operation_history", {
        call: op.get("call-id") ?? "",
        task: taskOf(op),
        rc,
        rc_text: exitText(Number(rc)),
      }),
    );
    const interval = op.get("interval") ?? "0";
    if (interval !== "0") inner.set("interval", `${interval}ms`);
    const changed = Number(op.get("last-rc-change") ?? 0);
    if (changed > 0) inner.set("last-rc-change", times.short(changed));
    for (const name of ["exec-time", "queue-time"]) {
      if (op.has(name)) inner.set(name, `${op.get(name)}ms`);
    }
  }
  return element;
}
