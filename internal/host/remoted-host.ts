import type { ExecutorOptions } from "../executor/mod.ts";
import { Remoted, type RemotedEffect, type RemotedEvent } from "../node/mod.ts";
import type { Log } from "../ports/mod.ts";
import type { AgentHost } from "./agent-host.ts";
import { clock } from "./clock.ts";
import { LocalEffects } from "./local-effects.ts";
import { listenLocal } from "./local-server.ts";
import { readAuthkey } from "./remote-connections.ts";
import { SealedSocket } from "./sealed-socket.ts";

/** Connections that have not said hello, or were replaced, are few. */
const MOST_PEERS = 32;
/** Time for the last frames to leave before the process ends. */
const LEAVE_MS = 100;

export interface RemotedHostOptions {
  host: string;
  port: number;
  authkey: string;
  engineSocket: string;
  log: Log;
  agents: AgentHost;
  executor: ExecutorOptions;
  ready: () => void;
}

/** Runs a remote node on this machine. Throws when it cannot listen. */
export class RemotedHost {
  readonly exited: Promise<number>;
  readonly #options: RemotedHostOptions;
  readonly #remoted: Remoted;
  readonly #peers = new Map<number, SealedSocket>();
  readonly #local: LocalEffects;
  readonly #listener: { stop(): void };
  #resolve: (code: number) => void = () => {};
  #counter = 0;
  #ended = false;

  constructor(options: RemotedHostOptions) {
    this.#options = options;
    this.exited = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#remoted = new Remoted(options.executor);
    this.#local = new LocalEffects(options.log, options.agents, (event) => this.#step(event));
    options.agents.watchUnits?.((unit) => this.#step({ type: "unit-changed", unit }));
    const { host, port, authkey } = options;
    this.#listener = SealedSocket.listen(
      { host, port },
      () => readAuthkey(authkey),
      (socket) => this.#connected(socket),
    );
    this.#local.server = listenLocal(options.engineSocket, {
      request: (id, command, body, peer) =>
        this.#step({ type: "request", id, command, body, peer }),
      requestGone: (id) => this.#step({ type: "request-gone", id }),
      watch: (id, what, peer) => this.#step({ type: "watch", id, what, peer }),
      watchGone: (id) => this.#step({ type: "watch-gone", id }),
    });
    options.ready();
  }

  /** Orderly stop, as for SIGTERM. */
  stop(): void {
    this.#step({ type: "stop" });
  }

  #connected(socket: () => SealedSocket) {
    if (this.#peers.size >= MOST_PEERS) throw new Error("too many connections");
    this.#counter += 1;
    const peer = this.#counter;
    return {
      opened: () => {
        this.#peers.set(peer, socket());
        this.#step({ type: "opened", peer });
      },
      frame: (content: Buffer) =>
        this.#step({ type: "message", peer, payload: content.toString("utf8") }),
      closed: (reason: string) => {
        const known = this.#peers.delete(peer);
        this.#options.log.write("info", `A connection ended: ${reason}`);
        if (known) this.#step({ type: "closed", peer });
      },
    };
  }

  #step(event: RemotedEvent): void {
    if (this.#ended) return;
    for (const effect of this.#remoted.step(event, clock.wallMs())) this.#do(effect);
  }

  #do(effect: RemotedEffect): void {
    switch (effect.type) {
      case "send":
        this.#peers.get(effect.peer)?.send(Buffer.from(effect.payload));
        return;
      case "close":
        this.#peers.get(effect.peer)?.close();
        this.#peers.delete(effect.peer);
        return;
      case "exit":
        this.#end(effect.code);
        return;
      default:
        this.#local.do(effect);
        return;
    }
  }

  #end(code: number): void {
    this.#ended = true;
    this.#local.close();
    this.#listener.stop();
    for (const socket of this.#peers.values()) socket.close();
    clock.timer(LEAVE_MS, () => this.#resolve(code));
  }
}
