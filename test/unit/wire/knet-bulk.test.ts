import { describe, expect, test } from "bun:test";
import { createDecipheriv, createHmac } from "node:crypto";
import { SeededRandom } from "../../../internal/simulator/ring/random.ts";
import {
  BULK_HEADER,
  type BulkPiece,
  BulkReceiver,
  cutBulk,
  decodeBulk,
  isBulk,
  KnetCrypto,
} from "../../../internal/wire/mod.ts";

const random = new SeededRandom(4);
const bytes = (n: number) => Uint8Array.from({ length: n }, () => random.uint32());

function piecesOf(runs: Uint8Array[]): BulkPiece[] {
  const pieces: BulkPiece[] = [];
  for (const run of runs) {
    for (let at = 0; at < run.length; ) {
      const piece = decodeBulk(run, at)!;
      pieces.push(piece);
      at += BULK_HEADER + piece.payload.length;
    }
  }
  return pieces;
}

function cut(unit: number, sealed: Uint8Array[], runPieces = 3): Uint8Array[] {
  const room = 100;
  return cutBulk(sealed, { node: 7, unit, room, runPieces }, (n) => new Uint8Array(n));
}

describe("pieces of sealed packets", () => {
  test("come together in any order, units mixed", () => {
    const receiver = new BulkReceiver();
    const units = [1, 2, 3].map(() => bytes(random.between(1, 2000)));
    const pieces = units.flatMap((unit, i) => {
      const at = random.between(0, unit.length);
      return piecesOf(cut(i, [unit.subarray(0, at), unit.subarray(at)]));
    });
    for (let i = pieces.length - 1; i > 0; i -= 1) {
      const j = random.between(0, i);
      [pieces[i], pieces[j]] = [pieces[j]!, pieces[i]!];
    }
    const whole = new Map<number, Uint8Array>();
    for (const piece of pieces) {
      const unit = receiver.take(piece);
      if (unit !== null) whole.set(piece.unit, unit);
    }
    expect([...whole.keys()].sort()).toEqual([0, 1, 2]);
    for (const [i, unit] of units.entries()) expect(whole.get(i)).toEqual(unit);
  });

  test("are all of one size but the last, and say whose they are", () => {
    const runs = cut(9, [bytes(1000)]);
    expect(runs.map((run) => run.length)).toEqual([300, 300, 300, 292]);
    const pieces = piecesOf(runs);
    expect(pieces.map((piece) => piece.place)).toEqual([...pieces.keys()]);
    expect(pieces.every((piece) => piece.node === 7 && piece.unit === 9)).toBe(true);
  });

  test("that are cut short or out of place are none", () => {
    const run = cut(1, [bytes(50)])[0]!;
    expect(decodeBulk(run.subarray(0, run.length - 1), 0)).toBeNull();
    const wrong = run.slice();
    wrong[13] = 5;
    expect(decodeBulk(wrong, 0)).toBeNull();
    expect(isBulk(run.subarray(1))).toBe(false);
  });

  test("of units that never end are given up", () => {
    const receiver = new BulkReceiver();
    for (let unit = 0; unit < 1000; unit += 1) {
      receiver.take({ node: 7, unit, pieces: 2, place: 0, payload: new Uint8Array(10) });
    }
    expect(receiver.abandoned).toBe(1000 - 64);
  });
});

describe("sealed packets", () => {
  const hashes = { md5: 16, sha1: 20, sha256: 32, sha384: 48, sha512: 64 } as const;
  const ciphers = { none: 0, aes128: 16, aes192: 24, aes256: 32 } as const;

  test("are salt, AES-CBC and HMAC over both, for every cipher and hash", () => {
    const secret = bytes(256);
    for (const [cipher, keyBytes] of Object.entries(ciphers)) {
      for (const [hash, hashBytes] of Object.entries(hashes)) {
        const key = { cipher, hash, secret } as ConstructorParameters<typeof KnetCrypto>[0];
        const crypto = new KnetCrypto(key, bytes);
        for (const length of [1, 15, 16, 17, 1397]) {
          const plain = bytes(length);
          const sealed = crypto.seal(plain);
          expect(sealed.length).toBe(crypto.sealedSize(length));
          const body = sealed.subarray(0, sealed.length - hashBytes);
          const mac = createHmac(hash, secret).update(body).digest();
          expect(Buffer.compare(mac, sealed.subarray(sealed.length - hashBytes))).toBe(0);
          if (keyBytes > 0) {
            const name = `aes-${keyBytes * 8}-cbc`;
            const aes = createDecipheriv(name, secret.subarray(0, keyBytes), body.subarray(0, 16));
            const opened = Buffer.concat([aes.update(body.subarray(16)), aes.final()]);
            expect(Buffer.compare(opened, plain)).toBe(0);
          }
          expect(Buffer.compare(crypto.open(sealed)!, plain)).toBe(0);
        }
      }
    }
  });
});
