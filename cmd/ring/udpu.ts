import { openUdp, type UdpSocket } from "../../internal/host/udp.ts";
import { UnsealedTransport } from "./unsealed.ts";

/** Plain UDP to each member, from one socket. */
export class UdpuTransport extends UnsealedTransport {
  #socket: UdpSocket | null = null;

  /** Rejects with the bind error of the operating system. */
  static async open(
    ...given: ConstructorParameters<typeof UnsealedTransport>
  ): Promise<UdpuTransport> {
    const transport = new UdpuTransport(...given);
    const { address, port } = transport.peers.me;
    transport.#socket = await openUdp({ ...transport.peers.socketOptions, address, port });
    return transport;
  }

  broadcast(packet: Uint8Array, to: readonly number[]): void {
    for (const node of to) if (node !== this.peers.me.nodeId) this.unicast(node, packet);
  }

  protected override send(): void {
    this.#socket?.sendMany(this.takeUnicasts());
  }

  close(): void {
    this.flush();
    this.#socket?.close();
    this.#socket = null;
  }

  protected override get receiveBuffer(): number {
    return this.#socket?.receiveBuffer ?? 0;
  }
}
