import { Element } from "../../xml/mod.ts";
import { checkId, freeIdIn, idExists } from "../cib/ids.ts";
import { resourcesOf } from "../cib/sections.ts";
import type { PcsContext } from "../frame/context.ts";
import { type Options, timeoutSeconds } from "../frame/options.ts";
import { CommandLineError } from "../frame/report.ts";
import { byCodePoint, formatListLast } from "../frame/text.ts";
import { cibForOperations, looseOptions, operationText } from "./legacy.ts";
import { defaultInterval, ROLES, roleForCib } from "./operations.ts";
import { knowsNewRoles } from "./primitive.ts";
import { refuseStonith, requireStonith } from "./sort.ts";

const OPTIONS = [
  "id",
  "name",
  "interval",
  "description",
  "start-delay",
  "interval-origin",
  "timeout",
  "enabled",
  "record-pending",
  "role",
  "on-fail",
  "OCF_CHECK_LEVEL",
];

/** `resource op add ID ACTION [name=value]...`. */
export async function opAddVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  if (argv.length === 0) throw new CommandLineError();
  await refuseStonith(context, [argv[0]!], "pcs stonith op add");
  await addOperation(context, argv, options);
}

/** `stonith op add ID ACTION [name=value]...`. */
export async function stonithOpAddVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  if (argv.length === 0) throw new CommandLineError();
  await requireStonith(context, [argv[0]!], "pcs resource op add");
  await addOperation(context, argv, options);
}

async function addOperation(context: PcsContext, argv: string[], options: Options): Promise<void> {
  options.allowOnly(["-f", "--force"]);
  const [id = "", ...words] = argv;
  const cib = await cibForOperations(context, [words.slice(1)]);
  if (words.length === 0) throw new CommandLineError();
  putOperation(context, cib, id, words, { strict: true, before: null, force: options.force });
  await context.pushCibPlainly();
}

/** Where and how strictly an operation is put. */
export interface PutOptions {
  /** Refuse a second operation of that name, not only of that name and interval. */
  strict: boolean;
  /** Put it before this one, at the end when null. */
  before: Element | null;
  force: boolean;
}

/** Adds the operation `ACTION [name=value]...` to a primitive. */
export function putOperation(
  context: PcsContext,
  cib: Element,
  resourceId: string,
  words: readonly string[],
  options: PutOptions,
): void {
  const primitive = resourcesOf(cib).byId(resourceId, "primitive");
  if (primitive === null) context.die(`Unable to find resource: ${resourceId}`);
  const [name = "", ...rest] = words;
  const pairs = looseOptions(rest);
  if (name.includes("=")) context.die(`${name} does not appear to be a valid operation action`);
  if (!options.force) checkPairs(context, pairs);
  let interval = pairs.find(([key]) => key === "interval")?.[1] ?? "";
  if (interval === "") {
    interval = defaultInterval(name);
    pairs.push(["interval", interval]);
  }
  pairs.sort(([a], [b]) => byCodePoint(a, b));
  const id = chooseId(context, cib, pairs, `${resourceId}-${name}-interval-${interval}`);
  const op = buildOperation(cib, id, [["name", name], ...pairs], options.force);
  const operations = primitive.first("operations");
  if (operations === null) {
    primitive.append(new Element("operations")).append(op);
    return;
  }
  checkDuplicates(context, operations, op, resourceId, options);
  const at = options.before === null ? -1 : operations.children.indexOf(options.before);
  if (at < 0) operations.append(op);
  else operations.insert(at, op);
}

function checkPairs(context: PcsContext, pairs: readonly [string, string][]): void {
  for (const [key, value] of pairs) {
    if (!OPTIONS.includes(key)) {
      context.die(`${key} is not a valid op option (use --force to override)`);
    }
    if (key === "role" && !ROLES.includes(value)) {
      context.die(`role must be: ${formatListLast(ROLES, " or ")} (use --force to override)`);
    }
  }
}

