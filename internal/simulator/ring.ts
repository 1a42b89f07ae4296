import type { RingEvent, RingMember } from "../ports/mod.ts";
import type { EventQueue } from "./event-queue.ts";
import type { SeededRandom } from "./random.ts";

interface Station {
  nodeId: number;
  /** The node is powered on and its ring runs. */
  up: boolean;
  /** The engine in the group; null while it does not run. */
  engine: { pid: number; onEvent: (event: RingEvent) => void } | null;
  /** Which side of a cut network the node is on. */
  side: number;
  /** Counts how often that changed, or its engine did. */
  epoch: number;
  /** Where it belongs when it stands still no more; null while its ring's process runs. */
  paused: { side: number; cancel: () => void } | null;
}

/** The rings of all nodes, as their machines and engines use them. */
export interface Ring {
  /** Grows with every change of what {@link view} tells. */
  readonly changes: number;
  /** A message reaches all members in the same instant. */
  readonly atOnce: boolean;
  /** Messages that nobody has received yet. */
  readonly underWay: number;
  /** A node's ring starts; its engine may then join. */
  powerOn(nodeId: number): void;
  /** Ring and engine of a node end without a word. */
  powerOff(nodeId: number): void;
  join(nodeId: number, pid: number, onEvent: (event: RingEvent) => void): void;
  /** An engine ends: in order, or by dying. */
  leave(nodeId: number, reason: "leave" | "procdown"): void;
  /** The node's ring does not run, until it is resumed. */
  pause(nodeId: number): void;
  resume(nodeId: number): void;
  /** Cuts the network: nodes of one list still reach each other. Nodes of no list are alone. */
  partition(sides: number[][]): void;
  /** Packets of one node do not reach the other; the other way they do. */
  cutOneWay(from: number, to: number): void;
  heal(): void;
  weather(weather: Weather | null): void;
  view(nodeId: number): View;
  /** Changes whenever the engine of a node enters or leaves a group of peers. */
  membership(nodeId: number): number;
  multicast(from: RingMember, payload: Uint8Array): void;
}

/** What a node's ring says. */
export interface View {
  /** The same for all nodes that share a ring with it. */
  side: number;
  quorate: boolean;
  /** How many nodes, itself included, it counts on. */
  members: number;
}

/** How rough the network is. */
export interface Weather {
  /** Share of packets that are lost, and that arrive twice. */
  loss: number;
  duplicates: number;
  /** How much later than the others every tenth packet may be, in milliseconds. */
  lateMs: number;
}

/** How long a ring waits for the token of a member that does not run. */
const TOKEN_MS = 1_000;
/** How long two rings that see each other again take to become one. */
const MERGE_MS = 200;

/** Sides of nodes that stand still, by node id above this. */
const PAUSED_SIDE = 1_000;

interface InFlight {
  from: RingMember;
  payload: Uint8Array;
}

/**
 * The ring as its users see it: in each partition one agreed order of messages, with membership
 * changes between them. Messages that were sent in a membership are delivered in it to all that
 * stay, as extended virtual synchrony has it.
 */
export class SimulatedRing implements Ring {
  #queue: EventQueue;
  #random: SeededRandom;
  #stations = new Map<number, Station>();
  #names: { nodeId: number; name: string }[];
  #clusterName: string;
  #neededVotes: number;
  /** Undelivered messages by side, in order. */
  #inFlight = new Map<number, InFlight[]>();
  #sequence = 0n;
  /** Grows with every change of what {@link view} tells. */
  changes = 0;
  /** A message reaches all members in the same instant. */
  readonly atOnce = true;

