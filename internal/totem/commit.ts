/** Commit: the members of the new ring pass a token round that collects where each of them is. */
import { type CommitToken, encodeCommitToken, sameRing } from "../wire/mod.ts";
import { armRetransmit, armToken, type Context, sendToken, successor } from "./context.ts";
import { enterRecovery } from "./recovery.ts";
import { seqBefore } from "./seq.ts";
import { minus, sameSet } from "./sets.ts";
import { sendFirstToken } from "./token.ts";

export function createCommitToken(c: Context): void {
  const nodeIds = minus(c.procs, c.failed);
  const none = { ring: { rep: 0, seq: 0 }, aru: 0, highDelivered: 0, received: false };
  c.commitToken = {
    nodeId: c.me,
    tokenSeq: 0xffffffff,
    ring: { rep: c.me, seq: c.ringSeqSeen + 4 },
    index: 0,
    nodeIds: [...nodeIds],
    members: nodeIds.map(() => ({ ...none })),
  };
}

/** Enters commit with `c.commitToken`: fills our entry, adopts the ring id, sends it on. */
export function enterCommit(c: Context): void {
  const token = c.commitToken!;
  c.stats.commitEntered += 1;
  if (c.oldSaved === null) {
    c.oldSaved = { aru: c.aru, highReceived: c.highReceived };
    c.oldRing = c.ring;
  }
  fillEntry(c, token);
  c.newMembers = token.nodeIds;
  c.ring = token.ring;
  c.ringSeqSeen = Math.max(c.ringSeqSeen, token.ring.seq);
  c.out.storeRingSeq(token.ring.seq);
  c.timers.join = Infinity;
  c.timers.consensus = Infinity;
  c.sentLastVisit = 0;
  c.backlogLastVisit = 0;
  c.state = "commit";
  sendCommitToken(c, token);
  armToken(c);
  armRetransmit(c);
}

/** Our place in the old ring, and whether somebody of it holds more than another. */
function fillEntry(c: Context, token: CommitToken): void {
  const at = token.index;
  const entry = token.members[at]!;
  entry.ring = c.oldRing;
  entry.aru = c.oldSaved!.aru;
  entry.highDelivered = c.highDelivered;
  entry.received = c.oldSaved!.aru === c.oldSaved!.highReceived;
  const peers = token.members.slice(0, at + 1).filter((m) => sameRing(m.ring, c.oldRing));
  let high = entry.aru;
  for (const peer of peers) if (seqBefore(high, peer.aru)) high = peer.aru;
  for (const peer of peers) if (seqBefore(peer.aru, high)) peer.received = false;
  token.index += 1;
}

export function sendCommitToken(c: Context, token: CommitToken): void {
  token.tokenSeq = (token.tokenSeq + 1) >>> 0;
  token.nodeId = c.me;
  sendToken(c, successor(token.nodeIds, c.me), encodeCommitToken(token));
}

export function handleCommitToken(c: Context, token: CommitToken): void {
  switch (c.state) {
    case "operational":
      return;
    case "gather": {
      const expected = minus(c.procs, c.failed);
      if (!sameSet(token.nodeIds, expected) || token.ring.seq <= c.ring.seq) {
        c.drop("commit-token-other-view");
        return;
      }
      if (token.nodeIds[token.index] !== c.me) {
        c.drop("commit-token-not-mine");
        return;
      }
      c.commitToken = token;
      enterCommit(c);
      return;
    }
    case "commit":
      if (!sameRing(token.ring, c.ring) || token.index !== token.nodeIds.length) return;
      enterRecovery(c, token);
      return;
    case "recovery":
      if (c.ring.rep !== c.me || c.originatedToken || !sameRing(token.ring, c.ring)) return;
      c.originatedToken = true;
      sendFirstToken(c);
  }
}
