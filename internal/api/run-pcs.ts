import type { Context } from "hono";
import { z } from "zod";
import type { Identity } from "./identity.ts";
import type { Permission } from "./permissions.ts";
import type { PcsdWorld } from "./world.ts";

/** What a local user without root may have run, longest first, and what it takes. */
const ALLOWED: [string[], Permission][] = [
  [["cluster", "auth"], "grant"],
  [["cluster", "corosync"], "read"],
  [["cluster", "destroy"], "full"],
  [["cluster", "disable"], "write"],
  [["cluster", "enable"], "write"],
  [["cluster", "node"], "full"],
  [["cluster", "start"], "write"],
  [["cluster", "stop"], "write"],
  [["cluster", "sync"], "full"],
  [["config", "restore"], "full"],
  [["host", "auth"], "grant"],
  [["host", "deauth"], "grant"],
  [["pcsd", "deauth"], "grant"],
  [["pcsd", "status"], "read"],
  [["pcsd", "sync-certificates"], "full"],
  [["quorum", "device", "status"], "read"],
  [["quorum", "status"], "read"],
  [["status", "corosync"], "read"],
  [["status", "pcsd"], "read"],
  [["status", "quorum"], "read"],
  [["status"], "read"],
];

const Words = z.array(z.string());

/** `POST /run_pcs`: pcs as root for a local user, a fixed set of commands only. */
export async function runPcs(
  context: Context,
  who: Identity,
  world: PcsdWorld,
  parameters: Record<string, string>,
): Promise<Response> {
  const answer = (status: string, data: object) =>
    context.body(JSON.stringify({ status, data }, null, 2), 200, {
      "content-type": "application/json",
    });
  const command = words(parameters["command"]);
  const options = words(parameters["options"]);
  if (command === null || options === null) return answer("error", {});
  const match = ALLOWED.filter(([prefix]) => prefix.every((word, i) => command[i] === word)).sort(
    ([a], [b]) => b.length - a.length,
  )[0];
  if (match === undefined || (match[0].length === 1 && command.length > 1)) {
    return answer("bad_command", {});
  }
  if (!world.permissions.allows(who.user, who.groups, match[1])) {
    return answer("permission_denied", {});
  }
  const done = await world.run(["pcs", ...options, "--", ...command], parameters["stdin"] ?? "");
  return answer("ok", { stdout: done.stdout, stderr: done.stderr, code: done.code });
}

function words(text: string | undefined): string[] | null {
  try {
    return Words.parse(JSON.parse(text ?? "[]"));
  } catch {
    return null;
  }
}
