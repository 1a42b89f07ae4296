import { PACEMAKER_VERSION } from "../../internal/base/mod.ts";
import { errOut, out } from "../io.ts";

const USAGE_ERROR = 64;

/**
 * The few options that the daemons have. Null: run; else the exit code, everything being said.
 * `ignored` are words that the original takes and that change nothing here; `texts` are printed.
 */
export function daemonOptions(
  name: string,
  argv: readonly string[],
  usage: string,
  ignored: readonly string[],
  texts: Record<string, string> = {},
): number | null {
  const version = `Pacemaker ${PACEMAKER_VERSION}\nWritten for the muster project\n`;
  const said: Record<string, string> = {
    ...{ "-?": usage, "-h": usage, "--help": usage, "-$": version, "--version": version },
    ...texts,
  };
  for (const word of argv) {
    if (Object.hasOwn(said, word)) {
      out(said[word]!);
      return 0;
    }
    if (ignored.includes(word)) continue;
    errOut(`${name}: Could not parse option: ${word}\n`);
    return USAGE_ERROR;
  }
  return null;
}
