import type { Element } from "../../xml/mod.ts";
import { findElement, RESOURCE_TAGS } from "../cib/find.ts";
import { findSection, resourcesOf } from "../cib/sections.ts";
import type { PcsContext } from "../frame/context.ts";
import type { ToolResult } from "../frame/environment.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError, error, info, LibraryError, type Report } from "../frame/report.ts";
import { formatOptional } from "../frame/text.ts";
import { nodesInCib } from "./remote-nodes.ts";
import { type RunningState, runningState } from "./state.ts";
import {
  isAnyClone,
  isBundle,
  isPromotableClone,
  isStonithElement,
  parentBundle,
  parentClone,
} from "./tree.ts";
import { deprecateWait, reportState } from "./wait.ts";

type Action = "move" | "ban" | "clear";

interface Arguments {
  id: string;
  node: string | null;
  lifetime: string | null;
}

function parseMove(argv: readonly string[]): Arguments {
  const [id = "", ...words] = argv;
  let node: string | null = null;
  let lifetime: string | null = null;
  for (const word of words) {
    if (word.startsWith("lifetime=")) {
      if (lifetime !== null) throw new CommandLineError();
      lifetime = word.split("=")[1] ?? "";
      if (/^\d/.test(lifetime)) lifetime = `P${lifetime}`;
    } else if (node === null) node = word;
    else throw new CommandLineError();
  }
  return { id, node, lifetime };
}

/** `resource move-with-constraint ID [NODE] [lifetime=DURATION]`. */
export function moveVerb(context: PcsContext, argv: string[], options: Options): Promise<void> {
  return moveOrBan(context, argv, options, "move");
}

/** `resource ban ID [NODE] [lifetime=DURATION]`. */
export function banVerb(context: PcsContext, argv: string[], options: Options): Promise<void> {
  return moveOrBan(context, argv, options, "ban");
}

async function moveOrBan(
  context: PcsContext,
  argv: string[],
  options: Options,
  action: "move" | "ban",
): Promise<void> {
  options.allowOnly(["-f", "--promoted", "--wait"]);
  if (argv.length === 0) throw new CommandLineError(`must specify a resource to ${action}`);
  if (argv.length > 3) throw new CommandLineError();
  const { id, node, lifetime } = parseMove(argv);
  deprecateWait(context, options);
  const wait = options.waitSeconds();
  context.requireWaitable(wait);
  const promoted = options.has("--promoted");
  await checkMovable(context, id, node, promoted, action);
  const before = wait >= 0 ? await runningState(context) : null;
  const run = await context.env.tool(moveCommand(action, id, node, promoted, lifetime));
  if (run.code !== 0) throw new LibraryError(error(refusal(id, run, action)));
  if (action === "move" && node !== null && run.stdout === "" && run.stderr === "") {
    context.report.warning(
      `A move constraint has been created and the resource '${id}' may or may not move depending ` +
        "on other configuration",
    );
  }
  context.report.add(info(success(run)));
  if (before === null) return;
  await context.waitForIdle(wait);
  const after = await runningState(context);
  const bad =
    action === "move" ? !wasMoved(id, node, before, after) : stillThere(id, node, before, after);
  const text = after.describe(id);
  context.report.add(bad ? error(text) : info(text));
  if (bad) throw new LibraryError();
}

/** Refuses what cannot be moved, banned or cleared. */
export async function checkMovable(
  context: PcsContext,
  id: string,
  node: string | null,
  promoted: boolean,
  action: Action,
): Promise<Element> {
  const cib = await context.cib();
  const found = findElement(resourcesOf(cib), RESOURCE_TAGS, id);
  const reports: Report[] = [...found.reports];
  if (found.element !== null) reports.push(...checkPlace(found.element, promoted, action));
  if (node !== null && node !== "" && action !== "clear" && !nodeNames(cib).has(node)) {
    reports.push(error(`Node '${node}' does not appear to exist in configuration`));
  }
  context.report.all(reports);
  if (reports.some(({ severity }) => severity === "error")) throw new LibraryError();
  return found.element!;
}

function nodeNames(cib: Element): Set<string> {
  const nodes = findSection(cib, "nodes")?.elements("node") ?? [];
  const own = nodes.map((node) => node.get("uname") ?? "");
  return new Set([...own, ...nodesInCib(cib).names]);
}

