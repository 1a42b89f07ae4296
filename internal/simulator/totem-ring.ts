import type { RingEvent, RingMember, RingQuorum } from "../ports/mod.ts";
import { type QuorumStatus, VoteQuorum } from "../quorum/mod.ts";
import { type GroupChange, Groups, RingStack, type TotemSettings } from "../totem/mod.ts";
import type { EventQueue } from "./event-queue.ts";
import type { SeededRandom } from "./random.ts";
import type { Ring, View, Weather } from "./ring.ts";

const GROUP = "muster";
/** One way between two nodes, and between a node's ring and its engine, in milliseconds. */
const WIRE_MS = { least: 0.15, spread: 0.2 };
const LOCAL_MS = 0.05;
const LOOPBACK_MS = 0.01;
/** A socket's buffer of a process that does not run. */
const SOCKET_PACKETS = 4_000;
/** CPG's reasons for a member that left. */
const LEFT: Record<number, "leave" | "nodedown" | "procdown"> = {
  2: "leave",
  3: "nodedown",
  5: "procdown",
};

interface Engine {
  pid: number;
  onEvent(event: RingEvent): void;
}

interface Life {
  stack: RingStack;
  groups: Groups;
  quorum: VoteQuorum;
  alive: boolean;
  /** When its next timer is due. */
  armedMs: number;
  lastQuorum: QuorumStatus | null;
}

interface Station {
  nodeId: number;
  life: Life | null;
  engine: Engine | null;
  ringSeq: number;
  side: number;
  epoch: number;
  /** What waits while its process does not run; null while it does. */
  paused: (() => void)[] | null;
}

/**
 * The ring that ships (Totem, groups, votes) on every node, over a network of packets that are lost,
 * late, doubled, or pass in one direction only. Dear, so not for long quiet times.
 */
export class TotemRing implements Ring {
  readonly atOnce = false;
  changes = 0;
  readonly #queue: EventQueue;
  readonly #random: SeededRandom;
  readonly #names: { nodeId: number; name: string }[];
  readonly #clusterName: string;
  readonly #twoNode: boolean;
  readonly #stations = new Map<number, Station>();
  readonly #startMs: number;
  readonly #settings: TotemSettings;
  #cuts = new Set<string>();
  #weather: Weather | null = null;

