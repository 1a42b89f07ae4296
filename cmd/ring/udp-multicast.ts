import { isIPv6 } from "node:net";
import { openUdp, type UdpSocket } from "../../internal/host/udp.ts";
import type { RingConfig } from "./config.ts";
import type { CutList } from "./cut.ts";
import type { TransportEvents } from "./transport.ts";
import type { Batch } from "./udp-peers.ts";
import { UnsealedTransport } from "./unsealed.ts";

/**
 * The udp transport: tokens go to their node's own address, everything else once to a multicast
 * group, from the port below.
 */
export class UdpTransport extends UnsealedTransport {
  readonly #group: string;
  #sockets: { own: UdpSocket; group: UdpSocket; sender: UdpSocket } | null = null;
  #toGroup: Batch = [];

  private constructor(config: RingConfig, cut: CutList, events: TransportEvents) {
    super(config, cut, events);
    const { mcastAddress } = config.settings.links[0]!;
    const { clusterName } = config.settings;
    this.#group = mcastAddress ?? multicastAddress(clusterName, isIPv6(this.peers.me.address));
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
    const transport = new UdpTransport(config, cut, events);
    await transport.#open(link.ttl);
    return transport;
  }

  async #open(ttl: number): Promise<void> {
    const { address, port } = this.peers.me;
    const common = this.peers.socketOptions;
    const own = await openUdp({ ...common, address, port });
    const group = await openUdp({ ...common, address: this.#group, port, heardOn: address });
    const multicast = { interface: address, ttl };
    const sender = await openUdp({ ...common, address, port: port - 1, multicast });
    this.#sockets = { own, group, sender };
  }

  broadcast(packet: Uint8Array): void {
    this.#toGroup.push(packet, this.peers.me.port, this.#group);
  }

  override flush(): void {
    if (this.#toGroup.length > 0 || this.hasUnicasts) this.send();
  }

  protected override send(): void {
    const group = this.#toGroup;
    this.#toGroup = [];
    this.peers.counts["sent"]! += group.length / 3;
    const nodes = this.takeUnicasts();
    // The token says what was sent, so it goes last.
    if (group.length > 0) this.#sockets?.sender.sendMany(group);
    if (nodes.length > 0) this.#sockets?.own.sendMany(nodes);
  }

  close(): void {
    this.flush();
    if (this.#sockets !== null) for (const s of Object.values(this.#sockets)) s.close();
    this.#sockets = null;
  }

  protected override get receiveBuffer(): number {
    const { own, group } = this.#sockets ?? {};
    return Math.min(own?.receiveBuffer ?? 0, group?.receiveBuffer ?? 0);
  }
}

/** The group that Corosync derives from the cluster's name when the file gives none. */
export function multicastAddress(clusterName: string, ipv6: boolean): string {
  let id = 0;
  for (const byte of new TextEncoder().encode(clusterName)) id = ((id << 1) + byte) | 0;
  id &= 0xffff;
  return ipv6 ? `ff15::${id.toString(16)}` : `239.192.${id >> 8}.${id % 0xff}`;
}
