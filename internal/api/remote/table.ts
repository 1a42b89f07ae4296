import { fileCommands } from "./files.ts";
import { sbdCommands } from "./sbd.ts";
import { serviceCommands } from "./services.ts";
import { statusCommands } from "./status.ts";
import { syncCommands } from "./sync.ts";
import type { RemoteCommand } from "./types.ts";

/** Every command of `/remote/NAME` but `auth`, which needs no token. */
export const remoteCommands: Record<string, RemoteCommand> = {
  ...fileCommands,
  ...sbdCommands,
  ...serviceCommands,
  ...statusCommands,
  ...syncCommands,
};
