import { chmodSync, mkdirSync } from "node:fs";

/**
 * What the original's programs, daemons and tools alike, keep from others in the files they make:
 * writing from the group, everything but passing through a folder from the rest.
 */
const CLUSTER_UMASK = 0o026;

/**
 * For Pacemaker's programs, at their start. Agents and alerts inherit it, so a state file of theirs
 * is 0640. Whoever needs another mode has to set it on what was made.
 */
export function useClusterUmask(): void {
  process.umask(CLUSTER_UMASK);
}

/** Makes a folder that everybody may enter; one that is there keeps its mode. */
export function makeOpenFolder(path: string): void {
  if (mkdirSync(path, { recursive: true }) !== undefined) chmodSync(path, 0o755);
}
