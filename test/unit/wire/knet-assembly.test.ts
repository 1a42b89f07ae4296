/** Fragments of knet packets, from one sending or from several of the same packet. */
import { expect, test } from "bun:test";
import { Assemblies, KnetReceiver } from "../../../internal/wire/mod.ts";

const PIECE = 100;
const PIECES = 20;

/** A packet as the ring makes it: its beginning is its own, the rest may be like any other's. */
function packet(id: number): Uint8Array {
  const whole = new Uint8Array(PIECE * PIECES - 7);
  whole[0] = id;
  return whole;
}

function fragment(from: { node: number; seq: number; packet: Uint8Array }, number: number) {
  const payload = from.packet.subarray((number - 1) * PIECE, number * PIECE);
  const head = { compressed: 0, broadcast: true, fragments: PIECES, fragment: number };
  return { node: from.node, seq: from.seq, ...head, payload };
}

function receivers() {
  const assemblies = new Assemblies();
  const one = new KnetReceiver(1, assemblies);
  const two = new KnetReceiver(2, assemblies);
  one.restart(10);
  two.restart(500);
  return { one, two };
}

const numbers = Array.from({ length: PIECES }, (_, i) => i + 1);

test("what one sending lacks comes from another, of another node", () => {
  const { one, two } = receivers();
  const wanted = packet(1);
  for (const n of numbers) {
    if (n % 3 === 0) continue;
    expect(one.take(fragment({ node: 1, seq: 11, packet: wanted }, n))).toBeNull();
  }
  const rest = numbers.filter((n) => n === 1 || n % 3 === 0);
  const got = rest.map((n) => two.take(fragment({ node: 2, seq: 501, packet: wanted }, n)));
  expect(got.filter((p) => p !== null)).toEqual([wanted]);
});

test("packets that differ in their first piece alone are not mixed", () => {
  const { one } = receivers();
  for (const n of numbers.slice(1)) one.take(fragment({ node: 1, seq: 11, packet: packet(1) }, n));
  const got = numbers.map((n) => one.take(fragment({ node: 1, seq: 12, packet: packet(2) }, n)));
  expect(got.filter((p) => p !== null)).toEqual([packet(2)]);
  expect(one.take(fragment({ node: 1, seq: 11, packet: packet(1) }, 1))).toEqual(packet(1));
});

test("pieces of a number that came round again are not added to the old ones", () => {
  const { one } = receivers();
  const old = packet(1);
  for (const n of numbers.slice(1)) one.take(fragment({ node: 1, seq: 11, packet: old }, n));
  const single = { ...fragment({ node: 1, seq: 0, packet: old }, 1), fragments: 1, fragment: 0 };
  for (let seq = 12; seq < 65536 + 11; seq += 7) one.take({ ...single, seq: seq % 65536 });
  expect(one.take(fragment({ node: 1, seq: 11, packet: packet(3) }, 1))).toBeNull();
});
