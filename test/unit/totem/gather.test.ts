/** Gather: whose suspicions count, and for how long. */
import { describe, expect, test } from "bun:test";
import { SIM_SETTINGS } from "../../../internal/simulator/ring/world.ts";
import { Totem } from "../../../internal/totem/mod.ts";
import {
  decodeJoin,
  encodeJoin,
  encodeMergeDetect,
  LEAVE_NODE_ID,
  PacketType,
  packetType,
} from "../../../internal/wire/mod.ts";

/** Node 1 in a ring of its own, at time 0. What it sends to others is kept. */
class Lonely {
  readonly sent: Uint8Array[] = [];
  readonly #looped: Uint8Array[] = [];
  readonly totem = new Totem({
    me: 1,
    ringSeq: 9,
    settings: SIM_SETTINGS,
    effects: {
      unicast: (_, packet) => this.sent.push(packet),
      broadcast: (packet) => this.sent.push(packet),
      loopback: (packet) => this.#looped.push(packet),
      deliver: () => {},
      configure: () => {},
      storeRingSeq: () => {},
      log: () => {},
    },
    source: { nextPacket: () => null, lastIsSafe: false, backlog: () => 0 },
  });

  constructor() {
    this.totem.start(0);
    while (this.totem.state !== "operational") this.totem.packet(this.#looped.shift()!, 0);
    this.sent.length = 0;
  }

  hear(packet: Uint8Array, nowMs: number): void {
    this.totem.packet(packet, nowMs);
  }

  /** Failed lists of the joins sent so far. */
  get suspicions(): number[][] {
    const joins = this.sent.filter((packet) => packetType(packet) === PacketType.join);
    return joins.map((packet) => [...decodeJoin(packet)!.failed]);
  }

  get commits(): number {
    return this.sent.filter((packet) => packetType(packet) === PacketType.commitToken).length;
  }
}

const leaveOf2 = (ringSeq: number) =>
  encodeJoin({ nodeId: LEAVE_NODE_ID, from: 2, procs: [1], failed: [2], ringSeq });
const joinOf2 = (failed: number[], ringSeq: number) =>
  encodeJoin({ nodeId: 2, from: 2, procs: [1, 2], failed, ringSeq });

describe("a join that calls us failed", () => {
  test("is history when it was sent before the ring that we have just formed", () => {
    const node = new Lonely();
    const { seq } = node.totem.ring;
    node.hear(encodeMergeDetect(2, { rep: 2, seq: seq + 4 }), 1);
    node.hear(joinOf2([1], seq - 4), 2);
    expect(node.suspicions.flat()).toEqual([]);
    // Node 2 has a new ring as well by now: the two agree.
    node.hear(joinOf2([], seq + 4), 3);
    expect(node.commits).toBe(1);
  });

  test("counts when its sender still says so a join interval later", () => {
    const node = new Lonely();
    const { seq } = node.totem.ring;
    node.hear(encodeMergeDetect(2, { rep: 2, seq: seq + 4 }), 1);
    node.hear(joinOf2([1], seq - 4), SIM_SETTINGS.join + 1);
    expect(node.suspicions.flat()).toEqual([2]);
  });

  test("counts at once when its sender's ring is the newer one", () => {
    const node = new Lonely();
    const { seq } = node.totem.ring;
    node.hear(encodeMergeDetect(2, { rep: 2, seq: seq + 4 }), 1);
    node.hear(joinOf2([1], seq + 4), 2);
    expect(node.suspicions.flat()).toEqual([2]);
  });
});

describe("a leave", () => {
  test("of an older ring is a repetition, also while a ring is being formed", () => {
    const node = new Lonely();
    const { seq } = node.totem.ring;
    node.hear(encodeMergeDetect(2, { rep: 2, seq: seq + 4 }), 1);
    node.hear(leaveOf2(seq - 4), 2);
    expect(node.suspicions.flat()).toEqual([]);
    node.hear(leaveOf2(seq), 3);
    expect(node.suspicions.flat()).toEqual([2]);
  });
});
