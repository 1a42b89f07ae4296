import { ExitCode } from "../base/mod.ts";
import type { Parts } from "./parts.ts";

/** How long a stop waits for the cluster when the ring or the peers are not there. */
const STOP_ALONE_MS = 10_000;
/** How long a stop waits until the cluster knows what runs here. */
const STOP_UNPROBED_MS = 60_000;
/** After this long an orderly stop is given up and the engine goes as it is. */
const SHUTDOWN_ESCALATION_MS = 20 * 60_000;

/** How a node stops: it asks the cluster to empty it, and goes when it is let go. */
export class Leaving {
  readonly #parts: Parts;
  #stopping = false;
  #exited = false;
  /** The cluster has looked at what runs here (probes), or nothing can. */
  #probed: boolean;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#probed = !parts.options.leftovers;
  }

  get stopping(): boolean {
    return this.#stopping;
  }

  get exited(): boolean {
    return this.#exited;
  }

  stop(): void {
    if (this.#stopping) return;
    this.#stopping = true;
    const { effects, group } = this.#parts;
    effects.log("notice", "Stopping: the resources of this node are moved or stopped first");
    effects.setTimer("node:escalate", SHUTDOWN_ESCALATION_MS);
    if (group.synced) this.requestShutdown();
    else effects.setTimer("node:stop-alone", STOP_ALONE_MS);
  }

  /** The scheduler sees the attribute, empties the node and then lets it go. */
  requestShutdown(): void {
    const { effects, rooms, nowMs } = this.#parts;
    effects.clearTimer("node:stop-alone");
    // Of what nobody knows to run here nothing would be stopped: first the probes, for a while.
    if (!this.#probed) effects.setTimer("node:unprobed", STOP_UNPROBED_MS);
    else rooms.setAttribute("shutdown", String(Math.floor(nowMs() / 1000)));
  }

  /** Asks to be told when the DC has nothing left to do after we joined. */
  askProbed(): void {
    if (!this.#probed) this.#parts.group.send({ kind: "wait-idle", token: this.#probedToken() });
  }

  /** The DC has nothing left to do for those that asked with these tokens. */
  idle(tokens: readonly string[]): void {
    if (tokens.includes(this.#probedToken())) this.#setProbed();
  }

  #probedToken(): string {
    const { nodeName, pid } = this.#parts.options;
    return `probed:${nodeName}:${pid}`;
  }

  #setProbed(): void {
    if (this.#probed) return;
    this.#probed = true;
    this.#parts.effects.clearTimer("node:unprobed");
    if (this.#stopping) this.requestShutdown();
  }

  /** The cluster lets this node go. */
  leave(): void {
    if (!this.#stopping) this.#parts.effects.log("notice", "The cluster asks this node to stop");
    this.#parts.rooms.execute({ type: "cancel-all" });
    this.exit(ExitCode.OK, true);
  }

  exit(code: number, clean = false): void {
    this.#exited = true;
    this.#parts.watchdog?.leave(clean);
    this.#parts.effects.emit({ type: "exit", code, clean });
  }

  timer(id: "stop-alone" | "unprobed" | "escalate"): void {
    const { effects } = this.#parts;
    switch (id) {
      case "stop-alone":
        effects.log("warning", "Stopping without the cluster: resources are left as they are");
        this.exit(ExitCode.OK);
        return;
      case "unprobed":
        this.#setProbed();
        return;
      case "escalate":
        effects.log("error", "The orderly stop took too long and is given up");
        this.exit(ExitCode.ERROR);
        return;
    }
  }
}
