import type { Element } from "../../xml/mod.ts";
import {
  checkNames,
  checkValue,
  emptyValue,
  type Hardness,
  integerIn,
  invalidValue,
  isInteger,
  nonNegative,
  portNumber,
  positive,
  requiredOptions,
  type ValueRule,
} from "../checks/mod.ts";
import { findElement } from "../cib/find.ts";
import { checkId, type IdProvider } from "../cib/ids.ts";
import { error, type Report } from "../frame/report.ts";
import { formatListLast } from "../frame/text.ts";
import type { BundleArguments, BundleChanges } from "./bundle-arguments.ts";
import { bundleContainer } from "./data.ts";

type Values = ReadonlyMap<string, string>;

export const CONTAINER_TYPES = ["docker", "podman"];
const CONTAINER = [
  "image",
  "network",
  "options",
  "promoted-max",
  "replicas",
  "replicas-per-host",
  "run-command",
];
const NETWORK = ["control-port", "host-interface", "host-netmask", "ip-range-start"];
const PORT_MAP = ["id", "internal-port", "port", "range"];
const STORAGE_MAP = ["id", "options", "source-dir", "source-dir-root", "target-dir"];

const netmask: ValueRule = {
  ...integerIn(1, 32),
  allowed: "a number of bits of the mask (1..32)",
};

const portRange: ValueRule = {
  test: (value) => {
    const match = /^(\d+)-(\d+)$/.exec(value);
    return match !== null && isInteger(match[1]!, 1, 65535) && isInteger(match[2]!, 1, 65535);
  },
  allowed: "port-port",
};

/** A value where it is given; an empty one passes where it removes the option. */
function check(
  options: Values,
  name: string,
  rule: ValueRule,
  emptyRemoves = false,
  hard: Hardness = "error",
): Report[] {
  const value = options.get(name);
  return value === undefined ? [] : checkValue(name, value, rule, { emptyRemoves, hard });
}

/** Everything about a new bundle; its id and those of its maps are reserved. */
export function checkNewBundle(
  id: string,
  wanted: BundleArguments,
  ids: IdProvider,
  hard: Hardness,
): Report[] {
  const idReports = checkId(id, "bundle name");
  if (idReports.length === 0) idReports.push(...ids.book(id));
  const container = CONTAINER_TYPES.includes(wanted.type)
    ? checkContainer(wanted.container, hard)
    : [invalidValue("container type", wanted.type, CONTAINER_TYPES)];
  return [...idReports, ...container, ...checkParts(wanted, ids, hard)];
}

function checkParts(wanted: BundleArguments, ids: IdProvider, hard: Hardness): Report[] {
  return [
    ...checkNetwork(wanted.network, hard),
    ...wanted.ports.flatMap((port) => checkPort(port, ids, hard)),
    ...wanted.storage.flatMap((storage) => checkStorage(storage, ids, hard)),
  ];
}

/** Everything about a bundle that is configured afresh. */
export function checkReset(
  bundle: Element,
  wanted: BundleArguments,
  ids: IdProvider,
  hard: Hardness,
): Report[] {
  const container =
    wanted.container.size > 0 && bundleContainer(bundle) === null
      ? [unsupportedContainer(bundle)]
      : checkContainer(wanted.container, hard);
  return [...container, ...checkParts(wanted, ids, hard)];
}

export function unsupportedContainer(bundle: Element): Report {
  return error(
    `Bundle '${bundle.id}' uses unsupported container type, therefore it is not possible to set ` +
      "its container options. Supported container types are: 'docker', 'podman'",
  );
}

function checkContainer(options: Values, hard: Hardness): Report[] {
  const reports = checkNames(options, CONTAINER, "container", { hard });
  if (!options.has("image")) reports.push(requiredOptions(["image"], "container"));
  if (options.get("image") === "") reports.push(emptyValue("image", "image name"));
  return [
    ...reports,
    ...check(options, "promoted-max", nonNegative),
    ...check(options, "replicas", positive),
    ...check(options, "replicas-per-host", positive),
  ];
}

function checkNetwork(options: Values, hard: Hardness): Report[] {
  return [
    ...checkNames(options, NETWORK, "network", { hard }),
    ...check(options, "control-port", portNumber),
    ...check(options, "host-netmask", netmask, false, hard),
  ];
}

function checkMapId(options: Values, name: string, ids: IdProvider): Report[] {
  const id = options.get("id");
  if (id === undefined) return [];
  const reports = checkId(id, `${name} id`);
  return reports.length > 0 ? reports : ids.book(id);
}

