import type { KnetData } from "./knet.ts";

/** libknet's window for telling a packet from its copy on another link. */
const WINDOW = 4096;
const SEQ_SPACE = 65536;
/** Packets of one sender whose fragments are still arriving. */
const ASSEMBLIES_MAX = 64;

interface Assembly {
  parts: (Uint8Array | null)[];
  missing: number;
  bytes: number;
}

/** Packets of one sender: each handed on once and whole, whatever links its pieces took. */
export class KnetReceiver {
  #newest = 0;
  readonly #done = new Uint8Array(WINDOW);
  readonly #assemblies = new Map<number, Assembly>();
  duplicates = 0;
  abandoned = 0;

  /** The sender (re)appeared, and counts from here. */
  restart(seq: number): void {
    this.#newest = seq;
    this.#done.fill(0);
    this.#assemblies.clear();
  }

  /** The user's packet once its last piece is here, else null. */
  take(data: KnetData): Uint8Array | null {
    if (!this.#isNew(data.seq)) {
      this.duplicates += 1;
      return null;
    }
    if (data.fragments === 1) {
      this.#done[data.seq % WINDOW] = 1;
      return data.payload;
    }
    return this.#assemble(data);
  }

  #isNew(seq: number): boolean {
    const ahead = (seq - this.#newest + SEQ_SPACE) % SEQ_SPACE;
    if (ahead === 0) return this.#done[seq % WINDOW] === 0;
    const behind = SEQ_SPACE - ahead;
    if (behind < WINDOW) return this.#done[seq % WINDOW] === 0;
    if (ahead > WINDOW) this.restart(seq);
    else {
      for (let i = 1; i <= ahead; i += 1) this.#done[((this.#newest + i) % SEQ_SPACE) % WINDOW] = 0;
      this.#newest = seq;
    }
    return true;
  }

  #assemble(data: KnetData): Uint8Array | null {
    let assembly = this.#assemblies.get(data.seq);
    if (assembly === undefined || assembly.parts.length !== data.fragments) {
      if (this.#assemblies.size >= ASSEMBLIES_MAX) this.#abandonOldest();
      const parts = Array.from({ length: data.fragments }, () => null);
      assembly = { parts, missing: data.fragments, bytes: 0 };
      this.#assemblies.set(data.seq, assembly);
    }
    if (assembly.parts[data.fragment - 1] !== null) {
      this.duplicates += 1;
      return null;
    }
    assembly.parts[data.fragment - 1] = data.payload;
    assembly.missing -= 1;
    assembly.bytes += data.payload.length;
    if (assembly.missing > 0) return null;
    this.#assemblies.delete(data.seq);
    this.#done[data.seq % WINDOW] = 1;
    const whole = new Uint8Array(assembly.bytes);
    let at = 0;
    for (const part of assembly.parts) {
      whole.set(part!, at);
      at += part!.length;
    }
    return whole;
  }

  #abandonOldest(): void {
    const oldest = this.#assemblies.keys().next().value;
    if (oldest !== undefined) this.#assemblies.delete(oldest);
    this.abandoned += 1;
  }
}
