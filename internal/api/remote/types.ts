import type { Identity } from "../identity.ts";
import type { Permission } from "../permissions.ts";
import type { PcsdWorld } from "../world.ts";

/** One command of `/remote/NAME`: a string goes out as text, anything else as JSON. */
export interface RemoteCommand {
  permission: Permission;
  handle(
    world: PcsdWorld,
    parameters: Record<string, string>,
    who: Identity,
  ): Promise<string | object> | string | object;
}

/** A refusal with the text that the peer prints. */
export class RemoteError extends Error {
  override name = "RemoteError";
  readonly status: 400 | 403 | 404;
  constructor(message: string, status: 400 | 403 | 404 = 400) {
    super(message);
    this.status = status;
  }
}
