import { ExitCode, execStatusText } from "../../internal/base/mod.ts";
import { localOffset } from "../../internal/host/time-zone.ts";
import { type Node, parseRole, type Resource, Role } from "../../internal/scheduler/mod.ts";
import {
  currentNode,
  nodesOf,
  primitiveLine,
  printableId,
  resourceXml,
  type ShowOptions,
  TextSink,
  timeTexts,
  writeResource,
} from "../../internal/status/mod.ts";
import { Element, printXml, Text } from "../../internal/xml/mod.ts";
import { lastValue } from "./options.ts";
import { Verbatim } from "./output.ts";
import {
  isQuiet,
  namedNode,
  plainFailure,
  type ResourceCall,
  requireResource,
  resourceId,
} from "./resource-context.ts";

const BARE: ShowOptions = { inactive: true, belowNode: true, pending: true };

/** `--list`: all resources as the status shows them, without where they run. */
export function list({ tool, working }: ResourceCall): number {
  const { output } = tool;
  const sink = new TextSink();
  sink.begin("Full List of Resources");
  const all = output.add(new Element("resources"));
  for (const resource of working.resources) {
    if (resource.orphan && nodesOf(resource).length === 0) continue;
    writeResource(sink, working, resource, BARE);
    const element = resourceXml(resource, { inactive: true, pending: true });
    if (element !== null) all.append(element);
  }
  if (all.children.length === 0) {
    sink.item("No resources");
    all.append(new Element("item", {}, [new Text("No resources")]));
    output.write(sink.take());
    throw plainFailure(ExitCode.NOSUCH);
  }
  output.write(sink.take());
  return ExitCode.OK;
}

/** `--list-raw`: ids of all instances. */
export function listRaw({ tool, working }: ResourceCall): number {
  const ids: string[] = [];
  const walk = (resource: Resource): void => {
    const parts = partsOf(resource);
    if (parts.length === 0) ids.push(resource.id);
    for (const part of parts) walk(part);
  };
  for (const resource of working.resources) walk(resource);
  if (ids.length === 0) throw plainFailure(ExitCode.NOSUCH);
  for (const id of ids) tool.output.info(id);
  addList(
    tool.output,
    "resource names",
    ids.map((id) => item("resource", id)),
  );
  return ExitCode.OK;
}

/** Containers, addresses and connections of a bundle before what runs in them. */
function partsOf(resource: Resource): Resource[] {
  const data = resource.bundleData;
  if (data === null) return resource.children;
  const outer = data.replicas.flatMap((replica) => [replica.container, replica.ip, replica.remote]);
  const parts = [...outer, data.child].filter((part): part is Resource => part !== null);
  return parts;
}

function item(name: string, text: string): Element {
  return new Element("item", { name }, [new Text(text)]);
}

export function addList(
  output: ResourceCall["tool"]["output"],
  name: string,
  items: Element[],
): void {
  output.add(new Element("list", { name, count: String(items.length) }, items));
}

/** `--list-operations` and `--list-all-operations`. */
export function listOperations(call: ResourceCall, onlyActive: boolean): number {
  const { tool, working } = call;
  const only = lastValue(tool.options, "resource") ?? null;
  const host = namedNode(call);
  const times = timeTexts(localOffset);
  const all = output(tool);
  for (const state of working.cib.first("status")?.elements("node_state") ?? []) {
    const node = working.nodes.find((each) => each.id === state.id);
    if (node === undefined || (host !== null && node !== host)) continue;
    if (!node.online && !working.config.fencingEnabled) continue;
    for (const entry of state.first("lrm")?.first("lrm_resources")?.elements() ?? []) {
      if (only !== null && entry.id !== only) continue;
      const operations = sorted(entry.elements("lrm_rsc_op"));
      for (const op of onlyActive ? active(operations) : operations) {
        tool.output.info(operationText(call, entry.id, node, op, times.short));
        all.append(operationXml(call, entry.id, node, op, times.short));
      }
    }
  }
  return ExitCode.OK;
}

function output(tool: ResourceCall["tool"]): Element {
  return tool.output.add(new Element("operations"));
}

