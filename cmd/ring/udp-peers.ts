import { canonical } from "./address.ts";
import type { RingConfig } from "./config.ts";
import type { CutList } from "./cut.ts";
import { type Peer, peersOf } from "./peers.ts";
import type { TransportEvents, TransportStatus } from "./transport.ts";

/** What udp and udpu ask of the system for each socket. */
const UDP_BUFFER_BYTES = 16 * 1024 * 1024;

/** Datagrams as {@link UdpSocket.sendMany} takes them. */
export type Batch = (Uint8Array | number | string)[];

/**
 * The other nodes as plain UDP knows them: by their address alone, on the first link. There is no
 * encryption, and nothing tells whether a peer is there: Corosync calls them all connected, too.
 */
export class UdpPeers {
  readonly me: Peer;
  readonly #cut: CutList;
  readonly #events: TransportEvents;
  #peers = new Map<number, Peer>();
  #byAddress = new Map<string, number>();
  #blockUnlisted = true;
  readonly counts: Record<string, number> = {
    received: 0,
    sent: 0,
    "dropped.unlisted": 0,
    "dropped.cut": 0,
    errors: 0,
  };

  constructor(config: RingConfig, cut: CutList, events: TransportEvents) {
    this.#cut = cut;
    this.#events = events;
    this.me = peersOf(config).find((peer) => peer.nodeId === config.me.nodeId)!;
    this.reconfigure(config);
  }

  reconfigure(config: RingConfig): void {
    const peers = peersOf(config);
    this.#peers = new Map(peers.map((peer) => [peer.nodeId, peer]));
    this.#byAddress = new Map(peers.map((peer) => [canonical(peer.address), peer.nodeId]));
    this.#blockUnlisted = config.settings.blockUnlistedIps;
  }

  /** How every socket is opened: what arrives is looked at here. */
  get socketOptions() {
    return {
      bufferBytes: UDP_BUFFER_BYTES,
      onData: (data: Uint8Array, _: number, address: string) => this.#received(data, address),
      onError: () => {
        this.counts["errors"]! += 1;
      },
    };
  }

  #received(data: Uint8Array, address: string): void {
    const node = this.#byAddress.get(canonical(address));
    // The kernel brings our own multicasts back.
    if (node === this.me.nodeId) return;
    if (node === undefined && this.#blockUnlisted) {
      this.counts["dropped.unlisted"]! += 1;
      return;
    }
    if (this.#cut.has(node ?? 0, address)) {
      this.counts["dropped.cut"]! += 1;
      return;
    }
    this.counts["received"]! += 1;
    this.#events.packet(data);
  }

  /** Adds a packet for one node, unless it is cut off or unknown. */
  address(batch: Batch, node: number, packet: Uint8Array): void {
    const peer = this.#peers.get(node);
    if (peer === undefined || this.#cut.has(node, peer.address)) return;
    batch.push(packet, peer.port, peer.address);
  }

  status(): TransportStatus {
    const nodes = [...this.#peers.values()]
      .sort((a, b) => a.nodeId - b.nodeId)
      .map(({ nodeId, address }) => ({
        ...{ nodeId, address, enabled: true, connected: true },
        ...{ mtu: 0, latencyMs: null, downCount: 0 },
      }));
    return { links: [{ link: 0, protocol: "udp", address: this.me.address, nodes }] };
  }
}
