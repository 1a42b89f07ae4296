import type { Context } from "hono";
import { z } from "zod";
import type { Identity } from "./identity.ts";
import { libraryCommands } from "./library.ts";
import { reports } from "./v1.ts";
import type { PcsdWorld } from "./world.ts";

const TASKS_MAX = 1_000;

const Create = z.object({
  command_name: z.string(),
  params: z.unknown(),
  options: z.looseObject({}).optional(),
});

interface Task {
  task_ident: string;
  command: { command_name: string; params: unknown };
  reports: object[];
  state: "CREATED" | "EXECUTED" | "FINISHED";
  task_finish_type: "UNFINISHED" | "FAIL" | "SUCCESS" | "KILL";
  kill_reason: string | null;
  result: unknown;
  owner: string;
  done: Promise<void>;
}

/** API v2: commands as tasks that are made, asked for and forgotten. */
export class Tasks {
  #world: PcsdWorld;
  #tasks = new Map<string, Task>();

  constructor(world: PcsdWorld) {
    this.#world = world;
  }

  async handle(context: Context, who: Identity | null): Promise<Response> {
    if (who === null) return failure(context, 401, "Unauthorized", null);
    switch (`${context.req.method} ${context.req.param("verb")}`) {
      case "POST create":
        return this.#create(context, who, false);
      case "POST run":
        return this.#create(context, who, true);
      case "GET result":
        return this.#answer(context, who, context.req.query("task_ident") ?? "");
      case "POST kill":
        return this.#kill(context, who);
      default:
        return failure(context, 404, "Not Found", null);
    }
  }

  async #create(context: Context, who: Identity, wait: boolean): Promise<Response> {
    const input = await body(context);
    if (input === null) return failure(context, 400, "Bad Request", "Malformed JSON data.");
    for (const key of ["command_name", "params"]) {
      if (!(key in input)) {
        const message = `Required key "${key}" is missing in request body.`;
        return failure(context, 400, "Bad Request", message);
      }
    }
    const checked = Create.safeParse(input);
    if (!checked.success) {
      return failure(context, 400, "Bad Request", "The request body does not fit.");
    }
    const task = this.#start(checked.data, who);
    if (!wait) return context.json({ task_ident: task.task_ident });
    await task.done;
    return this.#answer(context, who, task.task_ident);
  }

  #start(input: z.infer<typeof Create>, who: Identity): Task {
    const task: Task = {
      task_ident: this.#world.uuid(),
      command: { command_name: input.command_name, params: input.params },
      reports: [],
      state: "CREATED",
      task_finish_type: "UNFINISHED",
      kill_reason: null,
      result: null,
      owner: who.user,
      done: Promise.resolve(),
    };
    this.#tasks.set(task.task_ident, task);
    const oldest = this.#tasks.keys().next().value;
    if (this.#tasks.size > TASKS_MAX && oldest !== undefined) this.#tasks.delete(oldest);
    task.done = this.#execute(task, who);
    return task;
  }

  async #execute(task: Task, who: Identity): Promise<void> {
    task.state = "EXECUTED";
    const name = `${task.command.command_name.replace(".", "-").replaceAll("_", "-")}/v1`;
    const command = Object.hasOwn(libraryCommands, name) ? libraryCommands[name] : undefined;
    const argv = command?.argv(task.command.params) ?? null;
    if (command === undefined || argv === null) {
      task.reports = reports(`Error: unknown command '${task.command.command_name}' or parameters`);
      task.task_finish_type = "FAIL";
    } else if (!this.#world.permissions.allows(who.user, who.groups, command.permission)) {
      task.reports = reports("Error: Permission denied");
      task.task_finish_type = "FAIL";
    } else {
      const done = await this.#world.run(["pcs", ...argv]);
      task.reports = reports(done.stderr);
      task.result = done.code === 0 ? done.stdout : null;
      task.task_finish_type = done.code === 0 ? "SUCCESS" : "FAIL";
    }
    task.state = "FINISHED";
  }

  #answer(context: Context, who: Identity, ident: string): Response {
    const task = this.#tasks.get(ident);
    if (task === undefined || task.owner !== who.user) return missing(context);
    const { owner: _owner, done: _done, ...shown } = task;
    if (task.state === "FINISHED") this.#tasks.delete(ident);
    return context.json(shown);
  }

  async #kill(context: Context, who: Identity): Promise<Response> {
    const ident = (await body(context))?.["task_ident"];
    const task = typeof ident === "string" ? this.#tasks.get(ident) : undefined;
    if (task === undefined || task.owner !== who.user) return missing(context);
    task.state = "FINISHED";
    task.task_finish_type = "KILL";
    task.kill_reason = "USER";
    return context.json({ task_ident: task.task_ident });
  }
}

async function body(context: Context): Promise<Record<string, unknown> | null> {
  try {
    const value: unknown = JSON.parse(await context.req.text());
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function missing(context: Context): Response {
  return failure(context, 404, "Not Found", "Task with this identifier does not exist.");
}

function failure(
  context: Context,
  code: 400 | 401 | 404,
  error: string,
  message: string | null,
): Response {
  return context.json({ http_code: code, http_error: error, error_message: message }, code);
}
