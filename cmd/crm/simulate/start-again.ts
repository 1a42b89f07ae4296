import { statSync } from "node:fs";

/**
 * Settings of the engine under us for a run that reads much, decides once and ends. Half of the CPU
 * of such a run went to the optimizing compilers, whose code was seldom used for long enough to
 * earn its making: the last of them is left out, the one before it waits for code that is used
 * twenty times as often. Daemons, which live long, keep the defaults.
 */
const SHORT_LIFE: Record<string, string> = {
  BUN_JSC_useFTLJIT: "0",
  BUN_JSC_thresholdForOptimizeAfterWarmUp: "20000",
};

/** A start costs some 15 ms of CPU; inputs from this size on (in bytes) save more than that. */
const WORTH_IT = 64 * 1024;

/**
 * The engine reads its settings when the process starts and never again, so the process is replaced
 * by the same program with other settings, if the input named in `argv` is large. Returns where it
 * is not, where the settings are there already, and where replacing is not possible.
 */
export function startAgainForLargeInput(argv: readonly string[]): void {
  const isCompiled = import.meta.url.includes("$bunfs");
  if (!isCompiled || process.env["BUN_JSC_useFTLJIT"] !== undefined) return;
  const path = inputPath(argv);
  const size = path === null ? 0 : (statSync(path, { throwIfNoEntry: false })?.size ?? 0);
  if (size < WORTH_IT) return;
  try {
    const words = [process.argv0, ...process.argv.slice(2)];
    process.execve?.(process.execPath, words, { ...SHORT_LIFE, ...process.env });
  } catch {
    // Slower, but as right.
  }
}

/** The value of -x, in the spellings that are usual; another spelling only costs time. */
function inputPath(argv: readonly string[]): string | null {
  const at = argv.findLastIndex((word) => word === "-x" || word === "--xml-file");
  if (at >= 0) return argv[at + 1] ?? null;
  return argv.find((word) => word.startsWith("--xml-file="))?.slice("--xml-file=".length) ?? null;
}
