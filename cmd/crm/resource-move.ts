import { ExitCode } from "../../internal/base/mod.ts";
import { addDuration, formatDate, fromEpoch, parseDuration } from "../../internal/cib/mod.ts";
import { type Node, type Resource, Role } from "../../internal/scheduler/mod.ts";
import { nodesOf } from "../../internal/status/mod.ts";
import { Element } from "../../internal/xml/mod.ts";
import { isGiven, lastValue } from "./options.ts";
import {
  failure,
  isForced,
  isQuiet,
  namedNode,
  plainFailure,
  type ResourceCall,
  requireResource,
  resourceId,
} from "./resource-context.ts";
import { change } from "./resource-edit.ts";
import { ToolError } from "./tool.ts";

/** What the constraints made here are about. */
interface Placing {
  id: string;
  promoted: boolean;
  /** How long the constraint holds, null for ever. */
  lifetime: string | null;
}

/** `--move`. */
export async function move(call: ResourceCall): Promise<number> {
  const resource = requireResource(call);
  const placing = placingOf(call);
  const node = namedNode(call);
  if (node === null) return banCurrent(call, resource, placing);
  const forced = isForced(call.tool);
  const now = whereIs(resource, placing.promoted);
  if (placing.promoted && !resource.promotable) {
    throw failure(ExitCode.INVALID_PARAM, `${placing.id} is not a promotable resource`);
  }
  if (now.length === 1 && now[0] === node && !forced) throw plainFailure(ExitCode.EXISTS);
  await clearConstraints(call, placing.id, null, false);
  await clearConstraints(call, placing.id, node, false);
  await prefer(call, placing, node);
  const elsewhere = now.length === 1 && now[0] !== node ? now[0]! : null;
  if (forced && elsewhere !== null) await ban(call, placing, elsewhere);
  return ExitCode.OK;
}

/** `--ban`. */
export async function banResource(call: ResourceCall): Promise<number> {
  const resource = requireResource(call);
  const placing = placingOf(call);
  const node = namedNode(call);
  if (node === null) return banCurrent(call, resource, placing);
  await ban(call, placing, node);
  return ExitCode.OK;
}

/** `--clear`. */
export async function clear(call: ResourceCall): Promise<number> {
  const { options } = call.tool;
  const expired = isGiven(options, "expired");
  const id = lastValue(options, "resource");
  if (typeof id !== "string" && !expired) resourceId(call.tool);
  if (typeof id === "string" && !expired) requireResource(call);
  const node = namedNode(call);
  const removed = await clearConstraints(call, typeof id === "string" ? id : null, node, expired);
  if (!isQuiet(call.tool)) for (const each of removed) call.tool.output.info(removing(each));
  return ExitCode.OK;
}

function removing(id: string): string {
  return `Removing constraint: ${id}`;
}

function placingOf(call: ResourceCall): Placing {
  const { options } = call.tool;
  const lifetime = lastValue(options, "lifetime");
  const promoted = isGiven(options, "promoted") || isGiven(options, "master");
  return { id: resourceId(call.tool), promoted, lifetime: lifetime ?? null };
}

function endOf(call: ResourceCall, lifetime: string | null): string | null {
  if (lifetime === null) return null;
  const duration = parseDuration(lifetime);
  if (duration === null) {
    call.tool.output.err(
      `Invalid duration specified: ${lifetime}\nPlease refer to ` +
        "https://en.wikipedia.org/wiki/ISO_8601#Durations for examples of valid durations",
    );
    throw new ToolError(ExitCode.USAGE, "");
  }
  const nowSeconds = Math.floor(Date.now() / 1000);
  const end = formatDate(addDuration(fromEpoch(nowSeconds), duration));
  call.tool.output.info(`Migration will take effect until: ${end}`);
  return end;
}

/** Where it runs, or where it is promoted. */
function whereIs(resource: Resource, promoted: boolean): Node[] {
  if (!promoted) return nodesOf(resource);
  const parts = resource.isPrimitive ? [resource] : resource.children;
  return parts.filter((part) => part.currentRole === Role.promoted).flatMap(nodesOf);
}

/** Without a node named: away from the one node where it runs. */
async function banCurrent(
  call: ResourceCall,
  resource: Resource,
  placing: Placing,
): Promise<number> {
  const active = nodesOf(resource);
  const promoted = resource.promotable ? whereIs(resource, true) : [];
  const only = active.length === 1 ? active[0] : promoted.length === 1 ? promoted[0] : undefined;
  if (only !== undefined) {
    await ban(call, placing, only);
    return ExitCode.OK;
  }
  const also = resource.promotable ? ` (promoted in ${promoted.length})` : "";
  const { id } = placing;
  let message =
    `Resource '${id}' not moved: active in ${active.length} locations${also}.\n` +
    `To prevent '${id}' from running on a specific location, specify a node.`;
  if (resource.promotable) {
    message +=
      `To prevent '${id}' from being promoted at a specific location, specify a node and the ` +
      "--promoted option.";
  }
  throw failure(ExitCode.USAGE, message);
}

