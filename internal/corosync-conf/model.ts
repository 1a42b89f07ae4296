/** What a corosync.conf means, with every default filled in. */

export type Transport = "knet" | "udpu" | "udp";
export type CryptoCipher = "none" | "aes128" | "aes192" | "aes256";
export type CryptoHash = "none" | "md5" | "sha1" | "sha256" | "sha384" | "sha512";
export type LinkMode = "passive" | "active" | "rr";
export type IpVersion = "ipv4" | "ipv6" | "ipv4-6" | "ipv6-4";

export interface ConfNode {
  nodeId: number;
  name: string | null;
  /** Address text by link number, as written: a literal address or a host name. */
  addresses: Map<number, string>;
  votes: number;
  /** Position in the file, from 0. */
  position: number;
}

export interface LinkSettings {
  link: number;
  port: number;
  priority: number;
  pingIntervalMs: number;
  pingTimeoutMs: number;
  pingPrecision: number;
  pongCount: number;
  transport: "udp" | "sctp";
  bindAddress: string | null;
  mcastAddress: string | null;
  broadcast: boolean;
  ttl: number;
}

/** Times in milliseconds, counts where the name says so; names are Corosync's own. */
export interface TotemTimers {
  /** Effective token timeout, with the coefficient for more than two nodes. */
  token: number;
  tokenRetransmit: number;
  tokenRetransmitsBeforeLoss: number;
  /** Percent of `token`. */
  tokenWarning: number;
  hold: number;
  consensus: number;
  join: number;
  sendJoin: number;
  merge: number;
  downcheck: number;
  failRecv: number;
  seqnoUnchanged: number;
  windowSize: number;
  maxMessages: number;
  missCount: number;
  heartbeatFailuresAllowed: number;
  maxNetworkDelay: number;
  cancelTokenHoldOnRetransmit: boolean;
}

export interface QuorumSettings {
  /** False when no provider is configured: then every membership is quorate. */
  enabled: boolean;
  /** As written; the ring refuses to start with one it does not know. */
  provider: string | null;
  expectedVotes: number | null;
  /** Votes of the local node when there is no node list. */
  votes: number;
  twoNode: boolean;
  waitForAll: boolean;
  autoTieBreaker: boolean;
  autoTieBreakerNode: string | null;
  lastManStanding: boolean;
  lastManStandingWindowMs: number;
  allowDownscale: boolean;
  expectedVotesTracking: boolean;
  leavingTimeoutMs: number;
  device: QuorumDevice | null;
}

export interface QuorumDevice {
  model: string;
  votes: number;
  timeoutMs: number;
  syncTimeoutMs: number;
  masterWins: boolean;
}

export type LogPriority =
  | "emerg"
  | "alert"
  | "crit"
  | "err"
  | "warning"
  | "notice"
  | "info"
  | "debug";

export interface LoggingSettings {
  toStderr: boolean;
  toLogfile: boolean;
  toSyslog: boolean;
  logfile: string | null;
  logfilePriority: LogPriority;
  debug: boolean;
  timestamp: "off" | "on" | "hires";
}

export interface CorosyncConfig {
  clusterName: string;
  clusterUuid: string | null;
  configVersion: bigint;
  transport: Transport;
  ipVersion: IpVersion;
  netMtu: number;
  linkMode: LinkMode;
  crypto: { cipher: CryptoCipher; hash: CryptoHash; keyFile: string | null; key: string | null };
  knetMtu: number;
  knetPmtudIntervalS: number;
  compressionModel: string;
  compressionThreshold: number;
  blockUnlistedIps: boolean;
  nodes: ConfNode[];
  links: LinkSettings[];
  timers: TotemTimers;
  quorum: QuorumSettings;
  logging: LoggingSettings;
  schedRr: boolean;
  /** `totem.muster_quick_detection`, ours: yes by default. */
  quickDetection: boolean;
  stateDir: string;
  /** Things that Corosync warns of and goes on. */
  warnings: string[];
}
