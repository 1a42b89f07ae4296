import {
  type CibChange,
  nodeStatePath,
  nodeStateUpdate,
  transientAttributesPath,
} from "../controller/mod.ts";

function stateChange(name: string, up: boolean, origin: string): CibChange {
  const node = { uuid: name, name, remote: true };
  const input = nodeStateUpdate(node, { inCcm: up }, origin);
  if (up) input.first("node_state")!.set("node_fenced", "0");
  return { operation: "modify", scope: "status", input, allowCreate: true };
}

/** A remote node is connected: what was known of it is void, it will be probed. */
export function upChanges(name: string): CibChange[] {
  return [
    { operation: "delete", scope: "status", xpath: `${nodeStatePath({ name })}/lrm` },
    { operation: "delete", scope: "status", xpath: transientAttributesPath({ name }) },
    stateChange(name, true, "remote_node_up"),
  ];
}

/** A remote node's connection was ended in order. */
export function downChanges(name: string): CibChange[] {
  return [
    { operation: "delete", scope: "status", xpath: transientAttributesPath({ name }) },
    stateChange(name, false, "remote_node_down"),
  ];
}

/** A guest node's container was stopped or fenced: nothing on it is left. */
export function goneChanges(name: string): CibChange[] {
  return [
    { operation: "delete", scope: "status", xpath: `${nodeStatePath({ name })}/lrm` },
    ...downChanges(name),
  ];
}
