import type { KnetCrypto } from "../../internal/wire/mod.ts";
import type { RingConfig } from "./config.ts";
import { loadCrypto } from "./knet-config.ts";

const ACTIVATE = 1;
const CLEAN_UP = 2;

/** The ring's keys: one seals, all open, so that a key can be changed while running. */
export class KnetKeys {
  /** The first one seals. */
  #crypto: KnetCrypto[];
  /** Read from a reloaded file, not used for sealing yet. */
  #next: KnetCrypto | null = null;

  constructor(crypto: KnetCrypto) {
    this.#crypto = [crypto];
  }

  get sealing(): KnetCrypto {
    return this.#crypto[0]!;
  }

  /** Null when no key opens it. */
  open(data: Uint8Array): Uint8Array | null {
    for (const crypto of this.#crypto) {
      const plain = crypto.open(data);
      if (plain !== null) return plain;
    }
    return null;
  }

  /** See Transport.prepareKey. */
  prepare(config: RingConfig): boolean {
    const crypto = loadCrypto(config.settings);
    if (crypto.sameAs(this.sealing)) return false;
    this.#crypto = [this.sealing, crypto];
    this.#next = crypto;
    return true;
  }

  /** See Transport.keyPhase. In a mixed ring more than one node says each: the first time counts. */
  phase(phase: number): void {
    if (phase === ACTIVATE && this.#next !== null) {
      this.#crypto = [this.#next, this.sealing];
      this.#next = null;
    }
    if (phase === CLEAN_UP && this.#next === null) this.#crypto = [this.sealing];
  }
}
