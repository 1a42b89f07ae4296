import {
  addOption,
  addSection,
  type ConfSection,
  lastValue,
  newSection,
  optionValue,
  removeOption,
  sectionsNamed,
  setOption,
} from "../../corosync-conf/mod.ts";
import type { Pairs } from "../checks/mod.ts";
import { byCodePoint } from "../frame/text.ts";
import {
  COMPRESSION,
  CRYPTO,
  KNET_LINK,
  KNET_TRANSPORT,
  LINKS_MAX,
  linkOptionFromFile,
  linkOptionToFile,
  NOT_WITH_DEVICE,
  type OptionTable,
  QUORUM,
  TOTEM,
  UDP_LINK,
  UDP_TRANSPORT,
  UDP_TRANSPORTS,
} from "./tables.ts";

export interface CorosyncNode {
  name: string | null;
  nodeid: string | null;
  /** Address by link number, rising. */
  addresses: { link: number; address: string }[];
}

export interface QuorumDevice {
  model: string;
  generic: Map<string, string>;
  modelOptions: Map<string, string>;
  heuristics: Map<string, string>;
}

export function transportOf(conf: ConfSection): string {
  return lastValue(conf, "totem", "transport") || "knet";
}

export function usesUdp(conf: ConfSection): boolean {
  return UDP_TRANSPORTS.includes(transportOf(conf));
}

/** Nodes in file order; sections that say nothing of a node are left out. */
export function nodesOf(conf: ConfSection): CorosyncNode[] {
  return nodeSections(conf).flatMap((section) => {
    const addresses = Array.from({ length: LINKS_MAX }, (_, link) => ({
      link,
      address: optionValue(section, `ring${link}_addr`) ?? "",
    })).filter(({ address }) => address !== "");
    const name = optionValue(section, "name");
    const nodeid = optionValue(section, "nodeid");
    if (addresses.length === 0 && name === null && nodeid === null) return [];
    return [{ name, nodeid, addresses }];
  });
}

function nodeSections(conf: ConfSection): ConfSection[] {
  return sectionsNamed(conf, "nodelist").flatMap((list) => sectionsNamed(list, "node"));
}

/** Options of the sections of that name that the table knows, without the prefix. */
function known(
  conf: ConfSection,
  section: string,
  table: OptionTable,
  prefix = "",
): Map<string, string> {
  const found = new Map<string, string>();
  for (const part of sectionsNamed(conf, section)) {
    for (const { name, value } of part.options) {
      if (!name.startsWith(prefix)) continue;
      const plain = name.slice(prefix.length);
      if (Object.hasOwn(table, plain)) found.set(plain, value);
    }
  }
  return found;
}

export const totemOptions = (conf: ConfSection) => known(conf, "totem", TOTEM);
export const quorumOptions = (conf: ConfSection) => known(conf, "quorum", QUORUM);
export const cryptoOptions = (conf: ConfSection) => known(conf, "totem", CRYPTO, "crypto_");
export const compressionOptions = (conf: ConfSection) =>
  known(conf, "totem", COMPRESSION, "knet_compression_");
export const transportOptions = (conf: ConfSection) =>
  known(conf, "totem", usesUdp(conf) ? UDP_TRANSPORT : KNET_TRANSPORT);

/** Link options by link number, under pcs's names. */
export function linkOptions(conf: ConfSection): Map<string, Map<string, string>> {
  const udp = usesUdp(conf);
  const table = udp ? UDP_LINK : KNET_LINK;
  const links = new Map<string, Map<string, string>>();
  const interfaces = sectionsNamed(conf, "totem").flatMap((t) => sectionsNamed(t, "interface"));
  for (const section of interfaces) {
    const number = optionValue(section, "linknumber") ?? "0";
    const options = links.get(number) ?? new Map<string, string>();
    links.set(number, options);
    for (const { name, value } of section.options) {
      const plain = linkOptionFromFile(name);
      if (!Object.hasOwn(table, plain)) continue;
      if (plain !== "broadcast") options.set(plain, value);
      else if (value === "yes") options.set(plain, "1");
    }
    if (!udp && !options.has("linknumber")) options.set("linknumber", number);
  }
  return links;
}

