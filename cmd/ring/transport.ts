import type { RingConfig } from "./config.ts";

/** How the ring's packets travel. Node ids outside, addresses inside. */
export interface Transport {
  /** Queued until {@link flush}. `copies`: see TotemEffects. */
  unicast(node: number, packet: Uint8Array, copies: number): void;
  broadcast(packet: Uint8Array, to: readonly number[], copies: number): void;
  flush(): void;
  /** These members of the ring are of our kind; large packets to them may take a shorter way. */
  setKin(nodes: readonly number[]): void;
  /** Bytes of one totem packet that suit the way to our kind; Infinity where it makes no odds. */
  readonly kinPacketRoom: number;
  /** Bytes of one totem packet that travel as one datagram; Infinity where all do. */
  readonly datagramRoom: number;
  /** Nodes and links of a reloaded configuration. */
  reconfigure(config: RingConfig): void;
  /** Opens packets of the file's key too, from now on; false when it is the one in use. */
  prepareKey(config: RingConfig): boolean;
  /** 1: the prepared key seals; 2: the old one is forgotten. */
  keyPhase(phase: number): void;
  close(): void;
  /** What corosync-cfgtool shows. */
  status(): TransportStatus;
  counters(): Record<string, number>;
}

export interface TransportStatus {
  links: LinkStatus[];
}

export interface LinkStatus {
  link: number;
  protocol: "udp" | "sctp";
  address: string;
  nodes: LinkNodeStatus[];
}

export interface LinkNodeStatus {
  nodeId: number;
  address: string;
  enabled: boolean;
  connected: boolean;
  mtu: number;
  latencyMs: number | null;
  downCount: number;
}

export interface TransportEvents {
  packet(packet: Uint8Array): void;
  log(level: "error" | "warning" | "notice" | "info" | "debug", text: string): void;
  /** A node became reachable or stopped to be. */
  reachable(node: number, up: boolean): void;
  /** The size that packets may have on the way has changed. */
  sized(): void;
}
