import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import { capabilities } from "./capabilities.ts";
import { type Identity, identify } from "./identity.ts";
import { authenticate } from "./remote/auth.ts";
import { remoteCommands } from "./remote/table.ts";
import { RemoteError } from "./remote/types.ts";
import { runPcs } from "./run-pcs.ts";
import { apiV1 } from "./v1.ts";
import { Tasks } from "./v2.ts";
import type { PcsdWorld } from "./world.ts";

const BODY_BYTES_MAX = 16 * 1024 * 1024;

const HEADERS: Record<string, string> = {
  "Strict-Transport-Security": "max-age=63072000",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "SAMEORIGIN",
  "Content-Security-Policy": "frame-ancestors 'self'; default-src 'self'",
  "X-Xss-Protection": "1; mode=block",
  "Cache-Control": "no-store, no-cache",
  Pragma: "no-cache",
  "Referrer-Policy": "no-referrer",
};

/**
 * The whole HTTP face of pcsd. `local` says that requests come over the Unix socket, where peer
 * credentials stand in for a token.
 */
export function pcsdApp(world: PcsdWorld, local: boolean): Hono {
  const app = new Hono();
  const tasks = new Tasks(world);
  app.use("*", async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(HEADERS)) context.header(name, value);
  });
  app.use("*", bodyLimit({ maxSize: BODY_BYTES_MAX }));
  app.onError((error, context) => {
    if (error instanceof HTTPException) return error.getResponse();
    world.log.write("error", `${context.req.method} ${context.req.path}: ${error.message}`);
    return context.text("Internal error", 500);
  });

  const guarded =
    (refusal: string, handle: (context: Context, who: Identity) => Promise<Response>) =>
    async (context: Context): Promise<Response> => {
      const who = await identify(context, world, local);
      if (who === null) {
        world.log.write("notice", `refused ${context.req.path}: not authenticated`);
        return context.body(refusal, 401, { "content-type": "application/json" });
      }
      return handle(context, who);
    };
  const legacy = '{"notauthorized":"true"}';
  const modern = '{"notauthorized": "true"}';

  app.on(["GET", "POST"], "/remote/auth", async (context) =>
    authenticate(context, world, await parameters(context)),
  );
  app.on(
    ["GET", "POST"],
    "/remote/:command",
    guarded(legacy, (c, who) => remote(c, who, world)),
  );
  app.post(
    "/run_pcs",
    guarded(legacy, async (c, who) => runPcs(c, who, world, await parameters(c))),
  );
  app.get(
    "/capabilities",
    guarded(legacy, async (c) => c.json({ pcsd_capabilities: capabilities })),
  );
  app.post(
    "/api/v1/:command/:version",
    guarded(modern, (c, who) => apiV1(c, who, world)),
  );
  app.all("/api/v2/task/:verb", (context) =>
    identify(context, world, local).then((who) => tasks.handle(context, who)),
  );
  app.notFound((context) => context.text("Unknown Request", 404));
  return app;
}

async function remote(context: Context, who: Identity, world: PcsdWorld): Promise<Response> {
  const name = context.req.param("command") ?? "";
  const command = Object.hasOwn(remoteCommands, name) ? remoteCommands[name] : undefined;
  if (command === undefined) return context.text("Unknown Request", 404);
  if (!world.permissions.allows(who.user, who.groups, command.permission)) {
    world.log.write(
      "notice",
      `refused ${name} to ${who.user}: ${command.permission} is not granted`,
    );
    return context.text("Permission denied", 403);
  }
  try {
    const answer = await command.handle(world, await parameters(context), who);
    if (typeof answer === "string") return context.text(answer);
    return context.json(answer as object);
  } catch (error) {
    if (error instanceof RemoteError) return context.text(error.message, error.status);
    throw error;
  }
}

/** Query and form parameters as one map; the form wins. */
async function parameters(context: Context): Promise<Record<string, string>> {
  const all: Record<string, string> = { ...context.req.query() };
  if (context.req.method === "POST") {
    const form = new URLSearchParams(await context.req.text());
    for (const [name, value] of form) all[name] = value;
  }
  return all;
}