  constructor(
    queue: EventQueue,
    random: SeededRandom,
    nodes: { nodeId: number; name: string }[],
    clusterName: string,
    twoNode: boolean,
  ) {
    this.#queue = queue;
    this.#random = random;
    this.#names = nodes;
    this.#clusterName = clusterName;
    this.#twoNode = twoNode;
    this.#startMs = queue.nowMs;
    this.#settings = settings(nodes.length);
    for (const { nodeId } of nodes) {
      this.#stations.set(nodeId, {
        ...{ nodeId, life: null, engine: null, ringSeq: 0 },
        ...{ side: 0, epoch: 0, paused: null },
      });
    }
  }

  get underWay(): number {
    return (
      Math.max(...[...this.#stations.values()].map((s) => s.life?.stack.queuedBytes ?? 0)) >> 8
    );
  }

  powerOn(nodeId: number): void {
    const station = this.#station(nodeId);
    if (station.life !== null) return;
    this.changes += 1;
    const life = this.#boot(station);
    station.life = life;
    this.#step(life, () => life.stack.totem.start(this.#now));
  }

  powerOff(nodeId: number): void {
    const station = this.#station(nodeId);
    if (station.life !== null) station.life.alive = false;
    station.life = null;
    station.engine = null;
    station.paused = null;
    station.epoch += 1;
    this.changes += 1;
  }

  join(nodeId: number, pid: number, onEvent: (event: RingEvent) => void): void {
    const station = this.#station(nodeId);
    const { life } = station;
    if (life === null) return;
    const engine = { pid, onEvent };
    station.engine = engine;
    station.epoch += 1;
    onEvent({ type: "hello", nodeId, clusterName: this.#clusterName, nodes: this.#names });
    if (life.lastQuorum !== null) this.#tell(station, engine, quorumEvent(life.lastQuorum));
    this.#whenRunning(station, () => this.#step(life, () => life.groups.joinLocal(GROUP, pid)));
  }

  leave(nodeId: number, reason: "leave" | "procdown"): void {
    const station = this.#station(nodeId);
    const { life, engine } = station;
    if (engine === null) return;
    station.engine = null;
    station.epoch += 1;
    if (life === null) return;
    this.#whenRunning(station, () =>
      this.#step(life, () => life.groups.leaveLocal(GROUP, engine.pid, reason === "procdown")),
    );
  }

  pause(nodeId: number): void {
    this.#station(nodeId).paused ??= [];
  }

  resume(nodeId: number): void {
    const station = this.#station(nodeId);
    const waiting = station.paused ?? [];
    station.paused = null;
    for (const run of waiting) this.#whenRunning(station, run);
  }

  partition(sides: number[][]): void {
    let alone = sides.length;
    for (const station of this.#stations.values()) {
      const side = sides.findIndex((list) => list.includes(station.nodeId));
      station.side = side < 0 ? alone++ : side;
    }
  }

  cutOneWay(from: number, to: number): void {
    this.#cuts.add(`${from}>${to}`);
  }

  heal(): void {
    this.#cuts.clear();
    this.partition([[...this.#stations.keys()]]);
  }

  weather(weather: Weather | null): void {
    this.#weather = weather;
  }

  view(nodeId: number): View {
    const { life } = this.#station(nodeId);
    if (life?.lastQuorum == null) return { side: -nodeId, quorate: false, members: 1 };
    // A ring that still forms, or whose members still tell each other what they hold, is nobody's yet.
    const { rep, seq } = life.lastQuorum.ring;
    const { quorate, members } = life.lastQuorum;
    return { side: seq * 256 + rep, quorate, members: members.length };
  }

  membership(nodeId: number): number {
    return this.#station(nodeId).epoch;
  }

  multicast(from: RingMember, payload: Uint8Array): void {
    const station = this.#station(from.nodeId);
    const { life } = station;
    if (life === null) return;
    this.#queue.after(LOCAL_MS, () =>
      this.#whenRunning(station, () => {
        // The process may have ended, and its connection with it.
        if (station.life !== life || station.engine?.pid !== from.pid) return;
        this.#step(life, () => life.groups.sendLocal(GROUP, from.pid, payload));
      }),
    );
  }

  get #now(): number {
    return this.#queue.nowMs - this.#startMs;
  }

  #station(nodeId: number): Station {
    return this.#stations.get(nodeId)!;
  }

  #boot(station: Station): Life {
    const { nodeId } = station;
    const ids = this.#names.map((node) => node.nodeId);
    const groups = new Groups(nodeId, {
      send: (message, options) => life.stack.send(message, options),
      changed: (change) => this.#toEngine(station, membershipEvent(change)),
      message: (_, { nodeId: id, pid }, payload) =>
        this.#toEngine(station, { type: "message", from: { nodeId: id, pid }, payload }),
    });
    const quorum = new VoteQuorum(nodeId, votes(ids.length, this.#twoNode), {
      send: (message) => life.stack.send(message),
      changed: (status) => {
        this.changes += 1;
        life.lastQuorum = status;
        this.#toEngine(station, quorumEvent(status));
      },
      log: () => {},
    });
    const stack = new RingStack({
      me: nodeId,
      ringSeq: station.ringSeq + 1,
      settings: this.#settings,
      synchronized: [groups, quorum],
      plain: [],
      effects: {
        unicast: (node, packet) => this.#send(nodeId, node, packet),
        broadcast: (packet, scope) => {
          const to = scope === "members" ? stack.totem.recipients : ids;
          for (const node of to) if (node !== nodeId) this.#send(nodeId, node, packet);
        },
        loopback: (packet) =>
          this.#queue.after(LOOPBACK_MS, () => this.#receive(station, life, packet)),
        storeRingSeq: (seq) => {
          station.ringSeq = seq;
        },
        log: () => {},
        ringChanged: () => {
          this.changes += 1;
          station.epoch += 1;
        },
        synchronized: () => {},
      },
    });
    const life: Life = { stack, groups, quorum, alive: true, armedMs: Infinity, lastQuorum: null };
    return life;
  }

  #send(from: number, to: number, packet: Uint8Array): void {
    const [here, there] = [this.#station(from), this.#station(to)];
    if (here.side !== there.side || this.#cuts.has(`${from}>${to}`)) return;
    const weather = this.#weather;
    const chance = (share: number): boolean => this.#random.between(0, 9_999) < share * 10_000;
    if (weather !== null && chance(weather.loss)) return;
    const copies = weather !== null && chance(weather.duplicates) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      let delayMs = WIRE_MS.least + (WIRE_MS.spread * this.#random.between(0, 100)) / 100;
      if (weather !== null && chance(0.1)) delayMs += this.#random.between(0, weather.lateMs);
      this.#queue.after(delayMs, () => {
        // A packet that is under way arrives at whoever lives there by then.
        if (there.life !== null) this.#receive(there, there.life, packet.slice());
      });
    }
  }

  #receive(station: Station, life: Life, packet: Uint8Array): void {
    this.#whenRunning(station, () =>
      this.#step(life, () => life.stack.totem.packet(packet, this.#now)),
    );
  }

  #whenRunning(station: Station, run: () => void): void {
    if (station.paused === null) run();
    else if (station.paused.length < SOCKET_PACKETS) station.paused.push(run);
  }

  /** One step of a node's ring, then its timer. */
  #step(life: Life, run: () => void): void {
    if (!life.alive) return;
    const { stack, quorum } = life;
    quorum.now = this.#now;
    run();
    stack.flush(this.#now);
    const due = Math.min(stack.totem.nextTick, quorum.nextTick);
    if (due >= life.armedMs || due === Infinity) return;
    life.armedMs = due;
    const station = [...this.#stations.values()].find((each) => each.life === life);
    this.#queue.after(due - this.#now, () => {
      if (life.armedMs !== due || station === undefined) return;
      life.armedMs = Infinity;
      this.#whenRunning(station, () => this.#tick(life));
    });
  }

  #tick(life: Life): void {
    this.#step(life, () => {
      const now = this.#now + TIMER_ROUNDING_MS;
      if (life.stack.totem.nextTick <= now) life.stack.totem.tick(this.#now + TIMER_ROUNDING_MS);
      if (life.quorum.nextTick <= now) life.quorum.tick(now);
    });
  }

  #toEngine(station: Station, event: RingEvent): void {
    if (station.engine !== null) this.#tell(station, station.engine, event);
  }

  /** Over the socket between ring and engine: later, and in order. */
  #tell(station: Station, engine: Engine, event: RingEvent): void {
    this.#queue.after(LOCAL_MS, () => {
      if (station.engine === engine) engine.onEvent(event);
    });
  }
}

