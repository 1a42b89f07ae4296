import { Role } from "./constants.ts";
import type { Node } from "./node.ts";
import { currentNode } from "./resource-state.ts";
import { shutdownRequested } from "./unpack/status.ts";

export type RemoteState = "alive" | "resting" | "stopped" | "failed" | "unknown";

/** What can be done on a real remote node, judged by its connection. */
export function remoteState(node: Node): RemoteState {
  const connection = node.connection!;
  const host = currentNode(connection);
  if (connection.nextRole === Role.stopped || connection.assignedTo === null) {
    if (host?.unclean) return "failed";
    if (!connection.failed) return "stopped";
    const waiting =
      connection.nextRole === Role.stopped &&
      connection.remoteReconnectMs > 0 &&
      node.fencedRemote &&
      !shutdownRequested(node);
    return waiting ? "unknown" : "failed";
  }
  if (host === null) return "unknown";
  if (host.unclean || !host.online) return "resting";
  const migrating =
    connection.activeOn.length > 1 &&
    connection.partialSource !== null &&
    connection.partialTarget !== null;
  return migrating ? "resting" : "alive";
}
