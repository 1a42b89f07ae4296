import { Element, escapeText, type Node, parseXml, printXml, Text } from "../xml/mod.ts";

/** Parameters that the cluster fills in itself: whatever the agent says, nobody has to give them. */
const FILLED_IN = ["action", "plug", "port"];

/** Time that a fence agent may take to start and stop, where it does not say. */
const SHORTEST_TIMEOUT = "20s";

/**
 * What the tools print of a fence agent: its metadata, laid out anew, with what the cluster adds.
 * Text that is no XML is handed on as it is.
 */
export function fenceMetadata(text: string): string {
  const parsed = parseXml(text);
  if (!parsed.ok) return text;
  const agent = parsed.value;
  for (const parameter of agent.descendants("parameter")) {
    if (FILLED_IN.includes(parameter.get("name") ?? "")) parameter.set("required", "0");
  }
  const actions = agent.first("actions");
  if (actions?.elements("action").every((action) => action.get("name") !== "stop") === true) {
    for (const name of ["stop", "start"]) {
      actions.append(new Element("action", { name, timeout: SHORTEST_TIMEOUT }));
    }
  }
  return print(agent, 0);
}

/** Text has lines of its own, as deep as its siblings would be. */
function print(node: Node, depth: number): string {
  const indent = "  ".repeat(depth);
  if (node instanceof Text) return `${indent}${escapeText(node.text.trim())}\n`;
  if (!(node instanceof Element) || node.children.length === 0) {
    return printXml(node, { pretty: true, depth });
  }
  const open = printXml(new Element(node.name, [...node.attributes])).slice(0, -2);
  const inner = node.children.map((child) => print(child, depth + 1)).join("");
  return `${indent}${open}>\n${inner}${indent}</${node.name}>\n`;
}
