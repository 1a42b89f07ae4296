import { isIPv6 } from "node:net";
import { openUdp, type UdpSocket } from "../../internal/host/udp.ts";
import { canonical } from "./address.ts";
import type { RingConfig } from "./config.ts";
import type { CutList } from "./cut.ts";
import { type Peer, peersOf } from "./peers.ts";
import type { Transport, TransportEvents, TransportStatus } from "./transport.ts";

const BUFFER_BYTES = 16 * 1024 * 1024;

type Batch = (Uint8Array | number | string)[];

/**
 * The udp transport: tokens go to their node's own address, everything else once to a multicast
 * group, from the port below. Nodes are told apart by their address; there is no encryption.
 */
export class UdpTransport implements Transport {
  readonly #me: Peer;
  readonly #group: string;
  readonly #cut: CutList;
  readonly #events: TransportEvents;
  #peers = new Map<number, Peer>();
  #byAddress = new Map<string, number>();
  #sockets: { own: UdpSocket; group: UdpSocket; sender: UdpSocket } | null = null;
  #toGroup: Batch = [];
  #toNodes: Batch = [];
  readonly #counts: Record<string, number> = {
    received: 0,
    sent: 0,
    "dropped.unlisted": 0,
    "dropped.cut": 0,
    errors: 0,
  };
  readonly kinPacketRoom = Infinity;
  readonly datagramRoom = Infinity;

  private constructor(me: Peer, group: string, cut: CutList, events: TransportEvents) {
    this.#me = me;
    this.#group = group;
    this.#cut = cut;
    this.#events = events;
  }

  /** Rejects with the bind error of the operating system. */
  static async open(
    config: RingConfig,
    cut: CutList,
    events: TransportEvents,
  ): Promise<UdpTransport> {
    const link = config.settings.links[0]!;
    if (link.broadcast) {
      throw new Error("broadcast: yes is not supported; use a multicast address, knet or udpu");
    }
    const me = peersOf(config).find((peer) => peer.nodeId === config.me.nodeId)!;
    const { clusterName } = config.settings;
    const group = link.mcastAddress ?? multicastAddress(clusterName, isIPv6(me.address));
    const transport = new UdpTransport(me, group, cut, events);
    transport.reconfigure(config);
    await transport.#open(link.ttl);
    return transport;
  }

  async #open(ttl: number): Promise<void> {
    const { address, port } = this.#me;
    const common = {
      bufferBytes: BUFFER_BYTES,
      onData: (data: Uint8Array, _: number, from: string) => this.#received(data, from),
      onError: () => {
        this.#counts["errors"]! += 1;
      },
    };
    const own = await openUdp({ ...common, address, port });
    const group = await openUdp({ ...common, address: this.#group, port, heardOn: address });
    const multicast = { interface: address, ttl };
    const sender = await openUdp({ ...common, address, port: port - 1, multicast });
    this.#sockets = { own, group, sender };
  }

  reconfigure(config: RingConfig): void {
    const peers = peersOf(config);
    this.#peers = new Map(peers.map((peer) => [peer.nodeId, peer]));
    this.#byAddress = new Map(peers.map((peer) => [canonical(peer.address), peer.nodeId]));
  }

  setKin(): void {}

  prepareKey(): boolean {
    return false;
  }

  keyPhase(): void {}

  #received(data: Uint8Array, address: string): void {
    const node = this.#byAddress.get(canonical(address));
    // The kernel brings our own multicasts back.
    if (node === this.#me.nodeId) return;
    if (node === undefined) {
      this.#counts["dropped.unlisted"]! += 1;
      return;
    }
    if (this.#cut.has(node, address)) {
      this.#counts["dropped.cut"]! += 1;
      return;
    }
    this.#counts["received"]! += 1;
    this.#events.packet(data);
  }

  unicast(node: number, packet: Uint8Array): void {
    const peer = this.#peers.get(node);
    if (peer === undefined || this.#cut.has(node, peer.address)) return;
    this.#toNodes.push(packet, peer.port, peer.address);
  }

  broadcast(packet: Uint8Array): void {
    this.#toGroup.push(packet, this.#me.port, this.#group);
  }

  flush(): void {
    const [group, nodes] = [this.#toGroup, this.#toNodes];
    if (group.length + nodes.length === 0) return;
    this.#toGroup = [];
    this.#toNodes = [];
    this.#counts["sent"]! += (group.length + nodes.length) / 3;
    // The token says what was sent, so it goes last.
    if (group.length > 0) this.#sockets?.sender.sendMany(group);
    if (nodes.length > 0) this.#sockets?.own.sendMany(nodes);
  }

  close(): void {
    this.flush();
    if (this.#sockets !== null) for (const s of Object.values(this.#sockets)) s.close();
    this.#sockets = null;
  }

  counters(): Record<string, number> {
    const own = this.#sockets?.own.receiveBuffer ?? 0;
    const group = this.#sockets?.group.receiveBuffer ?? 0;
    return { ...this.#counts, receiveBuffer: Math.min(own, group) };
  }

  status(): TransportStatus {
    const nodes = [...this.#peers.values()]
      .sort((a, b) => a.nodeId - b.nodeId)
      .map((peer) => ({
        nodeId: peer.nodeId,
        address: peer.address,
        enabled: true,
        connected: true,
        mtu: 0,
        latencyMs: null,
        downCount: 0,
      }));
    return { links: [{ link: 0, protocol: "udp", address: this.#me.address, nodes }] };
  }
}

/** The group that Corosync derives from the cluster's name when the file gives none. */
export function multicastAddress(clusterName: string, ipv6: boolean): string {
  let id = 0;
  for (const byte of new TextEncoder().encode(clusterName)) id = ((id << 1) + byte) | 0;
  id &= 0xffff;
  return ipv6 ? `ff15::${id.toString(16)}` : `239.192.${id >> 8}.${id % 0xff}`;
}
