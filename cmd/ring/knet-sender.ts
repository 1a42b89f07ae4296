import {
  BULK_PIECES_MAX,
  bulkPieces,
  cutBulk,
  encodeKnetDataHeader,
  KNET_DATA_HEADER,
} from "../../internal/wire/mod.ts";
import type { Host, KnetState, Path } from "./knet-state.ts";
import type { KnetWatch } from "./knet-watch.ts";
import { chooseLinks } from "./link-choice.ts";
import { runPieces } from "./link-out.ts";

/** libknet tells others where its numbering stands every so many packets. */
const SEQ_REPORT = 8191;

/** What goes out: links chosen, packets sealed and cut to the size of the way. */
export class KnetSender {
  readonly #state: KnetState;
  readonly #watch: KnetWatch;
  #unit = 0;

  constructor(state: KnetState, watch: KnetWatch) {
    this.#state = state;
    this.#watch = watch;
  }

  /** Queued on the links until they are flushed. */
  send(hosts: Host[], packet: Uint8Array, broadcast: boolean, copies: number): void {
    const state = this.#state;
    const kin: Path[] = [];
    const others: Path[] = [];
    for (const host of hosts) {
      const list = host.kin ? kin : others;
      for (const path of this.#choose(host, copies)) {
        // Chosen and lost, as on a wire that is cut: nobody knows before the pongs are missed.
        if (!state.cut.has(host.nodeId, path.address)) list.push(path);
      }
    }
    if (kin.length + others.length === 0) {
      state.count("dropped.unreachable");
      return;
    }
    state.seq = state.seq === 65535 ? 1 : state.seq + 1;
    if (kin.length > 0) this.#sendWhole(kin, packet, broadcast);
    if (others.length > 0) this.#sendFragments(others, packet, broadcast);
    if (state.seq % SEQ_REPORT === 0) {
      for (const path of [...kin, ...others]) this.#watch.ping(path, false);
    }
  }

  /** To our own kind: sealed whole, then cut. All of it is told apart by its pieces' headers. */
  #sendWhole(targets: Path[], packet: Uint8Array, broadcast: boolean): void {
    const state = this.#state;
    const room = Math.min(...targets.map((path) => state.pieceRoom(path)));
    const header = this.#dataHeader(1, 0, broadcast);
    const crypto = state.keys.sealing;
    const size = crypto.sealedSize(header.length + packet.length);
    if (bulkPieces(size, room) > BULK_PIECES_MAX) {
      this.#sendFragments(targets, packet, broadcast);
      return;
    }
    this.#unit = (this.#unit + 1) & 0xffff;
    const node = state.config.me.nodeId;
    const unit = { node, unit: this.#unit, room, runPieces: runPieces(room) };
    const first = state.links.get(targets[0]!.link)!.out;
    const runs = cutBulk(crypto.sealParts([header, packet]), unit, (bytes) => first.buffer(bytes));
    for (const path of targets) {
      const { out } = state.links.get(path.link)!;
      for (const run of runs) out.pushRun(run, room, path.port, path.address);
    }
  }

  /** As libknet does it: every fragment sealed for itself. */
  #sendFragments(targets: Path[], packet: Uint8Array, broadcast: boolean): void {
    const state = this.#state;
    const room = Math.min(...targets.map((path) => state.dataMtu(path)));
    const fragments = Math.max(1, Math.ceil(packet.length / room));
    const crypto = state.keys.sealing;
    const segment = crypto.sealedSize(KNET_DATA_HEADER + Math.min(room, packet.length));
    const inRun = runPieces(segment);
    for (let first = 1; first <= fragments; first += inRun) {
      const last = Math.min(fragments, first + inRun - 1);
      const tail = Math.min(room, packet.length - (last - 1) * room);
      const bytes = (last - first) * segment + crypto.sealedSize(KNET_DATA_HEADER + tail);
      const run = state.links.get(targets[0]!.link)!.out.buffer(bytes);
      let at = 0;
      for (let fragment = first; fragment <= last; fragment += 1) {
        // libknet leaves the number of an only fragment at 0.
        const header = this.#dataHeader(fragments, fragments === 1 ? 0 : fragment, broadcast);
        const piece = packet.subarray((fragment - 1) * room, fragment * room);
        for (const part of crypto.sealParts([header, piece])) {
          run.set(part, at);
          at += part.length;
        }
      }
      for (const path of targets) {
        state.links.get(path.link)!.out.pushRun(run, segment, path.port, path.address);
      }
    }
  }

  #dataHeader(fragments: number, fragment: number, broadcast: boolean): Uint8Array {
    const { config, seq } = this.#state;
    const node = config.me.nodeId;
    return encodeKnetDataHeader({ node, seq, compressed: 0, broadcast, fragments, fragment });
  }

  /** The links that a packet to this host takes. */
  #choose(host: Host, copies: number): readonly Path[] {
    const { paths } = host;
    // Most have one link, and this is done for every packet: no list is made for it.
    if (paths.length === 1 && copies < 2) return paths[0]!.state.connected ? paths : [];
    const up = paths.filter((path) => path.state.connected);
    host.turn += 1;
    const mode = this.#state.config.settings.linkMode;
    return chooseLinks(up, { mode, turn: host.turn, copies });
  }
}
