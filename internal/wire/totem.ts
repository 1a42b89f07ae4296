/** Totem's packets: token, multicast, merge detect, join, commit token, token hold cancel. */
import { getU16, getU32, getU64, putU16, putU32, putU64 } from "./bytes.ts";

export const TOTEM_MAGIC = 0xc070;
export const TOTEM_VERSION = 3;

export const PacketType = {
  token: 0,
  mcast: 1,
  mergeDetect: 2,
  join: 3,
  commitToken: 4,
  holdCancel: 5,
} as const;

export const HEADER_SIZE = 13;
export const MCAST_HEADER_SIZE = 45;
export const TOKEN_SIZE = 57;
export const RTR_ENTRY_SIZE = 16;
/** Most retransmission requests that one token carries. */
export const RTR_ENTRIES_MAX = 30;
export const FRAME_SIZE_MAX = 65536;
export const PROCESSORS_MAX = 384;
export const TOKEN_PACKET_MAX = 1500;
/** Header node id of a join that says "I am leaving". */
export const LEAVE_NODE_ID = 0;

export const Encapsulated = { none: 0, recovery: 1, ordinary: 2 } as const;

export interface RingId {
  /** Node id of the representative. */
  rep: number;
  seq: number;
}

export function sameRing(a: RingId, b: RingId): boolean {
  return a.seq === b.seq && a.rep === b.rep;
}

export interface Token {
  nodeId: number;
  seq: number;
  tokenSeq: number;
  aru: number;
  aruAddr: number;
  ring: RingId;
  backlog: number;
  fcc: number;
  retransFlag: number;
  rtr: { ring: RingId; seq: number }[];
}

export interface Join {
  /** {@link LEAVE_NODE_ID} for a leave. */
  nodeId: number;
  from: number;
  procs: number[];
  failed: number[];
  ringSeq: number;
}

export interface CommitMember {
  ring: RingId;
  aru: number;
  highDelivered: number;
  received: boolean;
}

export interface CommitToken {
  nodeId: number;
  tokenSeq: number;
  ring: RingId;
  /** Entries filled so far. */
  index: number;
  nodeIds: number[];
  members: CommitMember[];
}

/** How much its originator wants: total order, or that and that every member holds it first. */
export const Guarantee = { agreed: 0, safe: 1 } as const;

/** Why a packet was not taken, for the counters. */
export type PacketFault = "short" | "magic" | "version" | "type" | "length";

/** The packet's type, or why it is none of ours. Looks at the common header only. */
export function packetType(b: Uint8Array): number | PacketFault {
  if (b.length < HEADER_SIZE) return "short";
  if (getU16(b, 0) !== TOTEM_MAGIC) return "magic";
  if (b[2] !== TOTEM_VERSION) return "version";
  const type = b[3]!;
  return type > PacketType.holdCancel ? "type" : type;
}

function putHeader(b: Uint8Array, type: number, encapsulated: number, node: number): void {
  putU16(b, 0, TOTEM_MAGIC);
  b[2] = TOTEM_VERSION;
  b[3] = type;
  b[4] = encapsulated;
  putU32(b, 5, node);
}

/** Only knet reads the target: it routes by it. */
export function setTarget(b: Uint8Array, node: number): void {
  putU32(b, 9, node);
}

export function getTarget(b: Uint8Array): number {
  return getU32(b, 9);
}

export function getRing(b: Uint8Array, at: number): RingId {
  return { rep: getU32(b, at), seq: getU64(b, at + 4) };
}

function putRing(b: Uint8Array, at: number, ring: RingId): void {
  putU32(b, at, ring.rep);
  putU64(b, at + 4, ring.seq);
}

/** True when the 12 bytes at `at` are that ring id; spares the allocation of {@link getRing}. */
export function ringAt(b: Uint8Array, at: number, ring: RingId): boolean {
  return getU32(b, at) === ring.rep && getU64(b, at + 4) === ring.seq;
}

export const Mcast = {
  /** Corosync ignores it. */
  guarantee(b: Uint8Array): number {
    return getU32(b, 41);
  },
  nodeId: (b: Uint8Array) => getU32(b, 5),
  encapsulated: (b: Uint8Array) => b[4]!,
  from: (b: Uint8Array) => getU32(b, 13),
  seq: (b: Uint8Array) => getU32(b, 17),
  ring: (b: Uint8Array) => getRing(b, 25),
  ringIs: (b: Uint8Array, ring: RingId) => ringAt(b, 25, ring),
  payload: (b: Uint8Array) => b.subarray(MCAST_HEADER_SIZE),
} as const;

/** Writes the header in front of a payload that already stands at {@link MCAST_HEADER_SIZE}. */
export function putMcastHeader(
  b: Uint8Array,
  fields: {
    node: number;
    seq: number;
    ownSeq: number;
    ring: RingId;
    encapsulated: number;
    guarantee: number;
  },
): void {
  putHeader(b, PacketType.mcast, fields.encapsulated, fields.node);
  putU32(b, 9, 0);
  putU32(b, 13, fields.node);
  putU32(b, 17, fields.seq);
  putU32(b, 21, fields.ownSeq);
  putRing(b, 25, fields.ring);
  putU32(b, 37, 0);
  putU32(b, 41, fields.guarantee);
}

