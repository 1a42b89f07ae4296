/** Gather: who is there, and do all agree. */
import { encodeJoin, type Join, LEAVE_NODE_ID } from "../wire/mod.ts";
import { createCommitToken, enterCommit } from "./commit.ts";
import { armToken, type Context } from "./context.ts";
import { restoreOldRing } from "./recovery.ts";
import { isSubset, minus, sameSet, union } from "./sets.ts";

export function enterGather(c: Context, why: string): void {
  c.out.log("debug", `entering GATHER state: ${why}`);
  c.stats.gatherEntered += 1;
  c.stats.continuousGather += 1;
  c.state = "gather";
  c.originatedToken = false;
  c.procs = union(c.procs, [c.me]);
  sendJoin(c);
  c.timers.join = c.now + c.settings.join;
  c.timers.consensus = c.now + c.settings.consensus;
  stopTokenTimers(c);
  c.consensus = [c.me];
}

export function stopTokenTimers(c: Context): void {
  const t = c.timers;
  t.tokenLoss = t.tokenWarning = t.tokenRetransmit = t.holdRetransmit = t.mergeDetect = Infinity;
}

export function sendJoin(c: Context): void {
  const packet = encodeJoin({
    nodeId: c.me,
    from: c.me,
    procs: [...c.procs],
    failed: [...c.failed],
    ringSeq: c.ring.seq,
  });
  c.stats.joinsSent += 1;
  c.out.broadcast(packet, "listed", 1);
  // A lone node reaches consensus by hearing itself.
  c.out.loopback(packet);
}

/** Tells the others that we go; said once, never repeated. */
export function sendLeave(c: Context): void {
  const packet = encodeJoin({
    nodeId: LEAVE_NODE_ID,
    from: c.me,
    procs: minus(c.procs, [c.me]),
    failed: [...minus(c.failed, [c.me]), c.me],
    ringSeq: c.ring.seq,
  });
  c.out.broadcast(packet, "listed", 1);
}

export function handleJoin(c: Context, join: Join): void {
  if (join.ringSeq > c.ringSeqSeen) c.ringSeqSeen = join.ringSeq;
  switch (c.state) {
    case "operational":
      if (ignoredWhenOperational(c, join)) {
        c.drop("join-stale");
        return;
      }
      if (!processJoin(c, join)) enterGather(c, "a join in operational state");
      return;
    case "gather":
      processJoin(c, join);
      return;
    case "commit":
    case "recovery": {
      const concerns = c.newMembers.includes(join.from) && join.ringSeq >= c.ring.seq;
      if (!concerns) return;
      if (c.state === "recovery") restoreOldRing(c);
      const entered = processJoin(c, join);
      if (!entered) enterGather(c, "a join while the ring was being formed");
    }
  }
}

function ignoredWhenOperational(c: Context, join: Join): boolean {
  if (join.from === c.me) return true;
  const leaves = join.nodeId === LEAVE_NODE_ID;
  if (leaves) return !c.members.includes(join.from) || isOldLeave(c, join);
  if (join.failed.includes(c.me)) return true;
  return c.members.includes(join.from) && join.ringSeq < c.ring.seq;
}

/** Of an older ring, it is a repetition from before the node came back. */
function isOldLeave(c: Context, join: Join): boolean {
  return join.nodeId === LEAVE_NODE_ID && join.ringSeq < c.ring.seq;
}

/**
 * Calls us failed, and was sent before its sender could know of the ring that we have just formed:
 * a ring clears all suspicions. Answered with one of our own it would part us again; and where
 * several rings form at about the same time, as they do when all wait for the same timer, each
 * would do so to the others, round after round. Whoever still means it says it again within `join`.
 */
function isOvertaken(c: Context, join: Join): boolean {
  const fresh = c.now - c.installedAt < c.settings.join;
  return fresh && join.ringSeq < c.ring.seq && join.failed.includes(c.me);
}

/** True when gather was (re)entered or left for commit. */
function processJoin(c: Context, join: Join): boolean {
  const leaves = join.nodeId === LEAVE_NODE_ID;
  if (sameSet(join.procs, c.procs) && sameSet(join.failed, c.failed)) {
    if (!leaves) c.consensus = union(c.consensus, [join.from]);
    return tryCommit(c);
  }
  if (isSubset(join.procs, c.procs) && isSubset(join.failed, c.failed)) return false;
  if (c.failed.includes(join.from)) return false;
  if (isOldLeave(c, join)) {
    c.drop("join-stale");
    return false;
  }
  if (!leaves && isOvertaken(c, join)) {
    c.drop("join-overtaken");
    return false;
  }
  const { procs, failed } = c;
  c.procs = union(c.procs, join.procs);
  if (leaves) {
    c.out.log("notice", `node ${join.from} is leaving`);
    c.failed = union(c.failed, [join.from]);
  } else if (join.failed.includes(c.me)) {
    c.failed = union(c.failed, [join.from]);
  } else if (c.members.includes(join.from)) {
    c.failed = union(c.failed, join.failed);
  }
  // What we do not take from a stranger (its failed list) must not make us repeat ourselves: two
  // that differ would answer each other without pause.
  if (c.procs === procs && c.failed === failed) return false;
  enterGather(c, "merge during join");
  return true;
}

function tryCommit(c: Context): boolean {
  if (c.state !== "gather" || !agreed(c)) return false;
  if (c.failedToReceive) {
    // Everybody has put us out: a ring of our own, from which we may merge again.
    c.failedToReceive = false;
    c.procs = [c.me];
    c.failed = [];
  } else if (minus(c.procs, c.failed)[0] !== c.me) return false;
  createCommitToken(c);
  enterCommit(c);
  return true;
}

/** Does everybody who is not failed share our view? */
export function agreed(c: Context): boolean {
  const waiting = minus(c.procs, c.failed);
  return isSubset(waiting, c.consensus) && (waiting.length > 0 || c.failedToReceive);
}

export function consensusTimeout(c: Context): void {
  c.timers.consensus = Infinity;
  if (agreed(c)) {
    // We agree, and wait for the representative's commit token.
    c.consensus = [c.me];
    armToken(c);
    return;
  }
  c.stats.consensusTimeouts += 1;
  c.failed = union(c.failed, minus(minus(c.procs, c.failed), c.consensus));
  enterGather(c, "consensus timeout");
}
