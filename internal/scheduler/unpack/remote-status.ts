import { isTrue } from "../../base/mod.ts";
import type { Element } from "../../xml/mod.ts";
import { Role } from "../constants.ts";
import type { Node } from "../node.ts";
import type { WorkingSet } from "../working-set.ts";
import { addNodeAttributes } from "./nodes.ts";
import { shutdownRequested } from "./status.ts";

/** Attributes of a remote node that arrive with its state. */
export function unpackRemoteAttributes(ws: WorkingSet, node: Node, state: Element): void {
  if (!node.isRemote) return;
  // A node whose state is not reached counts as never told.
  const told = state.get("node_in_maintenance") ?? "0";
  node.remoteMaintenance = Number.parseInt(told, 10) > 0;
  // Its state says that it has been there; whether it is now, its connection decides.
  if (!node.remoteReset) {
    node.unclean = false;
    node.unseen = false;
  }
  addNodeAttributes(ws, node, state.first("transient_attributes"), true);
  if (shutdownRequested(node)) node.shutdown = true;
  if (isTrue(node.attributes.get("standby"))) node.standby = true;
  const connection = node.connection;
  if (isTrue(node.attributes.get("maintenance")) || (connection !== null && !connection.managed)) {
    node.maintenance = true;
  }
  const discovery = node.attributes.get("resource-discovery-enabled");
  if (discovery !== undefined && !isTrue(discovery)) {
    // Without probes a real remote node can only be trusted if it can be fenced.
    if (!(node.isBareRemote && !ws.config.fencingEnabled)) node.probesAllowed = false;
  }
}

/** A remote or guest node is what its connection (and container) make of it. */
export function determineRemoteStatus(node: Node): void {
  const connection = node.connection;
  if (connection === null) {
    node.online = false;
    return;
  }
  const container = connection.launcher;
  const { activeOn } = connection;
  const host = container !== null && activeOn.length === 1 ? activeOn[0]! : null;
  if (connection.currentRole === Role.started) node.online = true;
  if (connection.currentRole === Role.started && connection.nextRole === Role.stopped) {
    node.shutdown = true;
  }
  if (container?.failed) {
    node.online = false;
    node.remoteReset = true;
  } else if (connection.failed) {
    node.online = false;
  } else if (
    connection.currentRole === Role.stopped ||
    (container !== null && container.currentRole === Role.stopped)
  ) {
    node.online = false;
    node.remoteReset = false;
  } else if (host !== null && !host.online && host.unclean) {
    node.online = false;
    node.remoteReset = true;
  }
}
