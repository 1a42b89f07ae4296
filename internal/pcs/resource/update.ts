import { Element } from "../../xml/mod.ts";
import { loadAgent } from "../agent/load.ts";
import { agentFailureReport } from "../agent/name.ts";
import { IdProvider } from "../cib/ids.ts";
import { updateSetInOrder } from "../cib/legacy-nvset.ts";
import { resourcesOf } from "../cib/sections.ts";
import { keyValues } from "../frame/arguments.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError, LibraryError } from "../frame/report.ts";
import { cloneOptionsOnChild, cloneResource } from "./clone.ts";
import { anyResource, cibForOperations, finishWait, legacyWait, looseOptions } from "./legacy.ts";
import { putOperation } from "./op.ts";
import { roleForCib } from "./operations.ts";
import { checkChangedAttributes, knowsNewRoles } from "./primitive.ts";
import { checkGuestChange, isRemoteConnection, nodesInCib } from "./remote-nodes.ts";
import { refuseStonith } from "./sort.ts";
import { innerResource, masterToClone } from "./tree.ts";

/** `resource update ID [name=value]... [op ...] [meta ...]`. */
export async function updateVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  if (argv.length === 0) throw new CommandLineError();
  await refuseStonith(context, [argv[0]!], "pcs stonith update");
  await updateResource(context, argv, options);
}

interface Words {
  attributes: string[];
  operations: string[][];
  meta: string[];
}

function splitWords(argv: readonly string[]): Words {
  const words: Words = { attributes: [], operations: [], meta: [] };
  let part = "attributes";
  for (const word of argv) {
    if (word === "op") {
      part = "op";
      words.operations.push([]);
    } else if (word === "meta") part = "meta";
    else if (part === "op") {
      if (!word.includes("=") && words.operations.at(-1)!.length > 0) words.operations.push([]);
      words.operations.at(-1)!.push(word);
    } else if (part === "meta") {
      if (word.includes("=")) words.meta.push(word);
    } else words.attributes.push(word);
  }
  return words;
}

/** Updates a primitive, or through it the meta attributes of its clone. */
export async function updateResource(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["-f", "--wait", "--force", "--agent-validation"]);
  const [id, ...rest] = argv;
  if (id === undefined || rest.length === 0) throw new CommandLineError();
  const words = splitWords(rest);
  const wait = legacyWait(context, options);
  const cib = await cibForOperations(
    context,
    words.operations.map((operation) => operation.slice(1)),
  );
  const primitive = resourcesOf(cib).byId(id, "primitive");
  if (primitive === null) {
    await updateClone(context, cib, id, words, wait, options);
    return;
  }
  const changes = looseOptions(words.attributes);
  await checkAttributes(context, primitive, changes, options);
  updateSetInOrder(primitive, "instance_attributes", changes);
  const oldName = remoteNodeName(primitive);
  const meta = keyValues(words.meta);
  if (oldName !== (meta.get("remote-node") ?? null)) checkGuest(context, cib, meta, options.force);
  updateSetInOrder(primitive, "meta_attributes", looseOptions(words.meta));
  updateOperations(context, cib, primitive, words.operations, options.force);
  await context.pushCibPlainly();
  await forgetNode(context, oldName, primitive);
  await finishWait(context, wait, id);
}

async function checkAttributes(
  context: PcsContext,
  primitive: Element,
  changes: readonly [string, string][],
  options: Options,
): Promise<void> {
  const name = {
    standard: primitive.get("class") ?? "",
    provider: primitive.get("provider"),
    type: primitive.get("type") ?? "",
  };
  const loaded = await loadAgent(context.env.agents, name);
  if (!loaded.ok) {
    const report = agentFailureReport(loaded.error);
    const said = options.force
      ? ({ ...report, severity: "warning" } as const)
      : ({ ...report, force: "--force" } as const);
    if (said.severity === "error") throw new LibraryError(said);
    context.report.add(said);
    return;
  }
  const reports = await checkChangedAttributes(
    context,
    resourcesOf(primitive.root),
    primitive,
    loaded.value,
    new Map(changes),
    options.force,
    options.has("--agent-validation"),
  );
  if (reports.some(({ severity }) => severity === "error")) throw new LibraryError(reports);
  context.report.all(reports);
}

