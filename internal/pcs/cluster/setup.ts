import { printConf } from "../../corosync-conf/mod.ts";
import type { Pairs } from "../checks/mod.ts";
import {
  type AddressType,
  addressType,
  checkClusterName,
  checkNewNodes,
  type NewNode,
} from "../corosync/check-nodes.ts";
import {
  checkLinksKnet,
  checkLinksUdp,
  checkQuorum,
  checkTotem,
  checkTransportKnet,
  checkTransportUdp,
} from "../corosync/check-options.ts";
import { createConf, createLinks, setQuorum, setTotem, setTransport } from "../corosync/model.ts";
import { UDP_TRANSPORTS } from "../corosync/tables.ts";
import { groupByKeywords, KeyValues, keyValues, splitByAnyKeyword } from "../frame/arguments.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError } from "../frame/report.ts";
import { formatList } from "../frame/text.ts";
import { unknownHosts } from "../nodes/everywhere.ts";
import { setUuid } from "./config.ts";
import { knownAddress, readKnownHosts } from "./known-hosts.ts";

/** What the command line asks for. */
interface SetupRequest {
  clusterName: string;
  nodes: { name: string; addresses: readonly string[] | null }[];
  transport: string;
  transportOptions: Pairs;
  links: Pairs[];
  compression: Pairs;
  crypto: Pairs;
  totem: Pairs;
  quorum: Pairs;
}

const LIVE_ONLY = ["--enable", "--no-keys-sync", "--start", "--wait"];

/** `cluster setup`. */
export async function clusterSetup(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  const local = options.has("--corosync_conf");
  options.allowOnly([
    "--force",
    "--no-cluster-uuid",
    ...LIVE_ONLY,
    "--corosync_conf",
    "--overwrite",
  ]);
  if (local && options.hasAny(...LIVE_ONLY)) {
    throw new CommandLineError(
      `Cannot specify any of ${formatList(LIVE_ONLY)} when '--corosync_conf' is specified`,
    );
  }
  if (!local && options.has("--overwrite")) {
    throw new CommandLineError(
      "Cannot specify '--overwrite' when '--corosync_conf' is not specified",
    );
  }
  const request = parseSetup(argv);
  const text = await buildConf(context, request, options);
  if (local) {
    await storeNew(context, options, text);
    return;
  }
  const { setUpNodes } = await import("../nodes/setup.ts");
  const names = request.nodes.map((node) => node.name);
  await setUpNodes(context, names, text, options);
}

function parseSetup(argv: string[]): SetupRequest {
  const [clusterName, ...words] = argv;
  if (clusterName === undefined || words.length === 0) throw new CommandLineError();
  const groups = groupByKeywords(words, ["transport", "totem", "quorum"], "nodes");
  groups.repeatOnly();
  const nodes = [...splitByAnyKeyword(groups.flat("nodes"), "node name")].map(([name, given]) => ({
    name,
    addresses: nodeAddresses(name, given),
  }));
  const request = {
    clusterName,
    nodes,
    transport: "knet",
    transportOptions: new Map<string, string>(),
    links: [] as Pairs[],
    compression: new Map<string, string>(),
    crypto: new Map<string, string>(),
  };
  if (groups.has("transport")) {
    const [transport, ...rest] = groups.flat("transport");
    if (transport === undefined) throw new CommandLineError("Transport type not defined");
    const parts = groupByKeywords(rest, ["compression", "crypto", "link"], "");
    request.transport = transport;
    request.compression = keyValues(parts.flat("compression"));
    request.crypto = keyValues(parts.flat("crypto"));
    request.transportOptions = keyValues(parts.flat(""));
    request.links = parts.each("link").map(keyValues);
  }
  return {
    ...request,
    totem: keyValues(groups.flat("totem")),
    quorum: keyValues(groups.flat("quorum")),
  };
}

/** The `addr=` of a node; null when it has none, so that an address is to be found for it. */
function nodeAddresses(name: string, words: string[]): string[] | null {
  const given = new KeyValues(words, ["addr"]);
  const unknown = [...given.unique().keys()];
  if (unknown.length > 0) {
    throw new CommandLineError(`Unknown options ${formatList(unknown)} for node '${name}'`);
  }
  return words.length > 0 ? given.repeated("addr") : null;
}

async function buildConf(
  context: PcsContext,
  request: SetupRequest,
  options: Options,
): Promise<string> {
  const { transport, transportOptions, totem, quorum } = request;
  const known = await readKnownHosts(context);
  const local = options.has("--corosync_conf");
  const unknown = local ? [] : request.nodes.map((n) => n.name).filter((name) => !known.has(name));
  if (unknown.length > 0) {
    context.report.error(unknownHosts(unknown));
    if (unknown.length === request.nodes.length) {
      context.report.error("None of hosts is known to pcs.");
    }
  }
  const nodes = request.nodes.map(({ name, addresses }): NewNode => {
    if (addresses !== null) return { name, addresses };
    if (unknown.includes(name)) return { name, addresses: [] };
    return { name, addresses: [knownAddress(context, known, name)] };
  });
  const crypto =
    transport === "knet" && request.crypto.size === 0
      ? new Map([
          ["cipher", "aes256"],
          ["hash", "sha256"],
        ])
      : request.crypto;
  const types = await addressTypes(context, nodes);
  const report = context.report;
  report.all(checkClusterName(request.clusterName, transport, options.force));
  report.all(checkNewNodes(nodes, transport, ipVersion(request), types, options.force));
  const addresses = Math.max(0, ...nodes.map((node) => node.addresses.length));
  if (transport === "knet") {
    report.all(checkTransportKnet(transportOptions, request.compression, crypto, "create"));
    report.all(checkLinksKnet(request.links, addresses));
  } else if (UDP_TRANSPORTS.includes(transport)) {
    report.all(checkTransportUdp(transportOptions, request.compression, crypto, "create"));
    report.all(checkLinksUdp(request.links, addresses));
  }
  report.all(checkTotem(totem, "create"));
  report.all(checkQuorum(quorum, "create", false));
  report.stopOnErrors();
  const conf = createConf(request.clusterName, transport, nodes);
  setTotem(conf, totem);
  setQuorum(conf, quorum);
  createLinks(conf, request.links);
  setTransport(conf, transportOptions, request.compression, crypto);
  if (!options.has("--no-cluster-uuid")) setUuid(conf, context);
  return printConf(conf);
}

/** The family that addresses must have: as asked for, else Corosync's default. */
function ipVersion(request: SetupRequest): string {
  const asked = request.transportOptions.get("ip_version") ?? "";
  if (["ipv4", "ipv6", "ipv4-6", "ipv6-4"].includes(asked)) return asked;
  return request.transport === "udp" ? "ipv4" : "ipv6-4";
}

async function addressTypes(
  context: PcsContext,
  nodes: readonly NewNode[],
): Promise<Map<string, AddressType>> {
  const types = new Map<string, AddressType>();
  for (const address of nodes.flatMap((node) => [...node.addresses])) {
    if (address === "" || types.has(address)) continue;
    types.set(address, await addressType(address, (name) => context.env.resolves(name)));
  }
  return types;
}

async function storeNew(context: PcsContext, options: Options, text: string): Promise<void> {
  const store = context.env.corosyncConf;
  if (!options.has("--overwrite") && (await store.read()).ok) {
    context.die(
      `Corosync configuration file '${store.path}' already exists, use --overwrite to overwrite ` +
        "existing file(s)",
    );
  }
  const written = await store.write(text);
  if (!written.ok) {
    context.die(`Unable to write Corosync configuration '${store.path}': ${written.error}`);
  }
}