/** The quorum device, or null when none is configured. */
export function quorumDevice(conf: ConfSection): QuorumDevice | null {
  const devices = deviceSections(conf);
  const model = devices.map((d) => optionValue(d, "model")).findLast((m) => m !== null) ?? null;
  if (model === null) return null;
  const device: QuorumDevice = {
    model,
    generic: new Map(),
    modelOptions: new Map(),
    heuristics: new Map(),
  };
  for (const section of devices) {
    for (const { name, value } of section.options) {
      if (name !== "model") device.generic.set(name, value);
    }
    for (const sub of section.sections) {
      const into = sub.name === "heuristics" ? device.heuristics : device.modelOptions;
      if (sub.name !== "heuristics" && sub.name !== model) continue;
      for (const { name, value } of sub.options) into.set(name, value);
    }
  }
  return device;
}

function deviceSections(conf: ConfSection): ConfSection[] {
  return sectionsNamed(conf, "quorum").flatMap((q) => sectionsNamed(q, "device"));
}

/** Heuristics that are switched on and have nothing to run. */
export function heuristicsRunNothing(conf: ConfSection): boolean {
  const device = quorumDevice(conf);
  if (device === null) return false;
  const runs = [...device.heuristics].some(
    ([name, value]) => value !== "" && /^exec_[-_/a-zA-Z0-9]+$/.test(name),
  );
  return !runs && ["on", "sync"].includes(device.heuristics.get("mode") ?? "");
}

// ---- changes; all edit the tree they are given ----

/** Sets options over all sections of a name: earlier ones lose them, an empty value removes. */
function setAll(sections: readonly ConfSection[], options: Iterable<[string, string]>): void {
  const last = sections.at(-1)!;
  for (const [name, value] of [...options].sort(([a], [b]) => byCodePoint(a, b))) {
    for (const section of sections.slice(0, -1)) removeOption(section, name);
    if (value === "") removeOption(last, name);
    else setOption(last, name, value);
  }
}

function ensure(parent: ConfSection, name: string): ConfSection[] {
  const found = sectionsNamed(parent, name);
  return found.length > 0 ? found : [addSection(parent, name)];
}

/** Empty sections go, and interface sections that say nothing but their number. */
export function tidy(section: ConfSection): void {
  for (const child of section.sections) tidy(child);
  section.sections = section.sections.filter((child) => {
    if (child.options.length === 0 && child.sections.length === 0) return false;
    const numberOnly = child.options.every((option) => option.name === "linknumber");
    return child.name !== "interface" || child.sections.length > 0 || !numberOnly;
  });
}

export function setTotem(conf: ConfSection, options: Pairs, prefix = ""): void {
  const prefixed = [...options].map(([name, value]): [string, string] => [prefix + name, value]);
  setAll(ensure(conf, "totem"), prefixed);
  tidy(conf);
}

export function setTransport(
  conf: ConfSection,
  generic: Pairs,
  compression: Pairs,
  crypto: Pairs,
): void {
  setTotem(conf, generic);
  if (usesUdp(conf)) return;
  setTotem(conf, compression, "knet_compression_");
  setTotem(conf, crypto, "crypto_");
}

export function setQuorum(conf: ConfSection, options: Pairs): void {
  setAll(ensure(conf, "quorum"), options);
  updateTwoNode(conf);
  tidy(conf);
}

/** `two_node` follows from the number of nodes, the tie breaker and the device. */
export function updateTwoNode(conf: ConfSection): void {
  const tieBreaker = lastValue(conf, "quorum", "auto_tie_breaker") === "1";
  if (nodesOf(conf).length === 2 && !tieBreaker && quorumDevice(conf) === null) {
    setAll(ensure(conf, "quorum"), [["two_node", "1"]]);
  } else {
    for (const quorum of sectionsNamed(conf, "quorum")) removeOption(quorum, "two_node");
  }
}

