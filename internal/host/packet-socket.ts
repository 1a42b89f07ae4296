import { dlopen, FFIType, ptr } from "bun:ffi";

const AF_PACKET = 17;
const SOCK_RAW = 3;
/** sockaddr_ll: family, protocol, interface index, …, address. */
const ADDRESS_BYTES = 20;

/**
 * Sends Ethernet frames on an interface, all of them `count` times. Needs CAP_NET_RAW; throws an
 * Error that says what failed.
 */
export async function sendFrames(
  nic: string,
  frames: Uint8Array[],
  count: number,
  intervalMs: number,
): Promise<void> {
  const index = Number((await Bun.file(`/sys/class/net/${nic}/ifindex`).text()).trim());
  const { symbols, close } = dlopen("libc.so.6", {
    socket: { args: [FFIType.i32, FFIType.i32, FFIType.i32], returns: FFIType.i32 },
    sendto: {
      args: [FFIType.i32, FFIType.ptr, FFIType.u64, FFIType.i32, FFIType.ptr, FFIType.u32],
      returns: FFIType.i64,
    },
    close: { args: [FFIType.i32], returns: FFIType.i32 },
  });
  // Protocol 0: nothing is to be received.
  const fd = symbols.socket(AF_PACKET, SOCK_RAW, 0);
  if (fd < 0) throw new Error("no raw socket: CAP_NET_RAW is missing");
  try {
    const address = Buffer.alloc(ADDRESS_BYTES);
    address.writeUInt16LE(AF_PACKET, 0);
    address.writeInt32LE(index, 4);
    for (let round = 0; round < count; round++) {
      if (round > 0) await Bun.sleep(intervalMs);
      for (const frame of frames) {
        const sent = symbols.sendto(
          fd,
          ptr(frame),
          BigInt(frame.length),
          0,
          ptr(address),
          ADDRESS_BYTES,
        );
        if (Number(sent) !== frame.length) throw new Error(`sending on ${nic} failed`);
      }
    }
  } finally {
    symbols.close(fd);
    close();
  }
}
