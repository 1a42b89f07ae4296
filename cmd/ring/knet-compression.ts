import { inflateSync, zstdDecompressSync } from "node:zlib";
import type { CorosyncConfig } from "../../internal/corosync-conf/mod.ts";

/** libknet's numbers in the header of a data packet. */
const ZLIB = 1;
const ZSTD = 7;
const READABLE: Record<string, number> = { none: 0, zlib: ZLIB, zstd: ZSTD };
/** A totem packet is no longer, whatever the sender claims. */
const UNPACKED_MAX = 128 * 1024;

/**
 * Throws when corosync.conf asks for what this program cannot read: stock nodes would compress, and
 * every large packet would be lost here. We send uncompressed packets, which every node takes.
 */
export function checkSupported(settings: CorosyncConfig): void {
  const model = settings.compressionModel;
  if (!(model in READABLE)) {
    throw new Error(`knet_compression_model ${model} is not supported; use none, zlib or zstd`);
  }
  const sctp = settings.links.find((link) => link.transport === "sctp");
  if (sctp !== undefined) {
    throw new Error(`knet_transport sctp (link ${sctp.link}) is not supported; use udp`);
  }
}

/** The packet as it was before compression; null when it cannot be had. */
export function unpack(model: number, payload: Uint8Array): Uint8Array | null {
  const limit = { maxOutputLength: UNPACKED_MAX };
  try {
    if (model === ZLIB) return inflateSync(payload, limit);
    return model === ZSTD ? zstdDecompressSync(payload, limit) : null;
  } catch {
    return null;
  }
}
