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

/**
 * When garbage is collected. A middling input is held to a small heap, since the program itself
 * takes half of the memory that there is to stay within; a large one has room to grow first, and
 * collecting beside it would only have its work done twice.
 */
const SMALL_HEAP: Record<string, string> = {
  BUN_JSC_largeHeapSize: "12000000",
  BUN_JSC_largeHeapGrowthFactor: "1.1",
  BUN_JSC_minEdenToOldGenerationRatio: "0.2",
};
const LARGE_HEAP: Record<string, string> = {
  BUN_JSC_largeHeapSize: "128000000",
  BUN_JSC_useConcurrentGC: "0",
};

/** Inputs from this size on (in bytes) get the large heap. */
const LARGE = 4 * 1024 * 1024;

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
    const heap = size < LARGE ? SMALL_HEAP : LARGE_HEAP;
    process.execve?.(process.execPath, words, { ...SHORT_LIFE, ...heap, ...process.env });
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
