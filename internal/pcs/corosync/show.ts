import { type ConfSection, lastValue } from "../../corosync-conf/mod.ts";
import { isIpv4, isIpv6 } from "../checks/mod.ts";
import { pythonJson } from "../frame/json.ts";
import { error, LibraryError } from "../frame/report.ts";
import { byCodePoint, formatList, indent } from "../frame/text.ts";
import {
  compressionOptions,
  cryptoOptions,
  linkOptions,
  nodesOf,
  type QuorumDevice,
  quorumDevice,
  quorumOptions,
  totemOptions,
  transportOf,
  transportOptions,
} from "./model.ts";
import { TRANSPORTS } from "./tables.ts";

type Options = ReadonlyMap<string, string>;

interface ShownNode {
  name: string;
  nodeid: string;
  addresses: { link: number; address: string }[];
}

/** What `cluster config` shows of a corosync.conf. */
export interface CorosyncView {
  clusterName: string;
  clusterUuid: string | null;
  transport: string;
  nodes: ShownNode[];
  links: [string, Options][];
  transportOptions: Options;
  compression: Options;
  crypto: Options;
  totem: Options;
  quorum: Options;
  device: QuorumDevice | null;
}

/** Gathers what is shown. Nodes without name or id, or an unknown transport, are errors. */
export function viewCorosyncConf(conf: ConfSection): CorosyncView {
  const transport = transportOf(conf);
  if (!TRANSPORTS.includes(transport)) {
    throw new LibraryError(
      error(
        `Transport '${transport}' currently configured in corosync.conf is unsupported. Supported ` +
          `transport types are: ${formatList(TRANSPORTS)}`,
      ),
    );
  }
  return {
    clusterName: lastValue(conf, "totem", "cluster_name") ?? "",
    clusterUuid: lastValue(conf, "totem", "cluster_uuid"),
    transport,
    nodes: nodesOf(conf).map(completeNode),
    links: [...linkOptions(conf)],
    transportOptions: transportOptions(conf),
    compression: compressionOptions(conf),
    crypto: cryptoOptions(conf),
    totem: totemOptions(conf),
    quorum: quorumOptions(conf),
    device: quorumDevice(conf),
  };
}

function completeNode(node: ReturnType<typeof nodesOf>[number]): ShownNode {
  const { name, nodeid, addresses } = node;
  const fix = "Edit corosync.conf and make sure all nodes have their";
  if (name === null || name === "") {
    throw new LibraryError(
      error(`Some nodes are missing names in corosync.conf, unable to continue. ${fix} name set.`),
    );
  }
  if (nodeid === null || nodeid === "") {
    throw new LibraryError(
      error(`Some nodes are missing IDs in corosync.conf. ${fix} nodeid set.`),
    );
  }
  return { name, nodeid, addresses };
}

const sorted = (options: Options) => [...options].sort(([a], [b]) => byCodePoint(a, b));

/** `Label:` and the options below it; nothing when there are none. */
function optionLines(label: string, options: Options): string[] {
  if (options.size === 0) return [];
  return [`${label}:`, ...indent(sorted(options).map(([name, value]) => `${name}: ${value}`))];
}

export function corosyncText(view: CorosyncView): string[] {
  const lines = [`Cluster Name: ${view.clusterName}`];
  if (view.clusterUuid) lines.push(`Cluster UUID: ${view.clusterUuid}`);
  lines.push(`Transport: ${view.transport}`, "Nodes:");
  for (const node of [...view.nodes].sort((a, b) => byCodePoint(a.name, b.name))) {
    const facts = node.addresses.map((a) => `Link ${a.link} address: ${a.address}`);
    lines.push(...indent([`${node.name}:`, ...indent([...facts, `nodeid: ${node.nodeid}`])]));
  }
  if (view.links.length > 0) {
    lines.push("Links:");
    for (const [link, options] of [...view.links].sort(([a], [b]) => byCodePoint(a, b))) {
      lines.push(...indent(optionLines(`Link ${link}`, options)));
    }
  }
  lines.push(
    ...optionLines("Transport Options", view.transportOptions),
    ...optionLines("Compression Options", view.compression),
    ...optionLines("Crypto Options", view.crypto),
    ...optionLines("Totem Options", view.totem),
    ...optionLines("Quorum Options", view.quorum),
  );
  if (view.device !== null) {
    lines.push(
      `Quorum Device: ${view.device.model}`,
      ...indent(optionLines("Options", view.device.generic)),
      ...indent(optionLines("Model Options", view.device.modelOptions)),
      ...indent(optionLines("Heuristics", view.device.heuristics)),
    );
  }
  return lines;
}

/** The `cluster setup` that would make this configuration, a line each. */
export function corosyncCommand(view: CorosyncView): string[] {
  const section = (options: Options, keyword: string | null): string[] => {
    if (options.size === 0) return [];
    const pairs = indent(sorted(options).map(([name, value]) => `${name}=${value}`));
    return indent(keyword === null ? pairs : [keyword, ...pairs]);
  };
  const nodes = [...view.nodes].sort((a, b) => byCodePoint(a.nodeid, b.nodeid));
  const transport = ["transport", view.transport, ...section(view.transportOptions, null)];
  for (const [, options] of [...view.links].sort(([a], [b]) => byCodePoint(a, b))) {
    transport.push(...section(options, "link"));
  }
  transport.push(...section(view.compression, "compression"), ...section(view.crypto, "crypto"));
  return [
    `pcs cluster setup ${view.clusterName}`,
    ...indent(nodes.map((n) => [n.name, ...n.addresses.map((a) => `addr=${a.address}`)].join(" "))),
    ...indent(transport),
    ...section(view.totem, "totem"),
    ...section(view.quorum, "quorum"),
    ...(view.clusterUuid ? [] : indent(["--no-cluster-uuid"])),
  ];
}

export function corosyncJson(view: CorosyncView): string {
  const family = (address: string) =>
    isIpv4(address) ? "IPv4" : isIpv6(address) ? "IPv6" : "FQDN";
  const plain = (options: Options) => Object.fromEntries(options);
  return pythonJson({
    cluster_name: view.clusterName,
    cluster_uuid: view.clusterUuid,
    transport: view.transport.toUpperCase(),
    totem_options: plain(view.totem),
    transport_options: plain(view.transportOptions),
    compression_options: plain(view.compression),
    crypto_options: plain(view.crypto),
    nodes: view.nodes.map((node) => ({
      name: node.name,
      nodeid: node.nodeid,
      addrs: node.addresses.map(({ address, link }) => ({
        addr: address,
        link: String(link),
        type: family(address),
      })),
    })),
    links_options: Object.fromEntries(view.links.map(([link, o]) => [link, plain(o)])),
    quorum_options: plain(view.quorum),
    quorum_device:
      view.device === null
        ? null
        : {
            model: view.device.model,
            model_options: plain(view.device.modelOptions),
            generic_options: plain(view.device.generic),
            heuristics_options: plain(view.device.heuristics),
          },
  });
}
