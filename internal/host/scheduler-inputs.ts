import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { giveToCluster } from "./ownership.ts";

/** Inputs kept of each kind, as the original's defaults of pe-*-series-max. */
const KEPT = { input: 4000, warn: 5000, error: 4000 };
export type InputKind = keyof typeof KEPT;

/**
 * What the scheduler was asked, one file a run: pe-input-N.zst, numbered around. For
 * `crm_simulate -x` and for whoever wants to know afterwards why something was decided.
 */
export class SchedulerInputs {
  #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Keeps one input; gives its path, or null when it could not be written (nothing depends on it). */
  save(kind: InputKind, text: string): string | null {
    try {
      if (mkdirSync(this.#folder, { recursive: true, mode: 0o750 }) !== undefined) {
        giveToCluster(this.#folder);
      }
      const last = join(this.#folder, `pe-${kind}.last`);
      const number = readNumber(last) % KEPT[kind];
      const path = join(this.#folder, `pe-${kind}-${number}.zst`);
      const bytes = Bun.zstdCompressSync(Buffer.from(text), { level: 3 });
      writeFileSync(`${path}.new`, bytes, { mode: 0o640 });
      giveToCluster(`${path}.new`);
      renameSync(`${path}.new`, path);
      writeFileSync(last, String((number + 1) % KEPT[kind]), { mode: 0o640 });
      giveToCluster(last);
      return path;
    } catch {
      return null;
    }
  }
}

function readNumber(path: string): number {
  try {
    const number = Number.parseInt(readFileSync(path, "utf8"), 10);
    return Number.isNaN(number) ? 0 : number;
  } catch {
    return 0;
  }
}

/**
 * The text of an input file: plain, `.zst` as we write it, `.bz2` as the original does (needs the
 * bzip2 program). Throws when it cannot be read.
 */
export function readInput(path: string): string {
  if (path.endsWith(".bz2")) {
    const run = Bun.spawnSync(["bzip2", "-dc", path], { stdout: "pipe", stderr: "pipe" });
    if (run.exitCode !== 0) throw new Error(run.stderr.toString().trim() || "bzip2 failed");
    return run.stdout.toString();
  }
  const bytes = readFileSync(path);
  return (path.endsWith(".zst") ? Buffer.from(Bun.zstdDecompressSync(bytes)) : bytes).toString();
}
