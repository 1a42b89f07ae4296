import { ExitCode } from "../../internal/base/mod.ts";
import { type Explanation, explainResource, explanationText } from "../../internal/status/mod.ts";
import { Element, Text } from "../../internal/xml/mod.ts";
import { namedNode, type ResourceCall, requireResource, resourceId } from "./resource-context.ts";

/** `--explain`: where a resource runs, why there, why on no other node, what would change that. */
export function explain(call: ResourceCall): number {
  const { output } = call.tool;
  const node = namedNode(call);
  requireResource(call);
  const all = explainResource(call.working, resourceId(call.tool), node?.name ?? null);
  if (output.isText) {
    const texts = all.map((one) => explanationText(one).join("\n"));
    output.write(`${texts.join("\n\n")}\n`);
  }
  output.add(new Element("explanations", {}, all.map(explanationXml)));
  return ExitCode.OK;
}

function explanationXml(one: Explanation): Element {
  const element = new Element("explanation", { resource: one.resource, role: one.role });
  element.set("runs-on", one.runs_on.join(" "));
  if (one.goes_to !== null) element.set("goes-to", one.goes_to);
  element.set("why", one.why);
  for (const remark of one.remarks) element.append(textElement("remark", remark));
  for (const link of one.chain) {
    const child = element.append(new Element("colocated", { id: link.resource, with: link.with }));
    if (link.constraint !== null) child.set("constraint", link.constraint);
    if (link.on !== null) child.set("on", link.on);
    if (link.because !== null) child.set("because", link.because);
  }
  for (const { task, node, runnable, reason, because } of one.actions) {
    const child = element.append(new Element("action", { task, runnable: String(runnable) }));
    if (node !== null) child.set("node", node);
    if (reason !== null) child.set("kind", reason.kind);
    if (because !== null) child.set("because", because);
  }
  for (const node of one.nodes) {
    const child = element.append(new Element("node", { name: node.node, score: node.score }));
    child.set("verdict", node.verdict);
    if (node.why_not !== null) child.set("why-not", node.why_not);
    for (const way of node.to_change) child.append(textElement("to-change", way));
    for (const { score, because } of node.reasons) {
      child.append(new Element("reason", { score, because }));
    }
  }
  return element;
}

function textElement(name: string, text: string): Element {
  return new Element(name, {}, [new Text(text)]);
}
