import type { Node, Resource, WorkingSet } from "../../scheduler/mod.ts";
import { Element } from "../../xml/mod.ts";
import { nodeSelected, type ShowOptions } from "../options.ts";
import { HtmlSink } from "../output/html-sink.ts";
import { LazyList, type Rich, type Sink } from "../output/sink.ts";
import { nodeName } from "./nodes.ts";

/** Attributes of the cluster itself, shown elsewhere if at all. */
const HIDDEN = ["fail-count", "last-failure", "shutdown", "terminate", "standby", "#"];

function shownAttributes(node: Node): [string, string][] {
  return [...node.attributes]
    .filter(([name]) => !HIDDEN.some((prefix) => name.startsWith(prefix)))
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

/** The score that a connectivity attribute has when all hosts answer; null for other attributes. */
function expectedScore(node: Node, attribute: string): number | null {
  for (const resource of node.active) {
    const type = resource.type.toLowerCase();
    if (type !== "ping" && type !== "pingd") continue;
    const parameters = parametersOn(resource, node);
    if ((parameters.get("name") ?? "pingd").toLowerCase() !== attribute.toLowerCase()) continue;
    const hosts = (parameters.get("host_list") ?? "").split(" ").filter((host) => host !== "");
    const multiplier = Number.parseInt(parameters.get("multiplier") ?? "1", 10);
    return hosts.length * (Number.isNaN(multiplier) ? 1 : multiplier);
  }
  return null;
}

function parametersOn(resource: Resource, node: Node): ReadonlyMap<string, string> {
  const { plainParameters: plain, parameters } = resource;
  const cached = plain ?? parameters.get(node.name) ?? parameters.get("");
  if (cached !== undefined) return cached;
  const found = new Map<string, string>();
  for (const set of resource.xml.elements("instance_attributes")) {
    for (const pair of set.elements("nvpair")) {
      found.set(pair.get("name") ?? "", pair.get("value") ?? "");
    }
  }
  return found;
}

function connectivity(value: string, expected: number | null): string {
  if (expected === null) return "";
  const score = Number.parseInt(value, 10) || 0;
  if (score <= 0) return "Connectivity is lost";
  return score < expected ? `Connectivity is degraded (Expected=${expected})` : "";
}

export function writeAttributes(
  sink: Sink,
  working: WorkingSet,
  options: ShowOptions,
  spacer: boolean,
): boolean {
  const list = new LazyList(sink, "Node Attributes", spacer);
  const html = sink instanceof HtmlSink;
  for (const node of working.nodes) {
    if (!node.online || !nodeSelected(node.name, options)) continue;
    const attributes = shownAttributes(node);
    if (attributes.length === 0) continue;
    list.open();
    const name = nodeName(node, options);
    sink.begin(html ? `${name}:` : `Node: ${name}`);
    for (const [attribute, value] of attributes) {
      const state = connectivity(value, expectedScore(node, attribute));
      sink.item(html ? htmlLine(attribute, value, state) : textLine(attribute, value, state));
    }
    sink.end();
  }
  return list.close();
}

function textLine(name: string, value: string, state: string): string {
  const line = `${name.padEnd(32)}\t: ${value.padEnd(10)}`;
  return state === "" ? line : `${line}\t: ${state}`;
}

function htmlLine(name: string, value: string, state: string): Rich {
  const line = `${name}: ${value}`;
  if (state === "") return line;
  return [{ text: line }, { text: ` (${state.toLowerCase()})`, class: "bold" }];
}

/** The `node_attributes` element; null when there are none. */
export function attributesXml(working: WorkingSet, options: ShowOptions): Element | null {
  const list = new Element("node_attributes");
  for (const node of working.nodes) {
    if (!node.online || !nodeSelected(node.name, options)) continue;
    const attributes = shownAttributes(node);
    if (attributes.length === 0) continue;
    const element = list.append(new Element("node", { name: node.name }));
    for (const [name, value] of attributes) {
      const inner = element.append(new Element("attribute", { name, value }));
      const expected = expectedScore(node, name);
      if (expected !== null) inner.set("expected", String(expected));
    }
  }
  return list.children.length === 0 ? null : list;
}
