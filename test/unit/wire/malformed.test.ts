/** Malformed, truncated, replayed and wrongly signed frames: counted and dropped, never a crash. */
import { describe, expect, test } from "bun:test";
import { SeededRandom } from "../../../internal/simulator/ring/random.ts";
import { SIM_SETTINGS } from "../../../internal/simulator/ring/world.ts";
import { Groups, RingStack } from "../../../internal/totem/mod.ts";
import {
  decodeKnetData,
  decodeKnetPing,
  decodePmtud,
  encodeCommitToken,
  encodeJoin,
  encodeKnetDataHeader,
  encodeToken,
  KnetCrypto,
  knetType,
} from "../../../internal/wire/mod.ts";

/** MUSTER_FUZZ_FRAMES=1000000 for the long run. */
const FRAMES = Number(process.env["MUSTER_FUZZ_FRAMES"] ?? "60000");
const ring = { rep: 1, seq: 5 };

const samples: Uint8Array[] = [
  encodeToken({
    nodeId: 2,
    seq: 3,
    tokenSeq: 9,
    aru: 3,
    aruAddr: 0,
    ring,
    backlog: 0,
    fcc: 0,
    retransFlag: 0,
    rtr: [{ ring, seq: 2 }],
  }),
  encodeJoin({ nodeId: 2, from: 2, procs: [1, 2], failed: [3], ringSeq: 5 }),
  encodeCommitToken({
    nodeId: 2,
    tokenSeq: 0,
    ring,
    index: 1,
    nodeIds: [1, 2],
    members: [1, 2].map(() => ({ ring, aru: 0, highDelivered: 0, received: true })),
  }),
];

/** A ring of one, as it stands after its start. */
function loneRing() {
  const loop: Uint8Array[] = [];
  const groups: Groups = new Groups(1, {
    send: (message) => stack.send(message),
    changed: () => {},
    message: () => {},
  });
  const stack: RingStack = new RingStack({
    me: 1,
    ringSeq: 1,
    settings: SIM_SETTINGS,
    synchronized: [groups],
    plain: [],
    effects: {
      unicast: () => {},
      broadcast: () => {},
      loopback: (packet) => loop.push(packet),
      storeRingSeq: () => {},
      log: () => {},
      ringChanged: () => {},
      synchronized: () => {},
    },
  });
  stack.totem.start(0);
  for (let now = 1; now < 100; now += 1) {
    for (const packet of loop.splice(0)) stack.totem.packet(packet, now);
  }
  return { stack, loop };
}

describe("malformed frames", () => {
  test(`${FRAMES} frames of noise and cut frames leave the ring as it is`, () => {
    const random = new SeededRandom(4711);
    const { stack } = loneRing();
    expect(stack.totem.state).toBe("operational");
    const before = JSON.stringify([stack.totem.ring, stack.totem.members]);
    for (let i = 0; i < FRAMES; i += 1) {
      const sample = random.pick(samples);
      const noise = random.chance(0.5);
      const frame = noise
        ? Uint8Array.from({ length: random.between(0, 90) }, () => random.uint32())
        : sample.slice(0, random.between(0, sample.length - 1));
      stack.totem.packet(frame, 100);
    }
    expect(JSON.stringify([stack.totem.ring, stack.totem.members])).toBe(before);
    const dropped = Object.values(stack.totem.stats.dropped).reduce((a, b) => a + b, 0);
    expect(dropped).toBe(FRAMES);
  }, 120_000);

  test("frames with bytes turned never crash it", () => {
    const random = new SeededRandom(815);
    const { stack, loop } = loneRing();
    for (let i = 0; i < FRAMES; i += 1) {
      const frame = random.pick(samples).slice();
      for (let n = random.between(1, 6); n > 0; n -= 1) {
        frame[random.between(0, frame.length - 1)] = random.uint32();
      }
      stack.totem.packet(frame, 100 + i / 100);
      if (stack.totem.nextTick <= 100 + i / 100) stack.totem.tick(100 + i / 100);
      for (const packet of loop.splice(0, 4)) stack.totem.packet(packet, 100 + i / 100);
      loop.length = 0;
    }
    expect(["gather", "commit", "recovery", "operational"]).toContain(stack.totem.state);
  }, 120_000);

  test("a wrong signature never passes", () => {
    const random = new SeededRandom(99);
    const salt = (n: number) => Uint8Array.from({ length: n }, () => random.uint32());
    const secret = salt(256);
    const key = { cipher: "aes256", hash: "sha256", secret } as const;
    const crypto = new KnetCrypto(key, salt);
    const stranger = new KnetCrypto({ ...key, secret: salt(256) }, salt);
    const payload = salt(300);
    const header = encodeKnetDataHeader({
      node: 2,
      seq: 1,
      compressed: 0,
      broadcast: true,
      fragments: 1,
      fragment: 0,
    });
    const plain = Buffer.concat([header, payload]);
    expect(crypto.open(crypto.seal(plain))).toEqual(plain);
    for (let i = 0; i < FRAMES / 60; i += 1) {
      const sealed = Uint8Array.from(
        random.chance(0.5) ? crypto.seal(plain) : stranger.seal(plain),
      );
      const cut = random.chance(0.3);
      sealed[random.between(0, sealed.length - 1)]! ^= 1 + random.between(0, 254);
      const frame = cut ? sealed.slice(0, random.between(0, sealed.length - 1)) : sealed;
      expect(crypto.open(frame)).toBeNull();
    }
  }, 120_000);

  test("knet's decoders take any bytes", () => {
    const random = new SeededRandom(3);
    for (let i = 0; i < FRAMES; i += 1) {
      const frame = Uint8Array.from({ length: random.between(0, 40) }, () => random.uint32());
      frame[0] = 1;
      knetType(frame);
      decodeKnetData(frame);
      decodeKnetPing(frame);
      decodePmtud(frame);
    }
  }, 120_000);
});
