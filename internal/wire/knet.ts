/** libknet's packets (header version 1): data with fragments, ping, pong, path MTU probes. */
import { getU16, getU16BE, putU16, putU16BE } from "./bytes.ts";

export const KnetType = {
  data: 0x00,
  ping: 0x81,
  pong: 0x82,
  pmtud: 0x83,
  pmtudReply: 0x84,
} as const;

const KNET_VERSION = 1;
export const KNET_DATA_HEADER = 14;
const PING_SIZE = 26;
const PMTUD_SIZE = 9;
/** What libknet sets aside for its header whatever the packet is. */
const KNET_HEADER_ROOM = 26;
const IP_UDP_OVERHEAD = { 4: 28, 6: 48 } as const;
/** The path MTU that is taken for granted until it is measured. */
export const KNET_LOWEST_MTU = 576;
export const KNET_LINKS_MAX = 8;

export interface KnetData {
  node: number;
  seq: number;
  compressed: number;
  broadcast: boolean;
  fragments: number;
  fragment: number;
  payload: Uint8Array;
}

export interface KnetPing {
  node: number;
  link: number;
  /** Nanoseconds of the sender's own clock. */
  time: bigint;
  seq: number;
  timed: boolean;
}

/** The kind of a decrypted packet, or null when it is no knet packet. */
export function knetType(b: Uint8Array): number | null {
  return b.length < 6 || b[0] !== KNET_VERSION ? null : b[1]!;
}

export function knetNode(b: Uint8Array): number {
  return getU16BE(b, 2);
}

function newPacket(size: number, type: number, node: number): Uint8Array {
  const b = new Uint8Array(size);
  b[0] = KNET_VERSION;
  b[1] = type;
  putU16BE(b, 2, node);
  return b;
}

/** What stands in front of the payload. */
export function encodeKnetDataHeader(data: Omit<KnetData, "payload">): Uint8Array {
  const b = newPacket(KNET_DATA_HEADER, KnetType.data, data.node);
  putU16BE(b, 6, data.seq);
  b[8] = data.compressed;
  b[10] = data.broadcast ? 1 : 0;
  b[11] = data.fragments;
  b[12] = data.fragment;
  return b;
}

export function decodeKnetData(b: Uint8Array): KnetData | null {
  if (b.length < KNET_DATA_HEADER) return null;
  const fragments = b[11]!;
  const fragment = b[12]!;
  // libknet leaves the number of an only fragment at 0; those of several count from 1.
  if (fragments === 0 || fragment > fragments || (fragment === 0 && fragments > 1)) return null;
  return {
    node: knetNode(b),
    seq: getU16BE(b, 6),
    compressed: b[8]!,
    broadcast: b[10] === 1,
    fragments,
    fragment,
    payload: b.subarray(KNET_DATA_HEADER),
  };
}

const NS_PER_S = 1_000_000_000n;

export function encodeKnetPing(ping: KnetPing): Uint8Array {
  const b = newPacket(PING_SIZE, KnetType.ping, ping.node);
  b[6] = ping.link;
  const view = new DataView(b.buffer);
  view.setBigInt64(7, ping.time / NS_PER_S, true);
  view.setBigInt64(15, ping.time % NS_PER_S, true);
  putU16BE(b, 23, ping.seq);
  b[25] = ping.timed ? 1 : 0;
  return b;
}

/** For pings and pongs, which differ in type alone. */
export function decodeKnetPing(b: Uint8Array): KnetPing | null {
  if (b.length < PING_SIZE || b[6]! >= KNET_LINKS_MAX) return null;
  const view = new DataView(b.buffer, b.byteOffset, b.length);
  return {
    node: knetNode(b),
    link: b[6]!,
    time: view.getBigInt64(7, true) * NS_PER_S + view.getBigInt64(15, true),
    seq: getU16BE(b, 23),
    timed: b[25] === 1,
  };
}

/** The answer to a ping or a path MTU probe: the same bytes, our name, the answer's type. */
export function knetAnswer(request: Uint8Array, me: number): Uint8Array {
  const probe = request[1] === KnetType.pmtud;
  const b = request.slice(0, probe ? PMTUD_SIZE : PING_SIZE);
  b[1] = probe ? KnetType.pmtudReply : KnetType.pong;
  putU16BE(b, 2, me);
  return b;
}

/** A probe that makes an IP packet of `mtu` bytes once encrypted; `size` bytes before that. */
export function encodePmtud(node: number, link: number, mtu: number, size: number): Uint8Array {
  const b = newPacket(Math.max(size, PMTUD_SIZE), KnetType.pmtud, node);
  b[6] = link;
  putU16(b, 7, mtu);
  return b;
}

export function decodePmtud(b: Uint8Array): { node: number; link: number; mtu: number } | null {
  if (b.length < PMTUD_SIZE || b[6]! >= KNET_LINKS_MAX) return null;
  return { node: knetNode(b), link: b[6]!, mtu: getU16(b, 7) };
}

/** What encryption adds: null when it is off. */
export interface CryptoOverhead {
  salt: number;
  block: number;
  hash: number;
}

/** Plaintext bytes that fit an IP packet of `mtu` bytes. */
export function plaintextRoom(
  mtu: number,
  ipVersion: 4 | 6,
  crypto: CryptoOverhead | null,
): number {
  const room = mtu - IP_UDP_OVERHEAD[ipVersion];
  if (crypto === null) return room;
  const encrypted = room - crypto.salt - crypto.hash;
  if (crypto.block === 0) return encrypted;
  // CBC pads by at least one byte.
  return Math.floor(encrypted / crypto.block) * crypto.block - 1;
}

/** User bytes of one data packet: what corosync-cfgtool -n calls the mtu. */
export function knetDataMtu(mtu: number, ipVersion: 4 | 6, crypto: CryptoOverhead | null): number {
  return plaintextRoom(mtu, ipVersion, crypto) - KNET_HEADER_ROOM;
}
