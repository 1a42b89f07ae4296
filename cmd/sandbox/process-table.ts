import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A process named so that a reused pid is not mistaken for it. */
export interface ProcessMark {
  pid: number;
  /** Field 22 of /proc/PID/stat: clock ticks between boot and the start of the process. */
  start: string;
}

/** Every process of a sandbox node carries this variable with the node's folder as its value. */
export const NODE_VARIABLE = "MUSTER_SANDBOX_NODE";

export function processMark(pid: number): ProcessMark | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The command name stands in brackets and may hold anything; fields are counted after it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z" || fields[0] === "X") return null;
    return { pid, start: fields[19] ?? "" };
  } catch {
    return null;
  }
}

export function isAlive(mark: ProcessMark): boolean {
  return processMark(mark.pid)?.start === mark.start;
}

export function writePidFile(file: string, pid: number): void {
  const mark = processMark(pid);
  if (mark !== null) writeFileSync(file, `${JSON.stringify(mark)}\n`);
}

export function readPidFile(file: string): ProcessMark | null {
  try {
    const mark = JSON.parse(readFileSync(file, "utf8")) as ProcessMark;
    return isAlive(mark) ? mark : null;
  } catch {
    return null;
  }
}

export function removePidFile(file: string): void {
  rmSync(file, { force: true });
}

/** Processes of ours whose environment says that they belong to the node in `root`. */
export function processesOfNode(root: string): ProcessMark[] {
  const uid = process.getuid?.() ?? 0;
  const wanted = `${NODE_VARIABLE}=${root}`;
  const found: ProcessMark[] = [];
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) continue;
    try {
      const folder = join("/proc", entry);
      if (statSync(folder).uid !== uid) continue;
      const environment = readFileSync(join(folder, "environ"), "latin1").split("\0");
      if (!environment.includes(wanted)) continue;
    } catch {
      continue; // it has ended meanwhile, or is not ours to read
    }
    const mark = processMark(Number(entry));
    if (mark !== null) found.push(mark);
  }
  return found;
}

/**
 * Cuts the power of a node: everything that belongs to it gets SIGKILL, again until nothing is
 * left, since a process may fork while we look. Returns the number of processes killed.
 */
export function killNode(root: string): number {
  let killed = 0;
  for (let round = 0; round < 50; round++) {
    const marks = processesOfNode(root);
    if (marks.length === 0) return killed;
    for (const mark of marks) {
      if (!isAlive(mark)) continue;
      try {
        process.kill(mark.pid, "SIGKILL");
        killed += 1;
      } catch {
        // ended between the look and the shot
      }
    }
    Bun.sleepSync(10);
  }
  throw new Error(`processes of ${root} do not die`);
}
