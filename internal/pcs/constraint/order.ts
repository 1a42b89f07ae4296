import { parseBoolean } from "../../base/mod.ts";
import { Element } from "../../xml/mod.ts";
import { invalidValue } from "../checks/mod.ts";
import { checkId, IdProvider, idExists } from "../cib/ids.ts";
import { constraintsOf, resourcesOf } from "../cib/sections.ts";
import { splitOption } from "../frame/arguments.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { endReplaced } from "../frame/replaced.ts";
import { CommandLineError, LibraryError } from "../frame/report.ts";
import { ACTIONS, requireConstrainable, sameKind } from "./checks.ts";
import { kindConfig } from "./config.ts";
import { createWithSets, type SetKind } from "./sets.ts";

const KINDS = ["Optional", "Mandatory", "Serialize"];
const BOOLEANS = ["no", "yes", "1", "n", "y", "off", "true", "on", "0", "false"];

const orderSet: SetKind = {
  tag: "rsc_order",
  prefix: "order",
  optionNames: ["symmetrical", "kind"],
  attributes(options) {
    const attributes = new Map(options);
    const reports = [];
    const kind = options.get("kind");
    if (kind !== undefined) {
      const known = KINDS.find((name) => name.toLowerCase() === kind.toLowerCase());
      if (known === undefined) reports.push(invalidValue("kind", kind, KINDS));
      else attributes.set("kind", known);
    }
    const symmetrical = options.get("symmetrical");
    if (symmetrical !== undefined) {
      attributes.set("symmetrical", symmetrical.toLowerCase());
      if (parseBoolean(symmetrical) === null) {
        reports.push(invalidValue("symmetrical", symmetrical, BOOLEANS));
      }
    }
    if (reports.length > 0) throw new LibraryError(reports);
    return attributes;
  },
};

/** `constraint order ...`. */
export async function constraintOrder(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  const [word = "config", ...rest] = argv;
  if (word === "set") await createWithSets(context, rest, options, orderSet);
  else if (word === "remove" || word === "delete") await orderRemove(context, rest, options);
  else if (word === "show") endReplaced(context, "constraint order config");
  else if (word === "config") await kindConfig(context, rest, options, "order");
  else await orderAdd(context, argv, options);
}

/** `order [ACTION] A then [ACTION] B [options]`. */
async function orderAdd(context: PcsContext, argv: string[], options: Options): Promise<void> {
  options.allowOnly(["-f", "--force"]);
  if (argv.length < 3) throw new CommandLineError();
  const words = argv.slice();
  const takeAction = () => (ACTIONS.includes(words[0] ?? "") ? words.shift()! : "start");
  const firstAction = takeAction();
  const first = words.shift();
  if (first === undefined || words.shift() !== "then") throw new CommandLineError();
  const thenAction = takeAction();
  const then = words.shift();
  if (then === undefined) throw new CommandLineError();
  if (words.includes("then")) {
    throw new CommandLineError(
      "Multiple 'then's cannot be specified.",
      "Use the 'pcs constraint order set' command if you want to create a constraint for more " +
        "than two resources.",
      true,
    );
  }
  const cib = await context.cib();
  for (const id of [first, then]) requireConstrainable(context, cib, id, options.force);
  if (inSameGroup(cib, first, then)) {
    context.die("Cannot create an order constraint for resources in the same group");
  }
  words.push(`first-action=${firstAction}`, `then-action=${thenAction}`);
  const given = orderOptions(context, cib, words);
  const element = orderElement(context, cib, first, then, given);
  constraintsOf(cib).append(element);
  if (!options.force) refuseDuplicates(context, element);
  context.writeError(`${summary(first, then, given)}\n`);
  await context.pushCibPlainly();
}

function inSameGroup(cib: Element, one: string, other: string): boolean {
  const groups = [one, other].map(
    (id) => resourcesOf(cib).byId(id, "primitive")?.ancestor("group") ?? null,
  );
  return groups[0] !== null && groups[0] === groups[1];
}

/** Options in the order given, `symmetrical` last. */
function orderOptions(context: PcsContext, cib: Element, words: string[]): [string, string][] {
  const pairs: [string, string][] = [];
  let symmetrical: string | null = null;
  for (const word of words) {
    if (word === "symmetrical") symmetrical = "true";
    else if (word === "nonsymmetrical") symmetrical = "false";
    else {
      const [name, value] = splitOption(word, false);
      if (name === "id") requireFreeId(context, cib, value);
      if (name !== "symmetrical") pairs.push([name, value]);
      else if (BOOLEANS.includes(value.toLowerCase())) symmetrical = value.toLowerCase();
      else {
        context.die(
          `invalid symmetrical value '${value}', allowed values are: ${BOOLEANS.join(", ")}`,
        );
      }
    }
  }
  if (symmetrical !== null) pairs.push(["symmetrical", symmetrical]);
  return pairs;
}

