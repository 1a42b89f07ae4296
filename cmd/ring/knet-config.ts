import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import type { CorosyncConfig, LinkSettings } from "../../internal/corosync-conf/mod.ts";
import { Paths, underRoot } from "../../internal/host/paths.ts";
import { KnetCrypto, type LinkTimers } from "../../internal/wire/mod.ts";

const SALT_POOL_BYTES = 8192;
const SHORTEST_KEY = 128;
const LONGEST_KEY = 4096;

export function linkTimers(link: LinkSettings, settings: CorosyncConfig): LinkTimers {
  return {
    pingIntervalMs: link.pingIntervalMs,
    pingTimeoutMs: link.pingTimeoutMs,
    pongCount: link.pongCount,
    pmtudIntervalMs: settings.knetPmtudIntervalS * 1000,
  };
}

/** The key of corosync.conf's crypto options. Throws in Corosync's words when it cannot be had. */
export function loadCrypto(settings: CorosyncConfig): KnetCrypto {
  const { cipher, hash } = settings.crypto;
  const secret = hash === "none" ? new Uint8Array(0) : readKey(settings);
  return new KnetCrypto({ cipher, hash, secret }, saltPool());
}

function readKey(settings: CorosyncConfig): Uint8Array {
  const { key, keyFile } = settings.crypto;
  if (key !== null && keyFile === null) return checked(new TextEncoder().encode(key));
  const path = keyFile ?? underRoot(Paths.corosyncAuthkey);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? "";
    throw new Error(
      `Could not open ${path}: ${why === "ENOENT" ? "No such file or directory" : why}`,
    );
  }
  return checked(bytes, path);
}

function checked(key: Uint8Array, path = "corosync.conf"): Uint8Array {
  if (key.length < SHORTEST_KEY) {
    throw new Error(
      `Could only read ${key.length * 8} bits of minimum ${SHORTEST_KEY * 8} bits from ${path}.`,
    );
  }
  return key.slice(0, LONGEST_KEY);
}

/** Random salts, drawn from the kernel in blocks: one system call for hundreds of packets. */
function saltPool(): (bytes: number) => Uint8Array {
  let pool = randomBytes(SALT_POOL_BYTES);
  let used = 0;
  return (bytes) => {
    if (used + bytes > pool.length) {
      pool = randomBytes(SALT_POOL_BYTES);
      used = 0;
    }
    used += bytes;
    return pool.subarray(used - bytes, used);
  };
}
