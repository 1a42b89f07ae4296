import type { Element } from "../../xml/mod.ts";
import { Discovery } from "../constants.ts";
import { compareNumeric } from "../natural-order.ts";
import { Node } from "../node.ts";
import type { WorkingSet } from "../working-set.ts";
import { scoreOf } from "./options.ts";
import { unpackPairs } from "./pairs.ts";

/** Makes a node and puts it in its sorted place. */
export function createNode(
  ws: WorkingSet,
  id: string,
  name: string,
  type: string | null,
  score: number,
): Node {
  const kind = type === "remote" ? "remote" : "cluster";
  const node = new Node(id, name, kind, ws.nodesByIndex.length, score);
  if (kind === "remote") ws.haveRemoteNodes = true;
  node.attributes.set("#kind", kind);
  ws.nodesByIndex.push(node);
  enterId(ws, node);
  if (ws.nodesByName.has(name.toLowerCase())) {
    ws.messages.push({ level: "warning", text: `More than one node entry has name '${name}'` });
    ws.sharedNames = true;
  }
  // Of those that share a name the newest stands first, and is found by it.
  ws.nodesByName.set(name.toLowerCase(), node);
  insertSorted(ws.nodes, node);
  return node;
}

/** Of nodes that share an id the first by name is found by it. */
function enterId(ws: WorkingSet, node: Node): void {
  const key = node.id.toLowerCase();
  const known = ws.nodesById.get(key);
  if (known !== undefined && compareNumeric(node.name, known.name) > 0) {
    node.sharesIdOf = known;
    return;
  }
  ws.nodesById.set(key, node);
  if (known === undefined) return;
  for (const other of ws.nodesByIndex) {
    if (other !== node && other.id.toLowerCase() === key) other.sharesIdOf = node;
  }
}

/** Equals go before their equals, as a sorted linked list would have it. */
function insertSorted(nodes: Node[], node: Node): void {
  let low = 0;
  let high = nodes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareNumeric(node.name, nodes[middle]!.name) > 0) low = middle + 1;
    else high = middle;
  }
  nodes.splice(low, 0, node);
}

/** The nodes section. */
export function unpackNodes(ws: WorkingSet): void {
  const section = ws.cib.first("configuration")?.first("nodes");
  for (const xml of section?.elements("node") ?? []) {
    const id = xml.get("id");
    if (id === null) {
      ws.messages.push({
        level: "error",
        text: "Ignoring <node> entry in configuration without id",
      });
      continue;
    }
    const type = xml.get("type");
    const name = xml.get("uname") ?? id;
    if (name === "") {
      ws.messages.push({
        level: "error",
        text: `Ignoring node '${id}' because its uname is empty`,
      });
      continue;
    }
    if (type !== null && type !== "member" && type !== "remote" && type !== "cluster") {
      // As the original: what comes after it is not read either.
      ws.messages.push({ level: "error", text: `Ignoring node ${name} of unknown type ${type}` });
      return;
    }
    const node = createNode(ws, id, name, type, scoreOf(ws, xml.get("score"), 0));
    // A remote entry whose connection resource is gone is nothing to be fenced.
    if (!node.isRemote) node.unclean = ws.config.startupFencing;
    addNodeAttributes(ws, node, xml, false);
  }
}

/** Merges a set of node attributes and the implicit ones. Later sets overwrite if asked. */
export function addNodeAttributes(
  ws: WorkingSet,
  node: Node,
  xml: Element | null,
  overwrite: boolean,
): void {
  const attributes = node.attributes;
  attributes.set("#uname", node.name);
  attributes.set("#id", node.id);
  node.isDc = node.id === ws.cib.get("dc-uuid");
  if (node.isDc) ws.dcNode = node;
  attributes.set("#is_dc", String(node.isDc));
  const cluster = ws.properties.get("cluster-name");
  if (cluster !== undefined) attributes.set("#cluster-name", cluster);
  if (xml !== null) {
    for (const [name, value] of unpackPairs(ws, xml, "instance_attributes", { attributes })) {
      if (overwrite || !attributes.has(name)) attributes.set(name, value);
    }
    for (const [name, value] of unpackPairs(ws, xml, "utilization", { attributes })) {
      if (!node.utilization.has(name)) node.utilization.set(name, value);
    }
  }
  if (!attributes.has("#site-name")) {
    const site = attributes.get("site-name") ?? cluster;
    if (site !== undefined) attributes.set("#site-name", site);
  }
}

/** Whether the symmetric default reaches a node: not those that forbid probing. */
export function takesDefault(node: Node): boolean {
  return node.discovery !== Discovery.never;
}
