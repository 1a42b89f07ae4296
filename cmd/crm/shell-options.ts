import { errOut, out } from "../io.ts";
import { type OptionSpec, type ParsedOptions, parseOptions } from "./options.ts";

/** Help of a front end: what it is, and its usage. */
export interface ShellTool {
  name: string;
  help: string;
  usage: string;
  options: OptionSpec[];
  /** Exit code for a wrong command line. */
  usageCode: number;
}

/** Reads the options of a front end as getopt does, with its words for what is wrong. */
export function shellOptions(tool: ShellTool, argv: string[]): ParsedOptions | number {
  const parsed = parseOptions(argv, tool.options);
  if (parsed.ok) {
    // Joined values are no old spelling here.
    return parsed.value;
  }
  const unknown = /^Unknown option (--?)(.*)$/.exec(parsed.message);
  const missing = /^Missing argument for (--?)(.*)$/.exec(parsed.message);
  let said = parsed.message;
  if (unknown !== null) {
    said =
      unknown[1] === "--"
        ? `unrecognized option '--${unknown[2]!.replace(/=.*/, "")}'`
        : `invalid option -- '${unknown[2]}'`;
  } else if (missing !== null) {
    said =
      missing[1] === "--"
        ? `option '--${missing[2]}' requires an argument`
        : `option requires an argument -- '${missing[2]}'`;
  }
  errOut(`${tool.name}: ${said}\n`);
  return wrongUsage(tool, null);
}

export function wrongUsage(tool: ShellTool, complaint: string | null): number {
  if (complaint !== null) errOut(`error: ${complaint}\n`);
  out(`\n${tool.usage}\n`);
  return tool.usageCode;
}
