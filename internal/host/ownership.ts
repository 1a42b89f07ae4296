import { chownSync, readFileSync } from "node:fs";

const USER = "hacluster";
const GROUP = "haclient";

let owner: { uid: number; gid: number } | null | undefined;

/** The cluster's user and group on this machine; null when they were never made. */
export function clusterOwner(): { uid: number; gid: number } | null {
  if (owner !== undefined) return owner;
  const uid = idOf("/etc/passwd", USER);
  const gid = idOf("/etc/group", GROUP);
  owner = uid === null || gid === null ? null : { uid, gid };
  return owner;
}

function idOf(file: string, name: string): number | null {
  try {
    const line = readFileSync(file, "utf8")
      .split("\n")
      .find((entry) => entry.startsWith(`${name}:`));
    return line === undefined ? null : Number(line.split(":")[2]);
  } catch {
    return null;
  }
}

/**
 * Gives a file or folder to the user that owns the cluster's state, as the originals' files are
 * owned. Only root can, and only where that user is; otherwise it stays as it is.
 */
export function giveToCluster(path: string): void {
  const ids = process.getuid?.() === 0 ? clusterOwner() : null;
  if (ids === null) return;
  try {
    chownSync(path, ids.uid, ids.gid);
  } catch {
    // A file system without owners, or the file is gone again: nothing depends on it.
  }
}
