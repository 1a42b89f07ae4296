import { closeSync, linkSync, openSync, readFileSync, unlinkSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";

const WAIT_MS = 10_000;
const PAUSE_MS = 5;

/**
 * Runs `work` while no other pcs changes this file. The lock is a file beside it with our pid: one
 * left by a process that is no more is taken over. Where none can be made, work is done without.
 */
export function withFileLock<T>(path: string, work: () => T): T {
  const lock = join(dirname(path), `.${basename(path)}.lock`);
  const held = acquire(lock);
  try {
    return work();
  } finally {
    if (held) unlinkSync(lock);
  }
}

function acquire(lock: string): boolean {
  const own = `${lock}.${process.pid}`;
  try {
    const fd = openSync(own, "w", 0o600);
    writeSync(fd, String(process.pid));
    closeSync(fd);
  } catch {
    return false;
  }
  try {
    // A link appears at once and with its content: nobody ever reads a lock without a pid.
    for (let waited = 0; waited <= WAIT_MS; waited += PAUSE_MS) {
      if (tryLink(own, lock)) return true;
      if (isStale(lock)) tryUnlink(lock);
      else Bun.sleepSync(PAUSE_MS);
    }
    return false;
  } finally {
    tryUnlink(own);
  }
}

function tryLink(own: string, lock: string): boolean {
  try {
    linkSync(own, lock);
    return true;
  } catch {
    return false;
  }
}

function tryUnlink(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Somebody else was quicker.
  }
}

function isStale(lock: string): boolean {
  try {
    process.kill(Number(readFileSync(lock, "utf8")), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
