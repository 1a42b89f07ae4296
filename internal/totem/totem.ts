import {
  decodeCommitToken,
  decodeHoldCancel,
  decodeJoin,
  decodeMergeDetect,
  decodeToken,
  getU32,
  MCAST_HEADER_SIZE,
  PacketType,
  packetType,
  sameRing,
} from "../wire/mod.ts";
import { handleCommitToken } from "./commit.ts";
import { armQuickRetransmit, armRetransmit, armToken, Context, resendToken } from "./context.ts";
import {
  agreed,
  consensusTimeout,
  enterGather,
  handleJoin,
  sendJoin,
  sendLeave,
} from "./gather.ts";
import { cancelHold, handleHoldCancel, holdTimeout } from "./hold.ts";
import { hear, setKin, signTimeout, silenceLimit } from "./kin.ts";
import { restoreOldRing } from "./recovery.ts";
import { handleForeign, handleMcast, handleToken, mergeTimeout } from "./token.ts";
import type { TotemSettings, TotemState, TotemStats } from "./types.ts";

/** After a pause of this share of the token timeout, joins in the receive queue are history. */
const PAUSE_SHARE = 0.5;

/**
 * One member of a totem ring: a pure state machine. Packets, time and the wish to send go in;
 * effects come out through {@link TotemEffects} in order. It never reads a clock.
 */
export class Totem {
  readonly #c: Context;

  constructor(options: ConstructorParameters<typeof Context>[0]) {
    this.#c = new Context(options);
  }

  get state(): TotemState {
    return this.#c.state;
  }

  get ring(): { rep: number; seq: number } {
    return this.#c.ring;
  }

  get members(): readonly number[] {
    return this.#c.members;
  }

  /** Who a broadcast to `members` goes to: those of the ring that is being formed or stands. */
  get recipients(): readonly number[] {
    return this.#c.newMembers;
  }

  /** The token goes round without rest: the time between its visits measures the ring. */
  get flowing(): boolean {
    const c = this.#c;
    return c.state === "operational" && !c.rested;
  }

  get stats(): TotemStats {
    return this.#c.stats;
  }

  get settings(): TotemSettings {
    return this.#c.settings;
  }

  /** Where the member stands, for diagnosis. */
  get progress() {
    const c = this.#c;
    return {
      aru: c.aru,
      highReceived: c.highReceived,
      highDelivered: c.highDelivered,
      toReoriginate: c.toReoriginate.length,
      installSeq: c.installSeq,
      retransFlagCount: c.retransFlagCount,
      rotationCount: c.rotationCount,
      tokenHeld: c.tokenHeld,
    };
  }

