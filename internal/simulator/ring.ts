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
}

interface InFlight {
  from: RingMember;
  payload: Uint8Array;
}

/**
 * The ring as its users see it: in each partition one agreed order of messages, with membership
 * changes between them. Messages that were sent in a membership are delivered in it to all that
 * stay, as extended virtual synchrony has it.
 */
export class SimulatedRing {
  #queue: EventQueue;
  #random: SeededRandom;
  #stations = new Map<number, Station>();
  #names: { nodeId: number; name: string }[];
  #clusterName: string;
  #neededVotes: number;
  /** Undelivered messages by side, in order. */
  #inFlight = new Map<number, InFlight[]>();
  #sequence = 0n;

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
      this.#stations.set(nodeId, { nodeId, up: false, engine: null, side: 0 });
    }
  }

  /** A node's ring starts; its engine may then join. */
  powerOn(nodeId: number): void {
    this.#station(nodeId).up = true;
    this.#reform([], "nodedown");
  }

  /** Ring and engine of a node end without a word. */
  powerOff(nodeId: number): void {
    const station = this.#station(nodeId);
    station.up = false;
    const gone = station.engine;
    station.engine = null;
    this.#reform(gone === null ? [] : [{ nodeId, pid: gone.pid }], "nodedown");
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
      const side = sides.findIndex((list) => list.includes(station.nodeId));
      station.side = side < 0 ? alone++ : side;
    }
    this.#afterCut(before);
  }

  heal(): void {
    this.partition([[...this.#stations.keys()]]);
  }

  /** Nodes whose ring the node reaches, and whether they have quorum. */
  view(nodeId: number): { side: number; quorate: boolean } {
    const { side } = this.#station(nodeId);
    const up = [...this.#stations.values()].filter((s) => s.up && s.side === side).length;
    return { side, quorate: up >= this.#neededVotes };
  }

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

  #reform(gone: RingMember[], reason: "nodedown"): void {
    for (const side of new Set([...this.#stations.values()].map((s) => s.side))) {
      this.#flush(side);
      for (const station of this.#engines(side)) station.engine?.onEvent(this.#quorum(side));
      if (gone.length > 0)
        this.#tell(
          side,
          [],
          gone.map((member) => ({ ...member, reason })),
        );
    }
  }

  #afterCut(before: Map<number, number[]>): void {
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
        station.engine.onEvent({ type: "membership", members: now.map(member), joined, left });
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
