/** What is sent again says so, for a transport that has more than one way. */
import { expect, test } from "bun:test";
import { SIM_SETTINGS } from "../../../internal/simulator/ring/world.ts";
import { Totem } from "../../../internal/totem/mod.ts";
import { PacketType, packetType } from "../../../internal/wire/mod.ts";

interface Sent {
  to: number;
  from: number;
  packet: Uint8Array;
  copies: number;
}

/** Two members; at time 0 they have formed their ring. */
class Pair {
  readonly wire: Sent[] = [];
  readonly #members = new Map([1, 2].map((me) => [me, this.#member(me)]));

  constructor() {
    for (const totem of this.#members.values()) totem.start(0);
    this.runUntil(() => [...this.#members.values()].every((t) => t.members.length === 2));
  }

  #member(me: number): Totem {
    const send = (to: number, packet: Uint8Array, copies = 0) =>
      this.wire.push({ to, from: me, packet, copies });
    return new Totem({
      me,
      ringSeq: 9,
      settings: { ...SIM_SETTINGS, seqnoUnchanged: 1000 },
      effects: {
        unicast: send,
        broadcast: (packet, _, copies) => send(3 - me, packet, copies),
        loopback: (packet) => send(me, packet),
        deliver: () => {},
        configure: () => {},
        storeRingSeq: () => {},
        log: () => {},
      },
      source: { nextPacket: () => null, lastIsSafe: false, backlog: () => 0 },
    });
  }

  runUntil(condition: () => boolean): void {
    for (let steps = 0; !condition() && steps < 1000; steps += 1) {
      // What one says to itself comes last, or each would have a ring alone before it hears the other.
      const other = this.wire.findIndex((sent) => sent.to !== sent.from);
      const [sent] = this.wire.splice(Math.max(0, other), 1);
      this.#members.get(sent!.to)!.packet(sent!.packet, 0);
    }
  }

  tick(nowMs: number): void {
    for (const totem of this.#members.values()) totem.tick(nowMs);
  }
}

const tokens = (sent: Sent[]) => sent.filter((s) => packetType(s.packet) === PacketType.token);

test("a token goes out once, and as sent again when it does not come back", () => {
  const pair = new Pair();
  expect(tokens(pair.wire).map((s) => s.copies)).toEqual([0]);
  pair.wire.length = 0;
  pair.tick(SIM_SETTINGS.tokenRetransmit);
  expect(new Set(tokens(pair.wire).map((s) => s.copies))).toEqual(new Set([1]));
});

test("joins are nobody's to ask for: they take every way at once", () => {
  const pair = new Pair();
  pair.wire.length = 0;
  pair.tick(SIM_SETTINGS.token);
  const joins = pair.wire.filter(
    (s) => packetType(s.packet) === PacketType.join && s.to !== s.from,
  );
  expect(joins.map((s) => s.copies)).toEqual([1, 1]);
});
