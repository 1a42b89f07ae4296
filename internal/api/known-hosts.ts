import { z } from "zod";
import type { Disk } from "../ports/mod.ts";

const Destination = z.object({ addr: z.string(), port: z.number().int() });
const Host = z.object({ dest_list: z.array(Destination).min(1), token: z.string() });
const File = z.object({
  format_version: z.number().int(),
  data_version: z.number().int(),
  known_hosts: z.record(z.string(), Host),
});

export type KnownHost = z.infer<typeof Host>;
export type KnownHosts = Record<string, KnownHost>;
export const KnownHostSchema = Host;

/**
 * The hosts that this one may talk to, with their tokens: the file `known-hosts`. Each change raises
 * `data_version`; between nodes the file with the highest one wins.
 */
export class KnownHostsStore {
  #disk: Disk;
  #file: string;

  constructor(disk: Disk, file: string) {
    this.#disk = disk;
    this.#file = file;
  }

  hosts(): KnownHosts {
    return this.#load().known_hosts;
  }

  version(): number {
    return this.#load().data_version;
  }

  /** The file as it stands, for synchronisation; null when there is none. */
  text(): string | null {
    const bytes = this.#disk.read(this.#file);
    return bytes === null ? null : new TextDecoder().decode(bytes);
  }

  /** Adds, overwrites and removes. Throws DiskError when it cannot be kept. */
  change(add: KnownHosts, remove: string[]): void {
    const file = this.#load();
    for (const name of remove) delete file.known_hosts[name];
    Object.assign(file.known_hosts, add);
    file.data_version += 1;
    this.#save(file);
  }

  /** Takes over another node's file when it is newer; the old one is kept beside it. */
  offer(text: string, nowMs: number): "accepted" | "rejected" | "error" {
    let offered: z.infer<typeof File>;
    try {
      offered = File.parse(JSON.parse(text));
    } catch {
      return "error";
    }
    const own = this.#load();
    if (offered.data_version < own.data_version) return "rejected";
    const old = this.text();
    if (old !== null) {
      this.#disk.writeAtomic(`${this.#file}.${Math.trunc(nowMs / 1000)}`, old, 0o600);
    }
    this.#save(offered);
    return "accepted";
  }

  #load(): z.infer<typeof File> {
    const text = this.text();
    if (text === null) return { format_version: 1, data_version: 0, known_hosts: {} };
    try {
      return File.parse(JSON.parse(text));
    } catch {
      return { format_version: 1, data_version: 0, known_hosts: {} };
    }
  }

  #save(file: z.infer<typeof File>): void {
    this.#disk.writeAtomic(this.#file, `${JSON.stringify(file, null, 2)}\n`, 0o600);
  }
}
