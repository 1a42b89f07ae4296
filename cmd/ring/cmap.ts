import { type CmapValue, confToCmap } from "../../internal/corosync-conf/mod.ts";
import type { RingDaemon } from "./daemon.ts";
import type { Histogram } from "./lateness.ts";

type Map_ = Map<string, CmapValue>;

const SERVICES = ["cmap", "cfg", "cpg", "quorum", "pload", "votequorum", "mon", "wd"];

/** The keys of corosync-cmapctl's two maps, made when they are asked for. */
export function icmap(daemon: RingDaemon): Map_ {
  const map = confToCmap(daemon.config.tree);
  for (const [key, value] of daemon.cmapOverrides) map.set(key, value);
  const { settings, me } = daemon.config;
  const u32 = (key: string, value: number) => map.set(key, { type: "u32", value });
  const str = (key: string, value: string) => map.set(key, { type: "str", value });
  SERVICES.forEach((name, id) => {
    if (name === "pload" || name === "mon" || name === "wd") return;
    str(`internal_configuration.service.${id}.name`, `corosync_${name}`);
    u32(`internal_configuration.service.${id}.ver`, 0);
  });
  u32("nodelist.local_node_pos", me.position);
  runtimeConfig(daemon, u32, str);
  members(daemon, map);
  const quorum = daemon.quorumStatus;
  const ids = quorum.nodes.map((node) => node.nodeId);
  u32("runtime.votequorum.this_node_id", me.nodeId);
  if (ids.length > 0) {
    u32("runtime.votequorum.lowest_node_id", Math.min(...ids));
    u32("runtime.votequorum.highest_node_id", Math.max(...ids));
  }
  const flag = (name: string, on: boolean) =>
    map.set(`runtime.votequorum.${name}`, { type: "u8", value: on ? 1 : 0 });
  flag("two_node", settings.quorum.twoNode);
  flag("wait_for_all_status", daemon.quorum.waitingForAll);
  return map;
}

function runtimeConfig(
  daemon: RingDaemon,
  u32: (key: string, value: number) => void,
  str: (key: string, value: string) => void,
): void {
  const { settings } = daemon.config;
  const t = settings.timers;
  const values: Record<string, number> = {
    block_unlisted_ips: settings.blockUnlistedIps ? 1 : 0,
    cancel_token_hold_on_retransmit: t.cancelTokenHoldOnRetransmit ? 1 : 0,
    consensus: t.consensus,
    downcheck: t.downcheck,
    fail_recv_const: t.failRecv,
    heartbeat_failures_allowed: t.heartbeatFailuresAllowed,
    hold: t.hold,
    join: t.join,
    max_messages: t.maxMessages,
    max_network_delay: t.maxNetworkDelay,
    merge: t.merge,
    miss_count_const: t.missCount,
    send_join: t.sendJoin,
    seqno_unchanged_const: t.seqnoUnchanged,
    token: t.token,
    token_retransmit: t.tokenRetransmit,
    token_retransmits_before_loss_const: t.tokenRetransmitsBeforeLoss,
    token_warning: t.tokenWarning,
    window_size: t.windowSize,
  };
  for (const [key, value] of Object.entries(values)) u32(`runtime.config.totem.${key}`, value);
  if (settings.transport === "knet") {
    for (const link of settings.links) {
      const prefix = `runtime.config.totem.interface.${link.link}`;
      u32(`${prefix}.knet_ping_interval`, link.pingIntervalMs);
      u32(`${prefix}.knet_ping_timeout`, link.pingTimeoutMs);
    }
    u32("runtime.config.totem.knet_mtu", settings.knetMtu);
    u32("runtime.config.totem.knet_pmtud_interval", settings.knetPmtudIntervalS);
    str("runtime.config.totem.knet_compression_model", settings.compressionModel);
  }
  str("runtime.force_gather", "no");
}

