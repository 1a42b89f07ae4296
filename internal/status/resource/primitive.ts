import { exitText } from "../../base/mod.ts";
import {
  type Node,
  parseRole,
  type Resource,
  Role,
  roleName,
  type WorkingSet,
} from "../../scheduler/mod.ts";
import type { ShowOptions } from "../options.ts";
import type { Sink } from "../output/sink.ts";
import {
  currentNode,
  displayedRole,
  failedProbe,
  pendingFlag,
  printableId,
  stateText,
} from "./state.ts";

/** `class[:provider]:type`. */
export function agentName(resource: Resource): string {
  const provider = resource.provider === null ? "" : `:${resource.provider}`;
  return `${resource.cls}${provider}:${resource.type}`;
}

/** One line on a primitive: `NAME<tab>(AGENT):<tab> STATE NODE (FLAGS)`. */
export function primitiveLine(
  working: WorkingSet,
  resource: Resource,
  name: string,
  where: Node | null,
  options: ShowOptions,
): string {
  // Below the heading of a node its name would say nothing; several nodes are listed at the end.
  const several = resource.activeOn.length > 1;
  const node = options.belowNode === true || several ? null : where;
  let line = `${name}\t(${agentName(resource)}):\t`;
  const role = displayedRole(resource);
  if (resource.orphan) line += " ORPHANED";
  if (resource.failed) line += role > Role.unpromoted ? ` FAILED ${roleName(role)}` : " FAILED";
  else line += ` ${stateText(resource, options)}`;
  if (node !== null) line += ` ${node.name}`;
  if (role === Role.stopped) {
    const probe = failedProbe(working, resource, node?.name ?? null);
    if (probe !== null) line += ` (${exitText(Number(probe.get("rc-code")))}) `;
  }
  const flags = flagsOf(resource, node, options);
  if (flags.length > 0) line += ` (${flags.join(", ")})`;
  const description = resource.xml.get("description");
  if (
    description !== null &&
    (options.description === true || options.belowNode === true || several)
  )
    line += ` (${description})`;
  if (several && options.belowNode !== true)
    line += ` [ ${resource.activeOn.map((one) => one.name).join(" ")} ]`;
  return line;
}

function flagsOf(resource: Resource, node: Node | null, options: ShowOptions): string[] {
  const flags: string[] = [];
  if (node !== null && !node.online && node.unclean) flags.push("UNCLEAN");
  if (node !== null && node === resource.lockNode) flags.push("LOCKED");
  const pending = options.pending === true ? pendingFlag(resource) : null;
  if (pending !== null) flags.push(pending);
  const target = resource.meta.get("target-role");
  const targetRole = parseRole(target);
  if (targetRole === Role.stopped) flags.push("disabled");
  else if (targetRole === Role.unpromoted && resource.top().promotable) {
    flags.push(`target-role:${target}`);
  }
  if (resource.blocked) flags.push("blocked");
  else if (resource.maintenance) flags.push("maintenance");
  else if (!resource.managed) flags.push("unmanaged");
  if (resource.failureIgnored) flags.push("failure ignored");
  return flags;
}

/** How HTML colours a primitive. */
function htmlClass(resource: Resource): string {
  if (!resource.managed) return "rsc-managed";
  if (resource.failed || resource.activeOn.length === 0) return "rsc-failed";
  if (resource.activeOn.length > 1) return "rsc-multiple";
  return resource.failureIgnored ? "rsc-failure-ignored" : "rsc-ok";
}

/** False for what is only shown when asked for: connections that nobody configured. */
export function writePrimitive(
  sink: Sink,
  working: WorkingSet,
  resource: Resource,
  options: ShowOptions,
): boolean {
  if (resource.meta.get("internal_rsc") === "true" && options.implicit !== true) return false;
  const node = currentNode(resource) ?? resource.pendingNode ?? resource.lockNode;
  writePrimitiveAs(sink, working, resource, printableId(resource), node, options);
  return true;
}

export function writePrimitiveAs(
  sink: Sink,
  working: WorkingSet,
  resource: Resource,
  name: string,
  node: Node | null,
  options: ShowOptions,
): void {
  const text = primitiveLine(working, resource, name, node, options);
  sink.item([{ text, class: htmlClass(resource) }]);
}
