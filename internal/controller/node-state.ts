import { Element } from "../xml/mod.ts";

/** A cluster node as the CIB knows it. */
export interface NodeName {
  uuid: string;
  name: string;
  /** A remote or guest node. */
  remote?: boolean;
}

/**
 * Attributes of a node_state to be changed. Times are seconds since 1970; 0 means not (any more).
 */
export interface NodeStateChange {
  inCcm?: number | boolean;
  crmd?: number;
  join?: "member" | "down" | "pending";
  expected?: "member" | "down";
  /** Whether its engine has been in a partition with quorum; an element without it has. */
  quorumSeen?: boolean;
}

/** A `<status>` fragment that changes one node's state; for operation `modify`. */
export function nodeStateUpdate(
  node: NodeName,
  change: NodeStateChange,
  origin: string,
  children: Element[] = [],
): Element {
  const state = new Element("node_state", { id: node.uuid, uname: node.name }, children);
  if (node.remote === true) state.set("remote_node", "true");
  if (change.inCcm !== undefined) state.set("in_ccm", String(change.inCcm));
  if (change.crmd !== undefined) state.set("crmd", String(change.crmd));
  state.set("crm-debug-origin", origin);
  if (change.join !== undefined) state.set("join", change.join);
  if (change.expected !== undefined) state.set("expected", change.expected);
  if (change.quorumSeen !== undefined) state.set("quorum_seen", change.quorumSeen ? "1" : "0");
  return new Element("status", {}, [state]);
}

/** XPath of one node's state. */
export function nodeStatePath(node: { name: string }): string {
  return `//node_state[@uname='${node.name}']`;
}

/** XPath of one node's transient attributes. */
export function transientAttributesPath(node: { name: string }): string {
  return `${nodeStatePath(node)}/transient_attributes`;
}

/** The node_state element of a CIB by node id, or null. */
export function findNodeState(cib: Element, uuid: string): Element | null {
  return cib.first("status")?.child("node_state", uuid) ?? null;
}

/** A `<status>` fragment that adds history entries of one resource to a node. */
export function historyUpdate(
  node: NodeName,
  resource: { id: string; class: string; provider: string | null; type: string },
  entries: Element[],
  origin: string,
): Element {
  const list = new Element("lrm_resources", {}, [lrmResource(resource, entries)]);
  const lrm = new Element("lrm", { id: node.uuid }, [list]);
  return nodeStateUpdate(node, {}, origin, [lrm]);
}

export function lrmResource(
  resource: { id: string; class: string; provider: string | null; type: string },
  entries: Element[],
): Element {
  const element = new Element("lrm_resource", { id: resource.id, class: resource.class });
  if (resource.provider !== null) element.set("provider", resource.provider);
  element.set("type", resource.type);
  for (const entry of entries) element.append(entry);
  return element;
}
