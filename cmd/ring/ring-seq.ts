import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { getU64, putU64 } from "../../internal/wire/mod.ts";

/** The ring sequence number on disk: eight bytes, as Corosync keeps them. */
export class RingSeqFile {
  readonly #path: string;

  constructor(stateDir: string, nodeId: number) {
    mkdirSync(stateDir, { recursive: true });
    this.#path = join(stateDir, `ringid_${nodeId}`);
  }

  /** The number to start with: one above the stored one, so that no ring of ours repeats. */
  next(): number {
    try {
      const bytes = readFileSync(this.#path);
      if (bytes.length === 8) return getU64(bytes, 0) + 1;
    } catch {
      // The first start on this machine.
    }
    return 1;
  }

  /** Throws when the disk refuses; the ring then logs and goes on, as the original does. */
  store(seq: number): void {
    const bytes = new Uint8Array(8);
    putU64(bytes, 0, seq);
    writeFileSync(this.#path, bytes, { mode: 0o600 });
  }
}
