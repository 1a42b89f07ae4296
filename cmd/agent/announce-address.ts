/**
 * `muster announce-address NIC ADDRESS [COUNT [INTERVAL]]`: tells the network by gratuitous ARP or
 * unsolicited neighbour advertisements that an address is at this interface now. For IPaddr2.
 */
import { announcement } from "../../internal/host/announcement.ts";
import { sendFrames } from "../../internal/host/packet-socket.ts";
import { errOut } from "../io.ts";

export async function main(argv: string[]): Promise<number> {
  const [nic, address, count = "5", interval = "200"] = argv;
  if (nic === undefined || address === undefined) {
    errOut("usage: muster announce-address NIC ADDRESS [COUNT [INTERVAL_MS]]\n");
    return 64;
  }
  try {
    const mac = (await Bun.file(`/sys/class/net/${nic}/address`).text()).trim();
    const frames = announcement(mac, address);
    await sendFrames(nic, frames, Number(count), Number(interval));
    return 0;
  } catch (error) {
    errOut(`announce-address: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}
