import {
  decodeNodeInfo,
  decodeReconfigure,
  encodeNodeInfo,
  encodeReconfigure,
  NodeFlag,
  type NodeInfo,
  ReconfigureParam,
  type RingId,
  ServiceId,
  type SyncService,
  VoteQuorumFn,
} from "../wire/mod.ts";
import type { QuorumFlag, QuorumNode, QuorumOptions, QuorumOutput, QuorumStatus } from "./types.ts";

/** Vote counting: says whether this side may act. Pure; {@link now} is set by the caller. */
export class VoteQuorum implements SyncService {
  readonly id = ServiceId.votequorum;
  readonly #me: number;
  #options: QuorumOptions;
  readonly #out: QuorumOutput;
  readonly #nodes = new Map<number, QuorumNode>();
  #ring: RingId = { rep: 0, seq: 0 };
  #members: number[] = [];
  #previousMembers: number[] = [];
  #quorum = 0;
  #quorate = false;
  #totalVotes = 0;
  #first = true;
  #waitForAll: boolean;
  #lowest: number;
  #highest: number;
  #syncing = false;
  #device: { name: string; alive: boolean; casts: boolean } | null = null;
  /** When {@link tick} is due for the last-man-standing window; Infinity when it does not run. */
  nextTick = Infinity;
  /** Monotonic milliseconds, set by the caller before each call. */
  now = 0;

  constructor(me: number, options: QuorumOptions, out: QuorumOutput) {
    this.#me = me;
    this.#options = options;
    this.#out = out;
    this.#waitForAll = options.waitForAll;
    this.#lowest = me;
    this.#highest = me;
    this.#nodes.set(me, this.#ownNode());
    this.#recalculate(true, false);
  }

  #ownNode(): QuorumNode {
    const { votes, expectedVotes } = this.#options;
    return { nodeId: this.#me, votes, expectedVotes, flags: 0, state: "member" };
  }

