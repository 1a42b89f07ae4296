import { ExitCode, md5 } from "../../internal/base/mod.ts";
import { parseIntervalMs } from "../../internal/cib/mod.ts";
import { callEngine } from "../../internal/host/local-client.ts";
import type { Resource } from "../../internal/scheduler/mod.ts";
import { nodesOf } from "../../internal/status/mod.ts";
import { Element, escapeAttribute } from "../../internal/xml/mod.ts";
import { lastValue } from "./options.ts";
import { notConnected, reportReplies } from "./resource-answers.ts";
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
import type { ToolRun } from "./tool.ts";

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
  reportReplies({ tool, source: { ...call.source, kind: "live" } }, 1);
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
