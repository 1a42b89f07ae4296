import { expect, test } from "bun:test";
import { FrameReader, newFrame } from "../../../internal/host/ring-frames.ts";
import { SocketQueue } from "../../../internal/host/socket-queue.ts";
import { SeededRandom } from "../../../internal/simulator/ring/random.ts";

test("frames come out whole whatever chunks they travel in, also when the reader was stopped", () => {
  const random = new SeededRandom(11);
  const queue = new SocketQueue();
  const sizes = Array.from({ length: 300 }, () =>
    random.chance(0.1) ? random.between(0, 700_000) : random.between(0, 300),
  );
  for (const [i, size] of sizes.entries()) queue.push(newFrame(1 + (i % 200), size).fill(i, 5));
  const reader = new FrameReader();
  const got: { kind: number; size: number; intact: boolean }[] = [];
  const take = (kind: number, body: Uint8Array) => {
    const i = got.length;
    got.push({ kind, size: body.length, intact: body.every((byte) => byte === (i & 255)) });
    return random.chance(0.8);
  };
  const kernel = {
    write(data: Uint8Array): number {
      const taken = random.between(0, data.length);
      expect(reader.feed(data.slice(0, taken), take)).toBe(true);
      return taken;
    },
  };
  while (queue.waiting > 0) queue.flush(kernel);
  while (reader.buffered > 0) reader.feed(new Uint8Array(0), take);
  expect(got.map((frame) => frame.size)).toEqual(sizes);
  expect(got.every((frame, i) => frame.intact && frame.kind === 1 + (i % 200))).toBe(true);
});
