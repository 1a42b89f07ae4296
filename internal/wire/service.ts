/** The header of the messages between services, and the sync engine's own messages. */
import { getU16, getU32, getU64, putU16, putU32, putU64 } from "./bytes.ts";
import type { RingId } from "./totem.ts";

export const SERVICE_HEADER_SIZE = 16;

export const ServiceId = { cmap: 0, cfg: 1, cpg: 2, quorum: 3, votequorum: 5 } as const;

/** Service and function of a message whose declared size fits; null otherwise. */
export function decodeServiceHeader(b: Uint8Array): { service: number; fn: number } | null {
  if (b.length < SERVICE_HEADER_SIZE) return null;
  const size = getU32(b, 8);
  if (size < SERVICE_HEADER_SIZE || size > b.length) return null;
  return { service: getU16(b, 2), fn: getU16(b, 0) };
}

/** A zeroed message of `size` bytes with its header. */
export function newServiceMessage(service: number, fn: number, size: number): Uint8Array {
  const b = new Uint8Array(size);
  putU16(b, 0, fn);
  putU16(b, 2, service);
  putU32(b, 8, size);
  return b;
}

/** Changes the size that a header declares. */
export function putServiceSize(b: Uint8Array, size: number): void {
  putU32(b, 8, size);
}

const SYNC_BARRIER = 0;
const SYNC_SERVICE_BUILD = 1;
const SYNC_SERVICES_MAX = 128;
const SERVICE_BUILD_SIZE = 552;

export type SyncMessage =
  | { type: "build"; ring: RingId; services: number[] }
  | { type: "barrier"; ring: RingId };

export function encodeSync(message: SyncMessage): Uint8Array {
  const build = message.type === "build";
  const b = new Uint8Array(build ? SERVICE_BUILD_SIZE : 32);
  putU32(b, 0, build ? SYNC_SERVICE_BUILD : SYNC_BARRIER);
  putU32(b, 8, b.length);
  putU32(b, 16, message.ring.rep);
  putU64(b, 20, message.ring.seq);
  if (build) {
    putU32(b, 32, message.services.length);
    message.services.forEach((id, i) => {
      putU32(b, 40 + 4 * i, id);
    });
  }
  return b;
}

export function decodeSync(b: Uint8Array): SyncMessage | null {
  if (b.length < 32) return null;
  const ring = { rep: getU32(b, 16), seq: getU64(b, 20) };
  const id = getU32(b, 0);
  if (id === SYNC_BARRIER) return { type: "barrier", ring };
  if (id !== SYNC_SERVICE_BUILD || b.length < SERVICE_BUILD_SIZE) return null;
  const count = getU32(b, 32);
  if (count > SYNC_SERVICES_MAX) return null;
  const services = Array.from({ length: count }, (_, i) => getU32(b, 40 + 4 * i));
  return { type: "build", ring, services };
}

/** A service that takes part in synchronization; the sync engine drives it. */
export interface SyncService {
  readonly id: number;
  /** A new regular configuration begins. `transitional`: who came along from the last one. */
  syncInit(change: { ring: RingId; members: number[]; transitional: number[] }): void;
  /** The messages to send before the barrier. */
  syncMessages(): Uint8Array[];
  /** Every member has passed this service's barrier. */
  syncActivate(): void;
  /** The synchronization of all services was broken off by another configuration. */
  syncAbort(): void;
  /** A message of this service, in the agreed order. */
  deliver(fn: number, from: number, message: Uint8Array): void;
}
