import type { RingId } from "../wire/mod.ts";
import type { NodeSet } from "./sets.ts";

/** Times in milliseconds, counts as Corosync counts them; corosync-conf derives the values. */
export interface TotemSettings {
  token: number;
  tokenRetransmit: number;
  hold: number;
  consensus: number;
  join: number;
  merge: number;
  failRecv: number;
  seqnoUnchanged: number;
  windowSize: number;
  maxMessages: number;
  missCount: number;
  tokenWarning: number;
  /** Among members of our own kind, notice a dead one early (see kin.ts). */
  quickDetection: boolean;
  /** Payload bytes of one packet: the network's frame less two multicast headers. */
  payloadLimit: number;
  /** The same where packets are lost: what travels as one datagram. */
  payloadLeast: number;
}

export interface Configuration {
  kind: "transitional" | "regular";
  ring: RingId;
  members: NodeSet;
  left: NodeSet;
  joined: NodeSet;
}

export type TotemState = "gather" | "commit" | "recovery" | "operational";

/**
 * Where the effects of a step go, in order. Calls rather than a list of values, because at a
 * hundred thousand messages a second the list would be the work.
 */
export interface TotemEffects {
  /**
   * `copies`, here and below: 0 or nothing for what is sent for the first time and will be asked for
   * if it is lost. Else it goes out so many times, and over each way that there is.
   */
  unicast(node: number, packet: Uint8Array, copies?: number): void;
  /** `members`: those of the present ring; `listed`: every configured node. Never to oneself. */
  broadcast(packet: Uint8Array, scope: "members" | "listed", copies?: number): void;
  /** Hands the packet back to {@link Totem.packet} later, after this step. */
  loopback(packet: Uint8Array): void;
  deliver(from: number, payload: Uint8Array): void;
  configure(change: Configuration): void;
  /** Must be on disk before the ring that bears it sends anything. */
  storeRingSeq(seq: number): void;
  log(level: "error" | "warning" | "notice" | "info" | "debug", text: string): void;
}

/** What waits to be sent; asked when the token is here. */
export interface TotemSource {
  /** The next packet, with room for the multicast header; null when nothing waits. */
  nextPacket(limit: number): Uint8Array | null;
  /** The packet that {@link nextPacket} returned last may be delivered only where all hold it. */
  readonly lastIsSafe: boolean;
  /** Packets that wait. */
  backlog(limit: number): number;
}

export interface TotemStats {
  tokensReceived: number;
  tokenRetransmits: number;
  mcastSent: number;
  mcastReceived: number;
  mcastRetransmitted: number;
  retransmitRequests: number;
  joinsSent: number;
  gatherEntered: number;
  commitEntered: number;
  recoveryEntered: number;
  operationalEntered: number;
  tokenLosses: number;
  consensusTimeouts: number;
  recoveryOriginated: number;
  continuousGather: number;
  /** Times that this node gave up on frames that it could not get. */
  failedToReceive: number;
  /** Members failed for their silence. */
  silenced: number;
  /** Packets that were not taken, by cause. */
  dropped: Record<string, number>;
}
