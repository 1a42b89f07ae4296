/** What the local node brings, from corosync.conf. */
export interface QuorumOptions {
  /** False without a provider: then every membership is quorate. */
  enabled: boolean;
  votes: number;
  expectedVotes: number;
  twoNode: boolean;
  waitForAll: boolean;
  lastManStanding: boolean;
  lastManStandingWindowMs: number;
  /** null: off; else which side of an even split lives on. */
  autoTieBreaker: "lowest" | "highest" | number[] | null;
  allowDownscale: boolean;
  device: { votes: number; masterWins: boolean } | null;
}

export interface QuorumNode {
  nodeId: number;
  votes: number;
  expectedVotes: number;
  flags: number;
  state: "member" | "leaving" | "dead";
}

export interface QuorumStatus {
  quorate: boolean;
  members: number[];
  ring: { rep: number; seq: number };
  expectedVotes: number;
  highestExpected: number;
  totalVotes: number;
  neededVotes: number;
  flags: QuorumFlag[];
  nodes: { nodeId: number; votes: number; device: string }[];
  /** Votes of the quorum device when it is registered. */
  device: { name: string; votes: number; casts: boolean } | null;
}

/** As corosync-quorumtool spells them, in its order. */
export type QuorumFlag =
  | "2Node"
  | "Quorate"
  | "WaitForAll"
  | "LastManStanding"
  | "AutoTieBreaker"
  | "AllowDownscale"
  | "Qdevice";

export interface QuorumOutput {
  send(message: Uint8Array): void;
  /** Membership or quorum changed, at the same point of the order on all members. */
  changed(status: QuorumStatus): void;
  log(level: "error" | "warning" | "notice" | "info" | "debug", text: string): void;
}
