import type { Element } from "../../xml/mod.ts";
import {
  checkNames,
  checkValues,
  emptyValue,
  type Pairs,
  portNumber,
  timeInterval,
} from "../checks/mod.ts";
import { findElement } from "../cib/find.ts";
import { IdProvider, idExists, idTaken } from "../cib/ids.ts";
import { arrangeFirstNvset, nvsetValue } from "../cib/nvset.ts";
import { resourcesOf } from "../cib/sections.ts";
import { keyValues } from "../frame/arguments.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError, error, forceable, LibraryError, type Report } from "../frame/report.ts";
import { nodesInCib } from "../resource/remote-nodes.ts";
import { knownAddress, readKnownHosts } from "./known-hosts.ts";
import {
  addedNode,
  removedNodes,
  requireFile,
  SPREADING,
  sayCorosyncSkipped,
} from "./special-nodes.ts";

const GUEST_OPTIONS = ["remote-addr", "remote-connect-timeout", "remote-port"];
const GUEST_META = ["remote-node", ...GUEST_OPTIONS];

/** `cluster node add-guest NODE RESOURCE [options]`. */
export async function nodeAddGuest(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--wait", ...SPREADING]);
  const [node, resource, ...words] = argv;
  if (node === undefined || resource === undefined) throw new CommandLineError();
  const given = new Map(keyValues(words));
  const wait = options.waitSeconds();
  context.requireWaitable(wait);
  await requireFile(context);
  const cib = await context.cib();
  sayCorosyncSkipped(context);
  if (!given.has("remote-addr")) {
    given.set("remote-addr", knownAddress(context, await readKnownHosts(context), node));
  }
  context.report.all(checkGuest(cib, node, given));
  const found = findElement(resourcesOf(cib), ["primitive"], resource);
  if (found.element === null) context.report.all(found.reports);
  else if (nvsetValue(found.element, "meta_attributes", "remote-node")) {
    context.report.error(`the resource '${resource}' is already a guest node`);
  }
  context.report.stopOnErrors();
  const meta: [string, string][] = [["remote-node", node]];
  for (const [name, value] of given) if (value !== "") meta.push([name, value]);
  arrangeFirstNvset(found.element!, "meta_attributes", meta, new IdProvider(cib));
  await addedNode(context, node, options);
  await context.pushCib(wait);
}

function checkGuest(cib: Element, node: string, given: Pairs): Report[] {
  const reports = [
    ...checkNames(given, GUEST_OPTIONS, "guest"),
    ...checkValues(given, { "remote-connect-timeout": timeInterval, "remote-port": portNumber }),
  ];
  if (node.trim() === "") reports.push(emptyValue("node name", ""));
  const existing = nodesInCib(cib);
  const address = given.get("remote-addr");
  if (idExists(cib, node) || existing.names.includes(node)) reports.push(idTaken(node));
  if (address === undefined && existing.addresses.includes(node)) reports.push(idTaken(node));
  if (address !== undefined && existing.addresses.includes(address)) {
    reports.push(idTaken(address));
  }
  return reports;
}

/** `cluster node remove-guest NODE-or-RESOURCE`. */
export async function nodeRemoveGuest(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--wait", ...SPREADING]);
  const wanted = argv[0];
  if (wanted === undefined || argv.length > 1) throw new CommandLineError();
  const wait = options.waitSeconds();
  context.requireWaitable(wait);
  await requireFile(context);
  const cib = await context.cib();
  const meta = (primitive: Element, name: string) =>
    nvsetValue(primitive, "meta_attributes", name) ?? "";
  const guests = resourcesOf(cib)
    .descendants("primitive")
    .filter((primitive) => meta(primitive, "remote-node") !== "")
    .filter((primitive) =>
      [primitive.id, meta(primitive, "remote-node"), meta(primitive, "remote-addr")].includes(
        wanted,
      ),
    );
  if (guests.length === 0) {
    throw new LibraryError(
      error(`guest node '${wanted}' does not appear to exist in configuration`),
    );
  }
  if (guests.length > 1) {
    const ids = guests.map((guest) => `'${guest.id}'`).join(", ");
    context.report.add(
      forceable(options.force, `more than one resource for '${wanted}' found: ${ids}`),
    );
    context.report.stopOnErrors();
  }
  const names = guests.map((guest) => meta(guest, "remote-node"));
  for (const guest of guests) {
    for (const set of guest.elements("meta_attributes")) {
      for (const pair of set.elements("nvpair")) {
        if (GUEST_META.includes(pair.get("name") ?? "")) pair.remove();
      }
    }
  }
  await context.pushCib(wait);
  await removedNodes(context, names, options);
}
