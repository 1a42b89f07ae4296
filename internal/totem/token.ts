/** The token's visit: retransmit, send, account, pass on. Recovery's progress is counted here. */
import {
  Encapsulated,
  encodeMergeDetect,
  encodeToken,
  Guarantee,
  Mcast,
  putMcastHeader,
  RTR_ENTRIES_MAX,
  sameRing,
  type Token,
} from "../wire/mod.ts";
import {
  armQuickRetransmit,
  armRetransmit,
  armToken,
  type Context,
  sendToken,
  successor,
} from "./context.ts";
import { deliverUpTo, updateAru } from "./delivery.ts";
import { noteLosses, payloadLimit } from "./frame-size.ts";
import { enterGather } from "./gather.ts";
import { wakeToken } from "./hold.ts";
import { noteRotation } from "./pace.ts";
import { enterOperational } from "./recovery.ts";
import { seqAdd, seqAtMost, seqBefore, seqDistance, seqMin } from "./seq.ts";
import { union } from "./sets.ts";
import { SORT_QUEUE_ENTRIES, type SortQueue } from "./sort-queue.ts";

/** A frame that was asked for again goes out so many times over: of many pieces one is always lost. */
const RESENT_COPIES_MAX = 3;

export function sendFirstToken(c: Context): void {
  const token: Token = {
    nodeId: c.me,
    seq: 0,
    tokenSeq: 0,
    aru: 0xffffffff,
    aruAddr: c.me,
    ring: c.ring,
    backlog: 0,
    fcc: 0,
    retransFlag: c.toReoriginate.length > 0 ? 1 : 0,
    rtr: [],
  };
  c.setRetransFlag = token.retransFlag === 1;
  sendToken(c, successor(c.newMembers, c.me), encodeToken(token));
  armToken(c);
  armRetransmit(c);
}

export function handleToken(c: Context, token: Token): void {
  if (c.state === "gather" || c.state === "commit") return;
  if (!sameRing(token.ring, c.ring)) {
    c.drop("token-other-ring");
    return;
  }
  if (seqAtMost(token.tokenSeq, c.tokenSeq) && !c.broken("accept-old-token")) {
    c.drop("token-repeated");
    return;
  }
  c.stats.tokensReceived += 1;
  noteRotation(c);
  noteLosses(c, token);
  noteActivity(c, token);
  noteSafe(c, token.aru);
  if (c.state === "operational") release(c, token.aru);
  const lastAru = c.lastTokenAru;
  c.lastTokenAru = token.aru;

  let allowed = flowControl(c, token);
  const backlog = backlogNow(c);
  let resent = serveRequests(c, token, allowed);
  if (token.aru === lastAru) resent += helpWhoIsBehind(c, token, allowed - resent);
  allowed -= resent;
  if (c.tokenHeld && token.aruAddr !== 0) wakeToken(c);
  const sent = sendMessages(c, token, windowLimit(c, token, allowed));
  token.fcc = Math.max(0, token.fcc + resent + sent - c.sentLastVisit);
  token.backlog = Math.max(0, token.backlog + backlog - c.backlogLastVisit);
  c.sentLastVisit = resent + sent;
  c.backlogLastVisit = backlog;

  if (seqBefore(c.aru, token.aru) || token.aruAddr === c.me || token.aruAddr === 0) {
    token.aru = c.aru;
    token.aruAddr = token.aru === token.seq ? 0 : c.me;
  }
  if (c.broken("token-aru-is-seq")) token.aru = token.seq;
  c.aruStuck = token.aru === lastAru && token.aruAddr !== 0 ? c.aruStuck + 1 : 0;
  if (c.aruStuck > c.settings.failRecv && token.aruAddr === c.me) {
    c.out.log("error", "FAILED TO RECEIVE");
    c.stats.failedToReceive += 1;
    c.failedToReceive = true;
    c.failed = union(c.failed, [c.me]);
    enterGather(c, "failed to receive");
    return;
  }
  c.tokenSeq = token.tokenSeq;
  token.tokenSeq = seqAdd(token.tokenSeq, 1);
  if (c.state === "recovery") countRecovery(c, token);
  forward(c, token);
  if (c.state === "operational") deliverUpTo(c, c.highReceived, "whole");
}

function forward(c: Context, token: Token): void {
  token.nodeId = c.me;
  c.rested = c.tokenHeld;
  const packet = encodeToken(token);
  const held = c.tokenHeld && c.ring.rep === c.me;
  const to = successor(c.newMembers, c.me);
  if (held) {
    c.tokenCopy = { to, packet };
    c.timers.holdRetransmit = c.now + c.settings.hold;
  } else sendToken(c, to, packet);
  armToken(c);
  armQuickRetransmit(c);
}

/**
 * Rotations without news after which the token of a ring of our own kind may rest. Corosync turns it thirty
 * times, whatever its members have; where each says that it lacks nothing, more turns tell nobody anything,
 * and in a cluster at work they are most of what the ring costs.
 */
const SETTLED_ROTATIONS = 3;

