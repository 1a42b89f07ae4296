/** What a local program sees of the ring: one process group, its members, its ordered messages. */

export interface RingMember {
  nodeId: number;
  pid: number;
}

export interface RingQuorum {
  quorate: boolean;
  /** Node ids of the current membership, ascending. */
  members: number[];
  ringId: { rep: number; seq: bigint };
  expectedVotes: number;
  totalVotes: number;
  neededVotes: number;
}

export type RingEvent =
  /**
   * First event after connecting, and again when corosync.conf was read anew. `nodes` is its node
   * list.
   */
  | {
      type: "hello";
      nodeId: number;
      clusterName: string;
      nodes: { nodeId: number; name: string }[];
    }
  /** The group changed; delivered at the same point of the message order on all members. */
  | {
      type: "membership";
      members: RingMember[];
      joined: RingMember[];
      left: (RingMember & { reason: "leave" | "nodedown" | "procdown" })[];
    }
  /** One message, in the agreed order, the sender's own included. */
  | { type: "message"; from: RingMember; payload: Uint8Array }
  | { type: "quorum"; quorum: RingQuorum }
  /** The ring process went away. The holder reconnects. */
  | { type: "closed"; reason: string };

export interface RingPort {
  /**
   * Sends to the whole group in agreed order; at most 1 MiB. False: the queue is full, try later.
   * `safe`: delivered anywhere only once every node of the ring holds it, so that whoever acts on
   * it knows that it cannot be lost with this node. Real Corosync nodes in the ring ignore that.
   */
  multicast(payload: Uint8Array, options?: { safe: boolean }): boolean;
  close(): void;
}
