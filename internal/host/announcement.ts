import { isIPv4, isIPv6 } from "node:net";

const ETHERTYPE_ARP = 0x0806;
const ETHERTYPE_IPV6 = 0x86dd;
const ICMPV6 = 58;
const NEIGHBOUR_ADVERTISEMENT = 136;

/**
 * Ethernet frames that say to everyone at which MAC an address is: for IPv4 an ARP request and an
 * ARP reply (hosts differ in which they heed), for IPv6 one neighbour advertisement.
 */
export function announcement(mac: string, address: string): Uint8Array[] {
  const hardware = macBytes(mac);
  if (isIPv4(address)) {
    const protocol = Buffer.from(address.split(".").map(Number));
    return [arp(hardware, protocol, 1), arp(hardware, protocol, 2)];
  }
  if (isIPv6(address)) return [advertisement(hardware, ipv6Bytes(address))];
  throw new Error(`${address} is no address`);
}

function macBytes(mac: string): Buffer {
  const bytes = mac.split(":").map((part) => Number.parseInt(part, 16));
  if (bytes.length !== 6 || bytes.some(Number.isNaN)) throw new Error(`${mac} is no MAC address`);
  return Buffer.from(bytes);
}

const BROADCAST = Buffer.alloc(6, 0xff);

function arp(mac: Buffer, address: Buffer, operation: 1 | 2): Uint8Array {
  const fixed = Buffer.from([0, 1, 0x08, 0, 6, 4, 0, operation]);
  const target = operation === 1 ? Buffer.alloc(6) : BROADCAST;
  return Buffer.concat([
    ethernet(BROADCAST, mac, ETHERTYPE_ARP),
    Buffer.concat([fixed, mac, address, target, address]),
  ]);
}

function ethernet(to: Buffer, from: Buffer, type: number): Buffer {
  return Buffer.concat([to, from, Buffer.from([type >> 8, type & 0xff])]);
}

/** All nodes on the link: ff02::1 and the MAC that goes with it. */
const ALL_NODES = Buffer.from([0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
const ALL_NODES_MAC = Buffer.from([0x33, 0x33, 0, 0, 0, 1]);
/** Flag: this overrides what the neighbours have cached. */
const OVERRIDE = 0x20;

function advertisement(mac: Buffer, address: Buffer): Uint8Array {
  const head = Buffer.from([NEIGHBOUR_ADVERTISEMENT, 0, 0, 0, OVERRIDE, 0, 0, 0]);
  // The option "target link-layer address", one unit of 8 bytes.
  const icmp = Buffer.concat([head, address, Buffer.from([2, 1]), mac]);
  const pseudo = Buffer.alloc(8);
  pseudo.writeUInt32BE(icmp.length, 0);
  pseudo[7] = ICMPV6;
  icmp.writeUInt16BE(checksum(Buffer.concat([address, ALL_NODES, pseudo, icmp])), 2);
  const header = Buffer.from([0x60, 0, 0, 0, 0, icmp.length, ICMPV6, 255]);
  return Buffer.concat([
    ethernet(ALL_NODES_MAC, mac, ETHERTYPE_IPV6),
    Buffer.concat([header, address, ALL_NODES, icmp]),
  ]);
}

function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += bytes.readUInt16BE(i);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

function ipv6Bytes(address: string): Buffer {
  const bare = address.split("%")[0]!;
  const [left = "", right] = bare.split("::");
  const groups = (text: string): number[] =>
    text === "" ? [] : text.split(":").flatMap((group) => groupBytes(group));
  const before = groups(left);
  const after = right === undefined ? [] : groups(right);
  const zeros = new Array<number>(16 - before.length - after.length).fill(0);
  return Buffer.from([...before, ...zeros, ...after]);
}

/** Two bytes of hexadecimal, or four of an IPv4 tail. */
function groupBytes(group: string): number[] {
  if (group.includes(".")) return group.split(".").map(Number);
  const value = Number.parseInt(group, 16);
  return [value >> 8, value & 0xff];
}
