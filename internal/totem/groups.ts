import {
  CpgFn,
  CpgReason,
  cpgMcastHead,
  decodeCpgMcast,
  decodeCpgPartial,
  decodeJoinList,
  decodeProcChange,
  encodeCpgPartial,
  encodeDownList,
  encodeJoinList,
  encodeProcChange,
  PartialType,
  ServiceId,
  type SyncService,
} from "../wire/mod.ts";
import { MESSAGE_MAX, type SendOptions } from "./packer.ts";
import { minus } from "./sets.ts";

export interface GroupMember {
  nodeId: number;
  pid: number;
  group: string;
}

export interface GroupChange {
  group: string;
  members: GroupMember[];
  joined: (GroupMember & { reason: number })[];
  left: (GroupMember & { reason: number })[];
}

export interface GroupOutput {
  send(message: Uint8Array, options?: SendOptions): void;
  changed(change: GroupChange): void;
  message(group: string, from: GroupMember, payload: Uint8Array): void;
}

/** Room for the CPG and group headers in one message. */
const HEADER_ROOM = 256;
const WHOLE_MAX = MESSAGE_MAX - HEADER_ROOM;
/** A message above {@link WHOLE_MAX} goes in parts of this size. */
const PART_SIZE = 512 * 1024;
/** Largest payload that `send` takes, and that an assembly may grow to. */
export const GROUP_PAYLOAD_MAX = 1024 * 1024;

/** Closed process groups: who is in which, on all nodes, and their messages in the agreed order. */
export class Groups implements SyncService {
  readonly id = ServiceId.cpg;
  readonly #me: number;
  readonly #out: GroupOutput;
  #members: GroupMember[] = [];
  #left = new Set<number>();
  #oldMembers: number[] = [];
  #nowMembers: number[] = [];
  #joinLists = new Map<number, GroupMember[]>();
  readonly #parts = new Map<string, { chunks: Uint8Array[]; bytes: number }>();
  /** Local processes, as their clients hold them; our join list. */
  readonly #local: GroupMember[] = [];

  constructor(me: number, out: GroupOutput) {
    this.#me = me;
    this.#out = out;
  }

  /** All known processes of all groups. */
  get all(): readonly GroupMember[] {
    return this.#members;
  }

  membersOf(group: string): GroupMember[] {
    return this.#members.filter((member) => member.group === group);
  }

  joinLocal(group: string, pid: number): void {
    this.#local.push({ nodeId: this.#me, pid, group });
    this.#out.send(encodeProcChange("join", { group, pid }, CpgReason.join));
  }

  leaveLocal(group: string, pid: number, died: boolean): void {
    const at = this.#local.findIndex((m) => m.group === group && m.pid === pid);
    if (at < 0) return;
    this.#local.splice(at, 1);
    const reason = died ? CpgReason.procDown : CpgReason.leave;
    this.#out.send(encodeProcChange("leave", { group, pid }, reason));
  }

  /** `safe`: delivered only once every member holds it (all must be of our kind). */
  sendLocal(group: string, pid: number, payload: Uint8Array, safe = false): void {
    if (payload.length <= WHOLE_MAX) {
      const head = cpgMcastHead(group, pid, payload.length, this.#me);
      this.#out.send(payload, { head, safe });
      return;
    }
    for (let at = 0; at < payload.length; at += PART_SIZE) {
      const end = Math.min(at + PART_SIZE, payload.length);
      const part =
        at === 0
          ? PartialType.first
          : end === payload.length
            ? PartialType.last
            : PartialType.middle;
      const chunk = payload.subarray(at, end);
      const message = { group, pid, payload: chunk, total: payload.length, part };
      this.#out.send(encodeCpgPartial(message, this.#me), { safe });
    }
  }

  deliver(fn: number, from: number, message: Uint8Array): void {
    switch (fn) {
      case CpgFn.procJoin:
      case CpgFn.procLeave: {
        const change = decodeProcChange(message);
        if (change === null) return;
        const member = { nodeId: from, pid: change.pid, group: change.group };
        if (fn === CpgFn.procJoin) this.#add(member, change.reason);
        else this.#remove(member, change.reason);
        return;
      }
      case CpgFn.joinList: {
        const list = decodeJoinList(message);
        if (list === null) return;
        const members = list.map((process) => ({ nodeId: from, ...process }));
        this.#joinLists.set(from, members);
        return;
      }
      case CpgFn.mcast: {
        const mcast = decodeCpgMcast(message);
        if (mcast !== null) this.#hand(from, mcast.group, mcast.pid, mcast.payload);
        return;
      }
      case CpgFn.partialMcast:
        this.#takePart(from, message);
    }
  }

  #hand(from: number, group: string, pid: number, payload: Uint8Array): void {
    if (!this.#knows(from, group)) return;
    this.#out.message(group, { nodeId: from, pid, group }, payload);
  }

  #knows(nodeId: number, group: string): boolean {
    return this.#members.some((m) => m.nodeId === nodeId && m.group === group);
  }

