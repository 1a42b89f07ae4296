import { KNET_LOWEST_MTU } from "./knet.ts";

export interface LinkTimers {
  pingIntervalMs: number;
  pingTimeoutMs: number;
  pongCount: number;
  /** How often the path MTU is measured again. */
  pmtudIntervalMs: number;
}

/** A fresh link, or one that just failed, is given more time, which shrinks second by second. */
const BACKOFF_START = 10;
const BACKOFF_STEP_MS = 1000;
/** Sizes tried first; between the last that came through and the first that did not: halving. */
const PMTU_STEPS = [1500, 9000, 65535];
const PMTU_ANSWER_MS = 200;
const PMTU_TRIES = 2;
const PMTU_PRECISION = 8;
const LATENCY_WEIGHT = 1 / 16;

export type LinkEffect =
  | { type: "ping" }
  | { type: "probe"; mtu: number }
  | { type: "up" }
  | { type: "down" }
  | { type: "mtu"; mtu: number };

/** One path to one node: is it alive, how long does it take, how large may packets be. Pure. */
export class LinkState {
  #timers: LinkTimers;
  connected = false;
  latencyMs: number | null = null;
  downCount = 0;
  upCount = 0;
  /** Largest IP packet that is known to come through. */
  mtu = KNET_LOWEST_MTU;
  #pongs = 0;
  #lastPong: number;
  #nextPing: number;
  #backoff = BACKOFF_START;
  #backoffAt: number;
  #nextSearch = Infinity;
  #search: { low: number; high: number; probe: number; tries: number; due: number } | null = null;

  constructor(timers: LinkTimers, nowMs: number) {
    this.#timers = timers;
    this.#lastPong = nowMs;
    this.#nextPing = nowMs;
    this.#backoffAt = nowMs;
  }

  retime(timers: LinkTimers): void {
    this.#timers = timers;
  }

  get nextTick(): number {
    const down = this.connected ? this.#lastPong + this.#timeout() : Infinity;
    return Math.min(this.#nextPing, down, this.#nextSearch, this.#search?.due ?? Infinity);
  }

  #timeout(): number {
    return this.#timers.pingTimeoutMs * this.#backoff + 2 * (this.latencyMs ?? 0);
  }

  tick(nowMs: number): LinkEffect[] {
    const effects: LinkEffect[] = [];
    while (this.#backoff > 1 && nowMs - this.#backoffAt >= BACKOFF_STEP_MS) {
      this.#backoff -= 1;
      this.#backoffAt += BACKOFF_STEP_MS;
    }
    if (nowMs >= this.#nextPing) {
      this.#nextPing = nowMs + this.#timers.pingIntervalMs;
      effects.push({ type: "ping" });
    }
    if (this.connected && nowMs >= this.#lastPong + this.#timeout()) {
      this.#goDown(nowMs);
      effects.push({ type: "down" });
    }
    if (nowMs >= this.#nextSearch) this.#beginSearch(nowMs, effects);
    else if (this.#search !== null && nowMs >= this.#search.due) this.#unanswered(nowMs, effects);
    return effects;
  }

  /**
   * We come that much late ourselves. After a pause the silence is not the peer's: it was not asked,
   * or its pongs wait unread. Ordinary lateness does not count: on a busy machine every look is late,
   * and a link that is cut must be noticed before the token timeout all the same.
   */
  forgive(lateMs: number): void {
    if (lateMs > this.#timers.pingIntervalMs / 2) this.#lastPong += lateMs;
  }

  #goDown(nowMs: number): void {
    this.connected = false;
    this.downCount += 1;
    this.#pongs = 0;
    this.#backoff = BACKOFF_START;
    this.#backoffAt = nowMs;
    this.#search = null;
    this.#nextSearch = Infinity;
  }

  pong(latencyMs: number, nowMs: number): LinkEffect[] {
    this.#lastPong = nowMs;
    this.latencyMs =
      this.latencyMs === null
        ? latencyMs
        : this.latencyMs + (latencyMs - this.latencyMs) * LATENCY_WEIGHT;
    if (this.connected) return [];
    this.#pongs += 1;
    if (this.#pongs < this.#timers.pongCount) {
      // The next one is not waited for: two round trips, not two intervals.
      return [{ type: "ping" }];
    }
    this.connected = true;
    this.upCount += 1;
    const effects: LinkEffect[] = [{ type: "up" }];
    this.#beginSearch(nowMs, effects);
    return effects;
  }

  #beginSearch(nowMs: number, effects: LinkEffect[]): void {
    this.#nextSearch = nowMs + this.#timers.pmtudIntervalMs;
    this.#search = { low: KNET_LOWEST_MTU, high: 65536, probe: 0, tries: 0, due: 0 };
    this.#probe(nowMs, effects);
  }

  #probe(nowMs: number, effects: LinkEffect[]): void {
    const s = this.#search!;
    const step = PMTU_STEPS.find((mtu) => mtu > s.low && mtu < s.high);
    if (step === undefined && s.high - s.low <= PMTU_PRECISION) {
      this.#search = null;
      if (this.mtu === s.low) return;
      this.mtu = s.low;
      effects.push({ type: "mtu", mtu: s.low });
      return;
    }
    s.probe = step ?? Math.floor((s.low + s.high) / 2);
    s.tries = 1;
    s.due = nowMs + PMTU_ANSWER_MS;
    effects.push({ type: "probe", mtu: s.probe });
  }

  /** A probe came back. */
  pmtudReply(mtu: number, nowMs: number): LinkEffect[] {
    const s = this.#search;
    if (s === null || mtu !== s.probe) return [];
    s.low = mtu;
    const effects: LinkEffect[] = [];
    if (s.low > this.mtu) {
      this.mtu = s.low;
      effects.push({ type: "mtu", mtu: s.low });
    }
    this.#probe(nowMs, effects);
    return effects;
  }

  /** The kernel would not send a packet of that size. */
  probeRefused(mtu: number, nowMs: number): LinkEffect[] {
    const s = this.#search;
    if (s === null || mtu !== s.probe) return [];
    s.high = mtu;
    const effects: LinkEffect[] = [];
    this.#probe(nowMs, effects);
    return effects;
  }

  #unanswered(nowMs: number, effects: LinkEffect[]): void {
    const s = this.#search!;
    if (s.tries < PMTU_TRIES) {
      s.tries += 1;
      s.due = nowMs + PMTU_ANSWER_MS;
      effects.push({ type: "probe", mtu: s.probe });
      return;
    }
    s.high = s.probe;
    this.#probe(nowMs, effects);
  }
}
