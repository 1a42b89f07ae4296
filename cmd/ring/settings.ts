import type { CorosyncConfig } from "../../internal/corosync-conf/mod.ts";
import type { QuorumOptions } from "../../internal/quorum/mod.ts";
import type { TotemSettings } from "../../internal/totem/mod.ts";
import { MCAST_HEADER_SIZE } from "../../internal/wire/mod.ts";
import type { RingConfig } from "./config.ts";

/** Corosync leaves room for two multicast headers: a packet and the recovery packet around it. */
const HEADERS = 2 * MCAST_HEADER_SIZE;

export function totemSettings(config: CorosyncConfig): TotemSettings {
  const t = config.timers;
  return {
    token: t.token,
    tokenRetransmit: t.tokenRetransmit,
    hold: t.hold,
    consensus: t.consensus,
    join: t.join,
    merge: t.merge,
    failRecv: t.failRecv,
    seqnoUnchanged: t.seqnoUnchanged,
    windowSize: t.windowSize,
    maxMessages: t.maxMessages,
    missCount: t.missCount,
    tokenWarning: t.tokenWarning,
    quickDetection: config.quickDetection,
    payloadLimit: config.netMtu - HEADERS,
    payloadLeast: config.netMtu - HEADERS,
  };
}

export function quorumOptions(config: RingConfig): QuorumOptions {
  const q = config.settings.quorum;
  const nodes = config.settings.nodes;
  const sum = nodes.reduce((total, node) => total + node.votes, 0);
  return {
    enabled: q.enabled,
    votes: nodes.length > 0 ? config.me.votes : q.votes,
    expectedVotes: q.expectedVotes ?? sum + (q.device?.votes ?? 0),
    twoNode: q.twoNode,
    waitForAll: q.waitForAll,
    lastManStanding: q.lastManStanding,
    lastManStandingWindowMs: q.lastManStandingWindowMs,
    autoTieBreaker: q.autoTieBreaker ? tieBreaker(q.autoTieBreakerNode) : null,
    allowDownscale: q.allowDownscale,
    device: q.device === null ? null : { votes: q.device.votes, masterWins: q.device.masterWins },
  };
}

function tieBreaker(text: string | null): QuorumOptions["autoTieBreaker"] {
  if (text === null || text === "lowest") return "lowest";
  if (text === "highest") return "highest";
  return text.split(/\s+/).map(Number);
}
