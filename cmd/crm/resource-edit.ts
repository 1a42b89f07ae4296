import { ExitCode } from "../../internal/base/mod.ts";
import { CibFailures, type CibRequest, sanitizeId } from "../../internal/cib/mod.ts";
import type { Resource } from "../../internal/scheduler/mod.ts";
import { Element, Text } from "../../internal/xml/mod.ts";
import { isGiven, lastValue } from "./options.ts";
import { exitCodeText } from "./output.ts";
import {
  failure,
  isForced,
  isQuiet,
  plainFailure,
  type ResourceCall,
  requireResource,
  resourceId,
} from "./resource-context.ts";
import { addList } from "./resource-query.ts";
import { ToolError } from "./tool.ts";

type SetTag = "instance_attributes" | "meta_attributes" | "utilization";

function setTag({ tool }: ResourceCall): SetTag {
  const named = lastValue(tool.options, "element");
  if (typeof named === "string") return named as SetTag;
  if (isGiven(tool.options, "meta")) return "meta_attributes";
  return isGiven(tool.options, "utilization") ? "utilization" : "instance_attributes";
}

/** `--get-parameter`. */
export function getParameter(call: ResourceCall, name: string): number {
  const resource = requireResource(call);
  const { output } = call.tool;
  const tag = setTag(call);
  let values: ReadonlyMap<string, string> = resource.utilization;
  if (tag === "meta_attributes") values = resource.meta;
  if (tag === "instance_attributes") values = parametersOf(call, resource);
  const value = values.get(name);
  if (value === undefined) {
    output.err(`Attribute '${name}' not found for '${resourceId(call.tool)}'`);
    return ExitCode.OK;
  }
  output.info(value);
  addList(output, "attributes", [new Element("item", { name }, [new Text(value)])]);
  return ExitCode.OK;
}

/** Instance parameters where the resource runs, with those of its template. */
export function parametersOf(call: ResourceCall, resource: Resource): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const template = resource.xml.get("template");
  const sources = [call.cib.byId(resource.xml.id) ?? resource.xml];
  if (template !== null) sources.push(call.cib.byId(template, "template") ?? sources[0]!);
  for (const source of sources) {
    for (const set of source.elements("instance_attributes")) {
      for (const pair of set.elements("nvpair")) {
        const name = pair.get("name");
        if (name !== null && !found.has(name)) found.set(name, pair.get("value") ?? "");
      }
    }
  }
  return found;
}

/** A parameter as it stands in the CIB. */
function findPair(call: ResourceCall, owner: string, tag: SetTag, name: string): Element | null {
  const { options } = call.tool;
  const [setName, id] = [lastValue(options, "set-name"), lastValue(options, "nvpair")];
  const element = call.cib.first("configuration")?.first("resources")?.byId(owner) ?? null;
  for (const set of element?.elements(tag) ?? []) {
    if (typeof setName === "string" && set.id !== setName) continue;
    for (const pair of set.descendants("nvpair")) {
      if (typeof id === "string" && pair.id !== id) continue;
      if (pair.get("name") === name) return pair;
    }
  }
  return null;
}

/** The resource that a change of a parameter is about: of a clone, or of what it clones. */
function targetOf(call: ResourceCall, tag: SetTag, name: string, doing: string): Resource {
  const resource = requireResource(call);
  const { output } = call.tool;
  if (isForced(call.tool) || tag !== "meta_attributes") return resource;
  const id = resourceId(call.tool);
  const { parent } = resource;
  if (parent?.isClone === true) {
    if (findPair(call, resource.xml.id, tag, name) !== null) return resource;
    output.info(`Performing ${doing} of '${name}' on '${parent.id}', the parent of '${id}'`);
    return parent;
  }
  const child = resource.isClone && resource.parent === null ? resource.children[0] : undefined;
  if (child?.isPrimitive === true && findPair(call, child.xml.id, tag, name) !== null) {
    output.info(
      `A value for '${name}' already exists in child '${child.xml.id}', performing ${doing} on ` +
        `that instead of '${id}'`,
    );
    return child;
  }
  return resource;
}

