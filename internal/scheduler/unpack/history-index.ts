import type { Element } from "../../xml/mod.ts";
import type { WorkingSet } from "../working-set.ts";

const NONE: Element[] = [];

/** lrm_resource elements by node name and resource id: many questions are asked across nodes. */
function indexOf(ws: WorkingSet): Map<string, Map<string, Element>> {
  if (ws.historyIndex !== null) return ws.historyIndex;
  const index = new Map<string, Map<string, Element>>();
  for (const state of ws.cib.first("status")?.elements("node_state") ?? []) {
    const name = (state.get("uname") ?? "").toLowerCase();
    const byId = index.get(name) ?? new Map<string, Element>();
    index.set(name, byId);
    for (const lrm of state.elements("lrm")) {
      for (const list of lrm.elements("lrm_resources")) {
        for (const entry of list.elements("lrm_resource")) {
          if (!byId.has(entry.id)) byId.set(entry.id, entry);
        }
      }
    }
  }
  ws.historyIndex = index;
  return index;
}

/** The history entry of a resource on a node, if any. */
export function historyOf(ws: WorkingSet, node: string, resource: string): Element | null {
  return indexOf(ws).get(node.toLowerCase())?.get(resource) ?? null;
}

export function opsOf(ws: WorkingSet, node: string, resource: string): Element[] {
  return historyOf(ws, node, resource)?.elements("lrm_rsc_op") ?? NONE;
}
