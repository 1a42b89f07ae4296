import { EXIT_TEXTS, ExitCode } from "../../internal/base/mod.ts";
import { Element } from "../../internal/xml/mod.ts";
import {
  type CodeRow,
  EXIT_NAMES,
  LEGACY_RESULTS,
  LIBRARY_RESULTS,
  SYSTEM_ERRORS,
} from "./error-table.ts";
import { isGiven, type OptionSpec, OUTPUT_OPTIONS } from "./options.ts";
import { exitCodeText } from "./output.ts";
import { runTool, type ToolRun } from "./tool.ts";

const OPTIONS: OptionSpec[] = [
  ...OUTPUT_OPTIONS,
  { long: "name", short: "n", help: "Show the name of the code too" },
  { long: "list", short: "l", help: "Show all codes" },
  { long: "exit", short: "X", help: "The codes are exit codes of the tools" },
  { long: "rc", short: "r", help: "The codes are results of library functions" },
];

const TOOL = {
  name: "crm_error",
  summary: "Tell what a code of Pacemaker's tools means",
  operands: "[-- <rc> [...]]",
  options: OPTIONS,
};

type Family = "legacy" | "library" | "exit";

/** Meaning of result and exit codes. */
export function main(argv: string[]): Promise<number> {
  return runTool(TOOL, argv, ["text", "xml", "none"], run);
}

function run(tool: ToolRun): number {
  const { options } = tool;
  let family: Family = "legacy";
  for (const { name } of options.given) {
    if (name === "exit") family = "exit";
    if (name === "rc") family = "library";
  }
  const named = isGiven(options, "name");
  if (isGiven(options, "list") || options.rest.length === 0) {
    for (const row of allRows(family)) printListed(tool, row, named);
    return ExitCode.OK;
  }
  for (const word of options.rest) {
    const number = /^\s*[+-]?\d+/.exec(word);
    const code = number === null ? Number.NaN : Number(number[0]);
    printOne(tool, describe(family, code), named);
  }
  return ExitCode.OK;
}

function allRows(family: Family): CodeRow[] {
  const fine: CodeRow = [0, "pcmk_rc_ok", "OK"];
  if (family === "legacy") return [fine, ...SYSTEM_ERRORS, ...LEGACY_RESULTS];
  if (family === "library") return [...LIBRARY_RESULTS, fine, ...SYSTEM_ERRORS];
  const codes = Object.keys(EXIT_TEXTS).map(Number);
  return codes.map((code) => [code, `CRM_EX_${exitName(code)}`, exitCodeText(code)]);
}

function exitName(code: number): string {
  return EXIT_NAMES[code]?.slice("CRM_EX_".length) ?? "UNKNOWN";
}

/** Errors that have a text but are in no list. */
const UNLISTED: Record<number, string> = {
  50: "No CSI structure available",
  109: "Too many references: cannot splice",
  118: "Not a XENIX named type file",
  119: "No XENIX semaphores available",
  130: "Owner died",
  131: "State not recoverable",
  132: "Operation not possible due to RF-kill",
  133: "Memory page has hardware error",
};

function describe(family: Family, code: number): CodeRow {
  const shown = Number.isNaN(code) ? -2_147_483_648 : code;
  if (family === "exit") return [shown, `CRM_EX_${exitName(shown)}`, exitCodeText(shown)];
  const rows = allRows(family);
  if (family === "library") {
    const row = rows.find(([known]) => known === shown);
    if (row !== undefined) return row;
    if (shown < 0) return [shown, "Unknown", "Error"];
    return [shown, "Unknown", UNLISTED[shown] ?? `Unknown error ${shown}`];
  }
  if (Number.isNaN(code)) return [shown, "Unknown", "Error"];
  // Library functions gave these codes negative; either sign is understood.
  const positive = Math.abs(shown);
  const row = rows.find(([known]) => known === positive);
  if (row !== undefined) return [shown, row[1], row[2]];
  if (positive === 211) return [shown, "Unknown", "Schema is already the latest available"];
  return [shown, "Unknown", UNLISTED[positive] ?? `Unknown error ${positive}`];
}

function printListed({ output }: ToolRun, [code, name, text]: CodeRow, named: boolean): void {
  const number = String(code).padStart(5);
  output.info(named ? `${number}: ${name.padEnd(26)}  ${text}` : `${number}: ${text}`);
  output.add(element([code, name, text], named));
}

function printOne({ output }: ToolRun, [code, name, text]: CodeRow, named: boolean): void {
  output.info(named ? `${name} - ${text}` : text);
  output.add(element([code, name, text], named));
}

function element([code, name, text]: CodeRow, named: boolean): Element {
  const result = new Element("result-code", { code: String(code) });
  if (named) result.set("name", name);
  return result.set("description", text);
}
