import type { SimulatedCluster } from "./cluster.ts";

/** Far above what a cluster of nine needs, far below what would be felt. */
const TIMERS = 300;
const REQUESTS = 300;
const AGENTS = 100;
const CHANGES = 2_000;
const MESSAGES = 20_000;

/** Whether anything piles up: timers, requests, agents, changes, messages on their way. */
export class Limits {
  readonly #cluster: SimulatedCluster;
  readonly #fail: (text: string) => void;

  constructor(cluster: SimulatedCluster, fail: (text: string) => void) {
    this.#cluster = cluster;
    this.#fail = fail;
  }

  look(): void {
    for (const machine of this.#cluster.machines) {
      const { timers, requests } = machine.engine?.open ?? { timers: 0, requests: 0 };
      const of = machine.name;
      this.#check(`timers of ${of}`, timers, TIMERS);
      this.#check(`unanswered requests of ${of}`, requests, REQUESTS);
      this.#check(`agents at work on ${of}`, machine.agents.size, AGENTS);
      this.#check(`changes that wait on ${of}`, machine.node?.waitingChanges ?? 0, CHANGES);
    }
    this.#check("messages on their way", this.#cluster.ring.underWay, MESSAGES);
  }

  #check(what: string, count: number, limit: number): void {
    if (count > limit) this.#fail(`${count} ${what}`);
  }
}
