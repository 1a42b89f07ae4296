import {
  checkNames,
  checkValues,
  type Hardness,
  hardness,
  invalidValue,
  mustBeEnabled,
  notEmpty,
  oneOf,
  type Pairs,
  requiredOptions,
} from "../checks/mod.ts";
import { error, type Report } from "../frame/report.ts";
import { formatList } from "../frame/text.ts";
import {
  COMPRESSION,
  CRYPTO,
  DEVICE,
  DEVICE_NET_REQUIRED,
  deviceNet,
  HEURISTICS,
  KNET_LINK,
  KNET_TRANSPORT,
  NOT_WITH_DEVICE,
  type OptionTable,
  QUORUM,
  TOTEM,
  UDP_LINK,
  UDP_TRANSPORT,
} from "./tables.ts";

/** `update`: empty values remove options, so they are no errors. */
export type Occasion = "create" | "update";

/** Options against their table, and against what would break the file's syntax. */
function checkTable(
  options: Pairs,
  table: OptionTable,
  type: string,
  occasion: Occasion,
  hard: Hardness = "error",
): Report[] {
  return [
    ...checkNames(options, Object.keys(table), type, { hard }),
    ...checkFileSyntax(options, type),
    ...checkValues(options, table, { emptyRemoves: occasion === "update", hard }),
  ];
}

/** Never forceable: such names or values could smuggle in other sections. */
function checkFileSyntax(options: Pairs, type: string): Report[] {
  const bad = [...options.keys()].filter((name) => !/^[-_/a-zA-Z0-9]+$/.test(name));
  const reports: Report[] = [];
  if (bad.length > 0) {
    const plural = bad.length > 1 ? "s:" : "";
    reports.push(
      error(
        `invalid ${type} option${plural} ${formatList(bad)}, ${type} options may contain ` +
          "a-z A-Z 0-9 /_- characters only",
      ),
    );
  }
  for (const [name, value] of options) reports.push(...checkFileValue(name, value));
  return reports;
}

export function checkFileValue(name: string, value: string): Report[] {
  if (!/[{}\n\r]/.test(value)) return [];
  return [error(`${name} cannot contain {}\\n\\r characters`)];
}

export function checkTotem(options: Pairs, occasion: Occasion): Report[] {
  return checkTable(options, TOTEM, "totem", occasion);
}

export function checkTransportUdp(
  generic: Pairs,
  compression: Pairs,
  crypto: Pairs,
  occasion: Occasion,
): Report[] {
  const reports = checkTable(generic, UDP_TRANSPORT, "udp/udpu transport", occasion);
  for (const [name, options] of [
    ["compression", compression],
    ["crypto", crypto],
  ] as const) {
    if (options.size === 0) continue;
    reports.push(
      error(`The udp/udpu transport does not support '${name}' options, use 'knet' transport`),
    );
  }
  return reports;
}

/** `current`: the crypto options in force, which an update leaves when it does not name them. */
export function checkTransportKnet(
  generic: Pairs,
  compression: Pairs,
  crypto: Pairs,
  occasion: Occasion,
  current: Pairs = new Map(),
): Report[] {
  const reports = [
    ...checkTable(generic, KNET_TRANSPORT, "knet transport", occasion),
    ...checkTable(compression, COMPRESSION, "compression", occasion),
    ...checkTable(crypto, CRYPTO, "crypto", occasion),
  ];
  const off = (name: string) => {
    const value = crypto.get(name) ?? current.get(name) ?? "none";
    return value === "none" || (occasion === "update" && value === "");
  };
  if (!off("cipher") && off("hash")) reports.push(mustBeEnabled("cipher", "hash", "crypto"));
  return reports;
}

export function checkQuorum(
  options: Pairs,
  occasion: Occasion,
  hasDevice: boolean,
  current: Pairs = new Map(),
): Report[] {
  const reports = checkTable(options, QUORUM, "quorum", occasion);
  const wrong = hasDevice ? [...options.keys()].filter((n) => NOT_WITH_DEVICE.includes(n)) : [];
  if (wrong.length > 0) {
    reports.push(
      error(
        `These options cannot be set when the cluster uses a quorum device: ${formatList(wrong)}`,
      ),
    );
  }
  const window = options.get("last_man_standing_window") ?? "0";
  const standing = options.get("last_man_standing") ?? current.get("last_man_standing") ?? "0";
  if (window !== "0" && standing === "0") {
    reports.push(mustBeEnabled("last_man_standing_window", "last_man_standing", "quorum"));
  }
  return reports;
}

export function checkLinksUdp(links: readonly Pairs[], addressesPerNode: number): Report[] {
  const options = links[0];
  if (options === undefined) return [];
  const reports = checkTable(options, UDP_LINK, "link", "create");
  if (options.get("broadcast") === "1" && options.has("mcastaddr")) {
    reports.push(
      error("If link option 'mcastaddr' is enabled, link option 'broadcast' must be disabled"),
    );
  }
  return [...reports, ...checkLinkCount(links.length, addressesPerNode)];
}

