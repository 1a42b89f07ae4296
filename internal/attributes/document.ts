import { sanitizeId } from "../cib/mod.ts";
import { Element } from "../xml/mod.ts";
import type { Attribute } from "./table.ts";

/** A value to be written to the CIB, or removed from it (null). */
export interface Write {
  attribute: Attribute;
  node: string;
  nodeId: string;
  remote: boolean;
  value: string | null;
}

/** The change of section `status` that makes values so: what goes first, then what is set. */
export function statusChange(writes: Write[]): { remove: string[]; modify: Element | null } {
  const remove: string[] = [];
  const status = new Element("status");
  for (const write of writes) {
    if (write.value === null) remove.push(valuePath(write));
    else setOf(status, write).append(pairOf(write));
  }
  return { remove, modify: status.children.length === 0 ? null : status };
}

/** Where all transient attributes of a node are. */
export function transientPath(nodeId: string): string {
  return `/cib/status/node_state[@id=${quote(nodeId)}]/transient_attributes`;
}

function valuePath(write: Write): string {
  const { attribute } = write;
  const set = `${attribute.setType}[@id=${quote(setId(write))}]`;
  return `${transientPath(write.nodeId)}/${set}/nvpair[@name=${quote(attribute.name)}]`;
}

function setId(write: Write): string {
  return write.attribute.set ?? `status-${write.nodeId}`;
}

function setOf(status: Element, write: Write): Element {
  const { nodeId, remote, attribute } = write;
  let state = status.child("node_state", nodeId);
  if (state === null) {
    state = status.append(new Element("node_state", { id: nodeId }));
    if (remote) state.set("remote_node", "true").set("uname", write.node);
  }
  const id = nodeId;
  const transient =
    state.child("transient_attributes", id) ??
    state.append(new Element("transient_attributes", { id }));
  return (
    transient.child(attribute.setType, setId(write)) ??
    transient.append(new Element(attribute.setType, { id: setId(write) }))
  );
}

function pairOf(write: Write): Element {
  const { name } = write.attribute;
  const id = sanitizeId(`${setId(write)}-${name}`);
  return new Element("nvpair", { id, name, value: write.value ?? "" });
}

/** XPath has no escapes within quotes; names that hold both kinds are not made by any tool. */
function quote(text: string): string {
  return text.includes("'") ? `"${text.replaceAll('"', "")}"` : `'${text}'`;
}
