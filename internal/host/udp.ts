import { dlopen, FFIType, ptr } from "bun:ffi";

const SOL_SOCKET = 1;
const SO_SNDBUF = 7;
const SO_RCVBUF = 8;
const SO_PRIORITY = 12;
const SO_SNDBUFFORCE = 32;
const SO_RCVBUFFORCE = 33;
const IPPROTO_IP = 0;
const IP_TOS = 1;
const IP_MTU_DISCOVER = 10;
const IP_PMTUDISC_PROBE = 3;
const IP_RECVERR = 11;
const IPPROTO_IPV6 = 41;
const IPV6_MTU_DISCOVER = 23;
const IPV6_RECVERR = 25;
const IPV6_DONTFRAG = 62;
const SOL_UDP = 17;
const UDP_SEGMENT = 103;
const UDP_GRO = 104;
const TOS_LOW_DELAY = 0x10;
/** A priority above best effort that needs no privilege. */
const INTERACTIVE = 6;

/** What an interface or an old kernel answers that cannot cut runs. */
const CANNOT_CUT: ReadonlySet<string> = new Set(["EINVAL", "EIO", "EOPNOTSUPP", "ENOPROTOOPT"]);

/** The runtime's own flag; it is not in its documentation. */
const REUSE_ADDRESS = 16;

/** An error that waited on the socket is reported by one send; the next one goes through. */
const SEND_ATTEMPTS = 3;

const i32 = FFIType.i32;
let libc: ReturnType<typeof openLibc> | null = null;

function openLibc() {
  return dlopen("libc.so.6", {
    setsockopt: { args: [i32, i32, i32, FFIType.ptr, FFIType.u32], returns: i32 },
    getsockopt: { args: [i32, i32, i32, FFIType.ptr, FFIType.ptr], returns: i32 },
  }).symbols;
}

function setOption(fd: number, level: number, option: number, value: number): boolean {
  libc ??= openLibc();
  return libc.setsockopt(fd, level, option, ptr(new Int32Array([value])), 4) === 0;
}

function getOption(fd: number, level: number, option: number): number {
  libc ??= openLibc();
  const value = new Int32Array(1);
  libc.getsockopt(fd, level, option, ptr(value), ptr(new Uint32Array([4])));
  return value[0]!;
}

export interface UdpSocket {
  /** Datagrams as [data, port, address, data, port, address …]. Unsent ones are lost, as on a wire. */
  sendMany(packets: (Uint8Array | number | string)[]): void;
  /** The same; the kernel cuts what is longer than `segment` into datagrams of that size. */
  sendRuns(packets: (Uint8Array | number | string)[], segment: number): void;
  /** False where the kernel cannot do that: then {@link sendRuns} must not be used. */
  readonly cutsRuns: boolean;
  /** Whether the kernel may hand over equal datagrams of one sender as one. */
  joinRuns(on: boolean): void;
  /** One datagram; false when the kernel refused it at once (too big for the interface). */
  trySend(packet: Uint8Array, port: number, address: string): boolean;
  close(): void;
  /** Bytes that the kernel gave us. */
  readonly receiveBuffer: number;
  readonly port: number;
}

/**
 * A UDP socket bound to one address. Buffers are as big as the kernel lets us: a small one loses
 * packets when a window of large frames arrives at once.
 */
export async function openUdp(options: {
  address: string;
  port: number;
  bufferBytes: number;
  /** A multicast group that `address` is, heard on the interface that has this address. */
  heardOn?: string;
  /** Where multicasts leave, and how far they go. */
  multicast?: { interface: string; ttl: number };
  /** Never fragment in the kernel: path MTU discovery by probes needs that. */
  dontFragment?: boolean;
  onData: (data: Uint8Array, port: number, address: string) => void;
  onError: (error: Error) => void;
}): Promise<UdpSocket> {
  const socket = await Bun.udpSocket({
    hostname: options.address,
    port: options.port,
    binaryType: "uint8array",
    // Several nodes of one machine may hear the same group.
    ...(options.heardOn === undefined ? {} : { flags: REUSE_ADDRESS }),
    socket: {
      data: (_, data, port, address) => options.onData(data, port, address),
      error: (_, error) => options.onError(error),
    },
  });
  if (options.heardOn !== undefined) socket.addMembership(options.address, options.heardOn);
  if (options.multicast !== undefined) {
    socket.setMulticastInterface(options.multicast.interface);
    socket.setMulticastTTL(options.multicast.ttl);
  }
  const fd = (socket as unknown as { fd?: number }).fd ?? -1;
  let receiveBuffer = 0;
  if (fd >= 0) {
    for (const [forced, plain] of [
      [SO_RCVBUFFORCE, SO_RCVBUF],
      [SO_SNDBUFFORCE, SO_SNDBUF],
    ] as const) {
      if (!setOption(fd, SOL_SOCKET, forced, options.bufferBytes)) {
        setOption(fd, SOL_SOCKET, plain, options.bufferBytes);
      }
    }
    setOption(fd, SOL_SOCKET, SO_PRIORITY, INTERACTIVE);
    // The runtime asks for ICMP errors: the next packet to anybody would fail for a dead peer.
    if (options.address.includes(":")) {
      setOption(fd, IPPROTO_IPV6, IPV6_RECVERR, 0);
      if (options.dontFragment === true) {
        setOption(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IP_PMTUDISC_PROBE);
        setOption(fd, IPPROTO_IPV6, IPV6_DONTFRAG, 1);
      }
    } else {
      setOption(fd, IPPROTO_IP, IP_RECVERR, 0);
      setOption(fd, IPPROTO_IP, IP_TOS, TOS_LOW_DELAY);
      if (options.dontFragment === true) {
        setOption(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE);
      }
    }
    receiveBuffer = getOption(fd, SOL_SOCKET, SO_RCVBUF);
  }
  let cutsRuns = fd >= 0 && setOption(fd, SOL_UDP, UDP_SEGMENT, 0);
  /** The code of the last error on the way, null without one. */
  const sendAll = (packets: (Uint8Array | number | string)[]): string | null => {
    let rest = packets;
    let code: string | null = null;
    for (let attempt = 0; rest.length > 0 && attempt < SEND_ATTEMPTS; attempt += 1) {
      try {
        const sent = socket.sendMany(rest as Parameters<typeof socket.sendMany>[0]);
        if (sent * 3 >= rest.length) break;
        rest = rest.slice(sent * 3);
      } catch (error) {
        code = (error as NodeJS.ErrnoException).code ?? "";
        options.onError(error as Error);
      }
    }
    return code;
  };
  return {
    sendMany: (packets) => {
      sendAll(packets);
    },
    sendRuns: (packets, segment) => {
      setOption(fd, SOL_UDP, UDP_SEGMENT, segment);
      // An interface that cannot do it says so at the first try; the ring sends again what was lost.
      const code = sendAll(packets);
      if (code !== null && CANNOT_CUT.has(code)) cutsRuns = false;
      setOption(fd, SOL_UDP, UDP_SEGMENT, 0);
    },
    get cutsRuns() {
      return cutsRuns;
    },
    joinRuns: (on) => {
      if (fd >= 0) setOption(fd, SOL_UDP, UDP_GRO, on ? 1 : 0);
    },
    trySend: (packet, port, address) => {
      try {
        socket.send(packet, port, address);
        return true;
      } catch {
        return false;
      }
    },
    close: () => socket.close(),
    receiveBuffer,
    port: socket.port,
  };
}