  /** Every member of the ring is of our kind: see kin.ts. An empty list: they are not. */
  setKin(members: readonly number[]): void {
    setKin(this.#c, members);
  }

  /** Silence after which a member is taken for dead; null while only the token tells. */
  get silenceLimitMs(): number | null {
    return this.#c.kin.length > 1 ? silenceLimit(this.#c) : null;
  }

  /** New timers take effect the next time each is armed. */
  reconfigure(settings: TotemSettings): void {
    this.#c.settings = settings;
  }

  /** When {@link tick} wants to be called next; Infinity for never. */
  get nextTick(): number {
    const t = this.#c.timers;
    return Math.min(
      t.tokenLoss,
      t.tokenWarning,
      t.tokenRetransmit,
      t.holdRetransmit,
      t.join,
      t.consensus,
      t.mergeDetect,
      t.pause,
      t.sign,
    );
  }

  start(nowMs: number): void {
    this.#c.now = nowMs;
    this.#c.timers.pause = nowMs + this.#c.settings.token / 5;
    enterGather(this.#c, "start");
  }

  /** Says good-bye. The caller stops handing in packets first, or it would be drawn back. */
  leave(nowMs: number): void {
    this.#c.now = nowMs;
    sendLeave(this.#c);
  }

  /** Something waits in the source. */
  wantToSend(nowMs: number): void {
    this.#c.now = nowMs;
    cancelHold(this.#c);
  }

  /** A link to that node came up, or it is known to be there: look whether it belongs to us. */
  forceGather(nowMs: number, why: string): void {
    this.#c.now = nowMs;
    if (this.#c.state === "operational") enterGather(this.#c, why);
  }

  packet(packet: Uint8Array, nowMs: number): void {
    const c = this.#c;
    c.now = nowMs;
    const type = packetType(packet);
    if (typeof type === "string") {
      c.drop(type);
      return;
    }
    // A retransmitted multicast bears its originator's name, so it proves nothing.
    if (type !== PacketType.mcast) hear(c, getU32(packet, 5));
    switch (type) {
      case PacketType.mcast:
        if (packet.length < MCAST_HEADER_SIZE) {
          c.drop("length");
          return;
        }
        handleMcast(c, packet);
        return;
      case PacketType.token: {
        const token = decodeToken(packet);
        if (token === null) c.drop("length");
        else handleToken(c, token);
        return;
      }
      case PacketType.join: {
        const join = decodeJoin(packet);
        if (join === null || join.from === 0) {
          c.drop("length");
          return;
        }
        if (this.#paused()) {
          c.drop("join-after-pause");
          return;
        }
        handleJoin(c, join);
        return;
      }
      case PacketType.commitToken: {
        const token = decodeCommitToken(packet);
        if (token === null) c.drop("length");
        else handleCommitToken(c, token);
        return;
      }
      case PacketType.mergeDetect: {
        const merge = decodeMergeDetect(packet);
        if (merge === null) {
          c.drop("length");
          return;
        }
        if (sameRing(merge.ring, c.ring)) return;
        if (c.members.includes(merge.from) && merge.ring.seq < c.ring.seq) c.drop("merge-late");
        else handleForeign(c, merge.from);
        return;
      }
      default: {
        const cancel = decodeHoldCancel(packet);
        if (cancel === null) {
          c.drop("length");
          return;
        }
        if (sameRing(cancel.ring, c.ring)) handleHoldCancel(c);
      }
    }
  }

  #paused(): boolean {
    const c = this.#c;
    const lastTick = c.timers.pause - c.settings.token / 5;
    return c.now - lastTick > c.settings.token * PAUSE_SHARE;
  }

  /** Runs every timer that is due. */
  tick(nowMs: number): void {
    const c = this.#c;
    c.now = nowMs;
    const t = c.timers;
    if (t.pause <= nowMs) t.pause = nowMs + c.settings.token / 5;
    if (t.tokenWarning <= nowMs) {
      t.tokenWarning = Infinity;
      c.out.log("warning", `Token has not been received in ${Math.round(tokenAge(c))} ms `);
    }
    if (t.tokenLoss <= nowMs) this.#tokenLost();
    if (t.consensus <= nowMs && c.state === "gather") consensusTimeout(c);
    if (t.join <= nowMs) {
      t.join = Infinity;
      if (c.state === "gather") {
        sendJoin(c);
        t.join = nowMs + c.settings.join;
      }
    }
    if (t.tokenRetransmit <= nowMs) {
      t.tokenRetransmit = Infinity;
      if (c.state !== "gather") {
        resendToken(c);
        c.tokenResends += 1;
        if (c.state === "commit") armRetransmit(c);
        else armQuickRetransmit(c);
      }
    }
    if (t.holdRetransmit <= nowMs) holdTimeout(c);
    if (t.mergeDetect <= nowMs) mergeTimeout(c);
    if (t.sign <= nowMs) signTimeout(c);
  }

  #tokenLost(): void {
    const c = this.#c;
    c.timers.tokenLoss = Infinity;
    c.stats.tokenLosses += 1;
    switch (c.state) {
      case "operational":
        c.out.log("notice", "A processor failed, forming new configuration: token timed out");
        enterGather(c, "the token was lost in operational state");
        return;
      case "gather":
        // We agreed, but no commit token came.
        if (!agreed(c)) {
          consensusTimeout(c);
          return;
        }
        enterGather(c, "no commit token came");
        return;
      case "commit":
        enterGather(c, "the token was lost in commit state");
        return;
      case "recovery":
        restoreOldRing(c);
        enterGather(c, "the token was lost in recovery state");
        return;
    }
  }

  /** Rearms the loss timer after a pause of our own: what waits in the sockets is read first. */
  forgivePause(nowMs: number): void {
    this.#c.now = nowMs;
    if (this.#c.timers.tokenLoss !== Infinity) armToken(this.#c);
  }
}

function tokenAge(c: Context): number {
  return c.settings.token - (c.timers.tokenLoss - c.now);
}
