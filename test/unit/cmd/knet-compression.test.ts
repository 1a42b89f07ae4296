import { describe, expect, test } from "bun:test";
import { deflateSync, zstdCompressSync } from "node:zlib";
import { unpack } from "../../../cmd/ring/knet-compression.ts";

const ZLIB = 1;
const ZSTD = 7;
const LZ4 = 3;

describe("packets that stock nodes compress", () => {
  const packet = new Uint8Array(4_000).map((_, at) => at % 251);

  test("zlib and zstd come back as they were", () => {
    expect(new Uint8Array(unpack(ZLIB, deflateSync(packet))!)).toEqual(packet);
    expect(new Uint8Array(unpack(ZSTD, zstdCompressSync(packet))!)).toEqual(packet);
  });

  test("what is damaged, too long or of another kind is dropped", () => {
    const bomb = new Uint8Array(8 << 20);
    expect(unpack(ZLIB, packet)).toBeNull();
    expect(unpack(ZSTD, packet)).toBeNull();
    expect(unpack(LZ4, packet)).toBeNull();
    expect(unpack(ZLIB, deflateSync(bomb))).toBeNull();
    expect(unpack(ZSTD, zstdCompressSync(bomb))).toBeNull();
  });
});