/** One interface section for a link's options; none when there is nothing but the number. */
export function setLink(
  conf: ConfSection,
  options: Pairs,
  existing: readonly ConfSection[] = [],
  linkNumber: string | null = null,
): void {
  if ([...options.keys()].every((name) => name === "linknumber")) return;
  let sections = existing;
  if (sections.length === 0) {
    const created = addSection(ensure(conf, "totem").at(-1)!, "interface");
    if (linkNumber !== null) addOption(created, "linknumber", linkNumber);
    sections = [created];
  }
  const translated = [...options].flatMap(([name, value]): [string, string][] => {
    if (name !== "broadcast") return [[linkOptionToFile(name), value]];
    if (value === "1") return [[name, "yes"]];
    return value === "0" || value === "" ? [[name, ""]] : [];
  });
  setAll(sections, translated);
  tidy(conf);
}

/** A new configuration with nodes, addressed on links 0, 1, ... */
export function createConf(
  clusterName: string,
  transport: string,
  nodes: readonly { name: string; addresses: readonly string[] }[],
): ConfSection {
  const conf = newSection("");
  const totem = { version: "2", cluster_name: clusterName, transport };
  conf.sections.push(newSection("totem", totem));
  const list = addSection(conf, "nodelist");
  nodes.forEach((node, index) => {
    const section = addSection(list, "node");
    node.addresses.forEach((address, link) => {
      addOption(section, `ring${link}_addr`, address);
    });
    addOption(section, "name", node.name);
    addOption(section, "nodeid", String(index + 1));
  });
  conf.sections.push(newSection("quorum", { provider: "corosync_votequorum" }));
  conf.sections.push(
    newSection("logging", {
      to_logfile: "yes",
      logfile: "/var/log/corosync/corosync.log",
      to_syslog: "yes",
      timestamp: "on",
    }),
  );
  updateTwoNode(conf);
  return conf;
}

/** Links given without a number take the lowest free ones, in order. */
export function createLinks(conf: ConfSection, links: readonly Pairs[]): void {
  const taken = new Set(links.map((link) => link.get("linknumber")));
  let next = 0;
  const numbered = links.map((link) => {
    if (link.has("linknumber")) return link;
    while (taken.has(String(next))) next += 1;
    taken.add(String(next));
    return new Map([...link, ["linknumber", String(next)]]);
  });
  // Those with a number given come first among equals; numbers are unique here.
  numbered.sort((a, b) => byCodePoint(a.get("linknumber")!, b.get("linknumber")!));
  for (const link of numbered) setLink(conf, link);
}

/** Gives nodes an address on a link; an empty address takes it away. */
export function setLinkAddresses(conf: ConfSection, link: number, addresses: Pairs): void {
  for (const section of nodeSections(conf)) {
    const address = addresses.get(optionValue(section, "name") ?? "");
    if (address === undefined) continue;
    const option = `ring${link}_addr`;
    if (address === "") removeOption(section, option);
    else if (optionValue(section, option) !== null) setOption(section, option, address);
    else {
      // Addresses stand before the name, as they are written at setup.
      const place = section.options.findIndex(({ name }) => !/^ring\d_addr$/.test(name));
      addOption(section, option, address);
      section.options.splice(Math.max(place, 0), 0, section.options.pop()!);
    }
  }
}

/** The interface sections of a link. */
export function linkSections(conf: ConfSection, link: number): ConfSection[] {
  return sectionsNamed(conf, "totem")
    .flatMap((totem) => sectionsNamed(totem, "interface"))
    .filter((section) => (optionValue(section, "linknumber") ?? "0") === String(link));
}

