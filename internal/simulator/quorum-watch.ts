import type { SimulatedCluster } from "./cluster.ts";

/** Orders given before quorum was lost may still be on their way for this long. */
const ORDER_IN_FLIGHT_MS = 1_000;

/** What is remembered of a node while its partition has no quorum. */
interface Loss {
  sinceMs: number;
  /** What the partition, with all that were in it since, ran when quorum was lost. */
  ran: Set<string>;
}

/**
 * Quorum is for more than half of the nodes. Nothing starts in a partition without it. With no-quorum-policy=freeze it goes on managing what
 * it ran, which may move, but only to nodes that had quorum before: those the other side fences.
 */
export class QuorumWatch {
  readonly #cluster: SimulatedCluster;
  readonly #fail: (text: string) => void;
  /** More than half of so many nodes are a quorum. */
  readonly #majorityOf: number;
  readonly #losses = new Map<number, Loss>();
  /** Process ids of the engines that have had quorum, by node id. */
  readonly #quorate = new Map<number, number>();

  constructor(cluster: SimulatedCluster, fail: (text: string) => void) {
    this.#cluster = cluster;
    this.#fail = fail;
    const { length } = cluster.machines;
    this.#majorityOf = cluster.twoNode ? 0 : length;
  }

  /** To be called after every change of the ring or of an engine. */
  look(): void {
    const { machines, ring, world, queue } = this.#cluster;
    const sides = new Map<number, Loss[]>();
    for (const { name, nodeId, engine } of machines) {
      const { side, quorate, members } = ring.view(nodeId);
      if (quorate) {
        if (members * 2 <= this.#majorityOf) {
          this.#fail(`${name} says that ${members} of ${machines.length} nodes have quorum`);
        }
        this.#losses.delete(nodeId);
        if (engine !== null) this.#quorate.set(nodeId, engine.pid);
        continue;
      }
      let loss = this.#losses.get(nodeId);
      if (loss === undefined) {
        loss = { sinceMs: queue.nowMs, ran: new Set(world.activeOn(name)) };
        this.#losses.set(nodeId, loss);
      }
      sides.set(side, [...(sides.get(side) ?? []), loss]);
    }
    for (const losses of sides.values()) {
      const ran = new Set(losses.flatMap((loss) => [...loss.ran]));
      for (const loss of losses) loss.ran = ran;
    }
  }

  started(node: string, resource: string, atMs: number): void {
    const machine = this.#cluster.machine(node);
    const loss = this.#losses.get(machine.nodeId);
    if (loss === undefined) return;
    // Whoever stood still learns of it late.
    if (atMs - Math.max(loss.sinceMs, machine.resumedMs) <= ORDER_IN_FLIGHT_MS) return;
    const policy = machine.node?.cib
      .first("configuration")
      ?.descendants("nvpair")
      .find((pair) => pair.get("name") === "no-quorum-policy");
    const frozen = policy?.get("value") === "freeze";
    if (!frozen || !loss.ran.has(resource)) {
      this.#fail(`${resource} starts on ${node}, which has no quorum`);
    } else if (this.#quorate.get(machine.nodeId) !== machine.engine?.pid) {
      this.#fail(`${resource} starts on ${node}, which has had no quorum since it came`);
    }
  }
}
