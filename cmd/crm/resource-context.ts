import { ExitCode } from "../../internal/base/mod.ts";
import { upgradeCib } from "../../internal/cib/mod.ts";
import type { Node, Resource, WorkingSet } from "../../internal/scheduler/mod.ts";
import { findResource } from "../../internal/status/mod.ts";
import type { Element } from "../../internal/xml/mod.ts";
import { type CibSource, openCib } from "./cib-source.ts";
import { isGiven, lastValue } from "./options.ts";
import { exitCodeText } from "./output.ts";
import { ToolError, type ToolRun } from "./tool.ts";

/** A crm_resource call: where the CIB is, and what it holds. */
export interface ResourceCall {
  tool: ToolRun;
  source: CibSource;
  /** The CIB as configured. */
  cib: Element;
  working: WorkingSet;
}

/** Reads the CIB, and decides nothing yet: options, nodes, resources and their states. */
export async function openResourceCall(
  tool: ToolRun,
  decide = false,
  explain = false,
): Promise<ResourceCall> {
  const opened = await openCib();
  if (!opened.ok) {
    const { code, message } = opened.error;
    throw failure(code, `Could not connect to the CIB: ${message}`);
  }
  const source = opened.value;
  const answer = await source.request({ operation: "query" });
  if (!answer.ok || answer.value.output === null) {
    const code = answer.ok ? ExitCode.NOSUCH : answer.error.code;
    throw failure(code, "Could not get the CIB");
  }
  const cib = answer.value.output;
  return { tool, source, cib, working: await workingSet(cib, decide, explain) };
}

async function workingSet(cib: Element, decide: boolean, explain: boolean): Promise<WorkingSet> {
  const { schedule, unpackStatus } = await import("../../internal/scheduler/mod.ts");
  const upgraded = upgradeCib(cib);
  if (!upgraded.ok) throw failure(ExitCode.CONFIG, "Schema transform failed");
  const options = { nowMs: Date.now(), sanitized: true, explain };
  return decide ? schedule(upgraded.value, options).working : unpackStatus(upgraded.value, options);
}

/** A failure with what it means on a second line. */
export function failure(code: number, message: string): ToolError {
  if (code === ExitCode.USAGE) return new ToolError(code, message);
  return new ToolError(code, `${message}\nError performing operation: ${exitCodeText(code)}`);
}

/** A failure that its exit code says all about. */
export function plainFailure(code: number): ToolError {
  return new ToolError(code, `Error performing operation: ${exitCodeText(code)}`);
}

export function resourceId({ options }: ToolRun): string {
  const id = lastValue(options, "resource");
  if (typeof id === "string") return id;
  throw failure(ExitCode.USAGE, "Must supply a resource id with -r");
}

/** The resource named by -r. Anonymous instances are also known by the name of their primitive. */
export function requireResource(call: ResourceCall): Resource {
  const id = resourceId(call.tool);
  const found = findResource(call.working, id) ?? instanceOf(call.working, id);
  if (found === null) throw failure(ExitCode.NOSUCH, `Resource '${id}' not found`);
  return found;
}

function instanceOf(working: WorkingSet, id: string): Resource | null {
  for (const resource of working.resourcesById.values()) {
    const anonymous = resource.parent !== null && !resource.unique && resource.clone === null;
    if (anonymous && resource.isPrimitive && resource.xml.id === id) return resource;
  }
  return null;
}

/** The node named by -N, null when none is. */
export function namedNode(call: ResourceCall): Node | null {
  const name = lastValue(call.tool.options, "node");
  if (typeof name !== "string") return null;
  const lower = name.toLowerCase();
  const node = call.working.nodes.find((each) => each.name.toLowerCase() === lower);
  if (node === undefined) throw failure(ExitCode.NOSUCH, `Node '${name}' not found`);
  return node;
}

export function isForced({ options }: ToolRun): boolean {
  return isGiven(options, "force");
}

export function isQuiet({ options }: ToolRun): boolean {
  return isGiven(options, "quiet");
}