export function encodeToken(token: Token): Uint8Array {
  const b = new Uint8Array(TOKEN_SIZE + token.rtr.length * RTR_ENTRY_SIZE);
  putHeader(b, PacketType.token, Encapsulated.none, token.nodeId);
  putU32(b, 13, token.seq);
  putU32(b, 17, token.tokenSeq);
  putU32(b, 21, token.aru);
  putU32(b, 25, token.aruAddr);
  putRing(b, 29, token.ring);
  putU32(b, 41, token.backlog);
  putU32(b, 45, token.fcc);
  putU32(b, 49, token.retransFlag);
  putU32(b, 53, token.rtr.length);
  token.rtr.forEach((entry, i) => {
    putRing(b, TOKEN_SIZE + i * RTR_ENTRY_SIZE, entry.ring);
    putU32(b, TOKEN_SIZE + i * RTR_ENTRY_SIZE + 12, entry.seq);
  });
  return b;
}

export function decodeToken(b: Uint8Array): Token | null {
  if (b.length < TOKEN_SIZE || b.length > TOKEN_PACKET_MAX) return null;
  const entries = getU32(b, 53);
  if (entries > RTR_ENTRIES_MAX || b.length < TOKEN_SIZE + entries * RTR_ENTRY_SIZE) return null;
  const rtr: Token["rtr"] = [];
  for (let i = 0; i < entries; i += 1) {
    const at = TOKEN_SIZE + i * RTR_ENTRY_SIZE;
    rtr.push({ ring: getRing(b, at), seq: getU32(b, at + 12) });
  }
  return {
    nodeId: getU32(b, 5),
    seq: getU32(b, 13),
    tokenSeq: getU32(b, 17),
    aru: getU32(b, 21),
    aruAddr: getU32(b, 25),
    ring: getRing(b, 29),
    backlog: getU32(b, 41),
    fcc: getU32(b, 45),
    retransFlag: getU32(b, 49),
    rtr,
  };
}

export function encodeJoin(join: Join): Uint8Array {
  const b = new Uint8Array(33 + 4 * (join.procs.length + join.failed.length));
  putHeader(b, PacketType.join, Encapsulated.none, join.nodeId);
  putU32(b, 13, join.from);
  putU32(b, 17, join.procs.length);
  putU32(b, 21, join.failed.length);
  putU64(b, 25, join.ringSeq);
  [...join.procs, ...join.failed].forEach((node, i) => {
    putU32(b, 33 + 4 * i, node);
  });
  return b;
}

export function decodeJoin(b: Uint8Array): Join | null {
  if (b.length < 33) return null;
  const procs = getU32(b, 17);
  const failed = getU32(b, 21);
  if (procs > PROCESSORS_MAX || failed > PROCESSORS_MAX) return null;
  if (b.length < 33 + 4 * (procs + failed)) return null;
  const ids = Array.from({ length: procs + failed }, (_, i) => getU32(b, 33 + 4 * i));
  return {
    nodeId: getU32(b, 5),
    from: getU32(b, 13),
    procs: ids.slice(0, procs),
    failed: ids.slice(procs),
    ringSeq: getU64(b, 25),
  };
}

export function encodeMergeDetect(node: number, ring: RingId): Uint8Array {
  const b = new Uint8Array(29);
  putHeader(b, PacketType.mergeDetect, Encapsulated.none, node);
  putU32(b, 13, node);
  putRing(b, 17, ring);
  return b;
}

export function decodeMergeDetect(b: Uint8Array): { from: number; ring: RingId } | null {
  return b.length < 29 ? null : { from: getU32(b, 13), ring: getRing(b, 17) };
}

export function encodeHoldCancel(node: number, ring: RingId): Uint8Array {
  const b = new Uint8Array(25);
  putHeader(b, PacketType.holdCancel, Encapsulated.none, node);
  putRing(b, 13, ring);
  return b;
}

export function decodeHoldCancel(b: Uint8Array): { ring: RingId } | null {
  return b.length < 25 ? null : { ring: getRing(b, 13) };
}

export function encodeCommitToken(token: CommitToken): Uint8Array {
  const n = token.nodeIds.length;
  const b = new Uint8Array(41 + 28 * n);
  putHeader(b, PacketType.commitToken, Encapsulated.none, token.nodeId);
  putU32(b, 13, token.tokenSeq);
  putRing(b, 17, token.ring);
  putU32(b, 33, token.index);
  putU32(b, 37, n);
  token.nodeIds.forEach((node, i) => {
    putU32(b, 41 + 4 * i, node);
  });
  token.members.forEach((member, i) => {
    const at = 41 + 4 * n + 24 * i;
    putRing(b, at, member.ring);
    putU32(b, at + 12, member.aru);
    putU32(b, at + 16, member.highDelivered);
    putU32(b, at + 20, member.received ? 1 : 0);
  });
  return b;
}

export function decodeCommitToken(b: Uint8Array): CommitToken | null {
  if (b.length < 41) return null;
  const n = getU32(b, 37);
  const index = getU32(b, 33);
  if (n === 0 || n > PROCESSORS_MAX || index > n || b.length < 41 + 28 * n) return null;
  const members: CommitMember[] = [];
  for (let i = 0; i < n; i += 1) {
    const at = 41 + 4 * n + 24 * i;
    members.push({
      ring: getRing(b, at),
      aru: getU32(b, at + 12),
      highDelivered: getU32(b, at + 16),
      received: getU32(b, at + 20) !== 0,
    });
  }
  return {
    nodeId: getU32(b, 5),
    tokenSeq: getU32(b, 13),
    ring: getRing(b, 17),
    index,
    nodeIds: Array.from({ length: n }, (_, i) => getU32(b, 41 + 4 * i)),
    members,
  };
}