function members(daemon: RingDaemon, map: Map_): void {
  const present = daemon.stack.totem.members;
  for (const [node, count] of daemon.joinCounts) {
    const prefix = `runtime.members.${node}`;
    const addresses = [...(daemon.config.addresses.get(node) ?? [])];
    const ip = addresses.map(([link, address]) => `r(${link}) ip(${address}) `).join("");
    const version = daemon.versions.versions.get(node) ?? 0n;
    map.set(`${prefix}.config_version`, { type: "u64", value: String(version) });
    map.set(`${prefix}.ip`, { type: "str", value: ip });
    map.set(`${prefix}.join_count`, { type: "u32", value: count });
    const status = present.includes(node) ? "joined" : "left";
    map.set(`${prefix}.status`, { type: "str", value: status });
  }
}

/** The statistics map. Keys under `stats.muster` are ours. */
export function statsMap(daemon: RingDaemon): Map_ {
  const map: Map_ = new Map();
  const u64 = (key: string, value: number) => map.set(`stats.${key}`, { type: "u64", value });
  const totem = daemon.stack.totem.stats;
  u64("srp.continuous_gather", totem.continuousGather);
  u64("srp.commit_entered", totem.commitEntered);
  u64("srp.gather_entered", totem.gatherEntered);
  u64("srp.operational_entered", totem.operationalEntered);
  u64("srp.operational_token_lost", totem.tokenLosses);
  u64("srp.consensus_timeouts", totem.consensusTimeouts);
  u64("srp.recovery_entered", totem.recoveryEntered);
  u64("srp.mcast_rx", totem.mcastReceived);
  u64("srp.mcast_tx", totem.mcastSent);
  u64("srp.mcast_retx", totem.mcastRetransmitted);
  u64("srp.memb_join_tx", totem.joinsSent);
  u64("srp.orf_token_rx", totem.tokensReceived);
  u64("muster.silenced", totem.silenced);
  for (const [cause, count] of Object.entries(totem.dropped)) {
    u64(`muster.dropped.${cause}`, count);
  }
  for (const [key, count] of Object.entries(daemon.transport?.counters() ?? {})) {
    u64(`muster.transport.${key}`, count);
  }
  u64("ipcs.global.active", daemon.clients.all.size);
  linkStats(daemon, map);
  histogram(map, "stats.muster.token_rotation", daemon.lateness.rotation);
  histogram(map, "stats.muster.lateness", daemon.lateness.timerLate);
  const limit = daemon.stack.totem.silenceLimitMs;
  if (limit !== null) map.set("stats.muster.silence_limit_ms", { type: "dbl", value: limit });
  map.set("stats.muster.token_advice_ms", { type: "u32", value: daemon.tokenAdviceMs() });
  return map;
}

function linkStats(daemon: RingDaemon, map: Map_): void {
  if (daemon.config.settings.transport !== "knet") return;
  for (const link of daemon.transport?.status().links ?? []) {
    for (const node of link.nodes) {
      const prefix = `stats.knet.node${node.nodeId}.link${link.link}`;
      map.set(`${prefix}.connected`, { type: "u8", value: node.connected ? 1 : 0 });
      map.set(`${prefix}.enabled`, { type: "u8", value: node.enabled ? 1 : 0 });
      map.set(`${prefix}.down_count`, { type: "u32", value: node.downCount });
      const latency = Math.round((node.latencyMs ?? 0) * 1000);
      map.set(`${prefix}.latency_ave`, { type: "u32", value: latency });
      map.set(`${prefix}.mtu`, { type: "u32", value: node.mtu });
    }
  }
}

function histogram(map: Map_, prefix: string, values: Histogram): void {
  const dbl = (key: string, value: number) =>
    map.set(`${prefix}.${key}`, { type: "dbl", value: Number(value.toFixed(3)) });
  dbl("p50_ms", values.percentile(0.5));
  dbl("p99_ms", values.percentile(0.99));
  dbl("p99_9_ms", values.percentile(0.999));
  dbl("max_ms", values.max);
}
