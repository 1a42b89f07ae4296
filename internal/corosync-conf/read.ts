import { err, ok, type Result } from "../base/mod.ts";
import { checkWords } from "./check-words.ts";
import { type ConfValueError, checkIntegers, linkNumberOf } from "./keys.ts";
import type { CorosyncConfig, CryptoCipher, CryptoHash, IpVersion, Transport } from "./model.ts";
import { readLinks } from "./read-links.ts";
import { checkLogging, readLogging } from "./read-logging.ts";
import { readNodes } from "./read-nodes.ts";
import { readQuorum } from "./read-quorum.ts";
import { readTimers } from "./read-timers.ts";
import { type ConfSection, lastValue, sectionsNamed } from "./tree.ts";

export interface ConfMeaningError {
  /** Set when Corosync finds the fault while it reads the line, null when afterwards. */
  line: number | null;
  message: string;
  /** Found while logging is set up: Corosync then has no log yet, and another exit code. */
  logging?: boolean;
}

/** The meaning of a parsed corosync.conf, or the first complaint in Corosync's words. */
export function readConf(root: ConfSection): Result<CorosyncConfig, ConfMeaningError> {
  const badInteger: ConfValueError | null = checkIntegers(root);
  if (badInteger !== null) return err(badInteger);
  const badWord = checkWords(root);
  if (badWord !== null) return err(badWord);
  const badLogging = checkLogging(root);
  if (badLogging !== null) return err({ line: null, message: badLogging, logging: true });
  const totem = (name: string) => lastValue(root, "totem", name);
  const transport = totem("transport") ?? "knet";
  if (!["knet", "udpu", "udp"].includes(transport)) {
    return refuse("Invalid transport type. Should be udpu, udp or knet");
  }
  const crypto = readCrypto(totem, transport as Transport);
  if (!crypto.ok) return crypto;
  const ipVersion = totem("ip_version");
  const linkMode = totem("link_mode") ?? "passive";
  if (!["active", "passive", "rr"].includes(linkMode)) {
    return refuse(
      `parse error in config: The Knet link mode "${linkMode}" specified is invalid.  ` +
        "It must be active, passive or rr.\n",
    );
  }
  const nodes = readNodes(root, transport as Transport);
  if (!nodes.ok) return refuse(nodes.error);
  if (nodes.value.length === 0 && interfaces(root).length === 0) {
    return refuse("parse error in config: No interfaces defined");
  }
  if ((totem("version") ?? "2") !== "2") {
    return refuse(
      "parse error in config: This totem parser can only parse version 2 configurations.",
    );
  }
  const timers = readTimers(root, nodes.value.length);
  if (!timers.ok) return refuse(`parse error in config: ${timers.error}`);
  const links = readLinks(root, transport as Transport, nodes.value, timers.value.token);
  if (!links.ok) return refuse(`parse error in config: ${links.error}`);
  const quorum = readQuorum(root, nodes.value);
  if (!quorum.ok) return refuse(quorum.error);
  return ok({
    clusterName: totem("cluster_name") ?? "",
    clusterUuid: totem("cluster_uuid"),
    configVersion: BigInt(totem("config_version") ?? "0"),
    transport: transport as Transport,
    ipVersion: (ipVersion ?? (transport === "udp" ? "ipv4" : "ipv6-4")) as IpVersion,
    netMtu: Number(totem("netmtu") ?? "0") || (transport === "knet" ? 65536 : 1500),
    linkMode: (links.value.length > 1 ? linkMode : "passive") as CorosyncConfig["linkMode"],
    crypto: { ...crypto.value, keyFile: totem("keyfile"), key: totem("key") },
    knetMtu: Number(totem("knet_mtu") ?? "0"),
    knetPmtudIntervalS: Number(totem("knet_pmtud_interval") ?? "30"),
    compressionModel: totem("knet_compression_model") ?? "none",
    compressionThreshold: Number(totem("knet_compression_threshold") ?? "0"),
    blockUnlistedIps: totem("block_unlisted_ips") !== "no",
    nodes: nodes.value,
    links: links.value,
    timers: timers.value,
    quorum: quorum.value.settings,
    logging: readLogging(root),
    schedRr: lastValue(root, "system", "sched_rr") !== "no",
    quickDetection: totem("muster_quick_detection") !== "no",
    stateDir: lastValue(root, "system", "state_dir") ?? "/var/lib/corosync",
    warnings: quorum.value.warnings,
  });
}

function interfaces(root: ConfSection): ConfSection[] {
  return sectionsNamed(root, "totem")
    .flatMap((totem) => sectionsNamed(totem, "interface"))
    .filter((section) => linkNumberOf(section) >= 0);
}

function readCrypto(
  totem: (name: string) => string | null,
  transport: Transport,
): Result<{ cipher: CryptoCipher; hash: CryptoHash }, ConfMeaningError> {
  const secure = totem("secauth") === "on" || totem("secauth") === "yes";
  const cipher = totem("crypto_cipher") ?? (secure ? "aes256" : "none");
  const hash = totem("crypto_hash") ?? (secure ? "sha256" : "none");
  if (cipher !== "none" && hash === "none") {
    return refuse("crypto_cipher requires crypto_hash with value other than none");
  }
  const off = cipher === "none" && hash === "none";
  if (!off && transport !== "knet") {
    return refuse(
      "parse error in config: crypto_cipher & crypto_hash are only valid for the Knet transport.",
    );
  }
  return ok({ cipher: cipher as CryptoCipher, hash: hash as CryptoHash });
}

function refuse(message: string): { ok: false; error: ConfMeaningError } {
  return err({ line: null, message: message.trimEnd() });
}
