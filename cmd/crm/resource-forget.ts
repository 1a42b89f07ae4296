import { ExitCode } from "../../internal/base/mod.ts";
import { parseIntervalMs } from "../../internal/cib/mod.ts";
import { callEngine } from "../../internal/host/local-client.ts";
import {
  type Node,
  nodesByHash,
  type Resource,
  type WorkingSet,
} from "../../internal/scheduler/mod.ts";
import type { Element } from "../../internal/xml/mod.ts";
import { lastValue } from "./options.ts";
import { notConnected, reportReplies } from "./resource-answers.ts";
import {
  isForced,
  isQuiet,
  namedNode,
  plainFailure,
  type ResourceCall,
  requireResource,
} from "./resource-context.ts";
import { hindrances } from "./resource-query.ts";

/** `--cleanup` (only failures) and `--refresh` (all history): forget, and look again. */
export async function forget(call: ResourceCall, onlyFailures: boolean): Promise<number> {
  const node = namedNode(call);
  const named = lastValue(call.tool.options, "resource");
  if (typeof named !== "string") return forgetAll(call, node, onlyFailures);
  const forced = isForced(call.tool);
  const resource = forced ? requireResource(call) : requireResource(call).top();
  let replies = 0;
  for (const [instance, where] of histories(call.working, resource, node, forced)) {
    const asked = !onlyFailures || failures(call, where, instance.nameInHistory).length > 0;
    await forgetOne(call, instance, where, asked);
    if (asked) replies += 1;
  }
  if (!isQuiet(call.tool)) call.tool.output.add(hindrances(call, resource, false, node));
  reportReplies(call, replies);
  return ExitCode.OK;
}

/** Which instance on which node: where it has a history, else wherever it could have one. */
export function histories(
  working: WorkingSet,
  resource: Resource,
  node: Node | null,
  forced: boolean,
): [Resource, Node][] {
  if (resource.isPrimitive) {
    const nodes = node !== null ? [node] : lookedAt(working, resource, forced);
    return nodes.map((each) => [resource, each]);
  }
  return resource.children.flatMap((child) => histories(working, child, node, forced));
}

/** In the order of the original, which walks a hash table from its end. */
function lookedAt({ nodes }: WorkingSet, resource: Resource, forced: boolean): Node[] {
  const known = nodes.filter((node) => resource.known.has(node));
  const allowed = nodes.filter((node) => resource.allowed.has(node));
  const likely = resource.exclusiveDiscovery
    ? allowed.filter((node) => resource.allowed.score(node) >= 0)
    : allowed;
  const chosen = known.length > 0 ? known : forced ? nodes : likely;
  return nodesByHash(chosen)
    .reverse()
    .filter((node) => node.online);
}

/** Failed operations on a node, of one resource if it is named, and of the kind that was asked for. */
function failures(call: ResourceCall, node: Node, resource?: string): Element[] {
  const { operation, intervalMs } = askedOperation(call);
  const of = call.working.failedOps.filter(
    ({ xml, node: where }) =>
      where === node.name &&
      (resource === undefined || xml.parent?.id === resource) &&
      (operation === undefined ||
        (xml.get("operation") === operation && Number(xml.get("interval")) === (intervalMs ?? 0))),
  );
  return of.map(({ xml }) => xml);
}

function askedOperation({ tool }: ResourceCall): { operation?: string; intervalMs?: number } {
  const operation = lastValue(tool.options, "operation");
  const interval = lastValue(tool.options, "interval");
  return {
    ...(typeof operation === "string" ? { operation } : {}),
    ...(typeof interval === "string" ? { intervalMs: parseIntervalMs(interval) ?? 0 } : {}),
  };
}

async function forgetOne(
  call: ResourceCall,
  resource: Resource,
  node: Node,
  withHistory: boolean,
): Promise<void> {
  const { output } = call.tool;
  if (call.source.kind === "file") {
    output.info(`Dry run: skipping clean-up of ${resource.id} on ${node.name} due to CIB_file`);
    return;
  }
  const id = resource.unique ? resource.id : resource.xml.id;
  const request = { resource: id, node: node.name, ...askedOperation(call) };
  const cleared = await callEngine("attributeClearFailures", request);
  if (!cleared.ok) {
    const reason = cleared.error.message;
    output.err(`Unable to clean up ${resource.id} failures on ${node.name}: ${reason}`);
    throw plainFailure(cleared.error.code);
  }
  if (withHistory) await forgetHistory(node.name, resource.nameInHistory);
  output.info(`Cleaned up ${resource.id} on ${node.name}`);
}

async function forgetHistory(node: string, resource: string): Promise<void> {
  const history = await callEngine("historyDelete", { node, resource });
  if (!history.ok) throw notConnected(history.error);
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
  const operation = onlyFailures ? askedOperation(call) : {};
  const cleared = await callEngine("attributeClearFailures", { ...request, ...operation });
  if (!cleared.ok) {
    output.err(`Unable to clean up all failures on ${where}: ${cleared.error.message}`);
    throw plainFailure(cleared.error.code);
  }
  if (onlyFailures) {
    let replies = 0;
    for (const each of node === null ? call.working.nodes : [node]) {
      // Each history once, however many of its operations failed.
      const resources = new Set(failures(call, each).map((xml) => xml.parent?.id ?? ""));
      for (const resource of resources) await forgetHistory(each.name, resource);
      replies += resources.size;
    }
    output.info(`Cleaned up all resources on ${where}`);
    reportReplies(call, replies);
    return ExitCode.OK;
  }
  const probed = await callEngine("reprobe", request);
  if (!probed.ok) throw notConnected(probed.error);
  reportReplies(call, 1);
  return ExitCode.OK;
}
