import { readFileSync } from "node:fs";
import type { NodeEvent } from "../node/mod.ts";
import { SealedSocket } from "./sealed-socket.ts";

type RemoteEvent = Extract<NodeEvent, { type: "remote" }>["event"];

/** The cluster's key, which remote nodes have too. Throws when it cannot be read. */
export function readAuthkey(path: string): Uint8Array {
  const key = readFileSync(path);
  if (key.length === 0) throw new Error(`${path} is empty`);
  return key;
}

/** Connections of this node to the daemons of remote nodes, by link. */
export class RemoteConnections {
  readonly #authkey: string;
  readonly #sockets = new Map<string, SealedSocket>();

  constructor(authkey: string) {
    this.#authkey = authkey;
  }

  connect(
    link: string,
    to: { host: string; port: number },
    tell: (event: RemoteEvent) => void,
  ): void {
    let secret: Uint8Array;
    try {
      secret = readAuthkey(this.#authkey);
    } catch (error) {
      const reason = `the cluster's key cannot be read: ${(error as Error).message}`;
      queueMicrotask(() => tell({ type: "closed", reason }));
      return;
    }
    const socket = SealedSocket.connect(to, secret, {
      opened: () => tell({ type: "opened" }),
      frame: (content) => tell({ type: "message", payload: content.toString("utf8") }),
      closed: (reason) => {
        this.#sockets.delete(link);
        tell({ type: "closed", reason });
      },
    });
    this.#sockets.set(link, socket);
  }

  send(link: string, payload: string): void {
    this.#sockets.get(link)?.send(Buffer.from(payload));
  }

  close(link: string): void {
    this.#sockets.get(link)?.close();
    this.#sockets.delete(link);
  }

  closeAll(): void {
    for (const link of [...this.#sockets.keys()]) this.close(link);
  }
}
