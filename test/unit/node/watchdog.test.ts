import { describe, expect, test } from "bun:test";
import type { NodeEffect } from "../../../internal/node/mod.ts";
import { Watchdog } from "../../../internal/node/watchdog.ts";
import type { RingQuorum } from "../../../internal/ports/mod.ts";

function quorum(part: Partial<RingQuorum>): RingQuorum {
  const ringId = { rep: 1, seq: 1n };
  const votes = { expectedVotes: 3, totalVotes: 3, neededVotes: 2 };
  return { quorate: true, members: [1, 2, 3], ringId, ...votes, ...part };
}

/** A watchdog of 2 s whose timer the test lets expire. */
function watched(leftovers = false) {
  const orders: string[] = [];
  const delays: number[] = [];
  const emit = (effect: NodeEffect): void => {
    if (effect.type === "watchdog") orders.push(effect.order);
  };
  const context = { emit, setTimer: (delayMs: number) => delays.push(delayMs) };
  const watchdog = new Watchdog({ timeoutMs: 2000 }, leftovers, context);
  watchdog.start();
  /** What it does at its next turn, or does now. */
  const next = (act: () => void = () => watchdog.due()): string[] => {
    orders.length = 0;
    act();
    return [...orders];
  };
  return { watchdog, next, delays, orders };
}

describe("the watchdog", () => {
  test("is fed from the start, several times within its timeout", () => {
    const { delays, orders, next } = watched();
    expect(orders).toEqual(["feed"]);
    expect(next()).toEqual(["feed"]);
    expect(delays).toEqual([500, 500]);
  });

  test("starves when quorum is lost, and is fed again when it is back in time", () => {
    const { watchdog, next } = watched();
    watchdog.quorum(quorum({}));
    expect(next()).toEqual(["feed"]);
    watchdog.quorum(quorum({ quorate: false, members: [1], totalVotes: 1 }));
    expect(next()).toEqual([]);
    expect(next()).toEqual([]);
    watchdog.quorum(quorum({}));
    expect(next()).toEqual(["feed"]);
    watchdog.quorum(null);
    expect(next()).toEqual([]);
  });

  test("a node without its peer does not go by two_node's quorum", () => {
    const { watchdog, next } = watched();
    const both = { expectedVotes: 2, neededVotes: 1 };
    watchdog.quorum(quorum({ ...both, totalVotes: 2 }));
    expect(next()).toEqual(["feed"]);
    watchdog.quorum(quorum({ ...both, totalVotes: 1 }));
    expect(next()).toEqual([]);
  });

  test("an engine that takes over from one that died needs quorum from the start", () => {
    const { watchdog, next, orders } = watched(true);
    expect(orders).toEqual([]);
    watchdog.quorum(quorum({}));
    expect(next()).toEqual(["feed"]);
  });

  test("is never fed again once the cluster counts on it", () => {
    const { watchdog, next } = watched();
    watchdog.quorum(quorum({}));
    expect(next(() => watchdog.fenced())).toEqual([]);
    expect(next()).toEqual([]);
    expect(next(() => watchdog.leave(true))).toEqual([]);
  });

  test("is disarmed when the node leaves with nothing left behind, and only then", () => {
    const { watchdog, next } = watched();
    watchdog.quorum(quorum({}));
    expect(next(() => watchdog.leave(false))).toEqual([]);
    expect(next(() => watchdog.leave(true))).toEqual(["disarm"]);
    const idle = watched();
    expect(idle.next(() => idle.watchdog.leave(false))).toEqual(["disarm"]);
  });
});
