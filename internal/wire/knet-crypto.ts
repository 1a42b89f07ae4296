import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from "node:crypto";
import type { CryptoOverhead } from "./knet.ts";

export interface KnetKey {
  cipher: "none" | "aes128" | "aes192" | "aes256";
  hash: "none" | "md5" | "sha1" | "sha256" | "sha384" | "sha512";
  /** The authkey file's content, 128 to 4096 bytes. */
  secret: Uint8Array;
}

const KEY_BYTES = { none: 0, aes128: 16, aes192: 24, aes256: 32 } as const;
const HASH_BYTES = { none: 0, md5: 16, sha1: 20, sha256: 32, sha384: 48, sha512: 64 } as const;
const BLOCK = 16;

/** Encrypts and authenticates packets as libknet does: salt, AES-CBC, HMAC over both. */
export class KnetCrypto {
  readonly overhead: CryptoOverhead | null;
  readonly #key: KnetKey;
  readonly #cipherKey: Uint8Array;
  readonly #algorithm: string;
  readonly #salt: (bytes: number) => Uint8Array;

  constructor(key: KnetKey, salt: (bytes: number) => Uint8Array) {
    this.#key = key;
    this.#salt = salt;
    this.#cipherKey = key.secret.slice(0, KEY_BYTES[key.cipher]);
    this.#algorithm = `aes-${KEY_BYTES[key.cipher] * 8}-cbc`;
    const encrypts = key.cipher !== "none";
    this.overhead =
      key.hash === "none"
        ? null
        : {
            salt: encrypts ? BLOCK : 0,
            block: encrypts ? BLOCK : 0,
            hash: HASH_BYTES[key.hash],
          };
  }

  sameAs(other: KnetCrypto): boolean {
    const [a, b] = [this.#key, other.#key];
    const same = a.cipher === b.cipher && a.hash === b.hash;
    return same && Buffer.compare(a.secret, b.secret) === 0;
  }

  seal(plain: Uint8Array): Uint8Array {
    const { cipher, hash, secret } = this.#key;
    if (hash === "none") return plain;
    let body: Uint8Array = plain;
    if (cipher !== "none") {
      const salt = this.#salt(BLOCK);
      const aes = createCipheriv(this.#algorithm, this.#cipherKey, salt);
      body = Buffer.concat([salt, aes.update(plain), aes.final()]);
    }
    const mac = createHmac(hash, secret).update(body).digest();
    return Buffer.concat([body, mac]);
  }

  /** The plaintext; null when the packet was not made with this key. */
  open(packet: Uint8Array): Uint8Array | null {
    const { cipher, hash, secret } = this.#key;
    if (hash === "none") return packet;
    const end = packet.length - HASH_BYTES[hash];
    if (end <= 0) return null;
    const body = packet.subarray(0, end);
    const mac = createHmac(hash, secret).update(body).digest();
    if (!timingSafeEqual(mac, packet.subarray(end))) return null;
    if (cipher === "none") return body;
    if (end < 2 * BLOCK || end % BLOCK !== 0) return null;
    try {
      const salt = body.subarray(0, BLOCK);
      const aes = createDecipheriv(this.#algorithm, this.#cipherKey, salt);
      const first = aes.update(body.subarray(BLOCK));
      const last = aes.final();
      return last.length === 0 ? first : Buffer.concat([first, last]);
    } catch {
      return null;
    }
  }
}