export function checkLinksKnet(links: readonly Pairs[], addressesPerNode: number): Report[] {
  if (links.length === 0) return [];
  const reports: Report[] = [];
  const seen = new Map<string, number>();
  for (const options of links) {
    const number = options.get("linknumber");
    if (number !== undefined) {
      seen.set(number, (seen.get(number) ?? 0) + 1);
      if (KNET_LINK.linknumber!.test(number) && Number(number) >= addressesPerNode) {
        const existing = Array.from({ length: addressesPerNode }, (_, i) => String(i));
        reports.push(
          error(
            `Cannot set options for non-existent link '${number}', existing links: ${formatList(existing)}`,
          ),
        );
      }
    }
    reports.push(...checkLinkKnet(options));
  }
  const twice = [...seen].filter(([, count]) => count > 1).map(([number]) => number);
  if (twice.length > 0) {
    reports.push(
      error(`Link numbers must be unique, duplicate link numbers: ${formatList(twice)}`),
    );
  }
  return [...reports, ...checkLinkCount(links.length, addressesPerNode)];
}

/** Options of one new link. */
export function checkLinkKnet(options: Pairs): Report[] {
  const reports = checkTable(options, KNET_LINK, "link", "create");
  for (const [name, needed] of [
    ["ping_interval", "ping_timeout"],
    ["ping_timeout", "ping_interval"],
  ] as const) {
    if (!options.has(name) || options.has(needed)) continue;
    reports.push(
      error(
        `If link option '${name}' is specified, link option '${needed}' must be specified as well`,
      ),
    );
  }
  return reports;
}

function checkLinkCount(links: number, addressesPerNode: number): Report[] {
  const allowed = Math.max(addressesPerNode, 0);
  if (links <= allowed) return [];
  return [
    error(
      `Cannot specify options for more links (${links}) than how many is defined by number of ` +
        `addresses per node (${allowed})`,
    ),
  ];
}

/** Options of a quorum device. On an update the model is the one configured. */
export function checkDevice(
  model: string,
  modelOptions: Pairs,
  generic: Pairs,
  heuristics: Pairs,
  nodeIds: readonly string[],
  occasion: Occasion,
  forced: boolean,
): Report[] {
  const hard = hardness(forced);
  const reports: Report[] = [];
  if (model === "net") reports.push(...checkDeviceNet(modelOptions, nodeIds, occasion, hard));
  else if (occasion === "create") {
    reports.push(invalidValue("model", model, ["net"], hard), ...checkFileValue("model", model));
  }
  return [
    ...reports,
    ...checkFileSyntax(modelOptions, "quorum device model"),
    ...checkDeviceGeneric(generic, occasion, hard),
    ...checkHeuristics(heuristics, occasion, hard),
  ];
}

function checkDeviceNet(
  options: Pairs,
  nodeIds: readonly string[],
  occasion: Occasion,
  hard: Hardness,
): Report[] {
  const optional = deviceNet(nodeIds);
  const reports: Report[] = [];
  const missing = DEVICE_NET_REQUIRED.filter((name) => !options.has(name));
  if (occasion === "create" && missing.length > 0) {
    reports.push(requiredOptions(missing, "quorum device model"));
  }
  const names = [...DEVICE_NET_REQUIRED, ...Object.keys(optional)];
  reports.push(...checkNames(options, names, "quorum device model", { hard }));
  const algorithms = ["ffsplit", "lms"];
  // Required options cannot be removed, so an empty value of theirs is wrong on an update too.
  const algorithm = options.get("algorithm") === "" ? notEmpty(algorithms) : oneOf(...algorithms);
  reports.push(...checkValues(options, { algorithm }, { hard }));
  reports.push(...checkValues(options, { host: notEmpty("a qdevice host address") }));
  const emptyRemoves = occasion === "update";
  return [...reports, ...checkValues(options, optional, { emptyRemoves, hard })];
}

function checkDeviceGeneric(options: Pairs, occasion: Occasion, hard: Hardness): Report[] {
  const names = Object.keys(DEVICE);
  // The model is set by the command itself: never forceable.
  const banned = new Map([...options].filter(([name]) => name === "model"));
  const others = new Map([...options].filter(([name]) => name !== "model"));
  return [
    ...checkNames(banned, names, "quorum device"),
    ...checkNames(others, names, "quorum device", { hard }),
    ...checkFileSyntax(options, "quorum device"),
    ...checkValues(options, DEVICE, { emptyRemoves: occasion === "update", hard }),
  ];
}

function checkHeuristics(options: Pairs, occasion: Occasion, hard: Hardness): Report[] {
  const runs = [...options].filter(([name]) => name.startsWith("exec_"));
  const others = new Map([...options].filter(([name]) => !name.startsWith("exec_")));
  const reports = checkFileSyntax(options, "heuristics");
  const unknown = checkNames(others, Object.keys(HEURISTICS), "heuristics", {
    hard,
    pattern: { name: "exec_NAME", test: /^exec_/ },
  });
  reports.push(...unknown);
  reports.push(...checkValues(others, HEURISTICS, { emptyRemoves: occasion === "update", hard }));
  if (occasion === "create") {
    for (const [name, value] of runs) {
      reports.push(
        ...checkValues(new Map([[name, value]]), { [name]: notEmpty("a command to be run") }),
      );
    }
  }
  return reports;
}
