import { z } from "zod";
import type { Disk } from "../ports/mod.ts";

const Entry = z.object({ creation_date: z.string(), token: z.string(), username: z.string() });
type Entry = z.infer<typeof Entry>;

/** Oldest tokens go first once there are this many. */
const TOKENS_MAX = 10_000;

/**
 * The tokens that this daemon has given out, in pcs_users.conf: a JSON list, indented by four, keys
 * sorted, mode 0600. A damaged file counts as empty: everybody logs in again.
 */
export class TokenStore {
  #disk: Disk;
  #file: string;

  constructor(disk: Disk, file: string) {
    this.#disk = disk;
    this.#file = file;
  }

  /** The user that a token was given to, or null. */
  userOf(token: string): string | null {
    if (token === "") return null;
    return this.#entries().find((entry) => sameText(entry.token, token))?.username ?? null;
  }

  /** Stores a new token; throws DiskError when it cannot be kept. */
  add(username: string, token: string, nowMs: number): void {
    const entries = this.#entries();
    entries.push({ creation_date: rubyDate(nowMs), token, username });
    this.#save(entries.slice(-TOKENS_MAX));
  }

  /** Forgets some tokens, or all. */
  remove(tokens: string[] | "all"): void {
    const gone = new Set(tokens);
    this.#save(tokens === "all" ? [] : this.#entries().filter((entry) => !gone.has(entry.token)));
  }

  #entries(): Entry[] {
    const bytes = this.#disk.read(this.#file);
    if (bytes === null) return [];
    try {
      return z.array(Entry).parse(JSON.parse(new TextDecoder().decode(bytes)));
    } catch {
      return [];
    }
  }

  #save(entries: Entry[]): void {
    this.#disk.writeAtomic(this.#file, JSON.stringify(entries, null, 4), 0o600);
  }
}

/** Compares without telling by its duration how much was right. */
function sameText(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}

/** `2026-11-23 02:28:02 +0000`. */
function rubyDate(nowMs: number): string {
  return `${new Date(nowMs).toISOString().slice(0, 19).replace("T", " ")} +0000`;
}
