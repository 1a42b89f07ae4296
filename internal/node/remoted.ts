import { ExitCode } from "../base/mod.ts";
import {
  Executor,
  type ExecutorEffect,
  type ExecutorEvent,
  type ExecutorOptions,
  type OperationResult,
  type RunOutcome,
} from "../executor/mod.ts";
import type { LogLevel } from "../ports/mod.ts";
import type { LocalAnswer, LocalCommand, WatchCall } from "./local.ts";
import { type FromRemote, readRemoteMessage, type ToRemote } from "./remote-messages.ts";
import type { NodeEffect, Peer } from "./types.ts";

/** Results kept while no cluster node is connected. */
const MOST_RESULTS = 1_000;
/** How long a stop waits for the cluster to move the resources away. */
const STOP_MS = 20 * 60_000;
const NOT_CONNECTED: LocalAnswer = {
  ok: false,
  error: {
    code: ExitCode.DISCONNECT,
    message: "Transport endpoint is not connected",
    legacy: -107,
  },
};

export type RemotedEvent =
  /** A cluster node greeted with the right key. */
  | { type: "opened"; peer: number }
  | { type: "message"; peer: number; payload: string }
  | { type: "closed"; peer: number }
  | { type: "run-done"; run: string; outcome: RunOutcome }
  | { type: "unit-changed"; unit: string }
  | { type: "timer"; id: string }
  | { type: "request"; id: number; command: LocalCommand; body: unknown; peer: Peer }
  | { type: "request-gone"; id: number }
  | { type: "watch"; id: number; what: WatchCall; peer: Peer }
  | { type: "watch-gone"; id: number }
  | { type: "stop" };

export type RemotedEffect =
  | { type: "send"; peer: number; payload: string }
  | { type: "close"; peer: number }
  | Extract<
      NodeEffect,
      {
        type:
          | "run"
          | "run-unit"
          | "kill"
          | "set-timer"
          | "clear-timer"
          | "log"
          | "answer"
          | "watch-line"
          | "exit";
      }
    >;

/**
 * A remote node: an executor that a cluster node drives, and a door through which the tools here
 * reach the cluster. It decides nothing; without a cluster node its services run on as they are.
 */
export class Remoted {
  readonly #executor: Executor;
  /** The cluster node that said hello last; only it is obeyed. */
  #provider: number | null = null;
  #results: OperationResult[] = [];
  /** Tools that wait for an answer, and those that watch. */
  readonly #requests = new Set<number>();
  readonly #watches = new Set<number>();
  #stopping = false;
  #out: RemotedEffect[] = [];
  #nowMs = 0;

  constructor(options: ExecutorOptions) {
    this.#executor = new Executor(options);
  }

  step(event: RemotedEvent, nowMs: number): RemotedEffect[] {
    this.#out = [];
    this.#nowMs = nowMs;
    this.#take(event);
    return this.#out;
  }