  #takePart(from: number, message: Uint8Array): void {
    const part = decodeCpgPartial(message);
    if (part === null) return;
    const key = `${from} ${part.pid} ${part.group}`;
    if (part.part === PartialType.first) this.#parts.set(key, { chunks: [], bytes: 0 });
    const assembly = this.#parts.get(key);
    if (assembly === undefined) return;
    assembly.chunks.push(part.payload);
    assembly.bytes += part.payload.length;
    if (assembly.bytes > GROUP_PAYLOAD_MAX) this.#parts.delete(key);
    else if (part.part === PartialType.last) {
      this.#parts.delete(key);
      const whole = new Uint8Array(assembly.bytes);
      let at = 0;
      for (const chunk of assembly.chunks) {
        whole.set(chunk, at);
        at += chunk.length;
      }
      if (whole.length === part.total) this.#hand(from, part.group, part.pid, whole);
    }
  }

  #add(member: GroupMember, reason: number): void {
    if (this.#members.some((m) => same(m, member))) return;
    this.#members.push(member);
    this.#tell(member.group, [{ ...member, reason }], []);
  }

  #remove(member: GroupMember, reason: number): void {
    if (!this.#members.some((m) => same(m, member))) return;
    this.#members = this.#members.filter((m) => !same(m, member));
    this.#parts.delete(`${member.nodeId} ${member.pid} ${member.group}`);
    this.#tell(member.group, [], [{ ...member, reason }]);
  }

  #tell(group: string, joined: GroupChange["joined"], left: GroupChange["left"]): void {
    const members = this.membersOf(group).sort((a, b) => a.nodeId - b.nodeId || a.pid - b.pid);
    this.#out.changed({ group, members, joined, left });
  }

  syncInit(change: { members: number[]; transitional: number[] }): void {
    // A broken-off synchronization still counts: its losses have not been announced.
    for (const node of minus(this.#nowMembers, change.transitional)) {
      if (node !== this.#me) this.#left.add(node);
    }
    this.#oldMembers = this.#nowMembers;
    this.#nowMembers = change.members;
    this.#joinLists = new Map();
  }

  syncMessages(): Uint8Array[] {
    const messages = [encodeDownList(this.#oldMembers.length, [...this.#left])];
    if (this.#local.length > 0) messages.push(encodeJoinList(this.#local));
    return messages;
  }

  /** One change per group: who was lost with a node, who came with one. */
  syncActivate(): void {
    const before = this.#members;
    const lost = (m: GroupMember) =>
      this.#left.has(m.nodeId) || !this.#nowMembers.includes(m.nodeId);
    const listed = [...this.#joinLists.values()].flat();
    // Of a node that stayed, a process that its list does not name has gone meanwhile.
    const gone = (m: GroupMember) => !lost(m) && !listed.some((other) => same(m, other));
    const stay = before.filter((m) => !lost(m) && !gone(m));
    const arrived = listed.filter((m) => !stay.some((other) => same(m, other)));
    this.#members = [...stay, ...arrived];
    for (const group of new Set([...before, ...arrived].map((m) => m.group))) {
      const inGroup = (m: GroupMember) => m.group === group;
      const left = before.filter(inGroup).filter((m) => lost(m) || gone(m));
      const joined = arrived.filter(inGroup);
      if (left.length + joined.length === 0) continue;
      this.#tell(
        group,
        joined.map((m) => ({ ...m, reason: CpgReason.nodeUp })),
        left.map((m) => ({ ...m, reason: lost(m) ? CpgReason.nodeDown : CpgReason.procDown })),
      );
    }
    for (const key of this.#parts.keys()) {
      if (this.#left.has(Number(key.split(" ")[0]))) this.#parts.delete(key);
    }
    this.#left = new Set();
  }

  syncAbort(): void {
    this.#joinLists = new Map();
  }
}

function same(a: GroupMember, b: GroupMember): boolean {
  return a.nodeId === b.nodeId && a.pid === b.pid && a.group === b.group;
}
