import { Groups, RingStack, type TotemSettings } from "../../totem/mod.ts";
import { getU32, newServiceMessage, putU32, SERVICE_HEADER_SIZE } from "../../wire/mod.ts";
import type { Agenda } from "./agenda.ts";

/** A service id that the simulator's own messages use. */
const LOAD_SERVICE = 90;
const GROUP = "g";

export interface MessageId {
  node: number;
  life: number;
  count: number;
}

/** What the checker looks at: everything one life of one node saw, in order. */
export type Observation =
  | { type: "ring"; ring: string; members: readonly number[]; came: readonly number[] }
  /** What is delivered from here until the next ring, is delivered among those who came along. */
  | { type: "transitional" }
  | { type: "message"; id: MessageId; intact: boolean; safe: boolean };

export interface SimNet {
  send(from: number, to: number, packet: Uint8Array): void;
}

/** One life of a simulated node: from start to crash. */
export class SimNode {
  readonly id: number;
  readonly life: number;
  readonly seen: Observation[] = [];
  readonly stack: RingStack;
  readonly groups: Groups;
  alive = true;
  paused = false;
  sent = 0;
  readonly #agenda: Agenda;
  #waiting: (() => void)[] = [];
  #armed = Infinity;

  constructor(options: {
    id: number;
    life: number;
    ids: number[];
    ringSeq: number;
    settings: TotemSettings;
    agenda: Agenda;
    net: SimNet;
    storeRingSeq: (seq: number) => void;
    faults: ReadonlySet<string> | null;
  }) {
    const { id, ids, agenda, net } = options;
    this.id = id;
    this.life = options.life;
    this.#agenda = agenda;
    this.groups = new Groups(id, {
      send: (message, options) => this.stack.send(message, options),
      changed: () => {},
      message: () => {},
    });
    this.stack = new RingStack({
      me: id,
      ringSeq: options.ringSeq,
      settings: options.settings,
      faults: options.faults,
      synchronized: [this.groups],
      plain: [{ id: LOAD_SERVICE, deliver: (_, __, message) => this.#delivered(message) }],
      effects: {
        unicast: (node, packet) => net.send(id, node, packet),
        broadcast: (packet, scope) => {
          const to = scope === "members" ? this.stack.totem.recipients : ids;
          for (const node of to) if (node !== id) net.send(id, node, packet);
        },
        loopback: (packet) => agenda.after(0.01, () => this.receive(packet)),
        storeRingSeq: options.storeRingSeq,
        log: () => {},
        ringChanged: (change) =>
          this.seen.push({
            type: "ring",
            ring: `${change.ring.rep}.${change.ring.seq}`,
            members: change.members,
            came: change.members.filter((node) => !change.joined.includes(node)),
          }),
        transitional: () => this.seen.push({ type: "transitional" }),
        synchronized: () => {},
      },
    });
  }

  start(): void {
    this.groups.joinLocal(GROUP, 1000 + this.life);
    this.#step(() => this.stack.totem.start(this.#agenda.now));
  }

  receive(packet: Uint8Array): void {
    this.#whenRunning(() => this.#step(() => this.stack.totem.packet(packet, this.#agenda.now)));
  }

  /** Queues a message of `bytes` bytes that says who sent it and is recognisable whole. */
  sendLoad(bytes: number, safe = false): void {
    this.#whenRunning(() => {
      this.sent += 1;
      const message = newServiceMessage(LOAD_SERVICE, 0, SERVICE_HEADER_SIZE + 16 + bytes);
      putU32(message, 16, this.id);
      putU32(message, 20, this.life);
      putU32(message, 24, this.sent);
      putU32(message, 28, safe ? 1 : 0);
      for (let i = 32; i < message.length; i += 1) message[i] = this.sent + i;
      this.stack.send(message, { safe });
      this.#step(() => {});
    });
  }

  #delivered(message: Uint8Array): void {
    const count = getU32(message, 24);
    let intact = true;
    for (let i = 32; i < message.length; i += 1) {
      if (message[i] !== ((count + i) & 255)) intact = false;
    }
    const id = { node: getU32(message, 16), life: getU32(message, 20), count };
    this.seen.push({ type: "message", id, intact, safe: getU32(message, 28) === 1 });
  }

  /** Not scheduled: packets wait in the socket, timers go off late. */
  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const run of waiting) this.#whenRunning(run);
  }

  #whenRunning(run: () => void): void {
    if (!this.alive) return;
    // A socket buffer is not endless either.
    if (this.paused) {
      if (this.#waiting.length < SOCKET_PACKETS) this.#waiting.push(run);
    } else run();
  }

  #step(run: () => void): void {
    run();
    this.stack.flush(this.#agenda.now);
    const due = this.stack.totem.nextTick;
    if (due >= this.#armed) return;
    this.#armed = due;
    this.#agenda.at(due, () => {
      if (this.#armed !== due) return;
      this.#armed = Infinity;
      this.#whenRunning(() => this.#step(() => this.stack.totem.tick(this.#agenda.now)));
    });
  }

  /** Who is in the group, as this node believes: node ids and lives. */
  get groupMembers(): string {
    return this.groups
      .membersOf(GROUP)
      .map((m) => `${m.nodeId}/${m.pid - 1000}`)
      .sort()
      .join(" ");
  }
}

const SOCKET_PACKETS = 4000;
