import { Element } from "../../xml/mod.ts";
import { hardness } from "../checks/mod.ts";
import { findElement } from "../cib/find.ts";
import { IdProvider, sanitizeId } from "../cib/ids.ts";
import { appendNvset, arrangeFirstNvset } from "../cib/nvset.ts";
import { resourcesOf } from "../cib/sections.ts";
import type { PcsContext, SchemaVersion } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError, LibraryError } from "../frame/report.ts";
import {
  type BundleArguments,
  type BundleChanges,
  parseBundle,
  parseBundleChanges,
} from "./bundle-arguments.ts";
import {
  checkBundleChanges,
  checkNewBundle,
  checkReset,
  unsupportedContainer,
} from "./bundle-checks.ts";
import { bundleContainer } from "./data.ts";
import { disable, isDisabledByMeta } from "./tree.ts";
import { deprecateWait, expectState, reportState } from "./wait.ts";

type Values = ReadonlyMap<string, string>;

interface Frame {
  resources: Element;
  ids: IdProvider;
  wait: number;
}

async function open(
  context: PcsContext,
  options: Options,
  version: SchemaVersion | null = null,
): Promise<Frame> {
  deprecateWait(context, options);
  const wait = options.waitSeconds();
  context.requireWaitable(wait);
  const resources = resourcesOf(await context.cib(version));
  return { resources, ids: new IdProvider(resources), wait };
}

function findBundle(resources: Element, id: string): Element {
  const found = findElement(resources, ["bundle"], id);
  if (found.element === null) throw new LibraryError(found.reports);
  return found.element;
}

/** `resource bundle create ID container TYPE ...`. */
export async function bundleCreateVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--force", "--disabled", "--wait", "-f"]);
  const [id, ...words] = argv;
  if (id === undefined) throw new CommandLineError();
  const wanted = parseBundle(words, false);
  const version: SchemaVersion | null = wanted.type === "podman" ? [3, 2] : null;
  const { resources, ids, wait } = await open(context, options, version);
  context.report.all(checkNewBundle(id, wanted, ids, hardness(options.force)));
  context.report.stopOnErrors();
  const bundle = resources.append(new Element("bundle", { id }));
  setAttributes(bundle.append(new Element(wanted.type)), wanted.container);
  if (wanted.network.size > 0 || wanted.ports.length > 0) {
    const network = bundle.append(new Element("network"));
    setAttributes(network, wanted.network);
    for (const port of wanted.ports) appendPort(network, port, id, ids);
  }
  if (wanted.storage.length > 0) {
    const storage = bundle.append(new Element("storage"));
    for (const mapping of wanted.storage) appendStorage(storage, mapping, id, ids);
  }
  if (wanted.meta.size > 0) appendNvset(bundle, "meta_attributes", wanted.meta, ids);
  await finish(context, options, bundle, wanted, ids, wait);
}

async function finish(
  context: PcsContext,
  options: Options,
  bundle: Element,
  wanted: BundleArguments,
  ids: IdProvider,
  wait: number,
): Promise<void> {
  const disabled = options.has("--disabled");
  if (disabled) disable(bundle, ids);
  const { id } = bundle;
  await context.pushCib(wait);
  if (wait >= 0) await expectState(context, [id], !(disabled || isDisabledByMeta(wanted.meta)));
}

/** Sets attributes; an empty value removes one. */
function setAttributes(element: Element, values: Values): void {
  for (const [name, value] of values) {
    if (value === "") element.unset(name);
    else element.set(name, value);
  }
}

function appendPort(network: Element, options: Values, base: string, ids: IdProvider): void {
  const element = new Element("port-mapping");
  const suffix = options.get("port") ?? options.get("range") ?? "";
  if (!options.has("id") && suffix !== "") {
    element.set("id", ids.allocate(sanitizeId(`${base}-port-map-${suffix}`)));
  }
  setAttributes(element, options);
  network.append(element);
}

function appendStorage(storage: Element, options: Values, base: string, ids: IdProvider): void {
  const element = new Element("storage-mapping");
  if (!options.has("id")) element.set("id", ids.allocate(`${base}-storage-map`));
  setAttributes(element, options);
  storage.append(element);
}

/** `resource bundle reset ID ...`: what is not given goes back to nothing. */
export async function bundleResetVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--force", "--disabled", "--wait", "-f"]);
  const [id, ...words] = argv;
  if (id === undefined) throw new CommandLineError();
  const wanted = parseBundle(words, true);
  const { resources, wait } = await open(context, options);
  const bundle = findBundle(resources, id);
  if (bundleContainer(bundle) === null) {
    context.report.add(unsupportedContainer(bundle));
    throw new LibraryError();
  }
  empty(bundle);
  const ids = new IdProvider(resources);
  context.report.all(checkReset(bundle, wanted, ids, hardness(options.force)));
  context.report.stopOnErrors();
  const { container, network, ports, storage, meta } = wanted;
  changeBundle(
    bundle,
    {
      container,
      network,
      ports: { add: ports, remove: [] },
      storage: { add: storage, remove: [] },
      meta,
    },
    ids,
  );
  await finish(context, options, bundle, wanted, ids, wait);
}

/** Takes the settings out and lets the elements stay: an ACL may name them. */
function empty(bundle: Element): void {
  const container = bundleContainer(bundle);
  for (const child of bundle.elements()) {
    let keep: string[];
    if (child.name === "network" || child.name === "storage") keep = [];
    else if (child.name === "meta_attributes") keep = ["id"];
    else if (child === container) keep = ["image"];
    else continue;
    for (const inner of [...child.children]) child.removeChild(inner);
    for (const name of child.attributeNames()) if (!keep.includes(name)) child.unset(name);
  }
}

/** `resource bundle update ID ...`. */
export async function bundleUpdateVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--force", "--wait", "-f"]);
  const [id, ...words] = argv;
  if (id === undefined) throw new CommandLineError();
  const changes = parseBundleChanges(words);
  const { resources, ids, wait } = await open(context, options);
  const bundle = findBundle(resources, id);
  context.report.all(checkBundleChanges(bundle, changes, ids, hardness(options.force)));
  context.report.stopOnErrors();
  changeBundle(bundle, changes, ids);
  await context.pushCib(wait);
  if (wait >= 0) await reportState(context, [id]);
}

function changeBundle(bundle: Element, changes: BundleChanges, ids: IdProvider): void {
  const container = bundleContainer(bundle);
  if (container !== null) setAttributes(container, changes.container);
  // What goes is removed first: a new map may take the place of an old one.
  const network = bundle.first("network") ?? new Element("network");
  setAttributes(network, changes.network);
  dropMaps(network, "port-mapping", changes.ports.remove);
  for (const port of changes.ports.add) appendPort(network, port, bundle.id, ids);
  appendWhenUseful(bundle, network);
  const storage = bundle.first("storage") ?? new Element("storage");
  dropMaps(storage, "storage-mapping", changes.storage.remove);
  for (const mapping of changes.storage.add) appendStorage(storage, mapping, bundle.id, ids);
  appendWhenUseful(bundle, storage);
  arrangeFirstNvset(bundle, "meta_attributes", changes.meta, ids);
}

function dropMaps(parent: Element, name: string, remove: readonly string[]): void {
  for (const element of parent.elements(name)) if (remove.includes(element.id)) element.remove();
}

function appendWhenUseful(parent: Element, element: Element): void {
  if (element.parent !== null) return;
  if (element.attributes.length > 0 || element.children.length > 0) parent.append(element);
}
