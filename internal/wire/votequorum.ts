/** votequorum on the wire. */
import { getU32, putU32 } from "./bytes.ts";
import { newServiceMessage, ServiceId } from "./service.ts";

export const VoteQuorumFn = {
  nodeInfo: 0,
  reconfigure: 1,
  deviceRegister: 2,
  deviceReconfigure: 3,
} as const;

export const NodeFlag = {
  quorate: 1,
  leaving: 2,
  waitForAll: 4,
  first: 8,
  deviceRegistered: 16,
  deviceAlive: 32,
  deviceCastVote: 64,
  deviceMasterWins: 128,
} as const;

export const ReconfigureParam = { expectedVotes: 1, nodeVotes: 2, cancelWaitForAll: 3 } as const;

export interface NodeInfo {
  /** 0 describes the sender's quorum device. */
  nodeId: number;
  votes: number;
  expectedVotes: number;
  flags: number;
}

export function encodeNodeInfo(info: NodeInfo): Uint8Array {
  const b = newServiceMessage(ServiceId.votequorum, VoteQuorumFn.nodeInfo, 32);
  putU32(b, 16, info.nodeId);
  putU32(b, 20, info.votes);
  putU32(b, 24, info.expectedVotes);
  putU32(b, 28, info.flags);
  return b;
}

export function decodeNodeInfo(b: Uint8Array): NodeInfo | null {
  if (b.length < 32) return null;
  return {
    nodeId: getU32(b, 16),
    votes: getU32(b, 20),
    expectedVotes: getU32(b, 24),
    flags: getU32(b, 28),
  };
}

export interface Reconfigure {
  nodeId: number;
  value: number;
  param: number;
}

export function encodeReconfigure(message: Reconfigure): Uint8Array {
  const b = newServiceMessage(ServiceId.votequorum, VoteQuorumFn.reconfigure, 28);
  putU32(b, 16, message.nodeId);
  putU32(b, 20, message.value);
  b[24] = message.param;
  return b;
}

export function decodeReconfigure(b: Uint8Array): Reconfigure | null {
  if (b.length < 28) return null;
  return { nodeId: getU32(b, 16), value: getU32(b, 20), param: b[24]! };
}
