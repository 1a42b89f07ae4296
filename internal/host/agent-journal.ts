import { mkdirSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Which agents are under way, one small file each in /run. An engine that was killed leaves its
 * agents behind; the next one must not probe while a start of the last is still at work, or the
 * resource could end up running twice.
 */
export class AgentJournal {
  #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** An agent was started. Failing to note it must not keep it from running. */
  begin(pid: number): void {
    const start = startOf(pid);
    if (start === null) return;
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o750 });
      writeFileSync(join(this.#folder, String(pid)), start, { mode: 0o600 });
    } catch {
      // /run is full or gone; the cluster goes on.
    }
  }

  end(pid: number): void {
    try {
      unlinkSync(join(this.#folder, String(pid)));
    } catch {
      // It was never noted.
    }
  }

  /** Kills the agents that an engine before this one left at work, with all they started. */
  killLeftovers(): number {
    let killed = 0;
    for (const name of this.#names()) {
      const pid = Number(name);
      // The same number may belong to another process by now.
      if (readStart(join(this.#folder, name)) === startOf(pid)) {
        killed += killGroup(pid) ? 1 : 0;
      }
      this.end(pid);
    }
    return killed;
  }

  #names(): string[] {
    try {
      return readdirSync(this.#folder).filter((name) => /^\d+$/.test(name));
    } catch {
      return [];
    }
  }
}

function killGroup(leader: number): boolean {
  try {
    process.kill(-leader, "SIGKILL");
    return true;
  } catch {
    return false;
  }
}

function readStart(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** When a process started, in clock ticks since the boot; null when there is none. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The command name stands in brackets and may hold anything; fields are counted after it.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}