async function prefer(call: ResourceCall, placing: Placing, node: Node): Promise<void> {
  const { id } = placing;
  const ids = {
    rule: `cli-prefer-rule-${id}`,
    expression: `cli-prefer-expr-${id}`,
    end: `cli-prefer-lifetime-end-${id}`,
  };
  const until = endOf(call, placing.lifetime);
  await constrain(call, { ...placing, until }, node, "INFINITY", `cli-prefer-${id}`, ids);
}

async function ban(call: ResourceCall, placing: Placing, node: Node): Promise<void> {
  const constraint = `cli-ban-${placing.id}-on-${node.name}`;
  const until = endOf(call, placing.lifetime);
  if (!isQuiet(call.tool)) {
    const { id, promoted } = placing;
    const doing = promoted ? "being promoted" : "running";
    call.tool.output.info(
      `WARNING: Creating rsc_location constraint '${constraint}' with a score of -INFINITY for ` +
        `resource ${id} on ${node.name}.\n\tThis will prevent ${id} from ${doing} on ` +
        `${node.name} until the constraint is removed using the clear option or by editing the ` +
        `CIB with an appropriate tool.\n\tThis will be the case even if ${node.name} is the last ` +
        "node in the cluster",
    );
  }
  const ids = {
    rule: `${constraint}-rule`,
    expression: `${constraint}-expr`,
    end: `${constraint}-lifetime`,
  };
  await constrain(call, { ...placing, until }, node, "-INFINITY", constraint, ids);
}

async function constrain(
  call: ResourceCall,
  { id, promoted, until }: Placing & { until: string | null },
  node: Node,
  score: string,
  constraint: string,
  ids: { rule: string; expression: string; end: string },
): Promise<void> {
  const role = promoted ? "Promoted" : "Started";
  const location = new Element("rsc_location", { id: constraint, rsc: id, role });
  if (until === null) location.set("node", node.name).set("score", score);
  else {
    const test = { attribute: "#uname", operation: "eq", value: node.name, type: "string" };
    location.append(
      new Element("rule", { id: ids.rule, score, "boolean-op": "and" }, [
        new Element("expression", { id: ids.expression, ...test }),
        new Element("date_expression", { id: ids.end, operation: "lt", end: until }),
      ]),
    );
  }
  const input = new Element("constraints", {}, [location]);
  await change(call, { operation: "modify", scope: "constraints", input, allowCreate: true });
}

/** Removes what `--move` and `--ban` made, for a resource (or all) and a node (or all). */
async function clearConstraints(
  call: ResourceCall,
  id: string | null,
  node: Node | null,
  onlyExpired: boolean,
): Promise<string[]> {
  const answer = await call.source.request({ operation: "query", scope: "constraints" });
  if (!answer.ok || answer.value.output === null) return [];
  const removed: string[] = [];
  for (const each of answer.value.output.elements("rsc_location")) {
    if (!isOurs(each, id, node)) continue;
    if (onlyExpired && !isExpired(each)) continue;
    const input = new Element("rsc_location", { id: each.id });
    await change(call, { operation: "delete", scope: "constraints", input });
    removed.push(each.id);
  }
  return removed;
}

function isOurs(location: Element, id: string | null, node: Node | null): boolean {
  const rsc = location.get("rsc") ?? "";
  if (id !== null && rsc !== id) return false;
  const preference = location.id === `cli-prefer-${rsc}`;
  const banning = location.id.startsWith(`cli-ban-${rsc}-on-`);
  if (!preference && !banning) return false;
  if (node === null) return true;
  if (banning) return location.id === `cli-ban-${rsc}-on-${node.name}`;
  const expression = location.first("rule")?.first("expression");
  return (location.get("node") ?? expression?.get("value")) === node.name;
}

/** Whether the end that its rule names has passed. */
function isExpired(location: Element): boolean {
  const end = location.first("rule")?.first("date_expression")?.get("end");
  if (end === null || end === undefined) return false;
  const ms = Date.parse(end.replace(" ", "T").replace(/ ([+-])/, "$1"));
  return !Number.isNaN(ms) && ms < Date.now();
}
