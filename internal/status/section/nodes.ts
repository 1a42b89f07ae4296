import { type Node, scoreOf, type WorkingSet } from "../../scheduler/mod.ts";
import { Element } from "../../xml/mod.ts";
import { nodeSelected, type ShowOptions } from "../options.ts";
import { HtmlSink } from "../output/html-sink.ts";
import { LazyList, plain, type Sink, type Span } from "../output/sink.ts";
import { briefLines } from "../resource/brief.ts";
import { writeResource } from "../resource/collective.ts";
import { currentNode, isFiltered } from "../resource/state.ts";
import { resourceXml } from "../resource/xml.ts";

/**
 * Health by its worst attribute: 1 green, 0 yellow, -1 red; green where health does not count. A
 * colour is what it says, also where two colours have the same score; numbers go by the scores.
 */
export function nodeHealth(working: WorkingSet, node: Node): number {
  let worst = 1;
  if (working.config.healthStrategy === "none") return worst;
  for (const [name, value] of node.attributes) {
    if (!name.startsWith("#health")) continue;
    worst = Math.min(worst, healthOf(working, value.toLowerCase()));
  }
  return worst;
}

function healthOf(working: WorkingSet, value: string): number {
  if (value === "red") return -1;
  if (value === "yellow") return 0;
  const score = scoreOf(working, value, Number.NaN);
  const yellow = scoreOf(working, "yellow");
  if (score <= scoreOf(working, "red")) return -1;
  return score <= yellow && yellow !== scoreOf(working, "green") ? 0 : 1;
}

/** Feature set of a node that is up; nodes before 3.15.1 do not tell theirs. */
export function nodeFeatureSet(node: Node): string | null {
  if (!node.online || !node.expectedUp || node.isRemote) return null;
  return node.attributes.get("#feature-set") ?? "<3.15.1";
}

/** Name, with the host of a guest and a differing id when details are asked for. */
export function nodeName(node: Node, options: ShowOptions): string {
  let name = node.name;
  if (options.nodeId !== true) return name;
  if (node.isGuest) name += `@${currentNode(node.connection!.launcher!)?.name ?? ""}`;
  if (node.name.toLowerCase() !== node.id.toLowerCase()) name += ` (${node.id})`;
  return name;
}

function statusText(node: Node): string {
  if (node.unclean) {
    return `UNCLEAN (${node.online ? "online" : node.pending ? "pending" : "offline"})`;
  }
  if (node.pending) return "pending";
  if (node.standbyOnFail && node.online) return "standby (on-fail)";
  if (node.standby) {
    if (!node.online) return "OFFLINE (standby)";
    return node.active.length > 0 ? "standby (with active resources)" : "standby";
  }
  if (node.maintenance) return node.online ? "maintenance" : "OFFLINE (maintenance)";
  return node.online ? "online" : "OFFLINE";
}

function isSingled(working: WorkingSet, node: Node, options: ShowOptions): boolean {
  return (
    node.unclean ||
    node.pending ||
    (node.standbyOnFail && node.online) ||
    node.standby ||
    node.maintenance ||
    options.byNode === true ||
    options.featureSet === true ||
    nodeHealth(working, node) <= 0
  );
}

const LABELS = ["Online", "OFFLINE", "RemoteOnline", "RemoteOFFLINE", "GuestOnline"] as const;

/** The list of nodes; true when something was written. */
export function writeNodes(
  sink: Sink,
  working: WorkingSet,
  options: ShowOptions,
  spacer: boolean,
): boolean {
  const list = new LazyList(sink, "Node List", spacer);
  const named = new Map<string, string[]>();
  for (const node of working.nodes) {
    if (!nodeSelected(node.name, options)) continue;
    list.open();
    if (sink instanceof HtmlSink) writeNodeHtml(sink, working, node, options);
    else if (isSingled(working, node, options)) writeNode(sink, working, node, options);
    else {
      const label = groupLabel(node);
      if (label !== null) named.set(label, [...(named.get(label) ?? []), nodeName(node, options)]);
    }
  }
  for (const label of LABELS) {
    const names = named.get(label);
    if (names !== undefined) list.item(`${label}: [ ${names.join(" ")} ]`);
  }
  return list.close();
}

/** Which of the lists a plain node belongs to; offline guests belong to none. */
function groupLabel(node: Node): (typeof LABELS)[number] | null {
  if (node.isGuest) return node.online ? "GuestOnline" : null;
  if (node.isRemote) return node.online ? "RemoteOnline" : "RemoteOFFLINE";
  return node.online ? "Online" : "OFFLINE";
}

