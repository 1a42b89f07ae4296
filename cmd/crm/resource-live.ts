import { ExitCode, md5 } from "../../internal/base/mod.ts";
import { parseIntervalMs } from "../../internal/cib/mod.ts";
import { callEngine } from "../../internal/host/local-client.ts";
import type { LocalFailure } from "../../internal/node/mod.ts";
import type { Node, Resource } from "../../internal/scheduler/mod.ts";
import { nodesOf } from "../../internal/status/mod.ts";
import { Element, escapeAttribute } from "../../internal/xml/mod.ts";
import { lastValue } from "./options.ts";
import {
  failure,
  namedNode,
  openResourceCall,
  plainFailure,
  type ResourceCall,
  requireResource,
  resourceId,
} from "./resource-context.ts";
import { deletePair, parametersOf, setPair } from "./resource-edit.ts";
import type { ToolError, ToolRun } from "./tool.ts";

/** `--cleanup` (only failures) and `--refresh` (all history): forget, and look again. */
export async function forget(call: ResourceCall, onlyFailures: boolean): Promise<number> {
  const node = namedNode(call);
  const named = lastValue(call.tool.options, "resource");
  if (typeof named !== "string") return forgetAll(call, node, onlyFailures);
  let resource = requireResource(call);
  const forced = call.tool.options.given.some((option) => option.name === "force");
  if (!forced) resource = resource.top();
  let replies = 0;
  for (const [instance, where] of histories(call, resource, node)) {
    const asked = !onlyFailures || failedOn(call, instance, where);
    await forgetOne(call, instance, where, asked);
    if (asked) replies += 1;
  }
  reportReplies(call, replies);
  return ExitCode.OK;
}

/** Which instance on which node. */
function histories(call: ResourceCall, resource: Resource, node: Node | null): [Resource, Node][] {
  const leaves = leavesOf(resource);
  const pairs: [Resource, Node][] = [];
  for (const leaf of leaves) {
    const active = nodesOf(leaf);
    const nodes =
      node !== null ? [node] : active.length > 0 && leaves.length > 1 ? active : call.working.nodes;
    for (const each of nodes) pairs.push([leaf, each]);
  }
  return pairs;
}

function leavesOf(resource: Resource): Resource[] {
  if (resource.isPrimitive) return [resource];
  return resource.children.flatMap(leavesOf);
}

function failedOn(call: ResourceCall, resource: Resource, node: Node): boolean {
  return call.working.failedOps.some(
    (failed) => failed.node === node.name && failed.xml.parent?.id === resource.nameInHistory,
  );
}

async function forgetOne(
  call: ResourceCall,
  resource: Resource,
  node: Node,
  withHistory: boolean,
): Promise<void> {
  const { output, options } = call.tool;
  if (call.source.kind === "file") {
    output.info(`Dry run: skipping clean-up of ${resource.id} on ${node.name} due to CIB_file`);
    return;
  }
  const operation = lastValue(options, "operation");
  const interval = lastValue(options, "interval");
  const id = resource.unique ? resource.id : resource.xml.id;
  const failures = await callEngine("attributeClearFailures", {
    resource: id,
    node: node.name,
    ...(typeof operation === "string" ? { operation } : {}),
    ...(typeof interval === "string" ? { intervalMs: parseIntervalMs(interval) ?? 0 } : {}),
  });
  if (!failures.ok) {
    const reason = failures.error.message;
    output.err(`Unable to clean up ${resource.id} failures on ${node.name}: ${reason}`);
    throw plainFailure(failures.error.code);
  }
  if (withHistory) {
    const request = { node: node.name, resource: resource.nameInHistory };
    const history = await callEngine("historyDelete", request);
    if (!history.ok) throw notConnected(history.error);
  }
  output.info(`Cleaned up ${resource.id} on ${node.name}`);
}

async function forgetAll(
  call: ResourceCall,
  node: Node | null,
  onlyFailures: boolean,
): Promise<number> {
  const { output } = call.tool;
  const where = node === null ? "all nodes" : node.name;
  if (call.source.kind === "file") {
    if (!onlyFailures) output.info(`Dry run: skipping clean-up of ${where} due to CIB_file`);
    return ExitCode.OK;
  }
  const request = node === null ? {} : { node: node.name };
  const failures = await callEngine("attributeClearFailures", request);
  if (!failures.ok) {
    output.err(`Unable to clean up all failures on ${where}: ${failures.error.message}`);
    throw plainFailure(failures.error.code);
  }
  if (onlyFailures) {
    const cleaned = new Set<string>();
    for (const { xml, node: name } of call.working.failedOps) {
      const resource = xml.parent?.id ?? "";
      if ((node !== null && node.name !== name) || cleaned.has(`${resource} ${name}`)) continue;
      cleaned.add(`${resource} ${name}`);
      const history = await callEngine("historyDelete", { node: name, resource });
      if (!history.ok) throw notConnected(history.error);
    }
    output.info(`Cleaned up all resources on ${where}`);
    return ExitCode.OK;
  }
  const probed = await callEngine("reprobe", request);
  if (!probed.ok) throw notConnected(probed.error);
  reportReplies(call, 1);
  return ExitCode.OK;
}

function reportReplies({ tool, source }: ResourceCall, count: number): void {
  if (source.kind === "file" || count === 0) return;
  const what = count === 1 ? "1 reply" : `${count} replies`;
  tool.output.info(`Waiting for ${what} from the controller`);
  for (let i = 1; i <= count; i++) tool.output.info(`... got reply${i === count ? " (done)" : ""}`);
}

