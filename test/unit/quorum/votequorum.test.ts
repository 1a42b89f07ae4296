import { describe, expect, test } from "bun:test";
import { type QuorumOptions, VoteQuorum } from "../../../internal/quorum/mod.ts";
import { decodeServiceHeader } from "../../../internal/wire/mod.ts";

const BASE: QuorumOptions = {
  enabled: true,
  votes: 1,
  expectedVotes: 3,
  twoNode: false,
  waitForAll: false,
  lastManStanding: false,
  lastManStandingWindowMs: 10_000,
  autoTieBreaker: null,
  allowDownscale: false,
  device: null,
};

/** Nodes whose messages reach all of their partition in one order, as on a ring. */
class Cluster {
  readonly nodes = new Map<number, VoteQuorum>();
  #partitions: number[][] = [];
  #seq = 1;
  readonly #options: QuorumOptions;

  constructor(options: Partial<QuorumOptions>) {
    this.#options = { ...BASE, ...options };
  }

  boot(id: number): void {
    const quorum: VoteQuorum = new VoteQuorum(id, this.#options, {
      send: (message) => this.#send(id, message),
      changed: () => {},
      log: () => {},
    });
    this.nodes.set(id, quorum);
  }

  crash(id: number): void {
    this.nodes.delete(id);
  }

  #send(from: number, message: Uint8Array): void {
    const peers = this.#partitions.find((ids) => ids.includes(from)) ?? [from];
    const header = decodeServiceHeader(message)!;
    for (const id of peers) this.nodes.get(id)?.deliver(header.fn, from, message);
  }

  /** The ring changes: each partition synchronizes by itself. */
  ring(...partitions: number[][]): void {
    this.#partitions = partitions;
    this.#seq += 4;
    for (const ids of partitions) {
      const change = { ring: { rep: ids[0]!, seq: this.#seq }, members: ids, transitional: ids };
      for (const id of ids) this.nodes.get(id)!.syncInit(change);
      const messages = ids.flatMap((id) =>
        this.nodes
          .get(id)!
          .syncMessages()
          .map((message) => ({ id, message })),
      );
      for (const { id, message } of messages) this.#send(id, message);
      for (const id of ids) this.nodes.get(id)!.syncActivate();
    }
  }

  quorate(...ids: number[]): boolean[] {
    return ids.map((id) => this.nodes.get(id)!.status().quorate);
  }
}

function started(options: Partial<QuorumOptions>, ...ids: number[]): Cluster {
  const cluster = new Cluster({ expectedVotes: ids.length, ...options });
  for (const id of ids) cluster.boot(id);
  cluster.ring(ids);
  return cluster;
}

describe("votequorum", () => {
  test("the majority lives on, the minority does not", () => {
    const cluster = started({}, 1, 2, 3);
    expect(cluster.quorate(1, 2, 3)).toEqual([true, true, true]);
    cluster.ring([1], [2, 3]);
    expect(cluster.quorate(1, 2, 3)).toEqual([false, true, true]);
    cluster.ring([1, 2, 3]);
    expect(cluster.quorate(1, 2, 3)).toEqual([true, true, true]);
  });

  test("two_node: either half lives on, but a fresh node waits for the other", () => {
    const options = { twoNode: true, waitForAll: true, expectedVotes: 2 };
    const cluster = new Cluster(options);
    cluster.boot(1);
    cluster.ring([1]);
    expect(cluster.quorate(1)).toEqual([false]);
    expect(cluster.nodes.get(1)!.status().flags).toEqual(["2Node", "WaitForAll"]);
    cluster.boot(2);
    cluster.ring([1, 2]);
    expect(cluster.quorate(1, 2)).toEqual([true, true]);
    cluster.ring([1], [2]);
    expect(cluster.quorate(1, 2)).toEqual([true, true]);
    expect(cluster.nodes.get(1)!.status()).toMatchObject({ neededVotes: 1, expectedVotes: 2 });
  });

  test("wait_for_all is lifted by a partition that has seen everybody", () => {
    const cluster = started({ waitForAll: true }, 1, 2, 3);
    cluster.ring([1, 2], [3]);
    cluster.crash(3);
    cluster.boot(3);
    cluster.ring([1, 2], [3]);
    expect(cluster.quorate(1, 2, 3)).toEqual([true, true, false]);
    cluster.ring([1, 2, 3]);
    cluster.ring([1], [2, 3]);
    expect(cluster.quorate(1, 2, 3)).toEqual([false, true, true]);
  });

  test("wait_for_all holds a majority back that has never been whole", () => {
    const cluster = new Cluster({ waitForAll: true });
    cluster.boot(1);
    cluster.boot(2);
    cluster.ring([1, 2]);
    expect(cluster.quorate(1, 2)).toEqual([false, false]);
    cluster.nodes.get(1)!.cancelWaitForAll();
    expect(cluster.quorate(1, 2)).toEqual([true, true]);
  });

  test("auto_tie_breaker: of two halves the one with the lowest node lives on", () => {
    const cluster = started({ autoTieBreaker: "lowest" }, 1, 2, 3, 4);
    cluster.ring([1, 2], [3, 4]);
    expect(cluster.quorate(1, 2, 3, 4)).toEqual([true, true, false, false]);
  });

  test("auto_tie_breaker_node: highest, or the first of a list that is there", () => {
    const highest = started({ autoTieBreaker: "highest" }, 1, 2, 3, 4);
    highest.ring([1, 2], [3, 4]);
    expect(highest.quorate(1, 2, 3, 4)).toEqual([false, false, true, true]);
    const listed = started({ autoTieBreaker: [3, 1] }, 1, 2, 3, 4);
    listed.ring([1, 2], [3, 4]);
    expect(listed.quorate(1, 3)).toEqual([false, true]);
  });

  test("last_man_standing: after the window the remaining ones are the cluster", () => {
    const cluster = started({ lastManStanding: true }, 1, 2, 3, 4, 5);
    cluster.ring([1, 2, 3], [4, 5]);
    expect(cluster.nodes.get(1)!.status().neededVotes).toBe(3);
    for (const id of [1, 2, 3]) cluster.nodes.get(id)!.tick(10_001);
    expect(cluster.nodes.get(1)!.status()).toMatchObject({ neededVotes: 2, expectedVotes: 3 });
    cluster.ring([1, 2], [3]);
    expect(cluster.quorate(1, 2, 3)).toEqual([true, true, false]);
  });

  test("expected votes set by hand reach every node", () => {
    const cluster = started({}, 1, 2, 3);
    cluster.ring([1], [2, 3]);
    cluster.nodes.get(1)!.setExpectedVotes(1);
    expect(cluster.nodes.get(1)!.status()).toMatchObject({ quorate: true, neededVotes: 1 });
    expect(cluster.nodes.get(2)!.status().expectedVotes).toBe(3);
  });

  test("without a provider every membership may act", () => {
    expect(started({ enabled: false, expectedVotes: 9 }, 1).quorate(1)).toEqual([true]);
  });
});

describe("what a user may ask for", () => {
  test("expected votes: not below the present ones, which must still make a quorum", () => {
    const one = started({}, 1, 2, 3).nodes.get(1)!;
    expect([2, 3, 4, 5, 6].map((votes) => one.mayExpect(votes))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
  });

  test("votes of a node: its partition must keep its quorum", () => {
    const cluster = started({}, 1, 2, 3);
    cluster.ring([1, 2], [3]);
    const one = cluster.nodes.get(1)!;
    expect(one.mayVote(9, 1)).toBe("unknown");
    // Two of three votes are here; without node 2's own only one of three would be.
    expect(one.mayVote(2, 0)).toBe(false);
    expect(one.mayVote(2, 3)).toBe(true);
    // Node 3 is away: its votes count for nothing in this partition.
    expect(one.mayVote(3, 9)).toBe(true);
  });
});
