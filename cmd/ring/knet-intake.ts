import {
  BULK_HEADER,
  decodeBulk,
  decodeKnetData,
  decodeKnetPing,
  decodePmtud,
  isBulk,
  KnetType,
  knetAnswer,
  knetNode,
  knetType,
} from "../../internal/wire/mod.ts";
import { canonical } from "./address.ts";
import { unpack } from "./knet-compression.ts";
import {
  type Host,
  type KnetState,
  monotonicNs,
  NS_PER_MS,
  type Path,
  pathOf,
  reachable,
} from "./knet-state.ts";
import type { KnetWatch } from "./knet-watch.ts";

/** An answer to a ping from longer ago tells nothing of the present. */
const OLDEST_PONG_MS = 30_000;

/** What comes in: opened, checked for who sent it, and handed to the ring or to the watch of links. */
export class KnetIntake {
  readonly #state: KnetState;
  readonly #watch: KnetWatch;

  constructor(state: KnetState, watch: KnetWatch) {
    this.#state = state;
    this.#watch = watch;
  }

  /** One datagram. */
  received(link: number, data: Uint8Array, from: string): void {
    let at = 0;
    while (isBulk(data, at)) {
      const piece = decodeBulk(data, at);
      if (piece === null) {
        this.#state.count("dropped.bulk");
        return;
      }
      at += BULK_HEADER + piece.payload.length;
      const host = this.#state.hosts.get(piece.node);
      const path = pathOf(host, link);
      if (host === undefined || path === undefined || !this.#mayCome(path, from)) {
        this.#state.count("dropped.unlisted");
        continue;
      }
      const unit = host.bulk.take(piece);
      if (unit !== null) this.#sealed(link, unit, from);
    }
    if (at < data.length) this.#sealed(link, at === 0 ? data : data.subarray(at), from);
  }

  #sealed(link: number, data: Uint8Array, from: string): void {
    const state = this.#state;
    const plain = state.keys.open(data);
    if (plain === null) {
      state.count("dropped.signature");
      return;
    }
    const type = knetType(plain);
    const host = type === null ? undefined : state.hosts.get(knetNode(plain));
    const path = pathOf(host, link);
    if (type === null) state.count("dropped.malformed");
    else if (host === undefined || path === undefined || !this.#mayCome(path, from)) {
      state.count("dropped.unlisted");
    } else if (state.cut.has(host.nodeId, path.address)) state.count("dropped.cut");
    else this.#take(type, plain, host, path);
  }

  #mayCome(path: Path, from: string): boolean {
    if (from === path.text || from === path.address) return true;
    return !this.#state.config.settings.blockUnlistedIps || canonical(from) === path.address;
  }

  #take(type: number, plain: Uint8Array, host: Host, path: Path): void {
    const state = this.#state;
    switch (type) {
      case KnetType.data:
        this.#takeData(plain, host);
        return;
      case KnetType.ping: {
        const ping = decodeKnetPing(plain);
        if (ping === null) break;
        if (!reachable(host)) host.receiver.restart(ping.seq);
        state.control(path, knetAnswer(plain, state.config.me.nodeId));
        return;
      }
      case KnetType.pong: {
        const pong = decodeKnetPing(plain);
        if (pong === null) break;
        const latency = Number(monotonicNs() - pong.time) / NS_PER_MS;
        if (latency < 0 || latency > OLDEST_PONG_MS) {
          state.count("dropped.replayed");
          return;
        }
        this.#watch.apply(host, path, path.state.pong(latency, performance.now()));
        return;
      }
      case KnetType.pmtud:
        if (decodePmtud(plain) === null) break;
        state.control(path, knetAnswer(plain, state.config.me.nodeId));
        return;
      case KnetType.pmtudReply: {
        const reply = decodePmtud(plain);
        if (reply === null) break;
        this.#watch.apply(host, path, path.state.pmtudReply(reply.mtu, performance.now()));
        return;
      }
    }
    state.count("dropped.malformed");
  }

  #takeData(plain: Uint8Array, host: Host): void {
    const state = this.#state;
    const data = decodeKnetData(plain);
    if (data === null) {
      state.count("dropped.malformed");
      return;
    }
    // As libknet: a node that does not answer our pings has nothing to say, or is not who it seems.
    if (!reachable(host)) {
      state.count("dropped.early");
      return;
    }
    const whole = host.receiver.take(data);
    if (whole === null) return;
    const packet = data.compressed === 0 ? whole : unpack(data.compressed, whole);
    if (packet === null) {
      state.count("dropped.compressed");
      return;
    }
    state.count("received");
    state.events.packet(packet);
  }
}
