import { openUdp, type UdpSocket } from "../../internal/host/udp.ts";
import { canonical } from "./address.ts";
import type { RingConfig } from "./config.ts";
import type { CutList } from "./cut.ts";
import { type Peer, peersOf } from "./peers.ts";
import type { Transport, TransportEvents, TransportStatus } from "./transport.ts";

const BUFFER_BYTES = 16 * 1024 * 1024;

/** Plain UDP to each member: one socket, peers told apart by their address alone. */
export class UdpuTransport implements Transport {
  #socket: UdpSocket | null = null;
  readonly #me: Peer;
  #peers = new Map<number, Peer>();
  #byAddress = new Map<string, number>();
  readonly #cut: CutList;
  readonly #events: TransportEvents;
  readonly #blockUnlisted: boolean;
  #out: (Uint8Array | number | string)[] = [];
  readonly #counts: Record<string, number> = {
    received: 0,
    sent: 0,
    "dropped.unlisted": 0,
    "dropped.cut": 0,
    errors: 0,
  };

  private constructor(me: Peer, cut: CutList, events: TransportEvents, blockUnlisted: boolean) {
    this.#me = me;
    this.#cut = cut;
    this.#events = events;
    this.#blockUnlisted = blockUnlisted;
  }

  /** Rejects with the bind error of the operating system. */
  static async open(options: {
    me: Peer;
    peers: Peer[];
    cut: CutList;
    blockUnlisted: boolean;
    events: TransportEvents;
  }): Promise<UdpuTransport> {
    const { me, cut, events, blockUnlisted } = options;
    const transport = new UdpuTransport(me, cut, events, blockUnlisted);
    transport.setPeers(options.peers);
    transport.#socket = await openUdp({
      address: me.address,
      port: me.port,
      bufferBytes: BUFFER_BYTES,
      onData: (data, _, address) => transport.#received(data, address),
      onError: () => {
        transport.#counts["errors"]! += 1;
      },
    });
    return transport;
  }

  setPeers(peers: Peer[]): void {
    this.#peers = new Map(peers.map((peer) => [peer.nodeId, peer]));
    this.#byAddress = new Map(peers.map((peer) => [canonical(peer.address), peer.nodeId]));
  }

  reconfigure(config: RingConfig): void {
    this.setPeers(peersOf(config));
  }

  readonly kinPacketRoom = Infinity;
  readonly datagramRoom = Infinity;

  setKin(): void {}

  /** udpu has no encryption. */
  prepareKey(): boolean {
    return false;
  }

  keyPhase(): void {}

  #received(data: Uint8Array, address: string): void {
    const node = this.#byAddress.get(canonical(address));
    if (node === undefined && this.#blockUnlisted) {
      this.#counts["dropped.unlisted"]! += 1;
      return;
    }
    if (this.#cut.has(node ?? 0, address)) {
      this.#counts["dropped.cut"]! += 1;
      return;
    }
    this.#counts["received"]! += 1;
    this.#events.packet(data);
  }

  unicast(node: number, packet: Uint8Array): void {
    const peer = this.#peers.get(node);
    if (peer === undefined || this.#cut.has(node, peer.address)) return;
    this.#out.push(packet, peer.port, peer.address);
  }

  broadcast(packet: Uint8Array, to: readonly number[]): void {
    for (const node of to) if (node !== this.#me.nodeId) this.unicast(node, packet);
  }

  flush(): void {
    if (this.#out.length === 0) return;
    const batch = this.#out;
    this.#out = [];
    this.#counts["sent"]! += batch.length / 3;
    this.#socket?.sendMany(batch);
  }

  close(): void {
    this.flush();
    this.#socket?.close();
    this.#socket = null;
  }

  counters(): Record<string, number> {
    return { ...this.#counts, receiveBuffer: this.#socket?.receiveBuffer ?? 0 };
  }

  status(): TransportStatus {
    const nodes = [...this.#peers.values()]
      .sort((a, b) => a.nodeId - b.nodeId)
      .map((peer) => ({
        nodeId: peer.nodeId,
        address: peer.address,
        enabled: true,
        // UDP knows nothing of its peers: Corosync calls them connected too.
        connected: true,
        mtu: 0,
        latencyMs: null,
        downCount: 0,
      }));
    return { links: [{ link: 0, protocol: "udp", address: this.#me.address, nodes }] };
  }
}
