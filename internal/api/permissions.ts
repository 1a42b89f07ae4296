import { z } from "zod";
import type { Disk } from "../ports/mod.ts";

export type Permission = "read" | "write" | "grant" | "full";

const Entry = z.object({
  type: z.enum(["user", "group"]),
  name: z.string(),
  allow: z.array(z.enum(["read", "write", "grant", "full"])),
});
const Settings = z.looseObject({
  permissions: z.object({ local_cluster: z.array(Entry) }),
});

/** Who may do what by default: what pcs_settings.conf says on a new node. */
const DEFAULT: z.infer<typeof Entry>[] = [
  { type: "group", name: "haclient", allow: ["read", "write", "grant"] },
];

export const SUPERUSER = "hacluster";

/** Permissions of pcs_settings.conf. The superuser may do everything. */
export class PermissionStore {
  #disk: Disk;
  #file: string;

  constructor(disk: Disk, file: string) {
    this.#disk = disk;
    this.#file = file;
  }

  allows(user: string, groups: string[], wanted: Permission): boolean {
    if (user === SUPERUSER) return true;
    const held = new Set(
      this.#entries()
        .filter((entry) =>
          entry.type === "user" ? entry.name === user : groups.includes(entry.name),
        )
        .flatMap((entry) => entry.allow),
    );
    if (held.has("full") || held.has(wanted)) return true;
    return wanted === "read" && held.has("write");
  }

  #entries(): z.infer<typeof Entry>[] {
    const bytes = this.#disk.read(this.#file);
    if (bytes === null) return DEFAULT;
    try {
      const parsed = Settings.parse(JSON.parse(new TextDecoder().decode(bytes)));
      return parsed.permissions.local_cluster;
    } catch {
      return []; // a damaged file lets nobody in but the superuser
    }
  }
}
