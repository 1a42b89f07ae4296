import { readFileSync, statSync } from "node:fs";
import { Paths, underRoot } from "../../internal/host/paths.ts";

const LOOK_EVERY_MS = 50;

/**
 * A testing aid: addresses or node ids in `run/muster/cut` (one a line, under MUSTER_ROOT) are cut
 * off; nothing is sent to them, and what comes from them is dropped. It is looked at only where
 * MUSTER_ROOT is set: on a real machine there is no such file.
 */
export class CutList {
  readonly #path = underRoot(`${Paths.runFolder}/cut`);
  #lines: ReadonlySet<string> = new Set();
  #seen = "";
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor() {
    if ((process.env["MUSTER_ROOT"] ?? "") === "") return;
    this.look();
    this.#timer = setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  has(node: number, address: string): boolean {
    if (this.#lines.size === 0) return false;
    return this.#lines.has(address) || this.#lines.has(String(node));
  }

  look(): void {
    try {
      const stat = statSync(this.#path);
      const stamp = `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
      if (stamp === this.#seen) return;
      this.#seen = stamp;
      const lines = readFileSync(this.#path, "utf8").split(/\s+/);
      this.#lines = new Set(lines.filter((line) => line !== ""));
    } catch {
      this.#seen = "";
      this.#lines = new Set();
    }
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }
}
