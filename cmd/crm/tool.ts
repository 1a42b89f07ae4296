import { accessSync, constants } from "node:fs";
import { dirname } from "node:path";
import { ExitCode } from "../../internal/base/mod.ts";
import { useClusterUmask } from "../../internal/host/umask.ts";
import { errOut, out } from "../io.ts";
import {
  askedGroup,
  COMMON_OPTIONS,
  groupHelps,
  isGiven,
  lastValue,
  type ParsedOptions,
  parseOptions,
  type ToolInfo,
  usageText,
} from "./options.ts";
import { type HtmlWriter, type OutputFormat, ToolOutput } from "./output.ts";

/** A tool at work: what it was asked and where its answers go. */
export interface ToolRun {
  name: string;
  options: ParsedOptions;
  output: ToolOutput;
}

/** A tool's failure: printed after its name, then the exit code. */
export class ToolError extends Error {
  readonly code: number;
  /** Print the usage after the message. */
  readonly usage: boolean;
  constructor(code: number, message: string, usage = false) {
    super(message);
    this.code = code;
    this.usage = usage;
  }
}

/**
 * Runs a tool: reads its options, answers `--help` and `--version`, opens the output, prints what
 * it throws as {@link ToolError}. `tool.options` are its own, beside the common ones.
 */
export async function runTool(
  tool: ToolInfo,
  argv: string[],
  formats: readonly OutputFormat[],
  body: (run: ToolRun) => Promise<number> | number,
  htmlWriter?: (options: ParsedOptions) => HtmlWriter,
): Promise<number> {
  const known = new Set(tool.options.map((option) => option.short));
  const common = COMMON_OPTIONS.map((option) => {
    const { short, ...rest } = option;
    return short === undefined || known.has(short) ? rest : option;
  });
  const specs = [...common, ...groupHelps(tool), ...tool.options];
  const parsed = parseOptions(argv, specs);
  if (!parsed.ok) {
    errOut(`${tool.name}: ${parsed.message}\n`);
    return ExitCode.USAGE;
  }
  const options = parsed.value;
  for (const note of options.notes) errOut(`${note}\n`);
  const group = askedGroup(tool, options);
  if (group !== null || isGiven(options, "help") || isGiven(options, "help-all")) {
    out(usageText({ ...tool, options: specs }, group));
    return ExitCode.OK;
  }
  const format = lastValue(options, "output-as") ?? "text";
  const asHtml = format === "html" && htmlWriter !== undefined ? htmlWriter(options) : null;
  const opened = openOutput(tool.name, argv, options, formats, asHtml);
  if (typeof opened === "string") {
    errOut(`${tool.name}: ${opened}\n`);
    return tool.badFormatCode ?? ExitCode.ERROR;
  }
  if (isGiven(options, "version")) return opened.version();
  useClusterUmask();
  const run: ToolRun = { name: tool.name, options, output: opened };
  try {
    return opened.finish(await body(run));
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    if (error.message !== "") opened.err(`${tool.name}: ${error.message}`);
    if (error.usage && opened.isText) {
      errOut((error.message === "" ? "" : "\n") + usageText({ ...tool, options: specs }));
    }
    return opened.finish(error.code);
  }
}

function openOutput(
  name: string,
  argv: string[],
  options: ParsedOptions,
  formats: readonly OutputFormat[],
  htmlWriter: HtmlWriter | null,
): ToolOutput | string {
  const format = lastValue(options, "output-as") ?? "text";
  if (!formats.includes(format as OutputFormat)) {
    return `Error creating output format ${format}: Unknown output format`;
  }
  const destination = lastValue(options, "output-to") ?? null;
  if (destination !== null && destination !== "-") {
    try {
      accessSync(dirname(destination), constants.W_OK);
    } catch {
      const shown = lastValue(options, "output-as") ?? "(null)";
      return `Error creating output format ${shown}: No such file or directory`;
    }
  }
  return new ToolOutput(format as OutputFormat, destination, requestText(name, argv), htmlWriter);
}

/** The command line as the XML result quotes it. */
function requestText(name: string, argv: string[]): string {
  return [name, ...argv].join(" ");
}