function checkPlace(element: Element, promoted: boolean, action: Action): Report[] {
  const reports: Report[] = [];
  const { id } = element;
  if (isStonithElement(element)) {
    reports.push(error("This command does not accept stonith resource."));
  }
  const bundle = isBundle(element) ? null : parentBundle(element);
  const clone = isBundle(element) || isAnyClone(element) ? null : parentClone(element);
  const promotable = clone !== null && isPromotableClone(clone);
  if (bundle !== null && action === "move") {
    reports.push(
      error(
        "Resources cannot be moved out of their bundles. If you want to move a bundle, use the " +
          `bundle id (${bundle.id})`,
      ),
    );
  }
  if (bundle !== null && action === "ban") {
    reports.push(
      error(
        `Resource '${id}' is in a bundle and cannot be banned. If you want to ban the bundle, use ` +
          `the bundle id (${bundle.id})`,
      ),
    );
  }
  if (action === "move" && bundle === null && clone !== null && !promotable) {
    return [...reports, error(`to move clone resources you must use the clone id (${clone.id})`)];
  }
  const isPromotable = isPromotableClone(element);
  if (action === "move" && !promoted && promotable) {
    reports.push(
      error(
        `to move promotable clone resources you must use the promotable clone id (${clone.id})`,
      ),
    );
  } else if (promoted && !isPromotable) {
    const parent = promotable ? clone.id : null;
    reports.push(
      error(
        "when specifying --promoted you must use the promotable clone id" +
          formatOptional(parent, " ({})"),
      ),
    );
  }
  return reports;
}

/** The crm_resource command for it. */
export function moveCommand(
  action: Action,
  id: string,
  node: string | null,
  promoted: boolean,
  lifetime: string | null = null,
  expired = false,
): string[] {
  const argv = ["crm_resource", `--${action}`, "--resource", id];
  if (node !== null && node !== "") argv.push("--node", node);
  if (promoted) argv.push("--promoted");
  if (lifetime !== null && lifetime !== "") argv.push("--lifetime", lifetime);
  if (expired) argv.push("--expired");
  return argv;
}

function lines(run: ToolResult): string[] {
  return `${run.stdout}\n${run.stderr}`.split("\n").filter((line) => line.trim() !== "");
}

/** What crm_resource said of a success. */
function success(run: ToolResult): string {
  return lines(run)
    .map((line) =>
      line
        .replace(
          "WARNING: Creating rsc_location constraint",
          "Warning: Creating location constraint",
        )
        .replace(" using the clear option or by editing the CIB with an appropriate tool", ""),
    )
    .join("\n");
}

/** Why crm_resource refused, in pcs's words where it has some. */
export function refusal(id: string, run: ToolResult, action: "move" | "ban"): string {
  const locations = new RegExp(
    `Resource '${RegExp.escape(id)}' not moved: active in (\\d+) locations`,
  ).exec(run.stderr);
  const many = (end: string) =>
    `more than one instance of resource '${id}' is running, thus the resource cannot be ` +
    `${action === "ban" ? "banned" : "moved"}${end}`;
  if (locations !== null) {
    if (locations[1] === "0") {
      return "You must specify a node when moving/banning a stopped resource";
    }
    return many(", unless a destination node is specified");
  }
  if (action === "move" && run.stderr.includes("Multiple items match request")) return many("");
  return [`cannot ${action} resource '${id}'`, ...lines(run)].join("\n");
}

/** Nodes where instances run that count for moving: not those demoted. */
function runningNodes(state: RunningState, id: string): string[] {
  const roles = state.nodesByRole(id);
  return [...(roles.get("Promoted") ?? []), ...(roles.get("Started") ?? [])];
}

/** Whether the resource has left where it was, and is on the node wanted. */
export function wasMoved(
  id: string,
  node: string | null,
  before: RunningState,
  after: RunningState,
): boolean {
  if (before.nodesByRole(id).size === 0) return true;
  const nodes = runningNodes(after, id);
  if (nodes.length === 0) return false;
  if (node !== null && node !== "" && !nodes.includes(node)) return false;
  return before.describe(id) !== after.describe(id);
}

function stillThere(
  id: string,
  node: string | null,
  before: RunningState,
  after: RunningState,
): boolean {
  const banned = node === null || node === "" ? runningNodes(before, id) : [node];
  const now = runningNodes(after, id);
  const ran = before.nodesByRole(id).size > 0;
  return banned.some((name) => now.includes(name)) || (ran && now.length === 0);
}

/** `resource clear ID [NODE] [--expired]`. */
export async function clearVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["-f", "--expired", "--promoted", "--wait"]);
  if (argv.length === 0) throw new CommandLineError("must specify a resource to clear");
  const [id = "", node = null, ...more] = argv;
  if (more.length > 0) throw new CommandLineError();
  deprecateWait(context, options);
  const wait = options.waitSeconds();
  context.requireWaitable(wait);
  const promoted = options.has("--promoted");
  await checkMovable(context, id, node, promoted, "clear");
  const expired = options.has("--expired");
  const run = await context.env.tool(moveCommand("clear", id, node, promoted, null, expired));
  if (run.code !== 0) {
    throw new LibraryError(error([`cannot clear resource '${id}'`, ...lines(run)].join("\n")));
  }
  context.report.add(info(lines(run).join("\n")));
  if (wait < 0) return;
  await context.waitForIdle(wait);
  await reportState(context, [id]);
}
