import { Element } from "../../xml/mod.ts";
import { freeIdIn } from "../cib/ids.ts";
import { updateSetInOrder } from "../cib/legacy-nvset.ts";
import { constraintsOf, resourcesOf } from "../cib/sections.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Simulation } from "../frame/environment.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError, Exit } from "../frame/report.ts";
import { roleForCib } from "./operations.ts";
import { knowsNewRoles } from "./primitive.ts";
import { operationsOf } from "./simulation.ts";
import { refuseStonith } from "./sort.ts";
import { isBundle, parentClone } from "./tree.ts";

const PREFIX = "pcs-relocate-";
const KINDS = ["master", "clone", "group", "primitive"];

/** Where a resource would go if nothing held it where it is. */
interface Location {
  id: string;
  /** The resource itself, or the clone or bundle that it is in. */
  constrained: string;
  start: string | null;
  promote: string | null;
}

async function simulate(context: PcsContext, cib: Element): Promise<Simulation> {
  const { printXml } = await import("../../xml/mod.ts");
  const run = await context.env.simulate(printXml(cib));
  return run.ok ? run.value : context.die(`Unable to run crm_simulate:\n${run.error}`);
}

/** A copy of the CIB where these resources (all when none is named) stick to no node. */
function withoutStickiness(
  context: PcsContext,
  cib: Element,
  ids: readonly string[],
): { cib: Element; touched: Set<string> } {
  const copy = cib.clone();
  const found = new Set<string>();
  const touched = new Set<string>();
  for (const kind of KINDS) {
    for (const element of resourcesOf(copy).descendants(kind)) {
      if (ids.length > 0 && !ids.includes(element.id)) continue;
      found.add(element.id);
      const family = [
        element,
        ...element.descendants("group"),
        ...element.descendants("primitive"),
      ];
      for (const member of family) {
        touched.add(member.id);
        updateSetInOrder(member, "meta_attributes", [["resource-stickiness", "0"]]);
      }
    }
  }
  const missing = ids.filter((id) => !found.has(id));
  for (const id of missing) {
    context.writeError(`Error: unable to find a resource/clone/group: ${id}\n`);
  }
  if (missing.length > 0) throw new Exit(1);
  return { cib: copy, touched };
}

async function findLocations(
  context: PcsContext,
  cib: Element,
  ids: readonly string[],
): Promise<Location[]> {
  const free = withoutStickiness(context, cib, ids);
  const { graph } = await simulate(context, free.cib);
  const locations = new Map<string, Location>();
  for (const { resource, longId, operation, node } of operationsOf(graph)) {
    if (!["start", "promote", "migrate_from"].includes(operation)) continue;
    const constrained = constrainable(cib, resource.split(":")[0]!);
    if (constrained === null) continue;
    const location = locations.get(longId) ?? {
      id: resource,
      constrained,
      start: null,
      promote: null,
    };
    locations.set(longId, location);
    if (operation === "promote") location.promote = node;
    else location.start = node;
  }
  const all = [...locations.values()];
  if (ids.length === 0) return all;
  return all.filter(({ id, constrained }) => free.touched.has(id) || free.touched.has(constrained));
}

function constrainable(cib: Element, id: string): string | null {
  const resources = resourcesOf(cib);
  const element = [...KINDS, "bundle"]
    .map((kind) => resources.byId(id, kind))
    .find((e) => e !== null);
  if (element === undefined || element === null) return null;
  const parent = element.parent;
  if (parent !== null && isBundle(parent)) return parent.id;
  return parentClone(element)?.id ?? id;
}

/** `resource relocate show`. */
export async function showVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly([]);
  if (argv.length > 0) throw new CommandLineError();
  const { cib } = withoutStickiness(context, await context.cib(), []);
  const { text } = await simulate(context, cib);
  let part: "none" | "status" | "resources" | "transitions" = "none";
  for (const line of text.split("\n")) {
    const trimmed = line.trim();
    if (trimmed === "Current cluster status:") part = "status";
    else if (trimmed === "Transition Summary:") {
      part = "transitions";
      context.print("");
    } else if (trimmed === "") part = part === "status" ? "resources" : "none";
    if (part !== "none") context.print(line);
  }
}

/** `resource relocate dry-run [ID...]`. */
export async function dryRunVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["-f"]);
  if (argv.length > 0) await refuseStonith(context, argv);
  const cib = await context.cib();
  if (!(await prefer(context, cib, argv))) return;
  context.writeError("\nWaiting for resources to move...\n\n");
  clear(context, cib);
}

/** `resource relocate run [ID...]`: moves resources to where they would be best off. */
export async function runVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly([]);
  if (argv.length > 0) await refuseStonith(context, argv);
  const cib = await context.cib();
  if (!(await prefer(context, cib, argv))) return;
  await context.pushCibPlainly();
  // What the resources did can only be taken back once they have moved.
  if (context.dryRun) return;
  context.writeError("\nWaiting for resources to move...\n\n");
  const run = await context.env.tool(["crm_resource", "--wait"]);
  if (run.code !== 0) {
    const text = run.code === 124 ? "waiting timeout" : run.stdout + run.stderr;
    context.writeError(`Error: ${text}\n`);
  }
  clear(context, await context.cib());
  await context.pushCibPlainly();
  if (run.code !== 0) throw new Exit(1);
}

/** Adds a constraint for each resource that would go elsewhere; false when none would. */
async function prefer(context: PcsContext, cib: Element, ids: readonly string[]): Promise<boolean> {
  let any = false;
  for (const { constrained, start, promote } of await findLocations(context, cib, ids)) {
    const node = promote ?? start;
    if (node === null) continue;
    any = true;
    const role = start === null ? " role=Promoted" : "";
    context.writeError(
      `Creating location constraint: ${constrained} prefers ${start ?? promote}=INFINITY${role}\n`,
    );
    const constraint = new Element("rsc_location", {
      id: freeIdIn(cib, PREFIX + constrained),
      rsc: constrained,
      score: "INFINITY",
      node,
    });
    if (promote !== null) constraint.set("role", roleForCib("Promoted", knowsNewRoles(cib)));
    constraintsOf(cib).append(constraint);
  }
  return any;
}

function clear(context: PcsContext, cib: Element): void {
  for (const constraint of constraintsOf(cib).elements("rsc_location")) {
    if (!constraint.id.startsWith(PREFIX)) continue;
    context.writeError(`Removing constraint ${constraint.id}\n`);
    constraint.remove();
  }
}

/** `resource relocate clear`. */
export async function clearVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["-f"]);
  if (argv.length > 0) throw new CommandLineError();
  clear(context, await context.cib());
  await context.pushCibPlainly();
}