function sorted(operations: Element[]): Element[] {
  return operations.sort((a, b) => callId(a) - callId(b));
}

function callId(op: Element): number {
  const id = Number(op.get("call-id") ?? -1);
  // What is still running comes last.
  return id < 0 ? Number.MAX_SAFE_INTEGER : id;
}

/** Operations since the last start, none when the resource was stopped after it. */
function active(operations: Element[]): Element[] {
  const last = (...tasks: string[]): number =>
    operations.findLastIndex((op) => tasks.includes(op.get("operation") ?? ""));
  const stop = operations.findLastIndex(
    (op) => op.get("operation") === "stop" && (op.get("op-status") ?? "0") === "0",
  );
  let start = last("start", "migrate_from");
  if (start < 0) start = last("promote", "demote");
  if (start < 0) {
    start = operations.findLastIndex(
      (op) => op.get("operation") === "monitor" && /^[08]$/.test(op.get("rc-code") ?? ""),
    );
  }
  return start < stop ? [] : operations.slice(Math.max(0, start));
}

function findByHistory({ working }: ResourceCall, id: string): Resource | null {
  for (const resource of working.resourcesById.values()) {
    if (resource.isPrimitive && (resource.id === id || resource.xml.id === id)) return resource;
  }
  return null;
}

function operationText(
  call: ResourceCall,
  id: string,
  node: Node,
  op: Element,
  time: (epoch: number) => string,
): string {
  const resource = findByHistory(call, id);
  const what =
    resource === null
      ? `Unknown resource ${id}`
      : primitiveLine(call.working, resource, printableId(resource), currentNode(resource), BARE);
  const changed = op.get("last-rc-change");
  const when =
    changed === null
      ? ""
      : `, last-rc-change='${time(Number(changed))}', exec=${op.get("exec-time") ?? "0"}ms`;
  const key = op.get("operation_key") ?? op.id;
  const facts = `node=${node.name}, call=${op.get("call-id")}, rc=${op.get("rc-code")}${when}`;
  return `${what}: ${key} (${facts}): ${execStatusText(Number(op.get("op-status") ?? 0))}`;
}

function operationXml(
  call: ResourceCall,
  id: string,
  node: Node,
  op: Element,
  time: (epoch: number) => string,
): Element {
  const element = new Element("operation", {
    op: op.get("operation_key") ?? op.id,
    node: node.name,
    call: op.get("call-id") ?? "",
    rc: op.get("rc-code") ?? "",
    status: execStatusText(Number(op.get("op-status") ?? 0)),
  });
  const resource = findByHistory(call, id);
  if (resource !== null) {
    const provider = resource.provider === null ? "" : `:${resource.provider}`;
    element.set("rsc", printableId(resource));
    element.set("agent", `${resource.cls}${provider}:${resource.type}`);
  }
  const changed = op.get("last-rc-change");
  if (changed === null) return element;
  element.set("last-rc-change", time(Number(changed)));
  return element.set("exec-time", op.get("exec-time") ?? "0");
}

/** `--query-xml` (templates merged in) and `--query-xml-raw` (as configured). */
export function queryXml(call: ResourceCall, raw: boolean): number {
  const resource = requireResource(call);
  const configured = call.cib.byId(resource.xml.id);
  const xml = printXml(raw ? (configured ?? resource.xml) : resource.xml, { pretty: true });
  const sink = new FlatSink();
  writeResource(sink, call.working, resource, { inactive: true, pending: true });
  call.tool.output.write(`${sink.take()}Resource XML:\n${xml}`);
  const result = call.tool.output.add(new Element("resource_config"));
  const element = resourceXml(resource, { inactive: true, pending: true });
  if (element !== null) result.append(element);
  result.append(new Element("xml", {}, [new Verbatim(xml)]));
  return ExitCode.OK;
}

/** Items alone, without their headings. */
class FlatSink extends TextSink {
  override begin(_title: string): void {
    // What a list is called is not shown here.
  }

  override end(): void {
    // Nothing was begun.
  }
}

