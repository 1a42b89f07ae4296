import type { RingConfig } from "./config.ts";

export interface Peer {
  nodeId: number;
  address: string;
  port: number;
}

/** Every node's address on the first link. */
export function peersOf(config: RingConfig): Peer[] {
  const link = config.settings.links[0]!;
  return config.settings.nodes.map((node) => ({
    nodeId: node.nodeId,
    address: config.addresses.get(node.nodeId)!.get(link.link)!,
    port: link.port,
  }));
}
