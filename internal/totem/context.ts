import type { CommitToken, RingId } from "../wire/mod.ts";
import { retransmitAfter } from "./pace.ts";
import type { NodeSet } from "./sets.ts";
import { SortQueue } from "./sort-queue.ts";
import type { TotemEffects, TotemSettings, TotemSource, TotemState, TotemStats } from "./types.ts";

/** Timers by name: the time they go off, Infinity when they do not run. */
export interface Timers {
  tokenLoss: number;
  tokenWarning: number;
  tokenRetransmit: number;
  holdRetransmit: number;
  join: number;
  consensus: number;
  mergeDetect: number;
  pause: number;
  sign: number;
}

/** Everything one ring member remembers. The state functions read and change it. */
export class Context {
  readonly me: number;
  settings: TotemSettings;
  readonly out: TotemEffects;
  readonly source: TotemSource;
  /** Deliberate defects, set by the simulator's own tests only. */
  readonly faults: ReadonlySet<string> | null;

  now = 0;
  state: TotemState = "gather";
  readonly timers: Timers = {
    tokenLoss: Infinity,
    tokenWarning: Infinity,
    tokenRetransmit: Infinity,
    holdRetransmit: Infinity,
    join: Infinity,
    consensus: Infinity,
    mergeDetect: Infinity,
    pause: Infinity,
    sign: Infinity,
  };
  readonly stats: TotemStats = {
    tokensReceived: 0,
    tokenRetransmits: 0,
    mcastSent: 0,
    mcastReceived: 0,
    mcastRetransmitted: 0,
    retransmitRequests: 0,
    joinsSent: 0,
    gatherEntered: 0,
    commitEntered: 0,
    recoveryEntered: 0,
    operationalEntered: 0,
    tokenLosses: 0,
    consensusTimeouts: 0,
    recoveryOriginated: 0,
    continuousGather: 0,
    failedToReceive: 0,
    silenced: 0,
    dropped: {},
  };

  ring: RingId;
  oldRing: RingId;
  /** Highest ring sequence number ever seen. */
  ringSeqSeen: number;

  procs: NodeSet = [];
  failed: NodeSet = [];
  consensus: NodeSet = [];
  members: NodeSet = [];
  newMembers: NodeSet = [];
  transitional: NodeSet = [];
  failedToReceive = false;

  /** When the ring that stands, or stood last, was installed. */
  installedAt = -Infinity;

  commitToken: CommitToken | null = null;
  originatedToken = false;

  aru = 0;
  highReceived = 0;
  highDelivered = 0;
  lastReleased = 0;
  /** Every member has told, by two rotations of the token, that it holds all up to here. */
  safeUpTo = 0;
  /** State of the old ring, kept from commit until the new ring is operational. */
  oldSaved: { aru: number; highReceived: number } | null = null;
  regular = new SortQueue();
  recovered = new SortQueue();
  /** Old-ring packets to be sent again in the new ring. */
  toReoriginate: Uint8Array[] = [];

  tokenSeq = 0xffffffff;
  lastTokenAru = 0;
  lastTokenSeqNumber = 0;
  seqUnchanged = 0;
  /** Visits of the token in a row that found nothing new and nothing missing anywhere. */
  settled = 0;
  tokenHeld = false;
  /** The token may have rested since our last visit: held then, whoever woke it meanwhile. */
  rested = false;
  /** The last token sent, for retransmission. */
  tokenCopy: { to: number; packet: Uint8Array } | null = null;
  aruStuck = 0;
  ownSeq = 0;

  setRetransFlag = false;
  retransFlagCount = 0;
  rotationCount = 0;
  installSeq = 0;

  sentLastVisit = 0;
  backlogLastVisit = 0;
  broadcastToAllAt = -Infinity;

  /** When the token was here last, and how long it usually takes to come back (see pace.ts). */
  lastVisitAt = Infinity;
  rotationMs = 0;
  /** How often the token was sent again since it was here. */
  tokenResends = 0;

  /** Payload bytes of a frame that the losses of late suggest (see frame-size.ts). */
  frameBytes = Infinity;
  lossShare = 0;

  /** Members of the last complete ring when all were of our kind. */
  kin: NodeSet = [];
  /** When each of them was last heard itself. */
  readonly heard = new Map<number, number>();
  longestGap = 0;

  constructor(options: {
    me: number;
    ringSeq: number;
    settings: TotemSettings;
    effects: TotemEffects;
    source: TotemSource;
    faults?: ReadonlySet<string> | null;
  }) {
    this.me = options.me;
    this.settings = options.settings;
    this.out = options.effects;
    this.source = options.source;
    this.faults = options.faults ?? null;
    this.ring = { rep: options.me, seq: options.ringSeq };
    this.oldRing = this.ring;
    this.ringSeqSeen = options.ringSeq;
  }

  broken(fault: string): boolean {
    return this.faults?.has(fault) === true;
  }

  drop(cause: string): void {
    this.stats.dropped[cause] = (this.stats.dropped[cause] ?? 0) + 1;
  }
}

export function armToken(c: Context): void {
  c.timers.tokenLoss = c.now + c.settings.token;
  c.timers.tokenWarning =
    c.settings.tokenWarning > 0
      ? c.now + (c.settings.token * c.settings.tokenWarning) / 100
      : Infinity;
}

export function armRetransmit(c: Context): void {
  c.timers.tokenRetransmit = c.now + c.settings.tokenRetransmit;
}

/** For a regular token: as soon as its absence says that it was lost. */
export function armQuickRetransmit(c: Context): void {
  c.timers.tokenRetransmit = c.now + retransmitAfter(c);
}

/** The member after `me` in token order. */
export function successor(members: NodeSet, me: number): number {
  const at = members.indexOf(me);
  return members[(at + 1) % members.length]!;
}

/** Sends a token on, or back to ourselves when we are alone, and keeps it for retransmission. */
export function sendToken(c: Context, to: number, packet: Uint8Array): void {
  c.tokenCopy = { to, packet };
  passOn(c, to, packet, 0);
}

/** The token that rested here goes on; the same once more if it already has. */
export function releaseToken(c: Context): void {
  if (c.tokenCopy !== null) passOn(c, c.tokenCopy.to, c.tokenCopy.packet, 0);
}

/** The token seems to be lost. */
export function resendToken(c: Context): void {
  if (c.tokenCopy === null) return;
  c.stats.tokenRetransmits += 1;
  passOn(c, c.tokenCopy.to, c.tokenCopy.packet, 1);
}

function passOn(c: Context, to: number, packet: Uint8Array, copies: number): void {
  if (to === c.me) c.out.loopback(packet);
  else c.out.unicast(to, packet, copies);
}