function writeNode(sink: Sink, working: WorkingSet, node: Node, options: ShowOptions): void {
  const kind = node.isGuest ? "GuestNode" : node.isRemote ? "RemoteNode" : "Node";
  let text = `${kind} ${nodeName(node, options)}: ${statusText(node)}`;
  const health = nodeHealth(working, node);
  if (health < 0) text += " (health is RED)";
  else if (health === 0) text += " (health is YELLOW)";
  const featureSet = options.featureSet === true ? nodeFeatureSet(node) : null;
  if (featureSet !== null) text += `, feature set ${featureSet}`;
  writeWithResources(sink, working, node, options, text, "Resources");
}

function writeWithResources(
  sink: Sink,
  working: WorkingSet,
  node: Node,
  options: ShowOptions,
  content: string | Span[],
  title: string,
): void {
  if (options.byNode !== true) {
    sink.item(content);
    return;
  }
  const resources = node.active.filter((resource) => !isFiltered(resource, options, true));
  if (options.brief === true) {
    if (resources.length === 0) return;
    sink.begin(plain(content));
    sink.begin(title);
    for (const line of briefLines(resources, options)) sink.item(line);
  } else {
    sink.begin(plain(content));
    sink.begin(title);
    for (const resource of resources) {
      writeResource(sink, working, resource, { ...options, belowNode: true });
    }
  }
  sink.end();
  sink.end();
}

function writeNodeHtml(
  sink: HtmlSink,
  working: WorkingSet,
  node: Node,
  options: ShowOptions,
): void {
  const status = htmlStatus(node);
  const health = nodeHealth(working, node);
  if (health < 0) status.push({ text: " (health is RED)", class: "health_red" });
  else if (health === 0) status.push({ text: " (health is YELLOW)", class: "health_yellow" });
  const featureSet = options.featureSet === true ? nodeFeatureSet(node) : null;
  if (featureSet !== null) status.push({ text: `, feature set ${featureSet}` });
  const name = `${nodeName(node, options)}:`;
  if (options.byNode !== true) {
    sink.item([{ text: name, class: "bold" }, ...status]);
    return;
  }
  sink.begin(name);
  status.unshift({ text: "Status:" });
  const resources = node.active.filter((resource) => !isFiltered(resource, options, true));
  if (resources.length === 0) sink.item(status);
  else {
    sink.itemWithList(status, "Resources");
    if (options.brief === true) {
      for (const line of briefLines(resources, options)) sink.item(line);
    } else {
      for (const resource of resources) {
        writeResource(sink, working, resource, { ...options, belowNode: true });
      }
    }
    sink.end();
  }
  sink.end();
}

function htmlStatus(node: Node): Span[] {
  const spans: Span[] = [
    node.online ? { text: " online", class: "online" } : { text: " OFFLINE", class: "offline" },
  ];
  if (node.standbyOnFail && node.online) {
    spans.push({ text: " (in standby due to on-fail)", class: "standby" });
  } else if (node.standby) {
    const busy = node.active.length > 0 ? ", with active resources" : "";
    spans.push({ text: ` (in standby${busy})`, class: "standby" });
  }
  if (node.maintenance) spans.push({ text: " (in maintenance mode)", class: "maint" });
  return spans;
}

const flag = (value: boolean) => (value ? "true" : "false");

/** The `nodes` element. */
export function nodesXml(working: WorkingSet, options: ShowOptions): Element {
  const list = new Element("nodes");
  for (const node of working.nodes) {
    if (nodeSelected(node.name, options)) list.append(nodeXml(working, node, options));
  }
  return list;
}

function nodeXml(working: WorkingSet, node: Node, options: ShowOptions): Element {
  const health = nodeHealth(working, node);
  const element = new Element("node", {
    name: node.name,
    id: node.id,
    online: flag(node.online),
    standby: flag(node.standby),
    standby_onfail: flag(node.standbyOnFail),
    maintenance: flag(node.maintenance),
    pending: flag(node.pending),
    unclean: flag(node.unclean),
    health: health < 0 ? "red" : health === 0 ? "yellow" : "green",
  });
  const featureSet = nodeFeatureSet(node);
  if (featureSet !== null) element.set("feature_set", featureSet);
  element.set("shutdown", flag(node.shutdown));
  element.set("expected_up", flag(node.expectedUp));
  element.set("is_dc", flag(node.isDc));
  element.set("resources_running", String(node.active.length));
  element.set("type", node.isRemote ? "remote" : "member");
  if (node.isGuest) element.set("id_as_resource", node.connection!.launcher!.id);
  if (options.byNode === true) {
    for (const resource of node.active) {
      const inner = resourceXml(resource, options);
      if (inner !== null) element.append(inner);
    }
  }
  return element;
}
