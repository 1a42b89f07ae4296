import type { Socket } from "bun";
import { SealError, SealedStream } from "./sealed-stream.ts";
import { SocketQueue } from "./socket-queue.ts";

/** A peer that does not read is cut off when this much waits for it. */
const MOST_UNREAD_BYTES = 128 * 1024 * 1024;
/** How long the greeting may take. */
const GREETING_MS = 5_000;

export interface SealedHandler {
  /** The greeting is done: the peer has the cluster's key. */
  opened(): void;
  frame(content: Buffer): void;
  /** Last call; also when no connection came about. */
  closed(reason: string): void;
}

/** A TCP connection under {@link SealedStream}. */
export class SealedSocket {
  readonly #stream: SealedStream;
  readonly #handler: SealedHandler;
  readonly #queue = new SocketQueue();
  #socket: Socket<unknown> | null = null;
  #over = false;
  #greeting: ReturnType<typeof setTimeout>;

  private constructor(side: "client" | "server", secret: Uint8Array, handler: SealedHandler) {
    this.#stream = new SealedStream(side, secret);
    this.#handler = handler;
    this.#greeting = setTimeout(() => this.#end("the greeting took too long"), GREETING_MS);
  }

  static connect(
    to: { host: string; port: number },
    secret: Uint8Array,
    handler: SealedHandler,
  ): SealedSocket {
    const made = new SealedSocket("client", secret, handler);
    Bun.connect({
      hostname: to.host,
      port: to.port,
      socket: {
        binaryType: "buffer",
        open: (socket) => made.#began(socket, made.#stream.hello()),
        data: (_, bytes) => made.#data(bytes),
        drain: (socket) => made.#queue.flush(socket),
        close: () => made.#end("the connection was closed"),
        error: (_, error) => made.#end(error.message),
        connectError: (_, error) => made.#end(error.message),
      },
    }).catch((error: Error) => made.#end(error.message));
    return made;
  }

  /** `connected` gives the handler of each new peer, before it has greeted. Throws if it cannot listen. */
  static listen(
    at: { host: string; port: number },
    secret: () => Uint8Array,
    connected: (socket: () => SealedSocket) => SealedHandler,
  ): { stop(): void } {
    return Bun.listen<SealedSocket | null>({
      hostname: at.host,
      port: at.port,
      socket: {
        binaryType: "buffer",
        open(socket) {
          try {
            const handler = connected(() => socket.data!);
            const made = new SealedSocket("server", secret(), handler);
            socket.data = made;
            made.#began(socket, null);
          } catch {
            socket.data = null;
            socket.terminate();
          }
        },
        data(socket, bytes) {
          if (socket.data !== null) socket.data.#data(bytes);
        },
        drain(socket) {
          if (socket.data !== null) socket.data.#queue.flush(socket);
        },
        close(socket) {
          if (socket.data !== null) socket.data.#end("the connection was closed");
        },
        error(socket, error) {
          if (socket.data !== null) socket.data.#end(error.message);
        },
      },
    });
  }

  get open(): boolean {
    return this.#stream.open && !this.#over;
  }

  send(content: Uint8Array): void {
    if (!this.open) return;
    this.#queue.push(this.#stream.seal(content));
    if (this.#queue.waiting > MOST_UNREAD_BYTES) this.#end("the peer does not read");
    else this.#queue.flush(this.#socket!);
  }

  close(): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#greeting);
    this.#socket?.end();
  }

  #began(socket: Socket<unknown>, hello: Buffer | null): void {
    this.#socket = socket as Socket<unknown>;
    if (this.#over) {
      socket.end();
      return;
    }
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 5_000);
    if (hello === null) return;
    this.#queue.push(hello);
    this.#queue.flush(socket);
  }

  #data(bytes: Buffer): void {
    if (this.#over) return;
    const before = this.#stream.open;
    try {
      const { reply, frames } = this.#stream.take(bytes);
      if (reply !== null) {
        this.#queue.push(reply);
        this.#queue.flush(this.#socket!);
      }
      if (!before && this.#stream.open) {
        clearTimeout(this.#greeting);
        this.#handler.opened();
      }
      for (const frame of frames) if (!this.#over) this.#handler.frame(frame);
    } catch (error) {
      if (!(error instanceof SealError)) throw error;
      this.#end(error.message);
    }
  }

  #end(reason: string): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#greeting);
    this.#socket?.terminate();
    this.#handler.closed(reason);
  }
}