/** Exactly one of these. */
function checkOneOf(options: Values, names: string[], type: string): Report[] {
  const given = names.filter((name) => options.has(name));
  if (given.length === 1) return [];
  if (given.length === 0) {
    return [error(`${type} option ${formatListLast(names, " or ")} has to be specified`)];
  }
  return [error(`Only one of ${type} options ${formatListLast(given, " and ")} can be used`)];
}

function checkPort(options: Values, ids: IdProvider, hard: Hardness): Report[] {
  const type = "port-map";
  const reports = [
    ...checkNames(options, PORT_MAP, type, { hard }),
    ...checkMapId(options, type, ids),
  ];
  if (options.has("internal-port") && !options.has("port")) {
    reports.push(
      error(
        "If port-map option 'internal-port' is specified, port-map option 'port' must be " +
          "specified as well",
      ),
    );
  }
  return [
    ...reports,
    ...checkOneOf(options, ["port", "range"], type),
    ...check(options, "port", portNumber),
    ...check(options, "internal-port", portNumber),
    ...check(options, "range", portRange, false, hard),
  ];
}

function checkStorage(options: Values, ids: IdProvider, hard: Hardness): Report[] {
  const type = "storage-map";
  const reports = [
    ...checkNames(options, STORAGE_MAP, type, { hard }),
    ...checkMapId(options, type, ids),
    ...checkOneOf(options, ["source-dir", "source-dir-root"], type),
  ];
  if (!options.has("target-dir")) reports.push(requiredOptions(["target-dir"], type));
  return reports;
}

/** Everything about a change of a bundle. */
export function checkBundleChanges(
  bundle: Element,
  changes: BundleChanges,
  ids: IdProvider,
  hard: Hardness,
): Report[] {
  const missing = (tag: string, label: string, wanted: readonly string[]) =>
    wanted.flatMap((id) => findElement(bundle, [tag], id, [label]).reports);
  return [
    ...checkContainerChange(bundle, changes.container, hard),
    ...checkNetworkChange(bundle, changes.network, hard),
    ...changes.ports.add.flatMap((port) => checkPort(port, ids, hard)),
    ...changes.storage.add.flatMap((storage) => checkStorage(storage, ids, hard)),
    ...missing("port-mapping", "port-map", changes.ports.remove),
    ...missing("storage-mapping", "storage-map", changes.storage.remove),
  ];
}

function removed(options: Values): string[] {
  return [...options].filter(([, value]) => value === "").map(([name]) => name);
}

function checkContainerChange(bundle: Element, options: Values, hard: Hardness): Report[] {
  if (options.size === 0) return [];
  const container = bundleContainer(bundle);
  if (container === null) return [unsupportedContainer(bundle)];
  const allowed = [...CONTAINER, ...removed(options)];
  const reports = checkNames(options, allowed, "container", { hard });
  if (options.get("image") === "") reports.push(emptyValue("image", "image name"));
  reports.push(
    ...check(options, "promoted-max", nonNegative, true),
    ...check(options, "replicas", positive, true),
    ...check(options, "replicas-per-host", positive, true),
  );
  const masters = (container.get("masters") ?? "") !== "" && options.get("masters") !== "";
  if ((options.get("promoted-max") ?? "") !== "" && masters) {
    reports.push(
      error(
        "Cannot set container option 'promoted-max' because container option 'masters' is already " +
          "set",
      ),
    );
  }
  return reports;
}

function checkNetworkChange(bundle: Element, options: Values, hard: Hardness): Report[] {
  const network = bundle.first("network");
  if (network === null) return checkNetwork(options, hard);
  const reports: Report[] = [];
  const inner = bundle.first("primitive");
  if (inner !== null && losesAccess(network, options)) {
    reports.push(notAccessible(bundle.id, inner.id, hard));
  }
  return [
    ...reports,
    ...checkNames(options, [...NETWORK, ...removed(options)], "network", { hard }),
    ...check(options, "control-port", portNumber, true),
    ...check(options, "host-netmask", netmask, true, hard),
  ];
}

/**
 * Nothing would be left through which the cluster reaches what is inside. Removing an option that
 * is not set counts as touching it, as it does in the original.
 */
function losesAccess(network: Element, options: Values): boolean {
  const names = ["control-port", "ip-range-start"];
  const set = names.filter((name) => (network.get(name) ?? "") !== "");
  const unset = names.filter((name) => !set.includes(name));
  return (
    set.length > 0 &&
    set.every((name) => options.get(name) === "") &&
    unset.every((name) => !options.has(name))
  );
}

export function notAccessible(bundle: string, inner: string, hard: Hardness): Report {
  const text =
    `Resource '${inner}' will not be accessible by the cluster inside bundle '${bundle}', at ` +
    "least one of bundle options 'control-port' or 'ip-range-start' has to be specified";
  return hard === "forced" ? { severity: "warning", text } : error(text, "--force");
}