/** Counts idle rotations; a ring without traffic holds its token at the representative. */
function noteActivity(c: Context, token: Token): void {
  if (token.seq === c.lastTokenSeqNumber) {
    c.seqUnchanged += 1;
    if (c.timers.mergeDetect === Infinity) c.timers.mergeDetect = c.now + c.settings.merge;
  } else {
    c.seqUnchanged = 0;
    c.timers.mergeDetect = Infinity;
    c.timers.holdRetransmit = Infinity;
  }
  const complete = token.aru === token.seq && token.rtr.length === 0;
  c.settled = complete && token.seq === c.lastTokenSeqNumber ? c.settled + 1 : 0;
  c.lastTokenSeqNumber = token.seq;
  // The others count one less: whoever finds the token resting at the representative knows to wake it.
  const spare = c.ring.rep === c.me ? 1 : 0;
  const idle = c.seqUnchanged >= c.settings.seqnoUnchanged + spare;
  const kin = c.state === "operational" && c.kin.length > 1;
  const settled = kin && c.settled >= SETTLED_ROTATIONS + spare;
  c.tokenHeld = idle || settled;
}

function backlogNow(c: Context): number {
  return c.state === "recovery" ? c.toReoriginate.length : c.source.backlog(payloadLimit(c));
}

function flowControl(c: Context, token: Token): number {
  const backlog = backlogNow(c);
  let allowed = Math.max(0, Math.min(c.settings.maxMessages, c.settings.windowSize - token.fcc));
  const total = token.backlog + backlog - c.backlogLastVisit;
  if (total !== 0) {
    const share = Math.trunc((c.settings.windowSize * c.backlogLastVisit) / total);
    if (share > 0) allowed = Math.min(allowed, share);
  }
  return allowed;
}

/** Nothing may be sent that would not fit the sort queues. */
function windowLimit(c: Context, token: Token, allowed: number): number {
  const ahead = seqDistance(c.lastReleased, token.seq);
  return ahead + allowed + c.settings.windowSize > SORT_QUEUE_ENTRIES ? 0 : allowed;
}

/** Sends again what others ask for and we hold; asks for what we have missed long enough. */
function serveRequests(c: Context, token: Token, allowed: number): number {
  const queue = c.state === "recovery" ? c.recovered : c.regular;
  let resent = 0;
  token.rtr = token.rtr.filter((entry) => {
    if (resent >= allowed || !sameRing(entry.ring, c.ring)) return true;
    if (!sendAgain(c, queue, entry.seq)) return true;
    resent += 1;
    return false;
  });
  c.stats.mcastRetransmitted += resent;
  const range = seqDistance(c.aru, token.seq);
  for (let i = 1; i <= range && token.rtr.length < RTR_ENTRIES_MAX; i += 1) {
    const seq = seqAdd(c.aru, i);
    if (!queue.inRange(seq)) break;
    if (queue.has(seq) || queue.countMiss(seq) < c.settings.missCount) continue;
    if (token.rtr.some((entry) => entry.seq === seq && sameRing(entry.ring, c.ring))) continue;
    if (c.broken("never-request")) continue;
    token.rtr.push({ ring: c.ring, seq });
    c.stats.retransmitRequests += 1;
  }
  return resent;
}

/**
 * The ring has stood for several rotations because one member lacks a frame: whoever is asked first,
 * and takes the request off the token, does not get it through. We hold it and try, too.
 */
function helpWhoIsBehind(c: Context, token: Token, allowed: number): number {
  const queue = c.state === "recovery" ? c.recovered : c.regular;
  if (c.aruStuck <= c.settings.missCount || token.aruAddr === c.me || allowed < 1) return 0;
  return sendAgain(c, queue, seqAdd(token.aru, 1)) ? 1 : 0;
}

/** Sends a frame again, each time in one copy more up to the limit; false when it is not here. */
function sendAgain(c: Context, queue: SortQueue, seq: number): boolean {
  const packet = queue.get(seq);
  if (packet === null) return false;
  const copies = Math.min(queue.countService(seq), RESENT_COPIES_MAX);
  if (!c.broken("skip-retransmission")) c.out.broadcast(packet, "members", copies);
  return true;
}

/**
 * Ordinary messages go to the members; now and then one goes to every listed node, so that another
 * ring hears of us also while the representative has no idle token to look around with.
 */
function reach(c: Context): "members" | "listed" {
  if (c.now - c.broadcastToAllAt < c.settings.merge) return "members";
  c.broadcastToAllAt = c.now;
  return "listed";
}