function chooseId(
  context: PcsContext,
  cib: Element,
  pairs: readonly [string, string][],
  proposed: string,
): string {
  const given = pairs.filter(([key]) => key === "id").map(([, value]) => value);
  for (const id of given) {
    const wrong = checkId(id, "operation id")[0];
    if (wrong !== undefined) context.die(wrong.text);
    if (idExists(cib, id)) {
      context.die(`id '${id}' is already in use, please specify another one`);
    }
  }
  return given.at(-1) ?? freeIdIn(cib, proposed);
}

function buildOperation(
  cib: Element,
  id: string,
  pairs: readonly [string, string][],
  force: boolean,
): Element {
  const op = new Element("op", { id });
  for (const [key, value] of pairs) {
    if (key === "OCF_CHECK_LEVEL") {
      const set = new Element("instance_attributes", { id: freeIdIn(cib, `params-${id}`) });
      const pairId = freeIdIn(cib, `${id}-${key}-${value}`);
      set.append(new Element("nvpair", { id: pairId, name: key, value }));
      op.append(set);
    } else if (key === "role" && !force) op.set(key, roleForCib(value, knowsNewRoles(cib)));
    else op.set(key, value);
  }
  return op;
}

/** Seconds where the text is a time, else the text itself. */
function legacySeconds(text: string): string {
  return String(timeoutSeconds(text) ?? text);
}

function checkDuplicates(
  context: PcsContext,
  operations: Element,
  op: Element,
  resourceId: string,
  options: PutOptions,
): void {
  const name = op.get("name") ?? "";
  const seconds = legacySeconds(op.get("interval") ?? "");
  const sameName = operations.elements("op").filter((other) => other.get("name") === name);
  const sameInterval = sameName.filter(
    (other) => legacySeconds(other.get("interval") ?? "") === seconds,
  );
  if (sameInterval.length > 0) {
    context.die(
      `operation ${name} with interval ${seconds}s already specified for ${resourceId}:\n` +
        sameInterval.map(operationText).join("\n"),
    );
  }
  if (!options.strict || options.force) return;
  const role = (element: Element) => roleForCib(element.get("role") ?? "Started", true);
  const level = (element: Element) =>
    element
      .descendants("nvpair")
      .find((pair) => pair.get("name") === "OCF_CHECK_LEVEL")
      ?.get("value") ?? null;
  const alike = sameName.filter(
    (other) => name !== "monitor" || (role(other) === role(op) && level(other) === level(op)),
  );
  if (alike.length > 0) {
    context.die(
      `operation ${name} already specified for ${resourceId}, use --force to override:\n` +
        alike.map(operationText).join("\n"),
    );
  }
}

/** `resource op delete OP-ID`, or `ID ACTION [name=value]...`. */
export async function opDeleteVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["-f"]);
  if (argv.length === 0) throw new CommandLineError();
  await refuseStonith(context, [argv[0]!], "pcs stonith op delete");
  await deleteOperation(context, argv);
}

/** `stonith op delete ...`. */
export async function stonithOpDeleteVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["-f"]);
  if (argv.length === 0) throw new CommandLineError();
  await requireStonith(context, [argv[0]!], "pcs resource op delete");
  await deleteOperation(context, argv);
}

async function deleteOperation(context: PcsContext, argv: string[]): Promise<void> {
  const cib = await context.cib();
  const [id = "", name, ...words] = argv;
  if (name === undefined) {
    const op = cib.descendants("op").find((element) => element.id === id);
    if (op === undefined) context.die(`unable to find operation id: ${id}`);
    op.remove();
    await context.pushCibPlainly();
    return;
  }
  const primitive = cib.descendants("primitive").find((element) => element.id === id);
  if (primitive === undefined) context.die(`Unable to find resource: ${id}`);
  const wanted = new Set([...looseOptions(words), ["name", name]].map((pair) => pair.join("=")));
  let found = false;
  for (const op of primitive.descendants("op")) {
    const has = [...op.entries()].filter(([key]) => key !== "id").map((pair) => pair.join("="));
    const equal = has.length === wanted.size && has.every((pair) => wanted.has(pair));
    if (words.length === 0 ? op.get("name") !== name : !equal) continue;
    op.remove();
    found = true;
    if (words.length > 0) break;
  }
  if (!found) context.die(`Unable to find operation matching: ${argv.slice(1).join(" ")}`);
  await context.pushCibPlainly();
}
