import {
  integerIn,
  ipAddress,
  nonNegative,
  notEmpty,
  oneOf,
  portNumber,
  positive,
  type ValueRule,
} from "../checks/mod.ts";

/** The options of corosync.conf that pcs manages, with what each may hold. */
export type OptionTable = Readonly<Record<string, ValueRule>>;

export const LINKS_MAX = 8;

export const UDP_TRANSPORTS: readonly string[] = ["udp", "udpu"];
export const TRANSPORTS: readonly string[] = ["knet", ...UDP_TRANSPORTS];

const ipVersion = oneOf("ipv4", "ipv6", "ipv4-6", "ipv6-4");

export const KNET_TRANSPORT: OptionTable = {
  ip_version: ipVersion,
  knet_pmtud_interval: nonNegative,
  link_mode: oneOf("active", "passive", "rr"),
};

export const UDP_TRANSPORT: OptionTable = { ip_version: ipVersion, netmtu: positive };

export const COMPRESSION: OptionTable = {
  level: nonNegative,
  model: notEmpty("a compression model e.g. zlib, lz4 or bzip2"),
  threshold: nonNegative,
};

export const CRYPTO: OptionTable = {
  cipher: oneOf("none", "aes256", "aes192", "aes128"),
  hash: oneOf("none", "md5", "sha1", "sha256", "sha384", "sha512"),
  model: oneOf("nss", "openssl"),
};

export const TOTEM: OptionTable = {
  block_unlisted_ips: oneOf("yes", "no"),
  consensus: nonNegative,
  downcheck: nonNegative,
  fail_recv_const: nonNegative,
  heartbeat_failures_allowed: nonNegative,
  hold: nonNegative,
  join: nonNegative,
  max_messages: nonNegative,
  max_network_delay: nonNegative,
  merge: nonNegative,
  miss_count_const: nonNegative,
  send_join: nonNegative,
  seqno_unchanged_const: nonNegative,
  token: nonNegative,
  token_coefficient: nonNegative,
  token_retransmit: nonNegative,
  token_retransmits_before_loss_const: nonNegative,
  window_size: nonNegative,
};

const flag = oneOf("0", "1");

export const QUORUM: OptionTable = {
  auto_tie_breaker: flag,
  last_man_standing: flag,
  last_man_standing_window: positive,
  wait_for_all: flag,
};

/** Quorum options that a quorum device excludes. */
export const NOT_WITH_DEVICE: readonly string[] = [
  "auto_tie_breaker",
  "last_man_standing",
  "last_man_standing_window",
];

export const KNET_LINK: OptionTable = {
  link_priority: integerIn(0, 255),
  mcastport: portNumber,
  ping_interval: nonNegative,
  ping_precision: nonNegative,
  ping_timeout: nonNegative,
  pong_count: nonNegative,
  transport: oneOf("sctp", "udp"),
  linknumber: integerIn(0, LINKS_MAX - 1),
};

export const UDP_LINK: OptionTable = {
  bindnetaddr: ipAddress,
  broadcast: flag,
  mcastaddr: ipAddress,
  mcastport: portNumber,
  ttl: integerIn(0, 255),
};

/** Link options whose name in corosync.conf differs from pcs's. */
const RENAMED: readonly string[] = [
  "link_priority",
  "ping_interval",
  "ping_precision",
  "ping_timeout",
  "pong_count",
  "transport",
];

export function linkOptionToFile(name: string): string {
  return RENAMED.includes(name) ? `knet_${name}` : name;
}

export function linkOptionFromFile(name: string): string {
  const plain = name.startsWith("knet_") ? name.slice("knet_".length) : name;
  return RENAMED.includes(plain) ? plain : name;
}

export const DEVICE: OptionTable = { sync_timeout: positive, timeout: positive };

export const HEURISTICS: OptionTable = {
  mode: oneOf("off", "on", "sync"),
  interval: positive,
  sync_timeout: positive,
  timeout: positive,
};

export const DEVICE_NET_REQUIRED: readonly string[] = ["algorithm", "host"];

/** Options of the `net` model; the tie breaker may be one of the nodes' ids. */
export function deviceNet(nodeIds: readonly string[]): OptionTable {
  return {
    connect_timeout: integerIn(1000, 120_000),
    force_ip_version: oneOf("0", "4", "6"),
    port: portNumber,
    tie_breaker: oneOf("lowest", "highest", ...nodeIds),
    tls: oneOf("on", "off", "required"),
    keep_active_partition_tie_breaker: oneOf("on", "off"),
  };
}
