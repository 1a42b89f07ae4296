import type { KnetData } from "./knet.ts";

/** Packets whose fragments are still arriving. */
const ASSEMBLIES_MAX = 256;
const SEQ_SPACE = 65536;

interface Assembly {
  parts: (Uint8Array | null)[];
  missing: number;
  bytes: number;
  done: boolean;
}

/**
 * Fragments of all senders on their way to be packets again. A packet that the ring sends a second
 * time comes under another number, maybe from another node; of many pieces one is lost each time. So
 * what has the same first fragment is one packet, and its pieces are gathered from all its sendings:
 * a first fragment holds the ring's own header, which no two packets share.
 */
export class Assemblies {
  readonly #byKey = new Map<number, Assembly>();
  abandoned = 0;
  duplicates = 0;

  /** The packet that this fragment completes, else null. */
  take(data: KnetData): Uint8Array | null {
    const key = data.node * SEQ_SPACE + data.seq;
    let assembly = this.#byKey.get(key);
    if (assembly === undefined || assembly.parts.length !== data.fragments) {
      if (this.#byKey.size >= ASSEMBLIES_MAX) this.#abandonOldest();
      const parts = Array.from({ length: data.fragments }, () => null);
      assembly = { parts, missing: data.fragments, bytes: 0, done: false };
      this.#byKey.set(key, assembly);
    }
    if (assembly.done || assembly.parts[data.fragment - 1] !== null) {
      this.duplicates += 1;
      return null;
    }
    put(assembly, data.fragment - 1, data.payload);
    if (data.fragment === 1) assembly = this.#joinSame(key, assembly);
    if (assembly.missing > 0) return null;
    assembly.done = true;
    this.#byKey.delete(key);
    const whole = new Uint8Array(assembly.bytes);
    let at = 0;
    for (const part of assembly.parts) {
      whole.set(part!, at);
      at += part!.length;
    }
    assembly.parts.fill(null);
    return whole;
  }

  /** The assembly of the same packet that an earlier sending began, with what this one brought. */
  #joinSame(key: number, assembly: Assembly): Assembly {
    for (const other of this.#byKey.values()) {
      if (other === assembly || other.done || !sameStart(other, assembly)) continue;
      assembly.parts.forEach((part, i) => {
        if (part !== null && other.parts[i] === null) put(other, i, part);
      });
      this.#byKey.set(key, other);
      return other;
    }
    return assembly;
  }

  /** Packet `seq` of `node` is too long ago: its number may soon stand for another one. */
  forget(node: number, seq: number): void {
    if (this.#byKey.size > 0) this.#byKey.delete(node * SEQ_SPACE + seq);
  }

  forgetNode(node: number): void {
    for (const key of this.#byKey.keys()) {
      if (Math.trunc(key / SEQ_SPACE) === node) this.#byKey.delete(key);
    }
  }

  #abandonOldest(): void {
    const oldest = this.#byKey.keys().next().value;
    if (oldest !== undefined) this.#byKey.delete(oldest);
    this.abandoned += 1;
  }
}

function put(assembly: Assembly, at: number, part: Uint8Array): void {
  assembly.parts[at] = part;
  assembly.missing -= 1;
  assembly.bytes += part.length;
}

function sameStart(a: Assembly, b: Assembly): boolean {
  const [one, other] = [a.parts[0]!, b.parts[0]!];
  if (one === null || other === null || a.parts.length !== b.parts.length) return false;
  if (one.length !== other.length) return false;
  for (let i = 0; i < one.length; i += 1) if (one[i] !== other[i]) return false;
  return true;
}
