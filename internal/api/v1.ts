import type { Context } from "hono";
import type { Identity } from "./identity.ts";
import { type LibraryCommand, libraryCommands } from "./library.ts";
import type { PcsdWorld } from "./world.ts";

interface Envelope {
  status: "success" | "input_error" | "unknown_cmd" | "error" | "exception" | "not_authorized";
  status_msg: string | null;
  report_list: object[];
  data: unknown;
}

function envelope(
  status: Envelope["status"],
  message: string | null,
  data: unknown = null,
): Envelope {
  return { status, status_msg: message, report_list: [], data };
}

/** `POST /api/v1/COMMAND/VERSION`. */
export async function apiV1(context: Context, who: Identity, world: PcsdWorld): Promise<Response> {
  const name = `${context.req.param("command")}/${context.req.param("version")}`;
  const command: LibraryCommand | undefined = Object.hasOwn(libraryCommands, name)
    ? libraryCommands[name]
    : undefined;
  if (command === undefined) {
    return context.json(envelope("unknown_cmd", `Unknown command '${name}'`));
  }
  let input: unknown;
  try {
    input = JSON.parse(await context.req.text());
  } catch {
    return context.json(envelope("input_error", "Input is not valid JSON object"));
  }
  if (!world.permissions.allows(who.user, who.groups, command.permission)) {
    return context.json(envelope("not_authorized", null));
  }
  const argv = command.argv(input);
  if (argv === null) return context.json(envelope("input_error", "Input does not fit the command"));
  const done = await world.run(["pcs", ...argv]);
  if (done.code === 0) return context.json(envelope("success", null, done.stdout));
  return context.json({ ...envelope("error", null), report_list: reports(done.stderr) });
}

/** Report items made of what the command printed, one a line. */
export function reports(stderr: string): object[] {
  return stderr
    .split("\n")
    .filter(Boolean)
    .map((line) => {
      const [, word, text] = /^(Error|Warning|Deprecation Warning): (.*)$/.exec(line) ?? [
        null,
        "",
        line,
      ];
      const level = { Error: "ERROR", Warning: "WARNING", "Deprecation Warning": "DEPRECATION" }[
        word ?? ""
      ];
      return {
        severity: { level: level ?? "INFO", force_code: null },
        message: { code: "DEPRECATED_GENERIC", message: text, payload: {} },
        context: null,
      };
    });
}
