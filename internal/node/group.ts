import type { ApplyOptions } from "../cib/mod.ts";
import type { RingEvent, RingMember } from "../ports/mod.ts";
import type { Element } from "../xml/mod.ts";
import { Reassembler, splitPayload } from "./chunks.ts";
import type { Ground } from "./ground.ts";
import { decodeMessage, encodeMessage, type GroupMessage, type Offer } from "./messages.ts";
import { Outbox } from "./outbox.ts";
import { type Applied, type MemberKey, memberKey, Replica } from "./replica.ts";
import type { ChangeDone } from "./requests.ts";
import type { NodeEffect } from "./types.ts";

type ChangeMessage = Extract<GroupMessage, { kind: "change" }>;
/** Messages that this layer deals with itself. */
type InnerMessage = Extract<GroupMessage, { kind: "offer" | "image" | "change" }>;
export type OuterMessage = Exclude<GroupMessage, InnerMessage>;

export interface LostMember {
  nodeId: number;
  /** The node went, not only its engine. */
  nodeDown: boolean;
  /** Its engine died; it did not leave in order. */
  crashed: boolean;
}

export interface GroupHandler {
  emit(effect: NodeEffect): void;
  /** What only this node knows of itself, for its offer. */
  self(): Pick<Offer, "name" | "isDc" | "stopping" | "ageS">;
  /** Whether the ring has quorum now. */
  quorate(): boolean;
  /** Engines went away. Those that are left may still have to agree. */
  lost(members: LostMember[]): void;
  /** All members hold the same CIB. `fresh`: none of them was running before. */
  agreed(fresh: boolean, replaced: boolean): void;
  /** A change was applied, at the same point of the order on all members. */
  changed(from: number, message: ChangeMessage, applied: Applied): void;
  /** Any other message, from ourselves too; also while the members are not agreed. */
  message(from: number, message: OuterMessage): void;
}

/**
 * The engines of the cluster as one group: an ordered stream of messages with the CIB replicated
 * under it. Whoever is above it sees agreed members and applied changes.
 */
export class Group {
  readonly replica: Replica;
  readonly outbox = new Outbox();
  #handler: GroupHandler;
  /** Our key in the group, once the ring has told it. */
  #self: MemberKey;
  readonly #nodeId: number;
  #reassembler = new Reassembler();
  #members: RingMember[] = [];
  #live = false;
  /** The CIB was agreed on, and changed since, with quorum only. */
  #quorate: boolean;
  #number = 0;

  constructor(
    self: RingMember,
    held: { cib: Element; ground: Ground | null },
    options: ApplyOptions,
    handler: GroupHandler,
  ) {
    this.#self = memberKey(self);
    this.#nodeId = self.nodeId;
    this.#handler = handler;
    this.replica = new Replica(held.cib, held.ground, options);
    // A node that was fenced while it was cut off finds on its disk what it changed there.
    this.#quorate = held.ground === null && held.cib.get("have-quorum") !== "0";
  }

  get members(): readonly RingMember[] {
    return this.#members;
  }

  get synced(): boolean {
    return this.replica.synced;
  }

  /** Offers of the members, by node id. */
  offers(): Map<number, Offer> {
    const byNode = new Map<number, Offer>();
    for (const [key, offer] of this.replica.offers) byNode.set(Number.parseInt(key, 10), offer);
    return byNode;
  }

  send(message: GroupMessage): void {
    this.#number += 1;
    for (const payload of splitPayload(encodeMessage(message), this.#number)) {
      this.#handler.emit({ type: "multicast", payload });
    }
  }

  change(message: Omit<ChangeMessage, "serial">, done: ChangeDone | null): void {
    const ready = this.outbox.add(message, this.synced, done);
    if (ready !== null) this.send(ready);
  }

  membership(event: Extract<RingEvent, { type: "membership" }>): void {
    this.#members = event.members;
    for (const member of event.left) this.#reassembler.drop(memberKey(member));
    const wasSynced = this.synced;
    const keys = event.members.map(memberKey);
    // The ring may know us by another pid than we do (pid namespaces).
    const own = event.members.filter((member) => member.nodeId === this.#nodeId).map(memberKey);
    if (own.length > 0 && !own.includes(this.#self)) this.#self = own[0]!;
    const offering = this.replica.membership(keys, event.joined.length > 0);
    if (event.left.length > 0) {
      const nodes = new Set(event.members.map((member) => member.nodeId));
      // A node may be in both lists: its engine, or the way to it, is another one now.
      const lost = event.left.map(({ nodeId, reason }) => ({
        nodeId,
        nodeDown: reason === "nodedown" && !nodes.has(nodeId),
        crashed: reason === "procdown",
      }));
      this.#handler.lost(lost);
    }
    if (offering) this.#offer();
    else if (!wasSynced) this.#agree();
  }

  disconnected(): void {
    this.#members = [];
    this.#reassembler.clear();
    this.replica.disconnected();
    this.outbox.disconnected();
  }

  payload(from: RingMember, payload: Uint8Array): void {
    const whole = this.#reassembler.add(memberKey(from), payload);
    const message = whole === null ? null : decodeMessage(whole);
    if (message === null) return;
    switch (message.kind) {
      case "offer":
        this.replica.offer(memberKey(from), message.offer);
        this.#agree();
        break;
      case "image":
        if (this.replica.image(memberKey(from), message.xml)) this.#agreed(true);
        break;
      case "change":
        this.#change(from, message);
        break;
      default:
        this.#handler.message(from.nodeId, message);
    }
  }

  #offer(): void {
    const described = this.replica.describe();
    const offer = {
      ...described,
      ...this.#handler.self(),
      live: this.#live,
      quorate: this.#quorate,
    };
    this.send({ kind: "offer", offer });
  }

  #agree(): void {
    if (this.synced) return;
    const agreement = this.replica.agree(this.#self);
    if (agreement.state === "send-image") this.send({ kind: "image", xml: agreement.xml });
    else if (agreement.state === "agreed") this.#agreed(false);
  }

  #agreed(replaced: boolean): void {
    const fresh = [...this.replica.offers.values()].every((offer) => !offer.live);
    this.#live = true;
    this.#quorate = this.#handler.quorate();
    if (this.#quorate) this.replica.confirmed();
    if (replaced) this.outbox.replaced();
    this.#handler.agreed(fresh, replaced);
    for (const message of this.outbox.release()) this.send(message);
  }

  #change(from: RingMember, message: ChangeMessage): void {
    const own = memberKey(from) === this.#self;
    if (!this.synced) {
      if (own) this.outbox.dropped(message.serial);
      return;
    }
    const quorate = this.#handler.quorate();
    const applied = this.replica.apply(message.requests, quorate);
    if (applied.changed && !quorate) this.#quorate = false;
    this.outbox.applied(own ? message.serial : null, applied);
    this.#handler.changed(from.nodeId, message, applied);
  }
}
