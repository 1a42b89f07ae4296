import { describe, expect, test } from "bun:test";
import { Reassembler, splitPayload } from "../../../internal/node/chunks.ts";

function message(bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, index) => (index * 31) % 251);
}

describe("messages that are larger than the ring takes", () => {
  for (const size of [0, 1, 999_987, 999_988, 3_500_000]) {
    test(`${size} bytes`, () => {
      const reassembler = new Reassembler();
      const results = splitPayload(message(size), 7).map((part) => reassembler.add("a", part));
      expect(results.slice(0, -1).every((result) => result === null)).toBe(true);
      expect(results.at(-1)).toEqual(message(size));
    });
  }

  test("two senders at a time", () => {
    const reassembler = new Reassembler();
    const [a, b] = [splitPayload(message(2_000_000), 1), splitPayload(message(1_500_000), 1)];
    expect(reassembler.add("a", a[0]!)).toBeNull();
    expect(reassembler.add("b", b[0]!)).toBeNull();
    expect(reassembler.add("a", a[1]!)).toBeNull();
    expect(reassembler.add("b", b[1]!)?.length).toBe(1_500_000);
    expect(reassembler.add("a", a[2]!)?.length).toBe(2_000_000);
  });

  test("what began before we joined, or whose sender left, comes to nothing", () => {
    const reassembler = new Reassembler();
    const parts = splitPayload(message(2_500_000), 1);
    expect(reassembler.add("a", parts[1]!)).toBeNull();
    expect(reassembler.add("a", parts[2]!)).toBeNull();
    expect(reassembler.add("a", parts[0]!)).toBeNull();
    reassembler.drop("a");
    expect(reassembler.add("a", parts[1]!)).toBeNull();
    expect(reassembler.add("a", parts[2]!)).toBeNull();
    expect(reassembler.add("a", Uint8Array.from([9, 9]))).toBeNull();
  });
});
