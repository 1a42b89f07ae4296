import { ExitCode } from "../../internal/base/mod.ts";
import { diffCib, patchCib } from "../../internal/cib/mod.ts";
import { type Element, parseXml, printXml } from "../../internal/xml/mod.ts";
import { errOut, out } from "../io.ts";
import {
  flagOption,
  isGiven,
  lastValue,
  type OptionSpec,
  type ParsedOptions,
  textOption,
} from "./options.ts";
import { runTool } from "./tool.ts";
import { readXmlFile, readXmlStdin, textOrNull } from "./xml-input.ts";

const OPTIONS: OptionSpec[] = [
  textOption("original", "o", "File with the first XML", "XML"),
  textOption("original-string", "O", "The first XML itself", "XML"),
  textOption("new", "n", "File with the second XML", "Operation"),
  textOption("new-string", "N", "The second XML itself", "Operation"),
  textOption("patch", "p", "File with a patchset to apply to the first XML", "Operation"),
  flagOption("cib", "c", "Leave out what is of no account in a CIB", "Additional"),
  flagOption("stdin", "s", "Read the second XML from standard input", "Additional"),
  flagOption("no-version", "u", "Leave the version out", "Additional"),
];

const TOOL = {
  name: "crm_diff",
  summary: "Compare two CIBs, or apply the difference",
  options: OPTIONS,
};

/** Difference between two XML documents as a patchset; exit code 1 when there is one. */
export function main(argv: string[]): Promise<number> {
  return runTool(TOOL, argv, ["text"], ({ options }) => run(options));
}

function run(options: ParsedOptions): number {
  const patching = isGiven(options, "patch");
  const first = read(options, "original");
  if (first === null) return unreadable("first");
  const second = patching ? readText(lastValue(options, "patch") ?? null) : secondOf(options);
  if (second === null) return unreadable("second");
  if (patching) return patch(first, second, isGiven(options, "cib"));
  const plain = isGiven(options, "no-version");
  if (plain) keepVersion(first, second);
  const cib = isGiven(options, "cib");
  const diff = diffCib(first, second, { attributeOrder: !cib, digest: cib, original: true });
  if (diff === null) return ExitCode.OK;
  if (plain) {
    diff.first("version")?.remove();
    diff.unset("digest");
  }
  out(printXml(diff, { pretty: true }));
  return ExitCode.ERROR;
}

function unreadable(which: string): number {
  errOut(`Could not parse the ${which} XML fragment\n`);
  return ExitCode.DATAERR;
}

function secondOf(options: ParsedOptions): Element | null {
  if (!isGiven(options, "stdin")) return read(options, "new");
  return readStandardInput();
}

function readStandardInput(): Element | null {
  return parse(textOrNull(readXmlStdin()));
}

function read(options: ParsedOptions, name: "original" | "new"): Element | null {
  const string = lastValue(options, `${name}-string`);
  if (typeof string === "string") return parse(string);
  return readText(lastValue(options, name) ?? null);
}

function readText(path: string | null): Element | null {
  if (path === null) return null;
  if (path === "-") return readStandardInput();
  return parse(textOrNull(readXmlFile(path)));
}

function parse(source: string | null): Element | null {
  const parsed = source === null ? null : parseXml(source);
  return parsed?.ok === true ? parsed.value : null;
}

/** So that a difference in the version alone does not show. */
function keepVersion(from: Element, to: Element): void {
  for (const name of ["admin_epoch", "epoch", "num_updates"]) {
    const value = from.get(name);
    if (value === null) to.unset(name);
    else to.set(name, value);
  }
}

function patch(first: Element, change: Element, cib: boolean): number {
  const result = patchCib(first, change, { anyVersion: !cib });
  if (!result.ok) {
    errOut(`Could not apply patch: ${result.error.message}\n`);
    return result.error.code;
  }
  out(printXml(result.value, { pretty: true }));
  return ExitCode.OK;
}
