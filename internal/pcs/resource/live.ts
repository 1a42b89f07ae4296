import { findElement, RESOURCE_TAGS } from "../cib/find.ts";
import { resourcesOf } from "../cib/sections.ts";
import { KeyValues } from "../frame/arguments.ts";
import type { PcsContext } from "../frame/context.ts";
import type { ToolResult } from "../frame/environment.ts";
import { type Options, timeoutSeconds } from "../frame/options.ts";
import { CommandLineError, Exit, error, LibraryError, type Report } from "../frame/report.ts";
import type { Verb } from "../frame/route.ts";
import { joinLines } from "../frame/text.ts";
import { refuseStonith } from "./sort.ts";
import { isStonithElement } from "./tree.ts";

/** More operations than this to clean up at once want a second thought. */
const REFRESH_OPERATIONS = 100;

function say(run: ToolResult): string {
  return joinLines([run.stderr, run.stdout]);
}

/** `resource cleanup [ID] [node=NODE] [operation=OP [interval=I]] [--strict]`. */
export async function cleanupVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--strict"]);
  const words = argv.slice();
  const id = words.length > 0 && !words[0]!.includes("=") ? words.shift()! : null;
  const parser = new KeyValues(words);
  parser.allowOnly(["node", "operation", "interval"]);
  const given = parser.unique();
  const command = ["crm_resource", "--cleanup"];
  const add = (option: string, value: string | null | undefined) => {
    if (value !== null && value !== undefined && value !== "") command.push(option, value);
  };
  add("--resource", id);
  add("--node", given.get("node"));
  add("--operation", given.get("operation"));
  add("--interval", given.get("interval"));
  if (options.has("--strict")) command.push("--force");
  const run = await context.env.tool(command);
  if (run.code !== 0) {
    throw new LibraryError(error(failureText("Unable to forget failed operations", id, run)));
  }
  context.writeError(`${joinLines([run.stdout, run.stderr])}\n`);
}

function failureText(begin: string, id: string | null, run: ToolResult): string {
  const whose = id !== null && id !== "" ? `of resource: ${id}` : "of resources";
  return `${begin} ${whose}\n${say(run)}`;
}

/** `resource refresh [ID] [node=NODE] [--strict]`. */
export async function refreshVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--force", "--strict"], options.has("--full") ? "0.11" : null);
  const words = argv.slice();
  const id = words.length > 0 && !words[0]!.includes("=") ? words.shift()! : null;
  const parser = new KeyValues(words);
  parser.allowOnly(["node"]);
  const given = parser.unique();
  const node = given.get("node") ?? null;
  if (!options.force && node === null && id === null) await checkEffort(context);
  const command = ["crm_resource", "--refresh"];
  if (id !== null) command.push("--resource", id);
  if (node !== null) command.push("--node", node);
  if (options.has("--strict")) command.push("--force");
  const run = await context.env.tool(command);
  if (run.code !== 0) {
    throw new LibraryError(error(failureText("Unable to delete history", id, run)));
  }
  context.writeError(`${joinLines([run.stdout, run.stderr])}\n`);
}

async function checkEffort(context: PcsContext): Promise<void> {
  const cib = await context.cib();
  const nodes = cib.first("configuration")?.first("nodes")?.elements("node").length ?? 0;
  const resources = resourcesOf(cib).descendants("primitive").length;
  if (nodes * resources <= REFRESH_OPERATIONS) return;
  throw new LibraryError(
    error(
      "Deleting history of all resources on all nodes will execute more than " +
        `${REFRESH_OPERATIONS} operations in the cluster, which may negatively impact the ` +
        "responsiveness of the cluster. Consider specifying resource and/or node",
      "--force",
    ),
  );
}

/** `resource restart ID [NODE] [--wait=n]`. */
export async function restartVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--wait"]);
  const [id, node = null, ...more] = argv;
  if (id === undefined) {
    throw new CommandLineError("You must specify a resource to restart", null, true);
  }
  if (more.length > 0) throw new CommandLineError();
  const timeout = options.has("--wait") ? options.waitText() : null;
  const found = findElement(resourcesOf(await context.cib()), RESOURCE_TAGS, id);
  const reports: Report[] = [];
  if (found.element !== null && isStonithElement(found.element)) {
    reports.push(error("This command does not accept stonith resource."));
  }
  if (timeout !== null && timeoutSeconds(timeout) === null) {
    reports.push(
      error(
        `'${timeout}' is not a valid timeout value, use time interval (e.g. 1, 2s, 3m, 4h, ...)`,
      ),
    );
  }
  context.report.all(reports);
  context.report.stopOnErrors();
  const command = ["crm_resource", "--restart", "--resource", id];
  if (node !== null) command.push("--node", node);
  if (timeout !== null) command.push("--timeout", timeout);
  const run = await context.env.tool(command);
  if (run.code !== 0) {
    throw new LibraryError(error(`Unable to restart resource '${id}':\n${say(run)}`));
  }
  context.writeError(`${id} successfully restarted\n`);
}

/** `resource debug-ACTION ID [--full]`: the agent runs here, outside of the cluster's care. */
export function debugVerb(action: "start" | "stop" | "promote" | "demote" | "monitor"): Verb {
  return async (context, argv, options) => {
    options.allowOnly(["--force", "--full"]);
    const [id = "", ...more] = argv;
    if (argv.length === 0) context.die(`You must specify a resource to debug-${action}`);
    if (more.length > 0) throw new CommandLineError();
    await refuseStonith(context, [id]);
    await refuseCollective(context, id, `debug-${action}`);
    const force = action === "monitor" ? "--force-check" : `--force-${action}`;
    const command = ["crm_resource", "-r", id, force];
    if (options.has("--full")) command.push("--verbose", "--verbose");
    if (options.force) command.push("--force");
    const run = await context.env.tool(command);
    // As one terminal would show it: what the tool says of itself, then what it collected of the agent.
    context.print((run.stderr + run.stdout).trimEnd());
    throw new Exit(run.code);
  };
}

/** An agent runs for a primitive only. */
async function refuseCollective(context: PcsContext, id: string, action: string): Promise<void> {
  const resources = resourcesOf(await context.cib());
  const found = findElement(resources, RESOURCE_TAGS, id).element;
  if (found === null) {
    context.die(`unable to find a resource/clone/group/bundle: ${id}`);
  }
  const inner = found.elements().find(({ name }) => ["primitive", "group"].includes(name));
  const tryInner = inner === undefined ? "" : `, try the ${found.name}'s resource: ${inner.id}`;
  if (found.name === "bundle") context.die(`unable to ${action} a bundle${tryInner}`);
  if (found.name === "group") {
    const members = found.elements("primitive").map((member) => member.id);
    context.die(
      `unable to ${action} a group, try one of the group's resource(s) (${members.join(",")})`,
    );
  }
  if (found.name !== "primitive") {
    context.die(`unable to ${action} a clone, try the clone's resource: ${inner?.id ?? ""}`);
  }
}
