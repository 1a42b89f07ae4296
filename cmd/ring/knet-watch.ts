import {
  encodeKnetPing,
  encodePmtud,
  type LinkEffect,
  plaintextRoom,
} from "../../internal/wire/mod.ts";
import { type Host, type KnetState, monotonicNs, type Path, reachable } from "./knet-state.ts";

/** Links are looked at no more often than this. */
const TICK_MS = 20;

/** Watches the links: pings, probes of their size, and word of what comes up and goes down. */
export class KnetWatch {
  readonly #state: KnetState;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #tickDue = Infinity;
  #closed = false;

  constructor(state: KnetState) {
    this.#state = state;
  }

  get closed(): boolean {
    return this.#closed;
  }

  close(): void {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  tick(): void {
    this.#timer = null;
    const now = performance.now();
    const late = now - this.#tickDue;
    for (const host of this.#state.hosts.values()) {
      for (const path of host.paths) {
        path.state.forgive(late);
        if (path.state.nextTick <= now) this.apply(host, path, path.state.tick(now));
      }
    }
    this.#arm();
  }

  #arm(): void {
    if (this.#closed || this.#timer !== null) return;
    this.#tickDue = performance.now() + TICK_MS;
    this.#timer = setTimeout(() => this.tick(), TICK_MS);
  }

  /** Does what a link's state asks for. */
  apply(host: Host, path: Path, effects: LinkEffect[]): void {
    const { events } = this.#state;
    for (const effect of effects) {
      switch (effect.type) {
        case "ping":
          this.ping(path, true);
          break;
        case "probe":
          this.#probe(host, path, effect.mtu);
          break;
        case "up":
          events.log("info", `link: host: ${host.nodeId} link: ${path.link} is up`);
          if (host.paths.filter((p) => p.state.connected).length === 1) {
            events.reachable(host.nodeId, true);
          }
          break;
        case "down":
          events.log("info", `link: host: ${host.nodeId} link: ${path.link} is down`);
          if (!reachable(host)) {
            events.log("warning", `host: host: ${host.nodeId} has no active links`);
            events.reachable(host.nodeId, false);
          }
          break;
        case "mtu":
          events.log(
            "debug",
            `pmtud: host: ${host.nodeId} link: ${path.link} data MTU ${this.#state.dataMtu(path)}`,
          );
          events.sized();
      }
    }
    if (effects.length > 0) this.#arm();
  }

  /** `timed`: an answer is wanted; else it only tells where our numbering stands. */
  ping(path: Path, timed: boolean): void {
    const { config, seq } = this.#state;
    const node = config.me.nodeId;
    const ping = encodeKnetPing({ node, link: path.link, time: monotonicNs(), seq, timed });
    this.#state.control(path, ping);
  }

  #probe(host: Host, path: Path, mtu: number): void {
    const { config, keys, links } = this.#state;
    const crypto = keys.sealing;
    const size = plaintextRoom(mtu, path.ipVersion, crypto.overhead);
    const packet = crypto.seal(encodePmtud(config.me.nodeId, path.link, mtu, size));
    const socket = links.get(path.link)?.socket;
    if (socket?.trySend(packet, path.port, path.address) === true) return;
    // Asked again only after this turn: a refusal chain must not recurse over the whole search.
    setTimeout(() => {
      this.apply(host, path, path.state.probeRefused(mtu, performance.now()));
    }, 0);
  }
}
