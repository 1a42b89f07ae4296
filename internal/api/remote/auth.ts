import type { Context } from "hono";
import type { PcsdWorld } from "../world.ts";

/** Group whose members may log in. */
const GROUP = "haclient";

/**
 * `remote/auth`: a token as the bare body, an empty body when the user or password is wrong or the
 * user is not in the group. The password is never logged.
 */
export async function authenticate(
  context: Context,
  world: PcsdWorld,
  parameters: Record<string, string>,
): Promise<Response> {
  const user = parameters["username"] ?? "";
  const groups = await world.login(user, parameters["password"] ?? "");
  if (groups === null || !groups.includes(GROUP)) {
    const why = groups === null ? "wrong user name or password" : `not in group ${GROUP}`;
    world.log.write("notice", `login of '${user}' refused: ${why}`);
    return context.body("", 200);
  }
  const token = world.uuid();
  try {
    world.tokens.add(user, token, world.nowMs());
  } catch (error) {
    world.log.write("error", `the token could not be stored: ${(error as Error).message}`);
    return context.text("Could not store the token", 400);
  }
  world.log.write("info", `login of '${user}' accepted`);
  return context.text(token);
}
