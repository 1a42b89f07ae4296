import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import { SUPERUSER } from "./permissions.ts";
import type { PcsdWorld } from "./world.ts";

/** Who asks, and on whose behalf. */
export interface Identity {
  /** The user whose token or socket it is. */
  login: string;
  /** The user that the request is for: another one only when the superuser's node says so. */
  user: string;
  groups: string[];
}

/**
 * Header set by our own socket front from the peer credentials, on the Unix socket alone. What a
 * client sends under this name is removed there, and never believed on TCP.
 */
export const PEER_HEADER = "x-muster-peer";

/** Null: not authenticated. */
export async function identify(
  context: Context,
  world: PcsdWorld,
  local: boolean,
): Promise<Identity | null> {
  const token = getCookie(context, "token") ?? "";
  const login = token === "" && local ? peer(context) : world.tokens.userOf(token);
  if (login === null) return null;
  const onBehalf = getCookie(context, "CIB_user") ?? "";
  if (login === SUPERUSER && onBehalf !== "") {
    const groups = Buffer.from(getCookie(context, "CIB_user_groups") ?? "", "base64").toString();
    return { login, user: onBehalf, groups: groups.split(" ").filter(Boolean) };
  }
  return { login, user: login, groups: await world.groupsOf(login) };
}

function peer(context: Context): string | null {
  const name = context.req.header(PEER_HEADER) ?? "";
  if (name === "") return null;
  return name === "root" ? SUPERUSER : name;
}
