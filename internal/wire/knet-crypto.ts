import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
  timingSafeEqual,
} from "node:crypto";
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
  /** Null: packets travel as they are. */
  readonly #mac: KeyObject | null;

  constructor(key: KnetKey, salt: (bytes: number) => Uint8Array) {
    this.#key = key;
    this.#salt = salt;
    this.#cipherKey = key.secret.slice(0, KEY_BYTES[key.cipher]);
    this.#algorithm = `aes-${KEY_BYTES[key.cipher] * 8}-cbc`;
    this.#mac = key.hash === "none" ? null : createSecretKey(key.secret);
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
    if (this.#mac === null) return plain;
    const sealed = new Uint8Array(this.sealedSize(plain.length));
    let at = 0;
    for (const part of this.sealParts([plain])) {
      sealed.set(part, at);
      at += part.length;
    }
    return sealed;
  }

  /** Bytes that `plain` bytes become. */
  sealedSize(plain: number): number {
    const o = this.overhead;
    if (o === null) return plain;
    const body = o.block === 0 ? plain : plain + o.block - (plain % o.block);
    return o.salt + body + o.hash;
  }

  /** Seals the concatenation of `plain`; the sealed packet as chunks, so that it is copied once. */
  sealParts(plain: readonly Uint8Array[]): Uint8Array[] {
    if (this.#mac === null) return [...plain];
    const sealed: Uint8Array[] = [];
    if (this.#key.cipher === "none") sealed.push(...plain);
    else {
      const salt = this.#salt(BLOCK);
      const aes = createCipheriv(this.#algorithm, this.#cipherKey, salt);
      sealed.push(salt);
      for (const part of plain) sealed.push(aes.update(part));
      sealed.push(aes.final());
    }
    sealed.push(this.#digest(this.#mac, sealed));
    return sealed.filter((part) => part.length > 0);
  }

  /** The plaintext; null when the packet was not made with this key. */
  open(packet: Uint8Array): Uint8Array | null {
    if (this.#mac === null) return packet;
    const { cipher, hash } = this.#key;
    const end = packet.length - HASH_BYTES[hash];
    if (end <= 0) return null;
    const body = packet.subarray(0, end);
    if (!timingSafeEqual(this.#digest(this.#mac, [body]), packet.subarray(end))) return null;
    if (cipher === "none") return body;
    if (end < 2 * BLOCK || end % BLOCK !== 0) return null;
    const aes = createDecipheriv(this.#algorithm, this.#cipherKey, body.subarray(0, BLOCK));
    // Padding is looked at here: one call less, and no copy to join what two calls returned.
    aes.setAutoPadding(false);
    const plain = aes.update(body.subarray(BLOCK));
    const padding = plain[plain.length - 1]!;
    if (padding === 0 || padding > BLOCK) return null;
    for (let i = 2; i <= padding; i += 1) if (plain[plain.length - i] !== padding) return null;
    return plain.subarray(0, plain.length - padding);
  }

  #digest(secret: KeyObject, parts: readonly Uint8Array[]): Uint8Array {
    const mac = createHmac(this.#key.hash, secret);
    for (const part of parts) mac.update(part);
    return mac.digest();
  }
}
