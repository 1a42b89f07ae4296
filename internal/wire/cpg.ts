/** Closed process groups on the wire. */
import { getText, getU16, getU32, putText, putU16, putU32 } from "./bytes.ts";
import { newServiceMessage, putServiceSize, ServiceId } from "./service.ts";

export const CpgFn = {
  procJoin: 0,
  procLeave: 1,
  joinList: 2,
  mcast: 3,
  downListOld: 4,
  downList: 5,
  partialMcast: 6,
} as const;

export const CpgReason = { join: 1, leave: 2, nodeDown: 3, nodeUp: 4, procDown: 5 } as const;

const GROUP_NAME_ROOM = 128;
const JOIN_SIZE = 168;
const JOIN_LIST_HEADER = 24;
const JOIN_LIST_ENTRY = 144;
const MCAST_HEADER = 184;
const PARTIAL_HEADER = 200;
const DOWN_LIST_SIZE = 1568;

export interface CpgProcess {
  group: string;
  pid: number;
}

function putName(b: Uint8Array, at: number, name: string): void {
  putU32(b, at, putText(b, at + 8, name, GROUP_NAME_ROOM));
}

function getName(b: Uint8Array, at: number): string {
  return getText(b, at + 8, Math.min(getU32(b, at), GROUP_NAME_ROOM));
}

export function encodeProcChange(
  kind: "join" | "leave",
  process: CpgProcess,
  reason: number,
): Uint8Array {
  const fn = kind === "join" ? CpgFn.procJoin : CpgFn.procLeave;
  const b = newServiceMessage(ServiceId.cpg, fn, JOIN_SIZE);
  putName(b, 16, process.group);
  putU32(b, 152, process.pid);
  putU32(b, 160, reason);
  return b;
}

export function decodeProcChange(b: Uint8Array): (CpgProcess & { reason: number }) | null {
  if (b.length < JOIN_SIZE) return null;
  return { group: getName(b, 16), pid: getU32(b, 152), reason: getU32(b, 160) };
}

export function encodeJoinList(processes: CpgProcess[]): Uint8Array {
  const size = JOIN_LIST_HEADER + processes.length * JOIN_LIST_ENTRY;
  const b = newServiceMessage(ServiceId.cpg, CpgFn.joinList, size);
  processes.forEach((process, i) => {
    const at = JOIN_LIST_HEADER + i * JOIN_LIST_ENTRY;
    putU32(b, at, process.pid);
    putName(b, at + 8, process.group);
  });
  return b;
}

export function decodeJoinList(b: Uint8Array): CpgProcess[] | null {
  const size = getU32(b, 8);
  if (b.length < JOIN_LIST_HEADER || size > b.length) return null;
  const processes: CpgProcess[] = [];
  for (let at = JOIN_LIST_HEADER; at + JOIN_LIST_ENTRY <= size; at += JOIN_LIST_ENTRY) {
    processes.push({ pid: getU32(b, at), group: getName(b, at + 8) });
  }
  return processes;
}

export function encodeDownList(oldMembers: number, left: number[]): Uint8Array {
  const b = newServiceMessage(ServiceId.cpg, CpgFn.downList, DOWN_LIST_SIZE);
  putU32(b, 16, oldMembers);
  putU32(b, 24, left.length);
  left.forEach((node, i) => {
    putU32(b, 32 + 4 * i, node);
  });
  return b;
}

export interface CpgMessage {
  group: string;
  pid: number;
  payload: Uint8Array;
}

function putSource(b: Uint8Array, at: number, node: number): void {
  putU32(b, at, node);
}

/** What stands in front of a message of `length` bytes; the last one made is the next one's mould. */
export function cpgMcastHead(group: string, pid: number, length: number, node: number): Uint8Array {
  if (mould === null || mould.group !== group || mould.pid !== pid || mould.node !== node) {
    const head = newServiceMessage(ServiceId.cpg, CpgFn.mcast, MCAST_HEADER);
    putName(head, 16, group);
    putU32(head, 160, pid);
    putSource(head, 168, node);
    mould = { group, pid, node, head };
  }
  const head = mould.head.slice();
  putServiceSize(head, MCAST_HEADER + length);
  putU32(head, 152, length);
  return head;
}

let mould: { group: string; pid: number; node: number; head: Uint8Array } | null = null;

/** The payload is a view into `b`. */
export function decodeCpgMcast(b: Uint8Array): CpgMessage | null {
  if (b.length < MCAST_HEADER) return null;
  const length = getU32(b, 152);
  if (b.length < MCAST_HEADER + length) return null;
  return {
    group: getName(b, 16),
    pid: getU32(b, 160),
    payload: b.subarray(MCAST_HEADER, MCAST_HEADER + length),
  };
}

export const PartialType = { first: 1, middle: 2, last: 3 } as const;

export interface CpgPartial extends CpgMessage {
  /** Length of the whole message. */
  total: number;
  part: number;
}

export function encodeCpgPartial(message: CpgPartial, node: number): Uint8Array {
  const length = message.payload.length;
  const b = newServiceMessage(ServiceId.cpg, CpgFn.partialMcast, PARTIAL_HEADER + length);
  putName(b, 16, message.group);
  putU32(b, 152, message.total);
  putU32(b, 160, length);
  putU32(b, 168, message.pid);
  putU32(b, 176, message.part);
  putSource(b, 184, node);
  b.set(message.payload, PARTIAL_HEADER);
  return b;
}

export function decodeCpgPartial(b: Uint8Array): CpgPartial | null {
  if (b.length < PARTIAL_HEADER) return null;
  const length = getU32(b, 160);
  if (b.length < PARTIAL_HEADER + length) return null;
  return {
    group: getName(b, 16),
    total: getU32(b, 152),
    pid: getU32(b, 168),
    part: getU32(b, 176),
    payload: b.subarray(PARTIAL_HEADER, PARTIAL_HEADER + length),
  };
}

const MAR_NAME_ROOM = 256;

/** cmap's message at sync: the configuration version of the sender. */
export function encodeConfigVersion(version: bigint): Uint8Array {
  const b = newServiceMessage(ServiceId.cmap, 0, 48 + 8 + MAR_NAME_ROOM + 8 + 8 + 8);
  const key = "totem.config_version";
  b[24] = 1;
  putU16(b, 48, putText(b, 56, key, MAR_NAME_ROOM));
  const at = 56 + MAR_NAME_ROOM;
  b[at] = CMAP_TYPE_U64;
  putU32(b, at + 8, 8);
  putU32(b, at + 16, Number(version & 0xffffffffn));
  putU32(b, at + 20, Number(version >> 32n));
  return b;
}

const CMAP_TYPE_U64 = 8;

/** The sender's configuration version; null when the message carries none. */
export function decodeConfigVersion(b: Uint8Array): bigint | null {
  if (b.length < 56 + MAR_NAME_ROOM + 24) return null;
  if (getText(b, 56, Math.min(getU16(b, 48), MAR_NAME_ROOM)) !== "totem.config_version")
    return null;
  const at = 56 + MAR_NAME_ROOM + 16;
  return BigInt(getU32(b, at)) + (BigInt(getU32(b, at + 4)) << 32n);
}
