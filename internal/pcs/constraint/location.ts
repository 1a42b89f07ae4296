import { parseScore } from "../../base/mod.ts";
import { Element } from "../../xml/mod.ts";
import { checkId, sanitizeId } from "../cib/ids.ts";
import { constraintsOf } from "../cib/sections.ts";
import { splitOption, typedArgument } from "../frame/arguments.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { endReplaced } from "../frame/replaced.ts";
import { CommandLineError, error, LibraryError } from "../frame/report.ts";
import { formatList } from "../frame/text.ts";
import { nodesInCib } from "../resource/remote-nodes.ts";
import { corosyncNodeNames } from "../status/names.ts";
import { requireConstrainable } from "./checks.ts";
import { STANDALONE_SCORE } from "./colocation.ts";
import { locationConfig } from "./config.ts";
import { createWithRule } from "./location-rule.ts";
import { locationRemove } from "./remove.ts";

export const DISCOVERY: readonly string[] = ["always", "exclusive", "never"];

/** `constraint location ...`. */
export async function constraintLocation(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  const [word = "config", ...rest] = argv;
  if (word === "add") await locationAdd(context, rest, options);
  else if (word === "remove" || word === "delete") await locationRemove(context, rest, options);
  else if (word === "show") endReplaced(context, "constraint location config");
  else if (word === "config") await locationConfig(context, rest, options);
  else if (rest.length === 0) throw new CommandLineError();
  else if (rest[0] === "rule") await createWithRule(context, argv, options);
  else await locationPrefer(context, argv, options);
}

/** What a location constraint is for: a resource, or all whose names match. */
export interface Located {
  attribute: "rsc" | "rsc-pattern";
  value: string;
}

export function locatedResource(word: string): Located {
  const [type, value] = typedArgument(word, ["resource", "regexp"], "resource");
  return { attribute: type === "regexp" ? "rsc-pattern" : "rsc", value };
}

interface NewLocation {
  id: string;
  resource: Located;
  node: string;
  score: string;
  options: [string, string][];
}

/** `location RESOURCE prefers|avoids NODE[=SCORE]...`. */
async function locationPrefer(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--force", "-f"]);
  const [word = "", verb, ...nodes] = argv;
  const resource = locatedResource(word);
  if (verb !== "prefers" && verb !== "avoids") throw new CommandLineError();
  if (nodes.length === 0) throw new CommandLineError();
  const known = await knownNodes(context, options);
  const unknown: string[] = [];
  const wanted = nodes.map((text): NewLocation => {
    const at = text.indexOf("=");
    const node = at < 0 ? text : text.slice(0, at);
    if (known !== null && !known.includes(node)) unknown.push(node);
    let score = at < 0 ? "INFINITY" : text.slice(at + 1);
    requireScore(context, score);
    if (verb === "avoids") score = score.startsWith("-") ? score.slice(1) : `-${score}`;
    const id = sanitizeId(`location-${resource.value}-${node}-${score}`);
    return { id, resource, node, score, options: [] };
  });
  refuseUnknown(unknown);
  for (const location of wanted) await store(context, location, options);
  await context.pushCibPlainly();
}

/** Names that a node may have; null when they are not looked at. */
async function knownNodes(context: PcsContext, options: Options): Promise<string[] | null> {
  if (options.has("-f") || options.force) {
    context.report.warning("Validation for node existence in the cluster will be skipped");
    return null;
  }
  const members = await corosyncNodeNames(context);
  return [...members, ...nodesInCib(await context.cib()).names];
}

function refuseUnknown(nodes: string[]): void {
  if (nodes.length === 0) return;
  throw new LibraryError(
    nodes.map((node) =>
      error(`Node '${node}' does not appear to exist in configuration`, "--force"),
    ),
  );
}

function requireScore(context: PcsContext, score: string): void {
  if (parseScore(score) !== null) return;
  context.die(`invalid score '${score}', use integer or INFINITY or -INFINITY`);
}

/** `location add ID RESOURCE NODE [score=]SCORE [options]`. */
async function locationAdd(context: PcsContext, argv: string[], options: Options): Promise<void> {
  options.allowOnly(["--force", "-f"]);
  const [id, word, node, ...rest] = argv;
  if (id === undefined || word === undefined || node === undefined || rest.length === 0) {
    throw new CommandLineError();
  }
  const location: NewLocation = {
    id,
    resource: locatedResource(word),
    node,
    score: "INFINITY",
    options: [],
  };
  if (!rest[0]!.includes("=")) {
    location.score = rest.shift()!;
    context.report.deprecation(STANDALONE_SCORE);
  }
  for (const option of rest) {
    const [name, value] = splitOption(option, false);
    if (name === "score") location.score = value;
    else {
      requireOption(context, name, value, options.force);
      location.options.push([name, value]);
    }
  }
  const known = await knownNodes(context, options);
  refuseUnknown(known !== null && !known.includes(node) ? [node] : []);
  requireScore(context, location.score);
  await store(context, location, options);
  await context.pushCibPlainly();
}

function requireOption(context: PcsContext, name: string, value: string, forced: boolean): void {
  if (forced) return;
  if (name !== "resource-discovery") {
    context.die(`bad option '${name}', use --force to override`);
  }
  if (DISCOVERY.includes(value)) return;
  context.die(
    `invalid ${name} value '${value}', allowed values are: ${formatList(DISCOVERY)}` +
      ", use --force to override",
  );
}

/** Puts the constraint in the place of what it says anew: the same id, or resource and node. */
async function store(context: PcsContext, location: NewLocation, options: Options): Promise<void> {
  const wrong = checkId(location.id, "constraint id")[0];
  if (wrong !== undefined) context.die(wrong.text);
  const cib = await context.cib();
  const { attribute, value } = location.resource;
  if (attribute === "rsc") requireConstrainable(context, cib, value, options.force);
  const section = constraintsOf(cib);
  for (const other of section.elements("rsc_location")) {
    const sameTarget = other.get("node") === location.node && other.get(attribute) === value;
    if (other.id === location.id || sameTarget) other.remove();
  }
  const { id, node, score } = location;
  const element = new Element("rsc_location", { id, [attribute]: value, node, score });
  for (const [name, text] of location.options) element.set(name, text);
  section.append(element);
}
