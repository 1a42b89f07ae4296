import type { UdpSocket } from "../../internal/host/udp.ts";

/** The most that one call may hand to the kernel for cutting: a datagram's largest payload. */
const RUN_BYTES_MAX = 65507;
const RUN_PIECES_MAX = 64;
const SLAB_BYTES = 65536;
const SLABS_KEPT = 64;

/** How many pieces of `segment` bytes one run may hold. */
export function runPieces(segment: number): number {
  return Math.max(1, Math.min(RUN_PIECES_MAX, Math.floor(RUN_BYTES_MAX / segment)));
}

/** What one link sends: gathered during a step, then handed to the kernel in order, in one call. */
export class LinkOut {
  readonly #socket: UdpSocket;
  #batch: (Uint8Array | number | string)[] = [];
  /** Size of the pieces of the runs in the batch; 0 while there are none. */
  #segment = 0;
  #longest = 0;
  #slabs: Uint8Array[] = [];
  #slabsUsed = 0;
  datagrams = 0;

  constructor(socket: UdpSocket) {
    this.#socket = socket;
  }

  /** Room for a run that is sent before the next {@link flush}. */
  buffer(bytes: number): Uint8Array {
    if (bytes > SLAB_BYTES) return new Uint8Array(bytes);
    let slab = this.#slabs[this.#slabsUsed];
    if (slab === undefined) {
      slab = new Uint8Array(SLAB_BYTES);
      if (this.#slabs.length < SLABS_KEPT) this.#slabs.push(slab);
    }
    this.#slabsUsed += 1;
    return bytes === SLAB_BYTES ? slab : slab.subarray(0, bytes);
  }

  /** One datagram. */
  push(packet: Uint8Array, port: number, address: string): void {
    if (this.#segment !== 0 && packet.length > this.#segment) this.#send();
    this.#longest = Math.max(this.#longest, packet.length);
    this.#batch.push(packet, port, address);
    this.datagrams += 1;
  }

  /** Datagrams of `segment` bytes, the last one maybe shorter, back to back in `run`. */
  pushRun(run: Uint8Array, segment: number, port: number, address: string): void {
    if (run.length <= segment) {
      this.push(run, port, address);
      return;
    }
    if (!this.#socket.cutsRuns) {
      for (let at = 0; at < run.length; at += segment) {
        this.push(run.subarray(at, at + segment), port, address);
      }
      return;
    }
    const other = this.#segment !== 0 && this.#segment !== segment;
    if (other || this.#longest > segment) this.#send();
    this.#segment = segment;
    this.#batch.push(run, port, address);
    this.datagrams += Math.ceil(run.length / segment);
  }

  flush(): void {
    this.#send();
    this.#slabsUsed = 0;
  }

  #send(): void {
    if (this.#batch.length === 0) return;
    const batch = this.#batch;
    const segment = this.#segment;
    this.#batch = [];
    this.#segment = 0;
    this.#longest = 0;
    if (segment === 0) this.#socket.sendMany(batch);
    else this.#socket.sendRuns(batch, segment);
  }
}
