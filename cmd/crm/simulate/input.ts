import { ExitCode } from "../../../internal/base/mod.ts";
import { fittingSchema, upgradeCib, validateCib } from "../../../internal/cib/mod.ts";
import { type Element, parseXml } from "../../../internal/xml/mod.ts";
import { openCib } from "../cib-source.ts";
import { ToolError } from "../tool.ts";
import { Unvalidated } from "../unvalidated.ts";
import { readXmlFile, readXmlStdin } from "../xml-input.ts";

/** Where a CIB is read from. */
export type InputSource =
  | { kind: "file"; path: string }
  | { kind: "stdin" }
  | { kind: "live" }
  | { kind: "none" };

const UNREADABLE = new ToolError(
  ExitCode.DATAERR,
  "Could not read input XML: Bad input value provided",
);

/** The CIB in the newest schema, with a status section; throws what the tool ends with. */
export async function readInput(
  source: InputSource,
  complain: (line: string) => void,
): Promise<Element> {
  const cib = await readRaw(source, complain);
  const fault = validateCib(cib);
  if (fault !== null) {
    if (/^Unknown schema/.test(fault.message)) {
      if (cib.name !== "cib") complain(notCib(cib));
      throw new ToolError(ExitCode.ERROR, "");
    }
    complain(`${fault.message}`);
    const fitting = fittingSchema(cib);
    if (fitting === null) throw new ToolError(ExitCode.CONFIG, "");
    cib.set("validate-with", fitting);
  }
  if (cib.get("validate-with") === "none") {
    complain(Unvalidated.disabled);
  }
  if (cib.name !== "cib") {
    complain(notCib(cib));
    throw new ToolError(ExitCode.NOSUCH, "");
  }
  const upgraded = upgradeCib(cib);
  if (!upgraded.ok) throw new ToolError(ExitCode.CONFIG, upgraded.error.message);
  upgraded.value.ensure("status");
  return upgraded.value;
}

function notCib(root: Element): string {
  return `Input is not a CIB (outermost element is ${root.name} not cib)`;
}

async function readRaw(source: InputSource, complain: (line: string) => void): Promise<Element> {
  if (source.kind === "live") return readLive(complain);
  const text = source.kind === "none" ? null : readText(source, complain);
  const parsed = text === null ? null : parseXml(text, { doctype: true, dropText: true });
  if (parsed?.ok === true) return parsed.value;
  if (parsed !== null) complain(`line ${parsed.error.line}: ${parsed.error.message}`);
  throw UNREADABLE;
}

function readText(
  source: { kind: "file"; path: string } | { kind: "stdin" },
  complain: (line: string) => void,
): string | null {
  const text = source.kind === "stdin" ? readXmlStdin() : readXmlFile(source.path);
  // That there is none is all that the tool says of a file in any case.
  if (text === null) return null;
  if (text.ok) return text.value;
  complain(`${source.kind === "stdin" ? "standard input" : source.path}: ${text.error}`);
  return null;
}

async function readLive(complain: (line: string) => void): Promise<Element> {
  const source = await openCib();
  const answer = source.ok ? await source.value.request({ operation: "query" }) : source;
  if (answer.ok && answer.value.output !== null) return answer.value.output;
  const failure = answer.ok ? { message: "No such object", code: ExitCode.NOSUCH } : answer.error;
  complain(`Could not connect to the CIB: ${failure.message}`);
  throw new ToolError(failure.code, "");
}