function notConnected(error: LocalFailure): ToolError {
  if (error.code !== ExitCode.DISCONNECT) return failure(error.code, error.message);
  return failure(ExitCode.DISCONNECT, "Error connecting to controller: Connection refused");
}

/** `--fail`: has the cluster believe that the resource failed on a node. */
export async function fail(tool: ToolRun): Promise<number> {
  const name = lastValue(tool.options, "node");
  resourceId(tool);
  if (typeof name !== "string") throw failure(ExitCode.USAGE, "Must supply a node name with -N");
  const call = await openResourceCall(tool);
  const node = namedNode(call)!;
  const resource = requireResource(call);
  if (!resource.isPrimitive) {
    throw failure(ExitCode.USAGE, `We can only process primitive resources, not ${resource.id}`);
  }
  const answer = await callEngine("resourceFail", {
    node: node.name,
    resource: resource.unique ? resource.id : resource.xml.id,
    class: resource.cls,
    type: resource.type,
    ...(resource.provider === null ? {} : { provider: resource.provider }),
  });
  if (!answer.ok) throw notConnected(answer.error);
  reportReplies({ ...call, source: { ...call.source, kind: "live" } }, 1);
  return ExitCode.OK;
}

function timeoutMs({ options }: ToolRun): number {
  const given = lastValue(options, "timeout");
  return typeof given === "string" ? (parseIntervalMs(given) ?? 0) : 3_600_000;
}

/** `--wait`: until the cluster has nothing left to do. */
export async function waitIdle(tool: ToolRun): Promise<number> {
  const { cibPath } = await import("./cib-source.ts");
  // A file does not change by waiting.
  if (cibPath() !== null) return ExitCode.OK;
  const limit = timeoutMs(tool);
  const answer = await callEngine("waitIdle", { timeoutMs: limit }, { timeoutMs: limit + 5000 });
  if (answer.ok) return ExitCode.OK;
  if (answer.error.code === ExitCode.DISCONNECT) {
    throw failure(
      ExitCode.DISCONNECT,
      "Could not connect to the CIB: Transport endpoint is not connected",
    );
  }
  throw plainFailure(answer.error.code);
}

/** `--restart`: stops the resource, waits, and lets it start again. */
export async function restart(call: ResourceCall): Promise<number> {
  const { output } = call.tool;
  const named = requireResource(call);
  const resource = named.bundle() ?? (named.isPrimitive ? (clonedBy(named) ?? named) : named);
  if (nodesOf(resource).length === 0) {
    const message = `${resource.id} is not running anywhere and so cannot be restarted`;
    throw failure(ExitCode.NOSUCH, message);
  }
  const owner = resource.isPrimitive ? resource.xml.id : resource.id;
  const old = resource.xml
    .elements("meta_attributes")
    .flatMap((set) => set.elements("nvpair"))
    .find((pair) => pair.get("name") === "target-role");
  const tag = "meta_attributes";
  await setPair(call, owner, resource.xml.name, tag, "target-role", "stopped");
  output.info(`Waiting for 1 resources to stop:\n * ${resource.id}`);
  const stopped = await settled(call);
  const again = await openResourceCall(call.tool);
  if (!stopped) {
    output.err(`Could not complete shutdown of ${resource.id}, 1 resources remaining`);
    output.info(` * ${resource.id}`);
  }
  const pair = again.cib
    .byId(owner)
    ?.elements(tag)
    .flatMap((set) => set.elements("nvpair"))
    .find((each) => each.get("name") === "target-role");
  if (old !== undefined && old !== null) {
    await setPair(again, owner, resource.xml.name, tag, "target-role", old.get("value") ?? "");
  } else if (pair !== undefined) await deletePair(again, owner, pair);
  if (!stopped) throw plainFailure(ExitCode.TIMEOUT);
  output.info(`Waiting for 1 resources to start again:\n * ${resource.id}`);
  if (await settled(call)) return ExitCode.OK;
  throw plainFailure(ExitCode.TIMEOUT);
}

function clonedBy(resource: Resource): Resource | null {
  return resource.parent?.isClone === true ? resource.parent : null;
}

async function settled(call: ResourceCall): Promise<boolean> {
  if (call.source.kind === "file") return false;
  const limit = timeoutMs(call.tool);
  const answer = await callEngine("waitIdle", { timeoutMs: limit }, { timeoutMs: limit + 5000 });
  return answer.ok;
}

/** `--digests`: what the cluster compares to see that a resource's parameters changed. */
export function digests(call: ResourceCall): number {
  const { output } = call.tool;
  const resource = requireResource(call);
  const node = namedNode(call);
  if (node === null) throw failure(ExitCode.USAGE, "Must supply a node name with -N");
  const parameters = [...parametersOf(call, resource)].sort(([a], [b]) => (a < b ? -1 : 1));
  const text = parameters.map(([name, value]) => ` ${name}="${escapeAttribute(value)}"`).join("");
  const hash = md5(` <parameters${text}/>\n`);
  const list = new Element("digests", {
    resource: resource.id,
    node: node.name,
    task: "start",
    interval: "0ms",
  });
  for (const [type, meaning] of [
    ["all", "all parameters"],
    ["nonprivate", "non-private parameters"],
  ] as const) {
    output.info(`${hash} (${meaning})`);
    const element = new Element("parameters", Object.fromEntries(parameters));
    list.append(new Element("digest", { type, hash }, [element]));
  }
  output.add(list);
  return ExitCode.OK;
}
