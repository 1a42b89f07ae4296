import type { Socket } from "bun";
import type { RingEvent, RingMember, RingPort, RingQuorum } from "../ports/mod.ts";
import { FrameKind, FrameReader, frameHeader, jsonBody, jsonFrame } from "./ring-frames.ts";
import { SocketQueue } from "./socket-queue.ts";

/** Largest payload of one message. */
export const RING_MESSAGE_MAX = 1024 * 1024;
/** {@link RingPort.multicast} refuses while more than this waits for the ring process. */
const QUEUE_LIMIT_BYTES = 4 * 1024 * 1024;

interface WireQuorum extends Omit<RingQuorum, "ringId"> {
  ringId: { rep: number; seq: number };
}

/**
 * Joins a process group of the local ring. Events come in the agreed order; `closed` is the last
 * one, also when the ring cannot be reached. Never throws for a ring that is away.
 */
export function connectRing(
  options: { group: string; socketPath: string },
  onEvent: (event: RingEvent) => void,
): RingPort {
  return new Connection(options, onEvent);
}

class Connection implements RingPort {
  readonly #onEvent: (event: RingEvent) => void;
  readonly #queue = new SocketQueue();
  readonly #reader = new FrameReader();
  #socket: Socket | null = null;
  #closed = false;
  #flushing = false;

  constructor(options: { group: string; socketPath: string }, onEvent: (event: RingEvent) => void) {
    this.#onEvent = onEvent;
    this.#queue.push(jsonFrame(FrameKind.join, { group: options.group }));
    Bun.connect({
      unix: options.socketPath,
      socket: {
        binaryType: "uint8array",
        open: (socket) => this.#opened(socket),
        data: (_, chunk) => this.#received(chunk),
        drain: (socket) => this.#queue.flush(socket),
        close: () => this.#end("the ring process closed the connection"),
        error: (_, error) => this.#end(error.message),
        connectError: (_, error) => this.#end(error.message),
      },
    }).catch((error: Error) => this.#end(error.message));
  }

  #opened(socket: Socket): void {
    this.#socket = socket;
    if (this.#closed) socket.end();
    else this.#queue.flush(socket);
  }

  multicast(payload: Uint8Array, options?: { safe: boolean }): boolean {
    if (payload.length > RING_MESSAGE_MAX) {
      throw new RangeError(`a ring message holds at most ${RING_MESSAGE_MAX} bytes`);
    }
    if (this.#closed || this.#queue.waiting > QUEUE_LIMIT_BYTES) return false;
    const kind = options?.safe === true ? FrameKind.multicastSafe : FrameKind.multicast;
    this.#queue.push(frameHeader(kind, payload.length));
    this.#queue.push(payload);
    this.#flushSoon();
    return true;
  }

  /** One write for everything that is sent in one turn of the event loop. */
  #flushSoon(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    queueMicrotask(() => {
      this.#flushing = false;
      if (this.#socket !== null && !this.#closed) this.#queue.flush(this.#socket);
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#socket === null) return;
    this.#queue.push(jsonFrame(FrameKind.leave, {}));
    this.#queue.flush(this.#socket);
    this.#socket.end();
  }

  #received(chunk: Uint8Array): void {
    const sane = this.#reader.feed(chunk, (kind, body) => {
      if (!this.#closed) this.#frame(kind, body);
      return true;
    });
    if (sane) return;
    this.#socket?.end();
    this.#end("the ring process sent garbage");
  }

  #frame(kind: number, body: Uint8Array): void {
    switch (kind) {
      case FrameKind.message: {
        const view = new DataView(body.buffer, body.byteOffset, 8);
        const from: RingMember = { nodeId: view.getUint32(0, true), pid: view.getUint32(4, true) };
        this.#onEvent({ type: "message", from, payload: body.subarray(8) });
        return;
      }
      case FrameKind.hello:
        this.#onEvent({ type: "hello", ...(jsonBody(body) as HelloBody) });
        return;
      case FrameKind.membership:
        this.#onEvent({ type: "membership", ...(jsonBody(body) as MembershipBody) });
        return;
      case FrameKind.quorum: {
        const wire = jsonBody(body) as WireQuorum;
        const ringId = { rep: wire.ringId.rep, seq: BigInt(wire.ringId.seq) };
        this.#onEvent({ type: "quorum", quorum: { ...wire, ringId } });
        return;
      }
      case FrameKind.refused:
        this.#end((jsonBody(body) as { reason: string }).reason);
    }
  }

  #end(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket?.end();
    this.#onEvent({ type: "closed", reason });
  }
}

type HelloBody = Omit<Extract<RingEvent, { type: "hello" }>, "type">;
type MembershipBody = Omit<Extract<RingEvent, { type: "membership" }>, "type">;
