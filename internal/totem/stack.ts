import { decodeServiceHeader, type RingId, type SyncService, splitGroup } from "../wire/mod.ts";
import { Assembler } from "./assembler.ts";
import { Packer, type SendOptions } from "./packer.ts";
import type { NodeSet } from "./sets.ts";
import { SyncEngine } from "./sync.ts";
import { Totem } from "./totem.ts";
import type { Configuration, TotemEffects, TotemSettings, TotemSource } from "./types.ts";

/** A service that needs no synchronization (cfg). */
export interface PlainService {
  readonly id: number;
  deliver(fn: number, from: number, message: Uint8Array): void;
}

export interface StackEffects
  extends Pick<TotemEffects, "unicast" | "broadcast" | "loopback" | "storeRingSeq" | "log"> {
  /** The ring changed; services are not in step yet. */
  ringChanged(change: { ring: RingId; members: NodeSet; left: NodeSet; joined: NodeSet }): void;
  /** What comes now until {@link ringChanged} is the old ring's, among those who came along. */
  transitional?(members: NodeSet): void;
  /** All services are in step, and ordinary messages flow. */
  synchronized(allMuster: boolean): void;
}

/**
 * Totem with what stands on it: packing and fragments, the synchronization of the services after
 * each change, and the way of a message to its service.
 *
 * There are two sending queues and two sets of reassembly buffers. Between a change of the ring
 * and the end of synchronization the second ones are used, so that synchronization overtakes what
 * the services had queued, and a message cut in two by the change is finished afterwards.
 */
export class RingStack {
  readonly totem: Totem;
  readonly #ordinary = new Packer();
  readonly #syncing = new Packer();
  #ordinaryIn = new Assembler();
  readonly #syncingIn = new Assembler();
  #assembly: Assembler = this.#syncingIn;
  #waiting = true;
  #transitional: NodeSet = [];
  #left: NodeSet = [];
  #allMuster = false;
  readonly #sync: SyncEngine;
  readonly #services: Map<number, SyncService | PlainService>;
  readonly #fx: StackEffects;
  unknownMessages = 0;

  constructor(options: {
    me: number;
    ringSeq: number;
    settings: TotemSettings;
    effects: StackEffects;
    synchronized: SyncService[];
    plain: PlainService[];
    faults?: ReadonlySet<string> | null;
  }) {
    this.#fx = options.effects;
    this.#services = new Map(
      [...options.synchronized, ...options.plain].map((service) => [service.id, service]),
    );
    this.#sync = new SyncEngine(options.synchronized, {
      sendSync: (message) => this.#syncing.push("sync", message),
      sendService: (message) => this.#syncing.push("a", message),
      completed: (allMuster) => this.#completed(allMuster),
    });
    const fx = options.effects;
    this.totem = new Totem({
      me: options.me,
      ringSeq: options.ringSeq,
      settings: options.settings,
      faults: options.faults ?? null,
      effects: {
        unicast: (node, packet, copies) => fx.unicast(node, packet, copies),
        broadcast: (packet, scope, copies) => fx.broadcast(packet, scope, copies),
        loopback: (packet) => fx.loopback(packet),
        storeRingSeq: (seq) => fx.storeRingSeq(seq),
        log: (level, text) => fx.log(level, text),
        deliver: (from, payload) => this.#deliver(from, payload),
        configure: (change) => this.#configure(change),
      },
      source: this.#source(),
    });
  }

  #source(): TotemSource {
    const packer = () => this.#packer();
    return {
      nextPacket: (limit) => packer().nextPacket(limit),
      backlog: (limit) => packer().packets(limit),
      get lastIsSafe() {
        return packer().lastIsSafe;
      },
    };
  }

  /** True when all members are of our kind and in step. */
  get allMuster(): boolean {
    return this.#allMuster && this.#sync.complete;
  }

  get synchronizedNow(): boolean {
    return this.#sync.complete;
  }

  /** Bytes that wait to be sent. */
  get queuedBytes(): number {
    return this.#ordinary.bytes;
  }

  get malformed(): number {
    return this.#ordinaryIn.malformed + this.#syncingIn.malformed;
  }

  /**
   * Queues a message of a service. The caller then calls {@link flush}, and leaves the bytes alone:
   * they are copied when the token comes.
   */
  send(message: Uint8Array, options?: SendOptions): void {
    this.#ordinary.push("a", message, options);
  }

  /** Wakes a held token when something waits. */
  flush(nowMs: number): void {
    if (!this.#packer().empty) this.totem.wantToSend(nowMs);
  }

  #packer(): Packer {
    return this.#waiting ? this.#syncing : this.#ordinary;
  }

  #configure(change: Configuration): void {
    if (change.kind === "transitional") {
      this.#transitional = change.members;
      this.#left = change.left;
      this.#waiting = true;
      this.#fx.transitional?.(change.members);
      return;
    }
    // Only now, for what was recovered of the old ring was cut under the old ring's buffers.
    const came = this.#transitional;
    this.#assembly = this.#syncingIn;
    this.#syncingIn.forget((sender) => came.includes(sender));
    this.#allMuster = false;
    this.#fx.ringChanged({
      ring: change.ring,
      members: change.members,
      left: this.#left,
      joined: change.joined,
    });
    this.#sync.start(change.ring, change.members, this.#transitional);
  }

  #completed(allMuster: boolean): void {
    this.#waiting = false;
    this.#allMuster = allMuster;
    const came = this.#transitional;
    if (allMuster) {
      // A message that the change cut in two would reach old members only: all forget its
      // beginning, and its sender starts again, so that every member of this ring gets it.
      this.#ordinaryIn = new Assembler();
      this.#ordinary.restartCutMessage();
    } else this.#ordinaryIn.forget((sender) => came.includes(sender));
    this.#assembly = this.#ordinaryIn;
    this.totem.setKin(allMuster ? this.totem.members : []);
    this.#fx.synchronized(allMuster);
  }

  #deliver(from: number, payload: Uint8Array): void {
    this.#assembly.take(from, payload, (message) => this.#message(from, message));
  }

  #message(from: number, message: Uint8Array): void {
    const split = splitGroup(message);
    if (split === null) {
      this.unknownMessages += 1;
      return;
    }
    if (split.group === "sync") {
      this.#sync.deliver(from, split.body);
      return;
    }
    const header = decodeServiceHeader(split.body);
    const service = header === null ? undefined : this.#services.get(header.service);
    if (header === null || service === undefined) {
      this.unknownMessages += 1;
      return;
    }
    service.deliver(header.fn, from, split.body);
  }
}
