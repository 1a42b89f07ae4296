import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  timingSafeEqual,
} from "node:crypto";

/**
 * The bytes between a cluster node and a remote node. Both know the cluster's key. Each side sends a
 * fresh X25519 key signed with it; from both follow the keys of the two directions (HKDF-SHA256),
 * under which every frame travels (AES-256-GCM, the frame's number as nonce). So nobody without the
 * key is heard at all, a recording cannot be played back, and a key that leaks later opens nothing
 * that was said before.
 */

const MAGIC = Buffer.from("MUSTER-REMOTE/1\n");
const KEY_BYTES = 32;
const TAG_BYTES = 32;
const HELLO_BYTES = MAGIC.length + KEY_BYTES + TAG_BYTES;
const GCM_TAG_BYTES = 16;
/** A frame's length. */
const HEAD_BYTES = 4;
/** Of one frame's content. */
export const SEALED_FRAME_MAX = 64 * 1024 * 1024;
/** What precedes a raw X25519 key in its DER form. */
const X25519_PREFIX = Buffer.from("302a300506032b656e032100", "hex");

export class SealError extends Error {
  override name = "SealError";
}

/** One end of a connection. Bytes in and out; no socket of its own. */
export class SealedStream {
  readonly #side: "client" | "server";
  readonly #secret: Buffer;
  readonly #own: { publicKey: Buffer; privateKey: KeyObject };
  #send: Uint8Array | null = null;
  #receive: Uint8Array | null = null;
  #sent = 0n;
  #received = 0n;
  /** Bytes not yet made frames of: those that were joined, and chunks that came after them. */
  #buffer: Buffer = Buffer.alloc(0);
  #chunks: Buffer[] = [];
  #held = 0;
  /** Fewer bytes than this make no frame. */
  #wanted = 0;

  constructor(side: "client" | "server", secret: Uint8Array) {
    if (secret.length === 0) throw new SealError("the cluster's key is empty");
    this.#side = side;
    this.#secret = Buffer.from(secret);
    const { publicKey, privateKey } = generateKeyPairSync("x25519");
    const der = publicKey.export({ type: "spki", format: "der" });
    this.#own = { publicKey: der.subarray(der.length - KEY_BYTES), privateKey };
  }

  get open(): boolean {
    return this.#send !== null;
  }

  /** What a client sends first. */
  hello(): Buffer {
    return this.#helloOf(Buffer.alloc(0));
  }

  /**
   * Takes bytes of the peer. Gives what is to be sent in answer and the frames that are complete.
   * Throws {@link SealError} when the peer is not one of ours or says what it cannot say.
   */
  take(bytes: Uint8Array): { reply: Buffer | null; frames: Buffer[] } {
    this.#chunks.push(Buffer.from(bytes));
    this.#held += bytes.length;
    // Joined once per frame: a large one comes in many chunks.
    if (this.#held < this.#wanted) return { reply: null, frames: [] };
    this.#buffer = Buffer.concat([this.#buffer, ...this.#chunks]);
    this.#chunks = [];
    let reply: Buffer | null = null;
    if (!this.open) {
      const early = this.#buffer.subarray(0, MAGIC.length);
      if (!early.equals(MAGIC.subarray(0, early.length))) throw new SealError("not a peer of ours");
      if (this.#buffer.length < HELLO_BYTES) return { reply, frames: [] };
      const hello = this.#buffer.subarray(0, HELLO_BYTES);
      this.#buffer = this.#buffer.subarray(HELLO_BYTES);
      reply = this.#greeted(hello);
    }
    const frames: Buffer[] = [];
    for (let frame = this.#next(); frame !== null; frame = this.#next()) frames.push(frame);
    this.#held = this.#buffer.length;
    this.#wanted = this.#needed();
    return { reply, frames };
  }

  /** How many bytes the next frame takes, as far as its head is there. */
  #needed(): number {
    if (this.#buffer.length < HEAD_BYTES) return 0;
    return HEAD_BYTES + this.#buffer.readUInt32BE(0) + GCM_TAG_BYTES;
  }

  seal(content: Uint8Array): Buffer {
    if (this.#send === null) throw new SealError("nothing may be sent before the greeting");
    if (content.length > SEALED_FRAME_MAX) throw new SealError("the frame is too large");
    const head = Buffer.alloc(4);
    head.writeUInt32BE(content.length);
    const cipher = createCipheriv("aes-256-gcm", this.#send, nonce(this.#sent));
    this.#sent += 1n;
    cipher.setAAD(head);
    return Buffer.concat([head, cipher.update(content), cipher.final(), cipher.getAuthTag()]);
  }

  #helloOf(peer: Buffer): Buffer {
    const { publicKey } = this.#own;
    return Buffer.concat([MAGIC, publicKey, this.#sign(this.#side, peer, publicKey)]);
  }

  /** A server signs the client's key too: its answer fits one question only. */
  #sign(side: "client" | "server", peer: Buffer, own: Buffer): Buffer {
    return createHmac("sha256", this.#secret)
      .update(`muster remote ${side}`)
      .update(peer)
      .update(own)
      .digest();
  }

  #greeted(hello: Buffer): Buffer | null {
    const key = hello.subarray(MAGIC.length, MAGIC.length + KEY_BYTES);
    const tag = hello.subarray(MAGIC.length + KEY_BYTES);
    const isClient = this.#side === "client";
    const asked = isClient ? this.#own.publicKey : Buffer.alloc(0);
    const due = this.#sign(isClient ? "server" : "client", asked, key);
    if (!timingSafeEqual(due, tag)) throw new SealError("the peer has another key");
    const publicKey = createPublicKey({
      key: Buffer.concat([X25519_PREFIX, key]),
      format: "der",
      type: "spki",
    });
    const shared = diffieHellman({ privateKey: this.#own.privateKey, publicKey });
    const client = isClient ? this.#own.publicKey : key;
    const server = isClient ? key : this.#own.publicKey;
    const salt = createHash("sha256").update(client).update(server).digest();
    const material = Buffer.concat([shared, this.#secret]);
    const derive = (way: string): Uint8Array =>
      new Uint8Array(hkdfSync("sha256", material, salt, `muster remote ${way}`, KEY_BYTES));
    const reply = isClient ? null : this.#helloOf(key);
    this.#send = derive(isClient ? "to server" : "to client");
    this.#receive = derive(isClient ? "to client" : "to server");
    return reply;
  }

  #next(): Buffer | null {
    if (this.#buffer.length < 4) return null;
    const length = this.#buffer.readUInt32BE(0);
    if (length > SEALED_FRAME_MAX) throw new SealError("the peer sends a frame that is too large");
    const end = 4 + length + GCM_TAG_BYTES;
    if (this.#buffer.length < end) return null;
    const decipher = createDecipheriv("aes-256-gcm", this.#receive!, nonce(this.#received));
    this.#received += 1n;
    decipher.setAAD(this.#buffer.subarray(0, 4));
    decipher.setAuthTag(this.#buffer.subarray(4 + length, end));
    try {
      const content = decipher.update(this.#buffer.subarray(4, 4 + length));
      decipher.final();
      this.#buffer = this.#buffer.subarray(end);
      return content;
    } catch {
      throw new SealError("a frame was changed on its way");
    }
  }
}

function nonce(number: bigint): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeBigUInt64BE(number, 4);
  return bytes;
}
