import { isIpv4, isIpv6 } from "../checks/mod.ts";
import { error, forceable, type Report } from "../frame/report.ts";
import { formatList, plural } from "../frame/text.ts";
import { checkFileValue } from "./check-options.ts";
import { LINKS_MAX, TRANSPORTS, UDP_TRANSPORTS } from "./tables.ts";

/** A node as the user describes it. */
export interface NewNode {
  name: string;
  addresses: readonly string[];
}

export type AddressType = "IPv4" | "IPv6" | "FQDN" | "unresolvable";

/** What an address is; names are asked of `resolves`. */
export async function addressType(
  address: string,
  resolves: (name: string) => Promise<boolean>,
): Promise<AddressType> {
  if (isIpv4(address)) return "IPv4";
  if (isIpv6(address)) return "IPv6";
  return (await resolves(address)) ? "FQDN" : "unresolvable";
}

/** `'x' is not a valid cluster name` and the like: name and transport of a new cluster. */
export function checkClusterName(name: string, transport: string, forced: boolean): Report[] {
  const reports: Report[] = [];
  if (name === "") reports.push(error("cluster name cannot be empty"));
  if (!/^[a-zA-Z0-9_-]{0,32}$/.test(name)) {
    reports.push(
      forceable(
        forced,
        `Chosen cluster name '${name}' will prevent mounting GFS2 volumes in the cluster, use at ` +
          "most 32 of a-z A-Z 0-9 _- characters; you may safely override this if you do not " +
          "intend to use GFS2",
      ),
    );
  }
  reports.push(...checkFileValue("cluster name", name));
  if (!TRANSPORTS.includes(transport)) {
    reports.push(
      error(`'${transport}' is not a valid transport value, use ${formatList(TRANSPORTS)}`),
    );
  }
  return [...reports, ...checkFileValue("transport", transport)];
}

/** Names and addresses of the nodes of a new cluster. `types` knows every address. */
export function checkNewNodes(
  nodes: readonly NewNode[],
  transport: string,
  ipVersion: string | undefined,
  types: ReadonlyMap<string, AddressType>,
  forced: boolean,
): Report[] {
  const reports: Report[] = [];
  nodes.forEach((node, index) => {
    const label = `node ${index + 1} name`;
    if (node.name === "") reports.push(error(`${label} cannot be empty`));
    reports.push(...checkFileValue(label, node.name));
    reports.push(...checkAddressCount(node, transport));
    node.addresses.forEach((address, link) => {
      if (address === "") return;
      reports.push(...checkAddressFamily(address, link, ipVersion, types.get(address)!));
      reports.push(...checkFileValue("node address", address));
    });
  });
  reports.push(...checkEmptyAndUnresolvable(nodes, types, forced));
  reports.push(...checkAmongNodes(nodes, transport));
  return [...reports, ...checkLinkFamilies(nodes, types)];
}

function checkAddressCount(node: NewNode, transport: string): Report[] {
  if (!TRANSPORTS.includes(transport)) return [];
  const most = UDP_TRANSPORTS.includes(transport) ? 1 : LINKS_MAX;
  const count = node.addresses.length;
  if (count >= 1 && count <= most) return [];
  const range = most === 1 ? "1" : `At least 1 and at most ${most}`;
  return [
    error(
      `${range} ${plural(most, "address")} must be specified for a node, ` +
        `${count} ${plural(count, "address")} specified for node '${node.name}'`,
    ),
  ];
}

function checkAddressFamily(
  address: string,
  link: number,
  ipVersion: string | undefined,
  type: AddressType,
): Report[] {
  const wanted = ipVersion === "ipv6" ? "IPv6" : ipVersion === "ipv4" ? "IPv4" : null;
  const wrong = wanted === "IPv6" ? type === "IPv4" : wanted === "IPv4" && type === "IPv6";
  if (!wrong) return [];
  return [
    error(
      `Address '${address}' cannot be used in link '${link}' because the link uses ${wanted} addresses`,
    ),
  ];
}

function checkEmptyAndUnresolvable(
  nodes: readonly NewNode[],
  types: ReadonlyMap<string, AddressType>,
  forced: boolean,
): Report[] {
  const reports: Report[] = [];
  const empty = nodes.filter((n) => n.name !== "" && n.addresses.includes("")).map((n) => n.name);
  if (empty.length > 0) {
    const names = new Set(empty);
    reports.push(
      error(
        `Empty address set for ${plural(names, "node")} ${formatList(names)}, an address cannot be empty`,
      ),
    );
  }
  const addresses = new Set(nodes.flatMap((node) => [...node.addresses]));
  const lost = [...addresses].filter((a) => a !== "" && types.get(a) === "unresolvable");
  if (lost.length > 0) {
    reports.push(forceable(forced, `Unable to resolve addresses: ${formatList(lost)}`));
  }
  return reports;
}

function checkAmongNodes(nodes: readonly NewNode[], transport: string): Report[] {
  const reports: Report[] = [];
  if (nodes.length === 0) reports.push(error("No nodes have been specified"));
  const sameNames = repeated(nodes.map((node) => node.name));
  if (sameNames.length > 0) {
    reports.push(error(`Node names must be unique, duplicate names: ${formatList(sameNames)}`));
  }
  const sameAddresses = repeated(nodes.flatMap((node) => [...node.addresses]));
  if (sameAddresses.length > 0) {
    reports.push(
      error(`Node addresses must be unique, duplicate addresses: ${formatList(sameAddresses)}`),
    );
  }
  const usable = sameNames.length === 0 && nodes.every((node) => node.name !== "");
  const counts = new Map<number, string[]>();
  for (const node of nodes) {
    const count = node.addresses.length;
    counts.set(count, [...(counts.get(count) ?? []), node.name]);
  }
  if (usable && !UDP_TRANSPORTS.includes(transport) && counts.size > 1) {
    const parts = [...counts]
      .sort(([, a], [, b]) => b.length - a.length)
      .map(
        ([count, names]) =>
          `${plural(names, "node")} ${formatList(names)} ${plural(names, "has")} ${count} ` +
          plural(count, "address"),
      );
    reports.push(error(["All nodes must have the same number of addresses", ...parts].join("; ")));
  }
  return reports;
}

function checkLinkFamilies(
  nodes: readonly NewNode[],
  types: ReadonlyMap<string, AddressType>,
): Report[] {
  // Empty addresses have been reported and shift those after them, as they do in the original.
  const perNode = nodes.map((n) => n.addresses.filter((a) => a !== "").map((a) => types.get(a)));
  const mixed: string[] = [];
  for (let link = 0; link < Math.max(0, ...perNode.map((list) => list.length)); link++) {
    const families = perNode.map((list) => list[link]);
    if (families.includes("IPv4") && families.includes("IPv6")) mixed.push(String(link));
  }
  if (mixed.length === 0) return [];
  return [
    error(
      "Using both IPv4 and IPv6 on one link is not allowed; please, use either IPv4 or IPv6 on " +
        `link(s): ${formatList(mixed)}`,
    ),
  ];
}

function repeated(items: readonly string[]): string[] {
  const twice = items.filter((item, i) => item !== "" && items.indexOf(item) !== i);
  return [...new Set(twice)];
}
