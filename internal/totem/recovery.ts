/** Recovery: what one member of the old ring holds, all who came along shall hold. */
import { type CommitToken, Encapsulated, MCAST_HEADER_SIZE, Mcast, sameRing } from "../wire/mod.ts";
import { sendCommitToken } from "./commit.ts";
import { armRetransmit, armToken, type Context } from "./context.ts";
import { deliverUpTo } from "./delivery.ts";
import { seqAdd, seqBefore, seqDistance } from "./seq.ts";
import { minus } from "./sets.ts";
import { SortQueue } from "./sort-queue.ts";

export function enterRecovery(c: Context, token: CommitToken): void {
  c.stats.recoveryEntered += 1;
  c.recovered = new SortQueue();
  c.toReoriginate = [];
  sendCommitToken(c, token);
  c.tokenSeq = 0xffffffff;
  c.transitional = c.newMembers.filter((node) => {
    const entry = token.members[token.nodeIds.indexOf(node)]!;
    return c.members.includes(node) && sameRing(entry.ring, c.oldRing);
  });
  collectForReorigination(c, token);
  c.aru = 0;
  c.highReceived = 0;
  c.installSeq = 0;
  c.lastReleased = 0;
  c.aruStuck = 0;
  c.seqUnchanged = 0;
  c.settled = 0;
  c.lastTokenSeqNumber = 0;
  c.lastTokenAru = 0;
  c.setRetransFlag = false;
  c.retransFlagCount = 0;
  c.rotationCount = 0;
  c.tokenHeld = false;
  armToken(c);
  armRetransmit(c);
  c.state = "recovery";
}

/** If any who came along lacks something, each sends all it holds above the lowest aru. */
function collectForReorigination(c: Context, token: CommitToken): void {
  const mates = token.members.filter((_, i) => c.transitional.includes(token.nodeIds[i]!));
  if (mates.every((mate) => mate.received)) return;
  if (c.broken("forget-recovery")) return;
  let low = c.oldSaved!.highReceived;
  for (const mate of mates) if (seqBefore(mate.aru, low)) low = mate.aru;
  if (c.broken("recover-own-aru")) low = c.oldSaved!.aru;
  const range = seqDistance(low, c.oldSaved!.highReceived);
  for (let i = 1; i <= range; i += 1) {
    const held = c.regular.get(seqAdd(low, i));
    if (held === null) continue;
    const packet = new Uint8Array(MCAST_HEADER_SIZE + held.length);
    packet.set(held, MCAST_HEADER_SIZE);
    c.toReoriginate.push(packet);
  }
  c.stats.recoveryOriginated += c.toReoriginate.length;
  c.out.log("debug", `originating ${c.toReoriginate.length} messages of the old ring again`);
}

/** The new ring was not finished: back to where the old one stood. */
export function restoreOldRing(c: Context): void {
  if (c.oldSaved === null) return;
  c.aru = c.oldSaved.aru;
  c.highReceived = c.oldSaved.highReceived;
}

/** Finishes the old ring, announces the new one, and goes on in it. */
export function enterOperational(c: Context): void {
  c.stats.operationalEntered += 1;
  c.stats.continuousGather = 0;
  const aru = c.aru;
  const oldHigh = unwrapRecovered(c);
  deliverUpTo(c, oldHigh, "whole");
  const left = minus(c.members, c.transitional);
  const joined = minus(c.newMembers, c.transitional);
  c.members = c.newMembers;
  c.out.configure({
    kind: "transitional",
    ring: c.ring,
    members: c.transitional,
    left,
    joined: [],
  });
  deliverUpTo(c, oldHigh, "unsafe");
  deliverUpTo(c, oldHigh, c.transitional);
  c.oldSaved = null;
  c.oldRing = c.ring;
  c.regular = c.recovered;
  c.recovered = new SortQueue();
  c.aru = aru;
  c.highDelivered = aru;
  c.lastReleased = 0;
  c.safeUpTo = 0;
  c.lastTokenAru = 0;
  c.procs = c.members;
  c.failed = [];
  c.state = "operational";
  c.installedAt = c.now;
  c.out.configure({ kind: "regular", ring: c.ring, members: c.members, left: [], joined });
}

/** Puts recovered packets of our old ring where they were missing; the old ring's highest number. */
function unwrapRecovered(c: Context): number {
  let high = c.oldSaved!.highReceived;
  for (let seq = 1; !seqBefore(c.aru, seq); seq += 1) {
    const packet = c.recovered.get(seq);
    if (packet === null || Mcast.encapsulated(packet) !== Encapsulated.recovery) continue;
    const old = Mcast.payload(packet);
    if (old.length < MCAST_HEADER_SIZE || !Mcast.ringIs(old, c.oldRing)) continue;
    const oldSeq = Mcast.seq(old);
    if (c.regular.add(oldSeq, old) && seqBefore(high, oldSeq)) high = oldSeq;
  }
  return high;
}