  #take(event: RemotedEvent): void {
    switch (event.type) {
      case "opened":
        return;
      case "message":
        this.#message(event.peer, event.payload);
        return;
      case "closed":
        if (event.peer === this.#provider) this.#lost();
        return;
      case "run-done":
      case "unit-changed":
        this.#execute(event);
        return;
      case "timer":
        if (event.id === "stop") this.#exit("the cluster did not answer");
        else this.#execute(event);
        return;
      case "request": {
        const { id, command, body, peer } = event;
        if (this.#provider === null) {
          this.#out.push({ type: "answer", id, answer: NOT_CONNECTED });
          return;
        }
        this.#requests.add(id);
        this.#tell({ kind: "request", id, command, body, ...peer });
        return;
      }
      case "request-gone":
        if (this.#requests.delete(event.id)) this.#tell({ kind: "request-gone", id: event.id });
        return;
      case "watch":
        this.#watches.add(event.id);
        this.#tell({ kind: "watch", id: event.id, what: event.what, ...event.peer });
        return;
      case "watch-gone":
        if (this.#watches.delete(event.id)) this.#tell({ kind: "watch-gone", id: event.id });
        return;
      case "stop":
        this.#stop();
        return;
    }
  }

  #message(peer: number, payload: string): void {
    const message = readRemoteMessage<ToRemote>(payload);
    if (message === null) return;
    if (message.kind === "hello") {
      this.#greet(peer, message);
      return;
    }
    // One that was replaced has no more to say.
    if (peer !== this.#provider) return;
    switch (message.kind) {
      case "order":
        for (const event of message.events) this.#execute(event);
        return;
      case "ping":
        this.#tell({ kind: "pong", number: message.number });
        return;
      case "answer":
        if (this.#requests.delete(message.id)) this.#out.push({ ...message, type: "answer" });
        return;
      case "watch-line":
        if (this.#watches.has(message.id)) this.#out.push({ ...message, type: "watch-line" });
        return;
      case "bye":
        this.#log("notice", "The cluster ends its connection");
        this.#lost();
        return;
    }
  }

  #greet(peer: number, hello: Extract<ToRemote, { kind: "hello" }>): void {
    const before = this.#provider;
    if (before !== null && before !== peer) {
      this.#failRequests();
      this.#out.push({ type: "close", peer: before });
    }
    this.#provider = peer;
    this.#log("notice", `Node ${hello.from} drives this node as ${hello.remote}`);
    if (hello.fresh) {
      this.#results = [];
      this.#execute({ type: "forget-all" });
    }
    this.#tell({ kind: "welcome" });
    for (const result of this.#results) this.#tell({ kind: "result", result });
    this.#results = [];
    if (this.#stopping) this.#tell({ kind: "stopping" });
  }

  #lost(): void {
    this.#provider = null;
    this.#failRequests();
    this.#log("warning", "No cluster node is connected");
    if (this.#stopping) this.#exit("the cluster has let this node go");
  }

  #failRequests(): void {
    for (const id of this.#requests) this.#out.push({ type: "answer", id, answer: NOT_CONNECTED });
    this.#requests.clear();
  }

  #stop(): void {
    if (this.#stopping) return;
    this.#stopping = true;
    if (this.#provider === null) {
      this.#exit("no cluster node is connected");
      return;
    }
    this.#log("notice", "Asking the cluster to move the resources away");
    this.#tell({ kind: "stopping" });
    this.#out.push({ type: "set-timer", id: "stop", delayMs: STOP_MS });
  }

  #exit(why: string): void {
    this.#log("notice", `Ending: ${why}`);
    this.#out.push({ type: "exit", code: ExitCode.OK, clean: true });
  }

  #execute(event: ExecutorEvent): void {
    for (const effect of this.#executor.step(event, this.#nowMs)) this.#onEffect(effect);
  }

  #onEffect(effect: ExecutorEffect): void {
    switch (effect.type) {
      case "unit":
        this.#out.push({ ...effect, type: "run-unit" });
        return;
      case "result":
        if (this.#provider !== null) this.#tell({ kind: "result", result: effect.result });
        else if (this.#results.length < MOST_RESULTS) this.#results.push(effect.result);
        return;
      case "device":
      case "remote": {
        // Fence devices and connections belong to cluster nodes.
        const error = "not possible on a remote node";
        const outcome = { outcome: "failed", code: 0, stdout: "", stderr: "", error } as const;
        this.#execute({ type: "run-done", run: effect.run, outcome: { ...outcome, runMs: 0 } });
        return;
      }
      default:
        this.#out.push(effect);
    }
  }

  #tell(message: FromRemote): void {
    if (this.#provider === null) return;
    const payload = JSON.stringify(message);
    this.#out.push({ type: "send", peer: this.#provider, payload });
  }

  #log(level: LogLevel, message: string): void {
    this.#out.push({ type: "log", level, message });
  }
}
