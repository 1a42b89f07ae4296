import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { underRoot } from "../../internal/host/paths.ts";

/** The number tells what is kept: another one when that changes. */
const FOLDER = "/var/cache/muster/agents-2";

/** Folders with what agents share: a change there may change what an agent says of itself. */
const SHARED = ["/usr/lib/ocf/lib/heartbeat", "/usr/share/fence", "/usr/share/resource-agents"];

/**
 * Metadata of an agent, kept from one call to the next: asking a script takes tens of milliseconds,
 * a Python fence agent hundreds. A copy counts while the agent's file and the shared folders are
 * unchanged. Only root's copies are believed, and only where root alone can write them.
 */
export async function cachedMetadata(
  name: string,
  agentPath: string,
  ask: () => Promise<string | null>,
): Promise<string | null> {
  const file = cacheFile(name);
  const stamp = stampOf(agentPath);
  if (file === null || stamp === null) return ask();
  const kept = readKept(file, stamp);
  if (kept !== null) return kept;
  const text = await ask();
  if (text === null || text.includes("\0")) return text;
  try {
    keep(file, `${stamp}\n${text}`);
  } catch {
    // Without a place to keep it the agent is asked again next time.
  }
  return text;
}

function cacheFile(name: string): string | null {
  if (process.getuid?.() !== 0) return null;
  const sum = createHash("sha256").update(name).digest("hex").slice(0, 32);
  return join(underRoot(FOLDER), sum);
}

/** Whole or not at all; not synced, as what a crash loses is asked for again. */
function keep(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const aside = `${file}.${process.pid}`;
  writeFileSync(aside, text, { mode: 0o644, flag: "wx" });
  renameSync(aside, file);
}

function readKept(file: string, stamp: string): string | null {
  try {
    const owner = statSync(file);
    if (owner.uid !== 0 || (owner.mode & 0o022) !== 0) return null;
    const text = readFileSync(file, "utf8");
    return text.startsWith(`${stamp}\n`) ? text.slice(stamp.length + 1) : null;
  } catch {
    return null;
  }
}

/** What must stay the same for a copy to count; null for an agent that is no file. */
function stampOf(path: string): string | null {
  const state = (at: string): string => {
    try {
      const { dev, ino, size, mtimeMs, ctimeMs } = statSync(at);
      return [dev, ino, size, mtimeMs, ctimeMs].join("-");
    } catch {
      return "none";
    }
  };
  const own = state(path);
  return own === "none" ? null : [path, own, ...SHARED.map(state)].join(" ");
}
