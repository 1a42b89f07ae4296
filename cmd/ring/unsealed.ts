import type { RingConfig } from "./config.ts";
import type { CutList } from "./cut.ts";
import type { Transport, TransportEvents, TransportStatus } from "./transport.ts";
import { type Batch, UdpPeers } from "./udp-peers.ts";

/** What the transports without links and encryption, udp and udpu, have in common. */
export abstract class UnsealedTransport implements Transport {
  protected readonly peers: UdpPeers;
  #toNodes: Batch = [];
  readonly kinPacketRoom = Infinity;
  readonly datagramRoom = Infinity;

  constructor(config: RingConfig, cut: CutList, events: TransportEvents) {
    this.peers = new UdpPeers(config, cut, events);
  }

  abstract broadcast(packet: Uint8Array, to: readonly number[]): void;
  abstract close(): void;
  /** Hands on what waits. */
  protected abstract send(): void;
  /** Bytes that the kernel gave to each socket at least. */
  protected abstract get receiveBuffer(): number;

  unicast(node: number, packet: Uint8Array): void {
    this.peers.address(this.#toNodes, node, packet);
  }

  /** The packets for single nodes that wait. */
  protected takeUnicasts(): Batch {
    const batch = this.#toNodes;
    this.#toNodes = [];
    this.peers.counts["sent"]! += batch.length / 3;
    return batch;
  }

  protected get hasUnicasts(): boolean {
    return this.#toNodes.length > 0;
  }

  flush(): void {
    if (this.hasUnicasts) this.send();
  }

  reconfigure(config: RingConfig): void {
    this.peers.reconfigure(config);
  }

  setKin(): void {}

  /** There is no key to change. */
  prepareKey(): boolean {
    return false;
  }

  keyPhase(): void {}

  counters(): Record<string, number> {
    return { ...this.peers.counts, receiveBuffer: this.receiveBuffer };
  }

  status(): TransportStatus {
    return this.peers.status();
  }
}
