import { readFileSync } from "node:fs";
import { Paths, underRoot } from "./paths.ts";

/**
 * The variables of the first of `paths` that exists: shell assignments, quotes taken off, comments
 * ignored.
 */
export function readDefaults(
  paths: readonly string[] = Paths.pacemakerDefaults,
): Record<string, string> {
  for (const path of paths) {
    const text = readIfThere(underRoot(path));
    if (text !== null) return parseDefaults(text);
  }
  return {};
}

export function parseDefaults(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const line of text.split("\n")) {
    const match = /^\s*(?:export\s+)?([A-Za-z_]\w*)=(?:"([^"]*)"|'([^']*)'|(\S*))/.exec(line);
    if (match !== null) found[match[1]!] = match[2] ?? match[3] ?? match[4] ?? "";
  }
  return found;
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