  constructor(
    queue: EventQueue,
    random: SeededRandom,
    nodes: { nodeId: number; name: string }[],
    clusterName: string,
    twoNode: boolean,
  ) {
    this.#neededVotes = twoNode ? 1 : Math.floor(nodes.length / 2) + 1;
    this.#queue = queue;
    this.#random = random;
    this.#names = nodes;
    this.#clusterName = clusterName;
    for (const { nodeId } of nodes) {
      this.#stations.set(nodeId, {
        ...{ nodeId, up: false, engine: null, side: 0, epoch: 0 },
        paused: null,
      });
    }
  }

  /** A node's ring starts; its engine may then join. */
  powerOn(nodeId: number): void {
    this.#station(nodeId).up = true;
    this.#reform();
  }

  /** Ring and engine of a node end without a word. */
  powerOff(nodeId: number): void {
    const station = this.#station(nodeId);
    station.up = false;
    const { engine: gone, side } = station;
    station.engine = null;
    if (station.paused !== null) {
      station.paused.cancel();
      station.side = station.paused.side;
      station.paused = null;
    }
    this.#reform();
    if (gone !== null) this.#tell(side, [], [{ nodeId, pid: gone.pid, reason: "nodedown" }]);
  }

  join(nodeId: number, pid: number, onEvent: (event: RingEvent) => void): void {
    const station = this.#station(nodeId);
    onEvent({
      type: "hello",
      nodeId,
      clusterName: this.#clusterName,
      nodes: this.#names,
    });
    this.#flush(station.side);
    station.engine = { pid, onEvent };
    station.epoch += 1;
    onEvent(this.#quorum(station.side));
    this.#tell(station.side, [{ nodeId, pid }], []);
  }

  /** An engine ends: in order, or by dying. */
  leave(nodeId: number, reason: "leave" | "procdown"): void {
    const station = this.#station(nodeId);
    const gone = station.engine;
    if (gone === null) return;
    this.#flush(station.side);
    station.engine = null;
    this.#tell(station.side, [], [{ nodeId, pid: gone.pid, reason }]);
  }

  /** Cuts the network: nodes of one list still reach each other. Nodes of no list are alone. */
  partition(sides: number[][]): void {
    const before = this.#groups();
    let alone = sides.length;
    for (const station of this.#stations.values()) {
      const found = sides.findIndex((list) => list.includes(station.nodeId));
      const side = found < 0 ? alone++ : found;
      if (station.paused === null) station.side = side;
      else station.paused.side = side;
    }
    this.#afterCut(before);
  }

  /** Totem makes one partition less of it; here it is the plain cut. */
  cutOneWay(from: number, to: number): void {
    const rest = [...this.#stations.keys()].filter((id) => id !== from && id !== to);
    this.partition([[from], [to, ...rest]]);
  }

  heal(): void {
    this.partition([[...this.#stations.keys()]]);
  }

  /** The node's ring does not run: its peers lose it when the token is overdue. */
  pause(nodeId: number): void {
    const station = this.#station(nodeId);
    if (!station.up || station.paused !== null) return;
    const cancel = this.#queue.after(TOKEN_MS, () => {
      const before = this.#groups();
      station.side = PAUSED_SIDE + nodeId;
      this.#afterCut(before);
    });
    station.paused = { side: station.side, cancel };
  }

  resume(nodeId: number): void {
    const station = this.#station(nodeId);
    const { paused } = station;
    if (paused === null) return;
    paused.cancel();
    const back = (): void => {
      if (station.paused !== paused) return;
      station.paused = null;
      const before = this.#groups();
      station.side = paused.side;
      this.#afterCut(before);
    };
    if (station.side === paused.side) back();
    else paused.cancel = this.#queue.after(MERGE_MS, back);
  }

  /** Nodes whose ring the node reaches, and whether they have quorum. */
  view(nodeId: number): View {
    const { side } = this.#station(nodeId);
    let members = 0;
    for (const station of this.#stations.values()) {
      if (station.up && station.side === side) members += 1;
    }
    return { side, members, quorate: members >= this.#neededVotes };
  }

  /** Changes whenever the engine of a node enters or leaves a group of peers. */
  membership(nodeId: number): number {
    return this.#station(nodeId).epoch;
  }

  /** Messages that nobody has received yet. */
  get underWay(): number {
    let count = 0;
    for (const list of this.#inFlight.values()) count += list.length;
    return count;
  }

  /** How packets fare: this model has none (see {@link TotemRing}). */
  weather(_weather: Weather | null): void {}

  multicast(from: RingMember, payload: Uint8Array): void {
    const { side } = this.#station(from.nodeId);
    const list = this.#inFlight.get(side) ?? [];
    this.#inFlight.set(side, list);
    const message = { from, payload };
    list.push(message);
    this.#queue.after(this.#random.between(1, 3), () => {
      // Older ones first: the order is the one of sending.
      while (list.includes(message)) this.#deliverFirst(side, list);
    });
  }

  #station(nodeId: number): Station {
    return this.#stations.get(nodeId)!;
  }

  #engines(side: number): Station[] {
    return [...this.#stations.values()].filter((s) => s.side === side && s.engine !== null);
  }

  #deliverFirst(side: number, list: InFlight[]): void {
    const message = list.shift();
    if (message === undefined) return;
    for (const station of this.#engines(side)) {
      station.engine?.onEvent({ type: "message", ...message });
    }
  }

  #flush(side: number): void {
    const list = this.#inFlight.get(side) ?? [];
    // What the receivers send in answer belongs to the next membership.
    for (let count = list.length; count > 0; count--) this.#deliverFirst(side, list);
  }

  #groups(): Map<number, number[]> {
    const groups = new Map<number, number[]>();
    for (const station of this.#stations.values()) {
      const ids = this.#engines(station.side).map((s) => s.nodeId);
      groups.set(station.nodeId, ids);
    }
    return groups;
  }

  #reform(): void {
    this.changes += 1;
    for (const side of new Set([...this.#stations.values()].map((s) => s.side))) {
      this.#flush(side);
      for (const station of this.#engines(side)) station.engine?.onEvent(this.#quorum(side));
    }
  }

  #afterCut(before: Map<number, number[]>): void {
    this.changes += 1;
    // What nobody has received yet is sent in the membership that its sender is in now.
    const undelivered = [...this.#inFlight.values()].flatMap((list) => list.splice(0));
    for (const station of this.#stations.values()) {
      if (station.engine === null) continue;
      const was = before.get(station.nodeId) ?? [];
      const now = this.#engines(station.side).map((s) => s.nodeId);
      const member = (nodeId: number) => ({ nodeId, pid: this.#station(nodeId).engine?.pid ?? 0 });
      const joined = now.filter((id) => !was.includes(id)).map(member);
      const left = was
        .filter((id) => !now.includes(id))
        .map((id) => ({ ...member(id), reason: "nodedown" as const }));
      station.engine.onEvent(this.#quorum(station.side));
      if (joined.length > 0 || left.length > 0) {
        station.epoch += 1;
        station.engine?.onEvent({ type: "membership", members: now.map(member), joined, left });
      }
    }
    for (const { from, payload } of undelivered) this.multicast(from, payload);
  }

  #tell(
    side: number,
    joined: RingMember[],
    left: (RingMember & { reason: "leave" | "nodedown" | "procdown" })[],
  ): void {
    const engines = this.#engines(side);
    const members = engines.map((s) => ({ nodeId: s.nodeId, pid: s.engine!.pid }));
    for (const station of engines) {
      station.engine?.onEvent({ type: "membership", members, joined, left });
    }
  }

  #quorum(side: number): RingEvent {
    const members = [...this.#stations.values()]
      .filter((s) => s.up && s.side === side)
      .map((s) => s.nodeId);
    const expectedVotes = this.#stations.size;
    const neededVotes = this.#neededVotes;
    this.#sequence += 1n;
    const quorum = {
      quorate: members.length >= neededVotes,
      members,
      ringId: { rep: members[0] ?? 0, seq: this.#sequence },
      expectedVotes,
      totalVotes: members.length,
      neededVotes,
    };
    return { type: "quorum", quorum };
  }
}
