import {
  closeSync,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { type Disk, DiskError } from "../ports/mod.ts";

/** The file system. Every failure but "not there" is a {@link DiskError} with the errno's name. */
export const disk: Disk = { read, writeAtomic, remove, rename, list };

let asideCounter = 0;

function read(path: string): Uint8Array | null {
  try {
    return readFileSync(path);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return null;
    throw diskError("read", path, error);
  }
}

/**
 * Writes aside, syncs, renames and syncs the folder. The name aside starts with a dot and holds our
 * pid, so that two writers never share one and a leftover of a crash is never taken for content.
 */
function writeAtomic(path: string, content: Uint8Array | string, mode = 0o600): void {
  const folder = dirname(path);
  asideCounter += 1;
  const aside = join(folder, `.${basename(path)}.${process.pid}.${asideCounter}`);
  try {
    mkdirSync(folder, { recursive: true });
    writeAndSync(aside, content, mode);
    renameSync(aside, path);
    syncFolder(folder);
  } catch (error) {
    try {
      unlinkSync(aside);
    } catch {
      // It was never made, or was renamed already.
    }
    throw diskError("write", path, error);
  }
}

function writeAndSync(path: string, content: Uint8Array | string, mode: number): void {
  const fd = openSync(path, "wx", mode);
  try {
    // The mode is what was asked for, whatever the umask of this process.
    fchmodSync(fd, mode);
    let bytes = typeof content === "string" ? Buffer.from(content, "utf8") : content;
    while (bytes.length > 0) bytes = bytes.subarray(writeSync(fd, bytes));
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** A rename is durable only once its folder is. */
function syncFolder(folder: string): void {
  const fd = openSync(folder, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
    syncFolder(dirname(path));
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return;
    throw diskError("remove", path, error);
  }
}

function rename(from: string, to: string): void {
  try {
    renameSync(from, to);
    syncFolder(dirname(to));
    if (dirname(from) !== dirname(to)) syncFolder(dirname(from));
  } catch (error) {
    throw diskError("rename", from, error);
  }
}

/** Names in a folder, sorted; empty when the folder does not exist. */
function list(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw diskError("list", folder, error);
  }
}

function errnoOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "UNKNOWN";
}

function diskError(verb: string, path: string, error: unknown): DiskError {
  const code = errnoOf(error);
  return new DiskError(`could not ${verb} ${path}: ${code}`, code);
}