/** `--set-parameter`. */
export async function setParameter(call: ResourceCall, name: string): Promise<number> {
  const value = lastValue(call.tool.options, "parameter-value");
  if (typeof value !== "string") {
    throw failure(ExitCode.USAGE, "You need to supply a value with the -v option");
  }
  const tag = setTag(call);
  const resource = targetOf(call, tag, name, "update");
  const owner = resource.isPrimitive ? resource.xml.id : resource.id;
  if (tag === "instance_attributes" && !isForced(call.tool)) refuseMeta(call, owner, name);
  await setPair(call, owner, elementName(resource), tag, name, value);
  if (isGiven(call.tool.options, "recursive") && tag === "meta_attributes") {
    for (const child of resource.children) {
      const id = child.isPrimitive ? child.xml.id : child.id;
      await setPair(call, id, elementName(child), tag, name, value);
    }
  }
  return ExitCode.OK;
}

function refuseMeta(call: ResourceCall, owner: string, name: string): void {
  const meta = findPair(call, owner, "meta_attributes", name);
  if (meta === null) return;
  const { output } = call.tool;
  const what = `'${owner}' called '${name}' (id=${meta.id})`;
  output.err(`WARNING: There is already a meta attribute for ${what}`);
  output.err(`         Delete '${meta.id}' first or use the force option to override`);
  throw plainFailure(ExitCode.EXISTS);
}

function elementName(resource: Resource): string {
  return resource.xml.name;
}

/** Sets one pair of a resource's set, which is made where it is not there. */
export async function setPair(
  call: ResourceCall,
  owner: string,
  element: string,
  tag: SetTag,
  name: string,
  value: string,
): Promise<void> {
  const { options } = call.tool;
  const found = findPair(call, owner, tag, name);
  if (found !== null) {
    const input = new Element("nvpair", { id: found.id, name, value });
    await change(call, { operation: "modify", scope: "resources", input });
    tell(call, `Set '${owner}' option: id=${found.id} name=${name} value=${value}`);
    return;
  }
  const given = lastValue(options, "nvpair");
  const set = lastValue(options, "set-name") ?? `${owner}-${tag}`;
  const id = given ?? sanitizeId(`${set}-${name}`);
  const pair = new Element("nvpair", { id, name, value });
  const inner = new Element(tag, { id: set }, [pair]);
  const input = new Element(element, { id: owner }, [inner]);
  await change(call, { operation: "modify", scope: "resources", input, allowCreate: true });
  const shown = typeof given === "string" ? "(null)" : id;
  tell(call, `Set '${owner}' option: id=${shown} set=${set} name=${name} value=${value}`);
}

/** Says what was done, unless only values are wanted. */
function tell({ tool }: ResourceCall, text: string): void {
  if (!isQuiet(tool)) tool.output.info(text);
}

/** `--delete-parameter`. */
export async function deleteParameter(call: ResourceCall, name: string): Promise<number> {
  const tag = setTag(call);
  const resource = targetOf(call, tag, name, "delete");
  const owner = resource.isPrimitive ? resource.xml.id : resource.id;
  const found = findPair(call, owner, tag, name);
  if (found === null) throw plainFailure(ExitCode.NOSUCH);
  await deletePair(call, owner, found);
  return ExitCode.OK;
}

export async function deletePair(call: ResourceCall, owner: string, pair: Element): Promise<void> {
  const name = pair.get("name") ?? "";
  const input = new Element("nvpair", { id: pair.id, name });
  await change(call, { operation: "delete", scope: "resources", input });
  const given = lastValue(call.tool.options, "set-name");
  const set = typeof given === "string" ? ` set=${given}` : "";
  tell(call, `Deleted '${owner}' option: id=${pair.id}${set} name=${name}`);
}

/** `--delete`: takes a resource out of the configuration. */
export async function deleteResource(call: ResourceCall): Promise<number> {
  const { options } = call.tool;
  const id = resourceId(call.tool);
  const type = lastValue(options, "resource-type");
  if (typeof type !== "string") {
    throw failure(ExitCode.USAGE, "You need to specify a resource type with -t");
  }
  const input = new Element(type, { id });
  const result = await call.source.request({ operation: "delete", scope: "resources", input });
  if (result.ok) return ExitCode.OK;
  const { code, message } = result.error;
  throw failure(code, `Could not delete resource ${id}: ${message}`);
}

/** Makes a change, or fails with the exit code that tells why not. */
export async function change(call: ResourceCall, request: CibRequest): Promise<void> {
  const result = await call.source.request(request);
  if (result.ok) return;
  const { code, legacy } = result.error;
  if (legacy === CibFailures.noObject.legacy && request.operation === "delete") return;
  throw new ToolError(code, `Error performing operation: ${exitCodeText(code)}`);
}
