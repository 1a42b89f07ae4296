import type { RunOutcome } from "../executor/mod.ts";
import { connectionLost, type LinkRun, type RemoteLink, succeeded } from "./remote-link.ts";
import type { RemoteOutput } from "./remote-output.ts";

const RETRY_MS = 1_000;
/** Pings while a connection is up, and the silence after which it counts as lost. */
const PING_MS = 1_000;
const SILENCE_MS = 6_000;
/** How long an engine that was started again tries to find the connection of the one before. */
const TAKE_OVER_MS = 15_000;

export interface LifecycleOptions {
  nodeName: string;
  nowMs(): number;
  /** A connection is up; `fresh`: the cluster knows nothing of what runs there. */
  up(link: RemoteLink, fresh: boolean): void;
  /** Nothing comes over this connection any more: forget what waits for it. */
  dropped(link: RemoteLink): void;
  /** It was up and is no longer, or could not be had in time. */
  lost(link: RemoteLink): void;
  /** It could not be made in the time its start had. */
  abandoned(link: RemoteLink): void;
}

/**
 * How a connection comes and goes: attempts, pings, loss, and the operations on it that wait for one
 * of these. It knows nothing of what is sent over it beside greetings and pings.
 */
export class RemoteLifecycle {
  readonly #options: LifecycleOptions;
  readonly #output: RemoteOutput;
  #counter = 0;

  constructor(options: LifecycleOptions, output: RemoteOutput) {
    this.#options = options;
    this.#output = output;
  }

  connect(link: RemoteLink): void {
    this.#counter += 1;
    link.id = `${link.name}#${this.#counter}`;
    link.phase = "connecting";
    this.#output.connect(link);
  }

  /** Makes a connection that an engine before this one held. */
  takeOver(link: RemoteLink): void {
    this.#output.setTimer(`takeover:${link.name}`, TAKE_OVER_MS);
    this.connect(link);
  }

  opened(link: RemoteLink): void {
    const { nodeName: from } = this.#options;
    this.#output.tell(link, { kind: "hello", remote: link.name, from, fresh: link.fresh });
  }

  welcome(link: RemoteLink): void {
    if (link.phase !== "connecting") return;
    link.phase = "up";
    link.heardMs = this.#options.nowMs();
    this.#output.clearTimer(`takeover:${link.name}`);
    this.#output.log("notice", `Connected to remote node ${link.name}`);
    this.#options.up(link, link.fresh);
    link.fresh = false;
    this.#succeed(link, (operation) => operation !== "monitor");
    this.ping(link);
  }

  ping(link: RemoteLink): void {
    link.asked += 1;
    this.#output.tell(link, { kind: "ping", number: link.asked });
    this.#output.setTimer(`ping:${link.name}`, PING_MS);
  }

  /** The remote node answers, so its connection is well. */
  pong(link: RemoteLink, number: number): void {
    if (number === link.asked) this.#succeed(link, (operation) => operation === "monitor");
  }

  /** Something came over the connection. */
  heard(link: RemoteLink): void {
    link.heardMs = this.#options.nowMs();
  }

  closed(link: RemoteLink, reason: string): void {
    const { name, host, port } = { ...link, ...link.address };
    if (link.phase === "up") {
      this.lost(link, reason);
      return;
    }
    if (link.phase === "lost") return;
    const text = `No connection to remote node ${name} at ${host} port ${port}: ${reason}`;
    this.#output.log("info", text);
    link.phase = "waiting";
    this.#output.setTimer(`retry:${name}`, RETRY_MS);
  }

  /** The node may be dead or alive: its connection's monitor fails, and the cluster decides. */
  lost(link: RemoteLink, reason: string): void {
    this.#output.log("error", `Lost connection to remote node ${link.name}: ${reason}`);
    this.drop(link);
    this.#options.lost(link);
  }

  drop(link: RemoteLink): void {
    link.phase = "lost";
    for (const what of ["retry", "ping", "takeover"]) {
      this.#output.clearTimer(`${what}:${link.name}`);
    }
    this.#output.close(link);
    link.id = "";
    this.#options.dropped(link);
  }

  // --- Operations that wait for the connection ------------------------------------------------

  wait(
    link: RemoteLink,
    run: string,
    operation: LinkRun["operation"],
    timeoutMs: number,
    done: (outcome: RunOutcome) => void,
  ): void {
    link.runs.set(run, { operation, done });
    this.#output.setTimer(`run:${link.name}:${run}`, timeoutMs);
  }

  /** All that wait hear that there is no connection. */
  failWaiting(link: RemoteLink): void {
    for (const [run, { done }] of link.runs) {
      this.#output.clearTimer(`run:${link.name}:${run}`);
      done(connectionLost);
    }
    link.runs.clear();
  }

  #succeed(link: RemoteLink, which: (operation: LinkRun["operation"]) => boolean): void {
    for (const [run, { operation, done }] of [...link.runs]) {
      if (!which(operation)) continue;
      link.runs.delete(run);
      this.#output.clearTimer(`run:${link.name}:${run}`);
      done(succeeded);
    }
  }

  /** `what` and `run` as they stand in the timer's id. */
  timer(link: RemoteLink, what: string | undefined, run: string): void {
    switch (what) {
      case "retry":
        this.connect(link);
        return;
      case "ping": {
        const silentMs = this.#options.nowMs() - link.heardMs;
        if (silentMs < SILENCE_MS) this.ping(link);
        else this.lost(link, `it kept silent for ${Math.round(silentMs / 1000)} s`);
        return;
      }
      case "takeover":
        if (link.phase !== "up") this.lost(link, "it could not be taken over in time");
        return;
      case "run":
        this.#timedOut(link, run);
        return;
    }
  }

  #timedOut(link: RemoteLink, run: string): void {
    const waiting = link.runs.get(run);
    if (waiting === undefined) return;
    link.runs.delete(run);
    if (waiting.operation !== "monitor") {
      this.drop(link);
      this.#options.abandoned(link);
    }
    const error = `Timed out connecting to ${link.address.host} port ${link.address.port}`;
    waiting.done({ ...succeeded, outcome: "timeout", error });
  }
}