function sendMessages(c: Context, token: Token, allowed: number): number {
  const recovering = c.state === "recovery";
  const queue = recovering ? c.recovered : c.regular;
  let sent = 0;
  while (sent < allowed) {
    const packet = recovering
      ? (c.toReoriginate.shift() ?? null)
      : c.source.nextPacket(payloadLimit(c));
    if (packet === null) break;
    const seq = seqAdd(token.seq, 1);
    token.seq = seq;
    putMcastHeader(packet, {
      node: c.me,
      seq,
      ownSeq: c.ownSeq,
      ring: c.ring,
      encapsulated: recovering ? Encapsulated.recovery : Encapsulated.ordinary,
      guarantee: !recovering && c.source.lastIsSafe ? Guarantee.safe : Guarantee.agreed,
    });
    c.ownSeq = seqAdd(c.ownSeq, 1);
    queue.add(seq, packet);
    c.out.broadcast(packet, reach(c));
    sent += 1;
  }
  c.stats.mcastSent += sent;
  if (seqBefore(c.highReceived, token.seq)) c.highReceived = token.seq;
  updateAru(c);
  return sent;
}

/** What the token called received by all when it came and when it came last, is. */
function noteSafe(c: Context, tokenAru: number): void {
  if (c.state !== "operational") return;
  const held = c.broken("safe-after-one-visit") ? tokenAru : seqMin(tokenAru, c.lastTokenAru);
  if (seqBefore(c.safeUpTo, held)) c.safeUpTo = held;
}

/** Frees what all hold: seen in this and the last rotation, and delivered here. */
function release(c: Context, tokenAru: number): void {
  const to = c.broken("release-early")
    ? c.highDelivered
    : seqMin(seqMin(tokenAru, c.lastTokenAru), c.highDelivered);
  if (!seqBefore(c.lastReleased, to)) return;
  c.regular.release(to);
  c.lastReleased = to;
}

/** Recovery ends when nobody has more to give and all have received everything, twice round. */
function countRecovery(c: Context, token: Token): void {
  if (c.toReoriginate.length > 0) {
    if (token.retransFlag === 0) {
      token.retransFlag = 1;
      c.setRetransFlag = true;
    }
  } else if (token.retransFlag === 1 && c.setRetransFlag) {
    token.retransFlag = 0;
    c.setRetransFlag = false;
  }
  c.retransFlagCount = token.retransFlag === 0 ? c.retransFlagCount + 1 : 0;
  if (c.retransFlagCount === 2) c.installSeq = token.seq;
  const all = c.retransFlagCount >= 3 && seqAtMost(c.installSeq, token.aru);
  c.rotationCount = all ? c.rotationCount + 1 : 0;
  const enough = c.broken("leave-recovery-early") ? c.retransFlagCount >= 1 : c.rotationCount >= 2;
  if (enough) enterOperational(c);
}

/** Looks for other rings; the representative speaks for its ring. */
export function mergeTimeout(c: Context): void {
  c.timers.mergeDetect = Infinity;
  if (c.state !== "operational" || c.ring.rep !== c.me) return;
  if (reach(c) === "members") return;
  c.out.broadcast(encodeMergeDetect(c.me, c.ring), "listed");
}

/** A multicast of our ring, or a sign of another one. */
export function handleMcast(c: Context, packet: Uint8Array): void {
  if (!Mcast.ringIs(packet, c.ring)) {
    const from = Mcast.from(packet);
    // What a member sent in a ring before this one is late, no sign of another ring.
    if (c.members.includes(from) && Mcast.ring(packet).seq < c.ring.seq) c.drop("mcast-late");
    else handleForeign(c, from);
    return;
  }
  if (c.state === "gather") {
    // Still of use: it may be what somebody lacks when the old ring is finished.
    storeOld(c, packet);
    return;
  }
  if (c.state === "commit") {
    c.drop("mcast-in-commit");
    return;
  }
  const recovering = c.state === "recovery";
  if (recovering !== (Mcast.encapsulated(packet) === Encapsulated.recovery)) {
    // A retransmission of recovery is an ordinary message of an operational ring.
    if (recovering) {
      c.drop("mcast-not-recovery");
      return;
    }
  }
  const queue = recovering ? c.recovered : c.regular;
  const seq = Mcast.seq(packet);
  if (!queue.add(seq, packet)) {
    c.drop("mcast-repeated");
    return;
  }
  c.stats.mcastReceived += 1;
  if (seqBefore(c.highReceived, seq)) c.highReceived = seq;
  updateAru(c);
  if (!recovering) deliverUpTo(c, c.highReceived, "whole");
}

function storeOld(c: Context, packet: Uint8Array): void {
  if (c.oldSaved !== null) {
    c.drop("mcast-in-gather");
    return;
  }
  const seq = Mcast.seq(packet);
  if (!c.regular.add(seq, packet)) {
    c.drop("mcast-repeated");
    return;
  }
  if (seqBefore(c.highReceived, seq)) c.highReceived = seq;
  updateAru(c);
}

/** Somebody of another ring is near. */
export function handleForeign(c: Context, from: number): void {
  if (from === c.me || from === 0) return;
  if (c.state === "operational") {
    c.procs = union(c.procs, [from]);
    enterGather(c, `a foreign message from node ${from}`);
  } else if (c.state === "gather" && !c.procs.includes(from)) {
    c.procs = union(c.procs, [from]);
    enterGather(c, `a foreign message from node ${from}`);
  } else c.drop("foreign");
}