/** Ends the verb unless the text is a constraint's id that nothing has yet. */
export function requireFreeId(context: PcsContext, cib: Element, id: string): void {
  const wrong = checkId(id, "constraint id")[0];
  if (wrong !== undefined) context.die(wrong.text);
  if (idExists(cib, id)) context.die(`id '${id}' is already in use, please specify another one`);
}

function decisive(pairs: [string, string][]): [string, string] | undefined {
  return pairs.find(([name]) => name === "score" || name === "kind");
}

function orderElement(
  context: PcsContext,
  cib: Element,
  first: string,
  then: string,
  pairs: [string, string][],
): Element {
  const [name, value] = decisive(pairs) ?? ["kind", "mandatory"];
  if (name === "score") {
    context.report.deprecation(
      "option 'score' is deprecated and might be removed in a future release, therefore it " +
        "should not be used",
    );
  }
  const element = new Element("rsc_order", { first, then });
  for (const [option, text] of pairs) element.set(option, text);
  if (!element.has("id")) {
    element.set("id", new IdProvider(cib).allocate(`order-${first}-${then}-${value}`));
  }
  return element;
}

function summary(first: string, then: string, pairs: [string, string][]): string {
  const [name, value] = decisive(pairs) ?? ["kind", "Mandatory"];
  const shown = pairs.filter(([option]) => option !== "kind" && option !== "score");
  const list = shown.map(([option, text]) => `${option}=${text}`).join(" ");
  return `Adding ${first} ${then} (${name}: ${value}) (Options: ${list})`;
}

function refuseDuplicates(context: PcsContext, element: Element): void {
  const key = (e: Element) =>
    JSON.stringify([
      e.get("first"),
      e.get("then"),
      (e.get("first-action") || "start").toLowerCase(),
      (e.get("then-action") || "start").toLowerCase(),
    ]);
  const duplicates = sameKind(element).filter((other) => key(other) === key(element));
  if (duplicates.length === 0) return;
  const lines = duplicates.map((duplicate) => `  ${describe(duplicate)}`);
  context.die(`duplicate constraint already exists, use --force to override\n${lines.join("\n")}`);
}

function describe(order: Element): string {
  const get = (name: string) => order.get(name) ?? "";
  let weight = `(score:${get("score")})`;
  if (get("kind") !== "") weight = `(kind:${get("kind")})`;
  else if (get("score") === "") weight = "(kind:Mandatory)";
  const told = [
    "first",
    "then",
    "first-action",
    "then-action",
    "id",
    "score",
    "kind",
    "symmetrical",
  ];
  const others = [...order.entries()].filter(([name]) => !told.includes(name));
  const oneWay = order.has("symmetrical") && parseBoolean(get("symmetrical")) !== true;
  return [
    get("first-action"),
    get("first"),
    "then",
    get("then-action"),
    get("then"),
    weight,
    oneWay ? "(non-symmetrical)" : "",
    others.length > 0 ? `(Options: ${others.map(([n, v]) => `${n}=${v}`).join(" ")})` : "",
    `(id:${get("id")})`,
  ]
    .filter((part) => part !== "")
    .join(" ");
}

/** `order remove RESOURCE...`: the resources leave all orders and all sets. */
async function orderRemove(context: PcsContext, argv: string[], options: Options): Promise<void> {
  options.allowOnly(["-f"]);
  if (argv.length === 0) throw new CommandLineError();
  const section = constraintsOf(await context.cib());
  let found = false;
  for (const resource of argv) {
    for (const order of section.elements("rsc_order")) {
      if (order.get("first") !== resource && order.get("then") !== resource) continue;
      order.remove();
      found = true;
    }
    for (const reference of section.descendants("resource_ref")) {
      if (reference.id !== resource) continue;
      leaveSet(reference);
      found = true;
    }
  }
  if (!found) context.die("No matching resources found in ordering list");
  await context.pushCibPlainly();
}

/** Takes a reference out of its set; a set left empty goes, and a constraint left without sets. */
export function leaveSet(reference: Element): void {
  const set = reference.parent!;
  const constraint = set.parent!;
  reference.remove();
  if (set.first("resource_ref") !== null) return;
  set.remove();
  if (constraint.first("resource_set") === null) constraint.remove();
}
