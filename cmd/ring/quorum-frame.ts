import { FrameKind, jsonFrame } from "../../internal/host/ring-frames.ts";
import type { QuorumStatus } from "../../internal/quorum/mod.ts";

/** The part of the status that group members hear of, as JSON. */
export function toWireQuorum(status: QuorumStatus) {
  return {
    quorate: status.quorate,
    members: status.members,
    ringId: status.ring,
    expectedVotes: status.expectedVotes,
    totalVotes: status.totalVotes,
    neededVotes: status.neededVotes,
  };
}

export function quorumFrame(status: QuorumStatus): Uint8Array {
  return jsonFrame(FrameKind.quorum, toWireQuorum(status));
}