function remoteNodeName(element: Element): string | null {
  if (element.name !== "primitive") return null;
  if (isRemoteConnection(element)) return element.id;
  for (const set of element.descendants("meta_attributes")) {
    for (const pair of set.elements("nvpair")) {
      if (pair.get("name") === "remote-node") return pair.get("value");
    }
  }
  return null;
}

function checkGuest(
  context: PcsContext,
  cib: Element,
  meta: ReadonlyMap<string, string>,
  force: boolean,
): void {
  if (!meta.has("remote-node")) return;
  const reports = checkGuestChange(cib, meta, nodesInCib(cib), force, true);
  context.report.all(reports);
  if (reports.some(({ severity }) => severity === "error")) throw new LibraryError();
}

function updateOperations(
  context: PcsContext,
  cib: Element,
  primitive: Element,
  groups: readonly string[][],
  force: boolean,
): void {
  const operations = primitive.first("operations") ?? primitive.append(new Element("operations"));
  const newRoles = knowsNewRoles(cib);
  const roleOf = (role: string) => roleForCib(role, newRoles);
  for (const words of groups) {
    const [name, ...rest] = words;
    if (name === undefined) continue;
    if (name.includes("=")) context.die(`${name} does not appear to be a valid operation action`);
    if (rest.length === 0) continue;
    const role = looseOptions(rest).find(([key]) => key === "role")?.[1] ?? "";
    const existing = operations.elements("op");
    const at = existing.findIndex(
      (op) => op.get("name") === name && roleOf(op.get("role") ?? "") === roleOf(role),
    );
    const before = at < 0 ? null : (existing[at + 1] ?? null);
    if (at >= 0) existing[at]!.remove();
    putOperation(context, cib, primitive.id, words, { strict: false, before, force });
  }
}

async function updateClone(
  context: PcsContext,
  cib: Element,
  id: string,
  words: Words,
  wait: number,
  options: Options,
): Promise<void> {
  const resources = resourcesOf(cib);
  let clone = resources.byId(id, "clone");
  const master = resources.byId(id, "master");
  if (clone === null && master !== null) clone = masterToClone(master, new IdProvider(cib));
  const child = clone === null ? null : innerResource(clone);
  if (clone === null || child === null) context.die(`Unable to find resource: ${id}`);
  const rest = ["meta", ...words.attributes, ...words.meta];
  for (const op of words.operations) if (op.length > 0) rest.push("op", ...op);
  await cloneResource(context, cib, [child.id, ...rest], {
    existing: true,
    promotable: false,
    force: options.force,
  });
  await context.pushCibPlainly();
  await finishWait(context, wait, id);
}

/** Tells the cluster that a remote or guest node is no more. */
async function forgetNode(
  context: PcsContext,
  oldName: string | null,
  element: Element,
): Promise<void> {
  if (oldName === null || oldName === "" || oldName === remoteNodeName(element)) return;
  await context.env.tool(["crm_node", "--force", "--remove", oldName]);
}

/** `resource meta ID name=value...`. */
export async function metaVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  if (argv.length === 0) throw new CommandLineError();
  await refuseStonith(context, [argv[0]!], "pcs stonith meta");
  await updateMeta(context, argv, options);
}

/** Sets or removes meta attributes of a resource of any kind. */
export async function updateMeta(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--force", "--wait", "-f"]);
  const [id, ...words] = argv;
  if (id === undefined || words.length === 0) throw new CommandLineError();
  const meta = keyValues(words);
  const cib = await context.cib();
  checkGuest(context, cib, meta, options.force);
  const resources = resourcesOf(cib);
  const master = resources.byId(id, "master");
  const element =
    master === null ? anyResource(resources, id) : masterToClone(master, new IdProvider(cib));
  if (element === null) {
    throw new CommandLineError(`unable to find a resource/clone/group: ${id}`);
  }
  const wait = legacyWait(context, options);
  const pairs = looseOptions(words);
  if (element.name === "clone") {
    await cloneOptionsOnChild(context, element, new Map(pairs), options.force);
  }
  const oldName = remoteNodeName(element);
  updateSetInOrder(element, "meta_attributes", pairs);
  await context.pushCibPlainly();
  await forgetNode(context, oldName, element);
  await finishWait(context, wait, id);
}
