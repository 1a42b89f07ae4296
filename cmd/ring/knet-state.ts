import type { UdpSocket } from "../../internal/host/udp.ts";
import {
  type BulkReceiver,
  type KnetReceiver,
  knetDataMtu,
  type LinkState,
  plaintextRoom,
} from "../../internal/wire/mod.ts";
import type { RingConfig } from "./config.ts";
import type { CutList } from "./cut.ts";
import type { KnetKeys } from "./knet-keys.ts";
import type { LinkOut } from "./link-out.ts";
import type { TransportEvents } from "./transport.ts";

/** The way to a node over one link. */
export interface Path {
  link: number;
  /** As configured, and in the one spelling that texts are compared in. */
  text: string;
  address: string;
  ipVersion: 4 | 6;
  port: number;
  priority: number;
  state: LinkState;
}

/** Another node of the ring. */
export interface Host {
  nodeId: number;
  paths: Path[];
  receiver: KnetReceiver;
  bulk: BulkReceiver;
  /** The host is of our kind and in our ring. */
  kin: boolean;
  /** For the rr policy. */
  turn: number;
}

export interface OwnLink {
  link: number;
  address: string;
  port: number;
  socket: UdpSocket;
  out: LinkOut;
}

/** What the parts of the knet transport share: nodes, links, keys and counts. */
export class KnetState {
  config: RingConfig;
  readonly cut: CutList;
  readonly events: TransportEvents;
  readonly keys: KnetKeys;
  readonly hosts = new Map<number, Host>();
  readonly links = new Map<number, OwnLink>();
  /** Number of the packet that was sent last. */
  seq = Math.floor(Math.random() * 65536);
  readonly counts: Record<string, number> = {
    received: 0,
    sent: 0,
    "dropped.signature": 0,
    "dropped.malformed": 0,
    "dropped.unlisted": 0,
    "dropped.cut": 0,
    "dropped.compressed": 0,
    "dropped.unreachable": 0,
    "dropped.bulk": 0,
    "dropped.early": 0,
    "dropped.replayed": 0,
    errors: 0,
  };

  constructor(config: RingConfig, keys: KnetKeys, cut: CutList, events: TransportEvents) {
    this.config = config;
    this.keys = keys;
    this.cut = cut;
    this.events = events;
  }

  count(what: string): void {
    this.counts[what]! += 1;
  }

  paths(): Path[] {
    return [...this.hosts.values()].flatMap((host) => host.paths);
  }

  /** Sends what keeps a link: at once, past everything that waits. */
  control(path: Path, plain: Uint8Array): void {
    if (this.cut.has(0, path.address)) return;
    const socket = this.links.get(path.link)?.socket;
    socket?.trySend(this.keys.sealing.seal(plain), path.port, path.address);
  }

  #mtu(path: Path): number {
    const { knetMtu } = this.config.settings;
    return knetMtu > 0 ? knetMtu : path.state.mtu;
  }

  /** Bytes of a packet that go into one datagram as libknet makes them. */
  dataMtu(path: Path): number {
    return knetDataMtu(this.#mtu(path), path.ipVersion, this.keys.sealing.overhead);
  }

  /** Bytes of the largest datagram that a probe has shown to come through on this path. */
  pieceRoom(path: Path): number {
    const crypto = this.keys.sealing;
    return crypto.sealedSize(plaintextRoom(this.#mtu(path), path.ipVersion, crypto.overhead));
  }
}

/** The way to a host over one link. */
export function pathOf(host: Host | undefined, link: number): Path | undefined {
  return host?.paths.find((path) => path.link === link);
}

export function reachable(host: Host): boolean {
  return host.paths.some((path) => path.state.connected);
}

export const NS_PER_MS = 1e6;

export function monotonicNs(): bigint {
  return BigInt(Math.round(performance.now() * NS_PER_MS));
}