/** Takes a link away: every node's address and the link's options. */
export function removeLink(conf: ConfSection, link: number): void {
  for (const section of nodeSections(conf)) removeOption(section, `ring${link}_addr`);
  const gone = new Set(linkSections(conf, link));
  for (const totem of sectionsNamed(conf, "totem")) {
    totem.sections = totem.sections.filter((section) => !gone.has(section));
  }
}

/** New nodes get the lowest free ids; addresses are for the links that the cluster has, in order. */
export function addNodes(
  conf: ConfSection,
  nodes: readonly { name: string; addresses: readonly string[] }[],
): void {
  const links = [...new Set(nodesOf(conf).flatMap((n) => n.addresses.map((a) => a.link)))].sort();
  const taken = new Set(nodesOf(conf).map((node) => node.nodeid));
  const list = ensure(conf, "nodelist").at(-1)!;
  let id = 1;
  for (const node of nodes) {
    while (taken.has(String(id))) id += 1;
    taken.add(String(id));
    const section = addSection(list, "node");
    node.addresses.forEach((address, at) => {
      addOption(section, `ring${links[at] ?? at}_addr`, address);
    });
    addOption(section, "name", node.name);
    addOption(section, "nodeid", String(id));
  }
  updateTwoNode(conf);
}

export function removeNodes(conf: ConfSection, names: readonly string[]): void {
  for (const list of sectionsNamed(conf, "nodelist")) {
    list.sections = list.sections.filter(
      (section) => section.name !== "node" || !names.includes(optionValue(section, "name") ?? ""),
    );
  }
  updateTwoNode(conf);
}

// ---- quorum device ----

export function addDevice(
  conf: ConfSection,
  model: string,
  modelOptions: Pairs,
  generic: Pairs,
  heuristics: Pairs,
): void {
  const quorum = ensure(conf, "quorum");
  for (const section of quorum) {
    section.sections = section.sections.filter((child) => child.name !== "device");
  }
  const gone = ["allow_downscale", "two_node", ...NOT_WITH_DEVICE];
  setAll(
    quorum,
    gone.map((name): [string, string] => [name, ""]),
  );
  for (const node of nodeSections(conf)) removeOption(node, "quorum_votes");
  const device = addSection(quorum.at(-1)!, "device");
  setAll([device], generic);
  setOption(device, "model", model);
  setAll([addSection(device, model)], modelOptions);
  setAll([addSection(device, "heuristics")], heuristics);
  finishDevice(conf);
}

export function updateDevice(
  conf: ConfSection,
  model: string,
  modelOptions: Pairs,
  generic: Pairs,
  heuristics: Pairs,
): void {
  const devices = deviceSections(conf);
  const parts = (name: string) => {
    const found = devices.flatMap((device) => sectionsNamed(device, name));
    return found.length > 0 ? found : [addSection(devices.at(-1)!, name)];
  };
  const modelSections = parts(model);
  const heuristicsSections = parts("heuristics");
  setAll(devices, generic);
  setAll(modelSections, modelOptions);
  setAll(heuristicsSections, heuristics);
  finishDevice(conf);
}

/** The ffsplit algorithm demands one vote for the device; the others that none is given. */
function finishDevice(conf: ConfSection): void {
  const device = quorumDevice(conf);
  if (device?.model === "net") {
    const votes = device.modelOptions.get("algorithm") === "ffsplit" ? "1" : "";
    setAll(deviceSections(conf), [["votes", votes]]);
  }
  updateTwoNode(conf);
  tidy(conf);
}

export function removeHeuristics(conf: ConfSection): void {
  for (const device of deviceSections(conf)) {
    device.sections = device.sections.filter((child) => child.name !== "heuristics");
  }
  tidy(conf);
}

export function removeDevice(conf: ConfSection): void {
  for (const quorum of sectionsNamed(conf, "quorum")) {
    quorum.sections = quorum.sections.filter((child) => child.name !== "device");
  }
  updateTwoNode(conf);
  tidy(conf);
}
