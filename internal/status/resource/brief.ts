import type { Resource } from "../../scheduler/mod.ts";
import type { ShowOptions } from "../options.ts";
import { agentName } from "./primitive.ts";

/** Primitives counted by agent and node: `COUNT[/TOTAL]<tab>(AGENT):<tab>Active NODE`. */
export function briefLines(resources: Resource[], options: ShowOptions): string[] {
  const agents = new Map<string, { total: number; nodes: Map<string, number> }>();
  for (const resource of resources) {
    if (!resource.isPrimitive) continue;
    const agent = agentName(resource);
    const entry = agents.get(agent) ?? { total: 0, nodes: new Map<string, number>() };
    agents.set(agent, entry);
    entry.total += 1;
    for (const node of resource.activeOn) {
      if (!node.online && !node.unclean && resource.managed) continue;
      entry.nodes.set(node.name, (entry.nodes.get(node.name) ?? 0) + 1);
    }
  }
  const lines: string[] = [];
  for (const agent of [...agents.keys()].sort()) {
    const { total, nodes } = agents.get(agent)!;
    for (const node of [...nodes.keys()].sort()) {
      const count = nodes.get(node)!;
      const share = options.inactive === true ? `${count}/${total}` : String(count);
      lines.push(`${share}\t(${agent}):\tActive ${options.byNode === true ? "" : node}`);
    }
    if (nodes.size === 0 && options.inactive === true) {
      lines.push(`0/${total}\t(${agent}):\tActive`);
    }
  }
  return lines;
}