  get #us(): QuorumNode {
    return this.#nodes.get(this.#me)!;
  }

  /** Takes changed options of a reloaded file; the running votes follow on all nodes. */
  reconfigure(options: QuorumOptions): void {
    const grew = options.expectedVotes !== this.#options.expectedVotes;
    this.#options = options;
    this.#us.votes = options.votes;
    if (grew) this.#us.expectedVotes = options.expectedVotes;
    this.#recalculate(true, false);
    this.#sendInfo();
  }

  syncInit(change: { ring: RingId; members: number[]; transitional: number[] }): void {
    this.#ring = change.ring;
    this.#syncing = true;
    this.#previousMembers = this.#members;
    this.#members = change.members;
    const left = this.#previousMembers.filter((id) => !change.members.includes(id));
    for (const node of this.#nodes.values()) {
      if (!change.members.includes(node.nodeId)) node.state = "dead";
    }
    this.#watchLastMan(left.length);
  }

  /** Some left and we still have quorum: in a while, those who are left are the cluster. */
  #watchLastMan(left: number): void {
    const o = this.#options;
    if (!o.lastManStanding) return;
    const enough = this.#members.length >= this.#quorum && left > 0;
    const tie =
      this.#members.length <= this.#quorum && o.autoTieBreaker !== null && this.#tieIsOurs();
    if (enough || tie) this.nextTick = this.now + o.lastManStandingWindowMs;
  }

  tick(nowMs: number): void {
    this.now = nowMs;
    if (nowMs < this.nextTick) return;
    this.nextTick = Infinity;
    if (!this.#quorate) return;
    this.#recalculate(true, true);
    this.#report();
  }

  syncMessages(): Uint8Array[] {
    return [encodeNodeInfo(this.#ownInfo()), encodeNodeInfo(this.#deviceInfo())];
  }

  syncActivate(): void {
    this.#syncing = false;
    this.#first = false;
    this.#recalculate(false, false);
    this.#report();
  }

  syncAbort(): void {}

  #ownInfo(): NodeInfo {
    const us = this.#us;
    us.flags = this.#ownFlags();
    return {
      nodeId: this.#me,
      votes: us.votes,
      expectedVotes: us.expectedVotes,
      flags: us.flags,
    };
  }

  #ownFlags(): number {
    let flags = 0;
    if (this.#quorate) flags |= NodeFlag.quorate;
    if (this.#us.state === "leaving") flags |= NodeFlag.leaving;
    if (this.#waitForAll) flags |= NodeFlag.waitForAll;
    if (this.#first) flags |= NodeFlag.first;
    if (this.#device !== null) {
      flags |= NodeFlag.deviceRegistered;
      if (this.#device.alive) flags |= NodeFlag.deviceAlive;
      if (this.#device.casts) flags |= NodeFlag.deviceCastVote;
      if (this.#options.device?.masterWins === true) flags |= NodeFlag.deviceMasterWins;
    }
    return flags;
  }

  #deviceInfo(): NodeInfo {
    const votes = this.#device === null ? 0 : (this.#options.device?.votes ?? 0);
    return { nodeId: 0, votes, expectedVotes: 0, flags: 0 };
  }

  #sendInfo(): void {
    for (const message of this.syncMessages()) this.#out.send(message);
  }

  deliver(fn: number, from: number, message: Uint8Array): void {
    if (fn === VoteQuorumFn.nodeInfo) {
      const info = decodeNodeInfo(message);
      if (info !== null && info.nodeId !== 0) this.#takeInfo(info);
    } else if (fn === VoteQuorumFn.reconfigure) {
      const change = decodeReconfigure(message);
      if (change !== null) this.#takeReconfigure(change);
    } else this.#out.log("debug", `quorum device message ${fn} of node ${from}`);
  }

  #takeInfo(info: NodeInfo): void {
    const known = this.#nodes.get(info.nodeId);
    const before = known === undefined ? null : { ...known };
    const node: QuorumNode = known ?? {
      nodeId: info.nodeId,
      votes: 0,
      expectedVotes: 0,
      flags: 0,
      state: "dead",
    };
    this.#nodes.set(info.nodeId, node);
    const quorateThere = (info.flags & NodeFlag.quorate) !== 0;
    const leaving = (info.flags & NodeFlag.leaving) !== 0;
    node.flags = info.flags;
    node.votes = info.votes;
    node.state = leaving ? "leaving" : "member";
    let decrease = leaving && this.#options.allowDownscale;
    if (!this.#quorate && quorateThere) {
      // A quorate partition knows better how many votes there are.
      decrease = true;
      this.#us.expectedVotes = info.expectedVotes;
    }
    node.expectedVotes = quorateThere ? info.expectedVotes : this.#us.expectedVotes;
    const changed =
      before === null ||
      before.votes !== node.votes ||
      before.expectedVotes !== node.expectedVotes ||
      before.flags !== node.flags ||
      before.state !== node.state;
    if (changed) this.#recalculate(decrease, decrease && leaving);
    const waits = (info.flags & NodeFlag.waitForAll) !== 0;
    if (this.#waitForAll && !waits && quorateThere) {
      this.#waitForAll = false;
      this.#recalculate(false, false);
    }
    if (changed && !this.#syncing) this.#report();
  }

  #takeReconfigure(change: { nodeId: number; value: number; param: number }): void {
    if (change.param === ReconfigureParam.expectedVotes) {
      this.#us.expectedVotes = change.value;
      for (const node of this.#nodes.values()) node.expectedVotes = change.value;
      this.#recalculate(true, false);
    } else if (change.param === ReconfigureParam.nodeVotes) {
      const node = this.#nodes.get(change.nodeId);
      if (node !== undefined) node.votes = change.value;
      this.#recalculate(true, false);
    } else if (change.param === ReconfigureParam.cancelWaitForAll) {
      this.#out.log("notice", `wait_for_all_status reset by user on node ${change.nodeId}.`);
      this.#waitForAll = false;
      this.#recalculate(false, false);
    }
    this.#report();
  }

  /** Corosync's bounds: not below the votes present, and the present ones still make a quorum. */
  mayExpect(votes: number): boolean {
    return votes >= this.#totalVotes && neededOf(votes) <= this.#totalVotes;
  }

  /** "unknown": there is no such node; false: its partition would be without quorum. */
  mayVote(nodeId: number, votes: number): boolean | "unknown" {
    const node = this.#nodes.get(nodeId);
    if (node === undefined) return "unknown";
    const present = node.state === "member" ? votes - node.votes : 0;
    const total = this.#totalVotes + present;
    return neededOf(Math.max(this.#us.expectedVotes, total)) <= total;
  }

  /** Sent to all, and taken when it comes back in order. */
  setExpectedVotes(votes: number): void {
    this.#reconfigureAll(this.#me, votes, ReconfigureParam.expectedVotes);
  }

  setVotes(nodeId: number, votes: number): void {
    this.#reconfigureAll(nodeId, votes, ReconfigureParam.nodeVotes);
  }

  cancelWaitForAll(): void {
    this.#reconfigureAll(this.#me, 0, ReconfigureParam.cancelWaitForAll);
  }

  #reconfigureAll(nodeId: number, value: number, param: number): void {
    this.#out.send(encodeReconfigure({ nodeId, value, param }));
  }

  /** Orderly exit: with allow_downscale the others need fewer votes from now on. */
  announceLeaving(): void {
    this.#us.state = "leaving";
    this.#out.send(encodeNodeInfo(this.#ownInfo()));
  }

  /** The place for a quorum device: its daemon registers, then says whether it votes. */
  setDevice(device: { name: string; alive: boolean; casts: boolean } | null): void {
    this.#device = device;
    this.#recalculate(false, false);
    this.#sendInfo();
    this.#report();
  }

  #memberNodes(): QuorumNode[] {
    return [...this.#nodes.values()].filter((node) => node.state === "member");
  }

  #deviceVotes(): number {
    return this.#device?.casts === true ? (this.#options.device?.votes ?? 0) : 0;
  }

  /**
   * @param decrease the needed votes may go down
   * @param toCurrent expected votes become those of the present members
   */
  #recalculate(decrease: boolean, toCurrent: boolean): void {
    const us = this.#us;
    const members = this.#memberNodes();
    const total = members.reduce((sum, node) => sum + node.votes, 0) + this.#deviceVotes();
    if (toCurrent) {
      const barrier = this.#options.allowDownscale ? this.#options.expectedVotes : 0;
      const votes = this.#options.lastManStanding
        ? total
        : Math.max(total, Math.min(barrier, total));
      us.expectedVotes = votes;
      for (const node of members) node.expectedVotes = votes;
    }
    if (total > us.expectedVotes) us.expectedVotes = total;
    const highest = Math.max(...members.map((node) => node.expectedVotes), us.expectedVotes);
    const needed = Math.max(neededOf(highest), neededOf(total));
    this.#quorum = decrease ? needed : Math.max(this.#quorum, needed);
    const voters = members.length + (this.#device?.casts === true ? 1 : 0);
    if (this.#twoNode() && voters <= 2) this.#quorum = 1;
    this.#totalVotes = total;
    this.#decide(total);
  }

  /** Corosync sets two_node aside while a quorum device is registered. */
  #twoNode(): boolean {
    return this.#options.twoNode && this.#device === null;
  }

  #decide(total: number): void {
    const was = this.#quorate;
    this.#quorate = this.#mayAct(total);
    if (this.#quorate) {
      const ids = this.#memberNodes().map((node) => node.nodeId);
      this.#lowest = Math.min(...ids);
      this.#highest = Math.max(...ids);
    }
    if (was && !this.#quorate) {
      this.#out.log(
        "notice",
        "This node is within the non-primary component and will NOT provide any services.",
      );
    } else if (!was && this.#quorate) {
      this.#out.log(
        "notice",
        "This node is within the primary component and will provide service.",
      );
    }
  }

  #mayAct(total: number): boolean {
    if (!this.#options.enabled) return true;
    if (this.#waitForAll) {
      if (total < this.#us.expectedVotes) {
        this.#out.log(
          "notice",
          `Waiting for all cluster members. Current votes: ${total} ` +
            `expected_votes: ${this.#us.expectedVotes}`,
        );
        return false;
      }
      this.#waitForAll = false;
    }
    if (total >= this.#quorum) return true;
    const lost = this.#previousMembers.length - this.#members.length;
    return (
      this.#options.autoTieBreaker !== null &&
      total === Math.trunc(this.#us.expectedVotes / 2) &&
      lost < this.#quorum &&
      this.#tieIsOurs()
    );
  }

  /** Of two equal halves, is this the one that the tie breaker names? */
  #tieIsOurs(): boolean {
    const rule = this.#options.autoTieBreaker;
    if (rule === null) return false;
    if (rule === "lowest") return this.#members.includes(this.#lowest);
    if (rule === "highest") return this.#members.includes(this.#highest);
    for (const node of rule) {
      if (this.#members.includes(node)) return true;
      if (this.#previousMembers.includes(node)) return false;
    }
    return false;
  }

  #report(): void {
    this.#out.changed(this.status());
  }

  status(): QuorumStatus {
    const o = this.#options;
    const us = this.#us;
    const members = this.#memberNodes().sort((a, b) => a.nodeId - b.nodeId);
    const flags: [boolean, QuorumFlag][] = [
      [this.#twoNode(), "2Node"],
      [this.#quorate, "Quorate"],
      [o.waitForAll, "WaitForAll"],
      [o.lastManStanding, "LastManStanding"],
      [o.autoTieBreaker !== null, "AutoTieBreaker"],
      [o.allowDownscale, "AllowDownscale"],
      [this.#device !== null, "Qdevice"],
    ];
    const highest = Math.max(us.expectedVotes, ...members.map((node) => node.expectedVotes));
    return {
      quorate: this.#quorate,
      members: [...this.#members],
      ring: this.#ring,
      expectedVotes: us.expectedVotes,
      highestExpected: highest,
      totalVotes: this.#totalVotes,
      neededVotes: this.#quorum,
      flags: flags.filter(([on]) => on).map(([, name]) => name),
      nodes: members.map((node) => ({
        nodeId: node.nodeId,
        votes: node.votes,
        device: deviceLetters(node.flags),
      })),
      device:
        this.#device === null
          ? null
          : { name: this.#device.name, votes: o.device?.votes ?? 0, casts: this.#device.casts },
    };
  }

  /** True while the file's wait_for_all still holds quorum back. */
  get waitingForAll(): boolean {
    return this.#waitForAll;
  }
}

/** More than half. */
function neededOf(votes: number): number {
  return Math.trunc((votes + 2) / 2);
}

/** corosync-quorumtool's column: registered or not, alive, voting, master wins. */
function deviceLetters(flags: number): string {
  if ((flags & NodeFlag.deviceRegistered) === 0) return "NR";
  const alive = (flags & NodeFlag.deviceAlive) !== 0 ? "A" : "NA";
  const votes = (flags & NodeFlag.deviceCastVote) !== 0 ? "V" : "NV";
  const master = (flags & NodeFlag.deviceMasterWins) !== 0 ? "MW" : "NMW";
  return `${alive},${votes},${master}`;
}
