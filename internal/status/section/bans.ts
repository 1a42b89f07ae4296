import { type LocationConstraint, type Node, Role, type WorkingSet } from "../../scheduler/mod.ts";
import { Element } from "../../xml/mod.ts";
import type { ShowOptions } from "../options.ts";
import { LazyList, type Sink } from "../output/sink.ts";
import { printableId } from "../resource/state.ts";
import { banXml } from "../resource/xml.ts";
import { nodeName } from "./nodes.ts";

interface Ban {
  /** Of the rule, where a rule chooses the nodes. */
  id: string;
  constraint: LocationConstraint;
  node: Node;
  score: number;
}

/** Negative location preferences, newest constraint first. */
function bansOf(working: WorkingSet, options: ShowOptions, prefix: string): Ban[] {
  const only = options.onlyResources;
  const written = working.cib.first("configuration")?.first("constraints");
  return working.locations.toReversed().flatMap((constraint) => {
    const rule = written?.child("rsc_location", constraint.id)?.first("rule") ?? null;
    const id = rule?.id ?? constraint.id;
    if (!id.startsWith(prefix)) return [];
    const names = [printableId(constraint.resource), printableId(constraint.resource.top())];
    if (only !== null && only !== undefined && !names.some((name) => only.has(name))) return [];
    const nodes = rule === null ? constraint.nodes : constraint.nodes.toReversed();
    return nodes
      .filter(({ score }) => score < 0)
      .map(({ node, score }) => ({ id, constraint, node, score }));
  });
}

export function writeBans(
  sink: Sink,
  working: WorkingSet,
  options: ShowOptions,
  prefix: string,
  spacer: boolean,
): boolean {
  const list = new LazyList(sink, "Negative Location Constraints", spacer);
  for (const { id, constraint, node } of bansOf(working, options, prefix)) {
    const role = constraint.role === Role.promoted ? "as Promoted " : "";
    list.item(
      `${id}\tprevents ${constraint.resource.id} from running ${role}on ` + nodeName(node, options),
    );
  }
  return list.close();
}

/** The `bans` element; null when there are none. */
export function bansXml(working: WorkingSet, options: ShowOptions, prefix: string): Element | null {
  const list = new Element("bans");
  for (const { id, constraint, node, score } of bansOf(working, options, prefix)) {
    list.append(banXml(id, constraint.resource.id, node.name, score, constraint.role));
  }
  return list.children.length === 0 ? null : list;
}
