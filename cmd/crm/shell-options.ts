import { errOut, out } from "../io.ts";
import { type OptionSpec, type ParsedOptions, parseOptions } from "./options.ts";

/** Help of a front end: what it is, and its usage. */
export interface ShellTool {
  name: string;
  help: string;
  usage: string;
  options: readonly OptionSpec[];
  /** Exit code for a wrong command line. */
  usageCode: number;
}

/** Switches that each front end of crm_attribute has, with the spellings of earlier releases. */
export const FRONT_OPTIONS: readonly OptionSpec[] = [
  { long: "help" },
  { long: "version" },
  { long: "verbose", short: "V" },
  { long: "quiet", short: "q" },
  { long: "query", short: "G" },
  { long: "get-value" },
  { long: "delete", short: "D" },
  { long: "delete-attr" },
  { long: "node", short: "N", value: "text" },
  { long: "uname", short: "U", value: "text" },
  { long: "lifetime", short: "l", value: "text" },
];

/** Options of those that also set a value. */
export const SETTING_OPTIONS: readonly OptionSpec[] = [
  ...FRONT_OPTIONS,
  { long: "old-quiet", short: "Q" },
  { long: "update", short: "v", value: "text" },
  { long: "attr-value", value: "text" },
  { long: "id", short: "i", value: "text" },
  { long: "attr-id", value: "text" },
];

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