/** Sums of binary fractions miss a due moment by less than this. */
const TIMER_ROUNDING_MS = 0.001;

/** As corosync.conf with a token of one second has it. */
function settings(nodes: number): TotemSettings {
  const token = 1_000 + Math.max(0, nodes - 2) * 650;
  const tokenRetransmit = Math.trunc(token / 4.2);
  return {
    ...{ token, tokenRetransmit, hold: Math.trunc(tokenRetransmit * 0.8 - 10) },
    ...{ consensus: token * 1.2, join: 50, merge: 200, failRecv: 2_500, seqnoUnchanged: 30 },
    ...{ windowSize: 50, maxMessages: 17, missCount: 5, tokenWarning: 0 },
    ...{ quickDetection: true, payloadLimit: 1_200, payloadLeast: 1_200 },
  };
}

function votes(nodes: number, twoNode: boolean) {
  return {
    ...{ enabled: true, votes: 1, expectedVotes: nodes, twoNode, waitForAll: twoNode },
    ...{ lastManStanding: false, lastManStandingWindowMs: 10_000, autoTieBreaker: null },
    ...{ allowDownscale: false, device: null },
  };
}

function quorumEvent(status: QuorumStatus): RingEvent {
  const { quorate, members, expectedVotes, totalVotes, neededVotes } = status;
  const ringId = { rep: status.ring.rep, seq: BigInt(status.ring.seq) };
  const quorum: RingQuorum = {
    ...{ quorate, members, ringId },
    ...{ expectedVotes, totalVotes, neededVotes },
  };
  return { type: "quorum", quorum };
}

function membershipEvent(change: GroupChange): RingEvent {
  const plain = ({ nodeId, pid }: RingMember) => ({ nodeId, pid });
  return {
    type: "membership",
    members: change.members.map(plain),
    joined: change.joined.map(plain),
    left: change.left.map((member) => ({
      ...plain(member),
      reason: LEFT[member.reason] ?? "leave",
    })),
  };
}
