import {
  chownSync,
  closeSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { Limits } from "../../internal/base/mod.ts";
import { withFileLock } from "../../internal/host/file-lock.ts";
import { readXmlFile, textOrNull } from "./xml-input.ts";

/** The file's text; null when there is no such file, empty when it cannot be read as one. */
export function readCibText(path: string): string | null {
  try {
    const info = statSync(path);
    if (info.isDirectory() || info.size > Limits.xmlBytes) return "";
    return textOrNull(readXmlFile(path)) ?? "";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? null : "";
  }
}

/**
 * Replaces a file's text so that a reader, or a power cut, finds the old or the new text and
 * nothing between. `change` gets the text as it is at that moment, under a lock that every writer
 * here takes, and returns the new one, or null to leave the file alone.
 */
export function changeFile(path: string, change: (text: string | null) => string | null): void {
  const target = resolveTarget(path);
  withFileLock(target, () => {
    const text = change(readCibText(target));
    if (text !== null) replaceFile(target, text);
  });
}

/** Where a symbolic link leads: the link itself stays. */
function resolveTarget(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function replaceFile(path: string, text: string): void {
  // One name for all writers, which take turns: what a killed one left is used up by the next.
  const aside = join(dirname(path), `.${basename(path)}.new`);
  rmSync(aside, { force: true });
  const before = statSync(path, { throwIfNoEntry: false });
  const fd = openSync(aside, "wx", before === undefined ? 0o600 : before.mode & 0o777);
  try {
    try {
      const bytes = Buffer.from(text, "utf8");
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    if (before !== undefined && before.uid !== process.getuid?.()) {
      chownSync(aside, before.uid, before.gid);
    }
    renameSync(aside, path);
  } catch (error) {
    unlinkSync(aside);
    throw error;
  }
}
