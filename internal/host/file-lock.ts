import { dlopen, FFIType } from "bun:ffi";
import { closeSync, fstatSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** How long to wait for another writer, ms: writers hold a lock for milliseconds. */
const WAIT_MS = 20_000;
const PAUSE_MS = 3;

const LOCK_EX = 2;
const LOCK_NB = 4;

/** Somebody else kept a file locked for too long; nothing was changed. */
export class FileLockedError extends Error {
  constructor(path: string) {
    super(`${path} is locked by another program: try again when it has ended`);
  }
}

let libc: ReturnType<typeof openLibc> | null = null;

function openLibc() {
  const { i32 } = FFIType;
  return dlopen("libc.so.6", { flock: { args: [i32, i32], returns: i32 } });
}

/**
 * Runs `work` while no other writer of ours is at this file. The kernel keeps the lock: it ends with
 * the process that holds it, however that ends, and leaves nothing behind. `path` may not exist yet.
 */
export function withFileLock<T>(path: string, work: () => T): T {
  const fd = acquire(path);
  try {
    return work();
  } finally {
    closeSync(fd);
  }
}

function acquire(path: string): number {
  libc ??= openLibc();
  const deadline = performance.now() + WAIT_MS;
  while (performance.now() < deadline) {
    const fd = openSync(isThere(path) ? path : dirname(path), "r");
    if (libc.symbols.flock(fd, LOCK_EX | LOCK_NB) === 0 && isStill(fd, path)) return fd;
    closeSync(fd);
    Bun.sleepSync(PAUSE_MS);
  }
  throw new FileLockedError(path);
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Files are replaced, not written over: what was locked may be one that is no more. */
function isStill(fd: number, path: string): boolean {
  const now = statSync(isThere(path) ? path : dirname(path), { throwIfNoEntry: false });
  const own = fstatSync(fd);
  return now !== undefined && now.ino === own.ino && now.dev === own.dev;
}
