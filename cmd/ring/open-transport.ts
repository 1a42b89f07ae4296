import type { RingConfig } from "./config.ts";
import type { CutList } from "./cut.ts";
import { KnetTransport } from "./knet.ts";
import { loadCrypto } from "./knet-config.ts";
import type { Transport, TransportEvents } from "./transport.ts";
import { UdpTransport } from "./udp-multicast.ts";
import { UdpuTransport } from "./udpu.ts";

/** Opens what corosync.conf names. Rejects with a reason for the log. */
export async function openTransport(
  config: RingConfig,
  cut: CutList,
  events: TransportEvents,
): Promise<Transport> {
  const { settings } = config;
  switch (settings.transport) {
    case "udpu":
      return UdpuTransport.open(config, cut, events);
    case "udp":
      return UdpTransport.open(config, cut, events);
    case "knet":
      return KnetTransport.open({ config, crypto: loadCrypto(settings), cut, events });
  }
}
