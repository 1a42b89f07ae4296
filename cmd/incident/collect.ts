import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Paths } from "../../internal/host/paths.ts";
import { readInput } from "../../internal/host/scheduler-inputs.ts";
import type { Part } from "./file.ts";
import { lineWithoutSecrets, withoutSecrets } from "./secrets.ts";

/** Newest first this many of each; an incident is about the last hours. */
const INPUTS = 200;
const BACKUPS = 100;
const LOG_BYTES = 4 * 1024 * 1024;

/** What the node whose files lie under `root` (empty: this machine) knows. */
export function collectPart(root: string, node: string): Part {
  const at = (path: string): string => join(root, path);
  return {
    node,
    cib: clean(() => readFileSync(at(Paths.cibFile), "utf8"), Date.now()),
    history: newest(at(Paths.cibFolder), /^cib-\d+\.raw$/, BACKUPS),
    inputs: newest(at(Paths.schedulerInputs), /^pe-(input|warn|error)-\d+\.(zst|bz2)$/, INPUTS),
    log: [
      ...logLines(at(join(Paths.logFolder, "pacemaker.log"))),
      ...logLines(at(join(Paths.corosyncLogFolder, "corosync.log"))),
    ],
  };
}

function clean(read: () => string, savedMs: number): string | null {
  try {
    return withoutSecrets(read(), savedMs);
  } catch {
    return null;
  }
}

function newest(folder: string, name: RegExp, most: number): Part["inputs"] {
  let files: string[] = [];
  try {
    files = readdirSync(folder).filter((file) => name.test(file));
  } catch {
    return [];
  }
  const dated = files.map((file) => ({ file, savedMs: statSync(join(folder, file)).mtimeMs }));
  dated.sort((a, b) => a.savedMs - b.savedMs || numberOf(a.file) - numberOf(b.file));
  return dated.slice(-most).flatMap(({ file, savedMs }) => {
    const xml = clean(() => readInput(join(folder, file)), savedMs);
    return xml === null ? [] : [{ file, savedMs, xml }];
  });
}

function numberOf(file: string): number {
  return Number(/\d+/.exec(file)?.[0] ?? 0);
}

/** The last lines of a log. */
function logLines(path: string): string[] {
  try {
    const text = readFileSync(path).subarray(-LOG_BYTES).toString();
    return text
      .split("\n")
      .filter((line) => line !== "")
      .map(lineWithoutSecrets);
  } catch {
    return [];
  }
}