/** `--locate`: where the resource runs. */
export function locate(call: ResourceCall): number {
  const { output: sink } = call.tool;
  const id = resourceId(call.tool);
  const resource = requireResource(call);
  const found: { node: Node; promoted: boolean }[] = [];
  for (const each of instances(resource, id)) {
    for (const node of nodesOf(each)) {
      found.unshift({ node, promoted: each.currentRole === Role.promoted });
    }
  }
  const element = sink.add(new Element("nodes", { resource: id }));
  for (const { node, promoted } of found) {
    const state = promoted ? " Promoted" : "";
    sink.info(
      isQuiet(call.tool) ? node.name : `resource ${id} is running on: ${node.name}${state}`,
    );
    const one = new Element("node", promoted ? { state: "promoted" } : {}, [new Text(node.name)]);
    element.append(one);
  }
  if (found.length === 0 && !sink.isXml && !isQuiet(call.tool))
    sink.err(`resource ${id} is NOT running`);
  return ExitCode.OK;
}

/** A clone's instances; all of them too when a primitive of an anonymous clone is named. */
function instances(resource: Resource, id: string): Resource[] {
  if (resource.isClone) return resource.children;
  const parent = resource.parent;
  const generic = parent?.isClone === true && !parent.unique && resource.id !== id;
  return generic ? parent.children : [resource];
}

/** `--why`: whether and why not. */
export function why(call: ResourceCall): number {
  const { tool, working } = call;
  const id = lastValue(tool.options, "resource");
  const host = namedNode(call);
  const one = typeof id === "string" ? requireResource(call) : null;
  if (one !== null) {
    const running = nodesOf(one).some((node) => host === null || node === host);
    const reason = new Element("reason", { running: String(running) });
    if (host !== null) reason.set("host", host.name);
    reason.append(check(call, one, one.id, running, host));
    tool.output.add(reason);
    return ExitCode.OK;
  }
  const list = new Element("resources");
  const rows: [Resource, boolean][] =
    host === null
      ? working.resources.map((resource) => [resource, nodesOf(resource).length > 0])
      : host.active.map((resource) => [resource, true]);
  for (const [resource, running] of rows) {
    const element = new Element("resource", { id: resource.id, running: String(running) });
    if (host !== null) element.set("host", host.name);
    element.append(check(call, resource, resource.id, running, host));
    list.append(element);
  }
  tool.output.add(new Element("reason", {}, [list]));
  return ExitCode.OK;
}

function check(
  { tool, working }: ResourceCall,
  resource: Resource,
  id: string,
  running: boolean,
  host: Node | null,
): Element {
  const where = host === null ? "" : ` on host ${host.name}`;
  tool.output.info(`Resource ${id} is ${running ? "" : "not "}running${where}`);
  return hindrances({ tool, working }, resource, running, host);
}

/** What the configuration has against a resource's running, told and as an element. */
export function hindrances(
  { tool, working }: Pick<ResourceCall, "tool" | "working">,
  resource: Resource,
  running: boolean,
  host: Node | null,
): Element {
  const top = resource.top();
  const element = new Element("check", { id: top.id });
  const role = parseRole(top.meta.get("target-role"));
  if (role === Role.stopped) {
    tool.output.info(`Configuration specifies '${top.id}' should remain stopped`);
    element.set("remain_stopped", "true");
  } else if (role === Role.unpromoted && top.promotable) {
    tool.output.info(`Configuration specifies '${top.id}' should not be promoted`);
    element.set("promotable", "false");
  }
  if (!top.managed) {
    const said = "Configuration prevents cluster from stopping or starting unmanaged";
    tool.output.info(`${said} '${top.id}'`);
    element.set("unmanaged", "true");
  }
  if (top.lockNode !== null) {
    tool.output.info(`'${top.id}' is locked to node ${top.lockNode.name} due to shutdown`);
    element.set("locked-to", top.lockNode.name);
  }
  const strategy = working.config.healthStrategy;
  if (host !== null && strategy !== "none" && !running && host.score < 0) {
    const said = "cannot run on unhealthy nodes due to node-health-strategy";
    tool.output.info(`'${top.id}' ${said}='${strategy}'`);
    element.set("unhealthy", "true");
  }
  return element;
}
