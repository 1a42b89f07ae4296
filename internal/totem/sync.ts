import {
  decodeSync,
  encodeSync,
  type RingId,
  type SyncMessage,
  type SyncService,
  sameRing,
} from "../wire/mod.ts";
import { isSubset, type NodeSet } from "./sets.ts";

/**
 * A service id of our own in the list that members exchange: stock Corosync treats an unknown id
 * as a service without messages, and we learn who is of our kind.
 */
export const MUSTER_SERVICE = 100;

export interface SyncOutput {
  sendSync(message: Uint8Array): void;
  sendService(message: Uint8Array): void;
  /** All services are in step; `allMuster` when every member announced {@link MUSTER_SERVICE}. */
  completed(allMuster: boolean): void;
}

interface Run {
  ring: RingId;
  members: NodeSet;
  builds: Map<number, number[]>;
  /** Ids in the order of their turns, known when all have announced theirs. */
  order: number[] | null;
  turn: number;
  barriers: Set<number>;
  /** Members that already stand at a later barrier than ours cannot exist: barriers are ordered. */
  done: boolean;
}

/** Brings the services of all members in step after each change of the ring. */
export class SyncEngine {
  readonly #services: Map<number, SyncService>;
  readonly #out: SyncOutput;
  #run: Run | null = null;

  constructor(services: SyncService[], out: SyncOutput) {
    this.#services = new Map(services.map((service) => [service.id, service]));
    this.#out = out;
  }

  get complete(): boolean {
    return this.#run?.done === true;
  }

  start(ring: RingId, members: NodeSet, transitional: NodeSet): void {
    if (this.#run !== null && !this.#run.done) {
      for (const service of this.#services.values()) service.syncAbort();
    }
    this.#run = {
      ring,
      members,
      builds: new Map(),
      order: null,
      turn: 0,
      barriers: new Set(),
      done: false,
    };
    for (const service of this.#services.values()) {
      service.syncInit({ ring, members: [...members], transitional: [...transitional] });
    }
    const own = [...this.#services.keys(), MUSTER_SERVICE].sort((a, b) => a - b);
    this.#send({ type: "build", ring, services: own });
  }

  #send(message: SyncMessage): void {
    this.#out.sendSync(encodeSync(message));
  }

  deliver(from: number, body: Uint8Array): void {
    const run = this.#run;
    const message = decodeSync(body);
    if (message === null || run === null || run.done) return;
    if (!sameRing(message.ring, run.ring) || !run.members.includes(from)) return;
    if (message.type === "build") this.#takeBuild(run, from, message.services);
    else this.#takeBarrier(run, from);
  }

  #takeBuild(run: Run, from: number, services: number[]): void {
    run.builds.set(from, services);
    if (run.order !== null || !isSubset(run.members, [...run.builds.keys()])) return;
    run.order = [...new Set([...run.builds.values()].flat())].sort((a, b) => a - b);
    this.#beginTurn(run);
  }

  #beginTurn(run: Run): void {
    const id = run.order![run.turn];
    if (id === undefined) {
      run.done = true;
      const kinds = [...run.builds.values()];
      this.#out.completed(kinds.every((ids) => ids.includes(MUSTER_SERVICE)));
      return;
    }
    run.barriers.clear();
    const service = this.#services.get(id);
    for (const message of service?.syncMessages() ?? []) this.#out.sendService(message);
    this.#send({ type: "barrier", ring: run.ring });
  }

  #takeBarrier(run: Run, from: number): void {
    if (run.order === null) return;
    run.barriers.add(from);
    if (!isSubset(run.members, [...run.barriers])) return;
    this.#services.get(run.order[run.turn]!)?.syncActivate();
    run.turn += 1;
    this.#beginTurn(run);
  }
}
