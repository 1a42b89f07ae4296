import type { RingConfig } from "./config.ts";
import type { CutList } from "./cut.ts";
import { KnetTransport } from "./knet.ts";
import { loadCrypto } from "./knet-config.ts";
import { peersOf } from "./peers.ts";
import type { Transport, TransportEvents } from "./transport.ts";
import { UdpTransport } from "./udp-multicast.ts";
import { UdpuTransport } from "./udpu.ts";

/** Opens what corosync.conf names. Rejects with a reason for the log. */
export async function openTransport(
  config: RingConfig,
  cut: CutList,
  events: TransportEvents,
): Promise<Transport> {
  const { settings, me } = config;
  const peers = peersOf(config);
  switch (settings.transport) {
    case "udpu": {
      const own = peers.find((peer) => peer.nodeId === me.nodeId)!;
      const blockUnlisted = settings.blockUnlistedIps;
      return UdpuTransport.open({ me: own, peers, cut, blockUnlisted, events });
    }
    case "udp":
      return UdpTransport.open(config, cut, events);
    case "knet":
      return KnetTransport.open({ config, crypto: loadCrypto(settings), cut, events });
  }
}
