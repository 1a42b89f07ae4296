import { ExitCode } from "../base/mod.ts";
import type { CibFailure } from "../cib/mod.ts";
import type { ChangeReason } from "../controller/mod.ts";
import type { GroupMessage } from "./messages.ts";
import type { Applied } from "./replica.ts";
import type { ChangeDone } from "./requests.ts";

type ChangeMessage = Extract<GroupMessage, { kind: "change" }>;

interface Sent {
  message: ChangeMessage;
  done: ChangeDone | null;
}

/** Changes of this node that wait for more than this many others are refused. */
const MOST_WAITING = 4096;

const BUSY: CibFailure = {
  code: ExitCode.TEMPFAIL,
  message: "Too many changes are waiting",
  legacy: -11,
};

const NOT_CONNECTED: CibFailure = {
  code: ExitCode.DISCONNECT,
  message: "Transport endpoint is not connected",
  legacy: -107,
};

/**
 * What is worth sending again once the members agree. All else follows from the state that they
 * agreed on, and would be out of date: a node that was lost may be back.
 */
const OUTLASTS = new Set<ChangeReason>(["client", "history", "fenced"]);

/**
 * This node's own changes on their way: sent until they come back in the group's order, sent again
 * when they came back while no change could be applied, and acknowledged when they were applied and,
 * if the configuration changed, are on this node's disk.
 */
export class Outbox {
  #serial = 0;
  #sent = new Map<number, Sent>();
  /** Held back, or dropped by all members: to be sent once the members agree. */
  #held: Sent[] = [];
  /** Applied, waiting for the disk: by the number of the write that covers them. */
  #undurable: { write: number; done: () => void; refuse: (why: string) => void }[] = [];
  #write = 0;
  #writing = false;
  #dirty = false;

  /** Changes whose senders were not answered yet. */
  get waiting(): number {
    return this.#sent.size + this.#held.length + this.#undurable.length;
  }

  /** The message to multicast, or null when it waits for the members to agree. */
  add(
    message: Omit<ChangeMessage, "serial">,
    synced: boolean,
    done: ChangeDone | null,
  ): ChangeMessage | null {
    if (done !== null && this.#sent.size + this.#held.length >= MOST_WAITING) {
      done({ failure: BUSY });
      return null;
    }
    this.#serial += 1;
    const sent = { message: { ...message, serial: this.#serial }, done };
    if (!synced) {
      this.#hold(sent);
      return null;
    }
    this.#sent.set(this.#serial, sent);
    return sent.message;
  }

  /** One of ours came back in order but may not be applied yet. */
  dropped(serial: number): void {
    const sent = this.#sent.get(serial);
    if (sent === undefined) return;
    this.#sent.delete(serial);
    this.#hold(sent);
  }

  #hold(sent: Sent): void {
    if (OUTLASTS.has(sent.message.reason)) this.#held.push(sent);
    else sent.done?.({ failure: NOT_CONNECTED });
  }

  /** The members agree: what was held back is to be multicast. */
  release(): ChangeMessage[] {
    const held = this.#held;
    this.#held = [];
    for (const sent of held) this.#sent.set(sent.message.serial, sent);
    return held.map((sent) => sent.message);
  }

  /** A change was applied (by whomever sent it; `serial` is null for those of others). */
  applied(serial: number | null, applied: Applied): void {
    if (applied.configChanged) this.#dirty = true;
    const sent = serial === null ? undefined : this.#sent.get(serial);
    if (sent === undefined) return;
    this.#sent.delete(serial!);
    const { done } = sent;
    if (done === null) return;
    const { failure, output, changed } = applied;
    const answer = (): void => done(failure === null ? { output, changed } : { failure });
    // What was acknowledged must survive the loss of power on all nodes.
    if (applied.configChanged || this.#dirty) {
      const refuse = (message: string): void =>
        done({ failure: { code: ExitCode.IOERR, message, legacy: -5 } });
      this.#undurable.push({ write: this.#write + 1, done: answer, refuse });
    } else answer();
  }

  /** The whole CIB was replaced: it has to go to disk. */
  replaced(): void {
    this.#dirty = true;
  }

  /** Number of a write to begin now, or null. Call at the end of every step. */
  nextWrite(): number | null {
    if (!this.#dirty || this.#writing) return null;
    this.#dirty = false;
    this.#writing = true;
    this.#write += 1;
    return this.#write;
  }

  /** A write ended. When it failed, those who wait are told that their change may be lost. */
  written(write: number, error: string | null): void {
    const ready = this.#undurable.filter((entry) => entry.write <= write);
    this.#undurable = this.#undurable.filter((entry) => entry.write > write);
    // After a failure nothing is written until `retry`: the disk needs time, or somebody's help.
    if (error === null) this.#writing = false;
    else this.#dirty = true;
    for (const { done, refuse } of ready) error === null ? done() : refuse(error);
  }

  /** The disk may be tried again. */
  retry(): void {
    this.#writing = false;
  }

  /** The ring is gone. Whether what was sent arrives is unknown, so the clients are told. */
  disconnected(): void {
    for (const { done } of this.#sent.values()) done?.({ failure: NOT_CONNECTED });
    this.#sent.clear();
  }

  /** Held back for too long: the cluster is not there. What this node has to say itself stays. */
  refuseHeld(): void {
    const refused = this.#held.filter((sent) => sent.message.reason === "client");
    this.#held = this.#held.filter((sent) => sent.message.reason !== "client");
    for (const { done } of refused) done?.({ failure: NOT_CONNECTED });
  }
}
