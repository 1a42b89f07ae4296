import type { KnetData } from "./knet.ts";
import type { Assemblies } from "./knet-assembly.ts";

/** libknet's window for telling a packet from its copy on another link. */
const WINDOW = 4096;
const SEQ_SPACE = 65536;

/** Packets of one sender: each handed on once and whole, whatever links its pieces took. */
export class KnetReceiver {
  readonly #node: number;
  readonly #assemblies: Assemblies;
  #newest = 0;
  readonly #done = new Uint8Array(WINDOW);
  duplicates = 0;

  constructor(node: number, assemblies: Assemblies) {
    this.#node = node;
    this.#assemblies = assemblies;
  }

  /** The sender (re)appeared, and counts from here. */
  restart(seq: number): void {
    this.#newest = seq;
    this.#done.fill(0);
    this.#assemblies.forgetNode(this.#node);
  }

  /** The user's packet once its last piece is here, else null. */
  take(data: KnetData): Uint8Array | null {
    if (!this.#isNew(data.seq)) {
      this.duplicates += 1;
      return null;
    }
    const packet = data.fragments === 1 ? data.payload : this.#assemblies.take(data);
    if (packet !== null) this.#done[data.seq % WINDOW] = 1;
    return packet;
  }

  #isNew(seq: number): boolean {
    const ahead = (seq - this.#newest + SEQ_SPACE) % SEQ_SPACE;
    if (ahead === 0) return this.#done[seq % WINDOW] === 0;
    const behind = SEQ_SPACE - ahead;
    if (behind < WINDOW) return this.#done[seq % WINDOW] === 0;
    if (ahead > WINDOW) this.restart(seq);
    else {
      for (let i = 1; i <= ahead; i += 1) {
        const next = (this.#newest + i) % SEQ_SPACE;
        this.#done[next % WINDOW] = 0;
        this.#assemblies.forget(this.#node, (next - WINDOW + SEQ_SPACE) % SEQ_SPACE);
      }
      this.#newest = seq;
    }
    return true;
  }
}
