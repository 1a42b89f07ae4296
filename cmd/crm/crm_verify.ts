import { writeFileSync } from "node:fs";
import { ExitCode } from "../../internal/base/mod.ts";
import { schemaNumber, upgradeCib, validateCib } from "../../internal/cib/mod.ts";
import { localOffset } from "../../internal/host/time-zone.ts";
import { type Element, parseXml, printXml } from "../../internal/xml/mod.ts";
import { errOut } from "../io.ts";
import { readCibText } from "./cib-file.ts";
import { openCib } from "./cib-source.ts";
import { isGiven, lastValue, OUTPUT_OPTIONS, type ToolInfo } from "./options.ts";
import { runTool, ToolError, type ToolRun } from "./tool.ts";
import { Unvalidated } from "./unvalidated.ts";
import { readXmlStdin, textOrNull } from "./xml-input.ts";

const TOOL: ToolInfo = {
  name: "crm_verify",
  summary: "Checks a configuration for errors",
  options: [
    ...OUTPUT_OPTIONS,
    { long: "live-check", short: "L", help: "The running cluster's", group: "Data" },
    { long: "xml-file", short: "x", value: "text", help: "From a file", group: "Data" },
    { long: "xml-pipe", short: "p", help: "From standard input", group: "Data" },
    { long: "xml-text", short: "X", value: "text", help: "From the command line", group: "Data" },
    { long: "save-xml", short: "S", value: "text", help: "Save it to a file", group: "Additional" },
    { long: "quiet", short: "q", help: "Tell nothing, only exit accordingly", group: "Additional" },
  ],
};

export function main(argv: string[]): Promise<number> {
  return runTool(TOOL, argv, ["text", "xml", "none"], run);
}

/** What is found, told or kept silent by how much was asked for. */
class Findings {
  errors = false;
  warnings = false;
  readonly #tool: ToolRun;
  readonly #verbosity: number;
  readonly quiet: boolean;

  constructor(tool: ToolRun) {
    this.#tool = tool;
    this.quiet = isGiven(tool.options, "quiet");
    const asked = tool.options.given.filter((option) => option.name === "verbose").length;
    const told = this.quiet ? Math.max(asked - 1, 0) : asked;
    this.#verbosity = tool.output.isXml ? 1 : told;
  }

  get verbose(): boolean {
    return this.#verbosity > 0;
  }

  error(text: string): void {
    this.errors = true;
    if (this.verbose) this.#say(`error: ${text}`);
  }

  warning(text: string): void {
    this.warnings = true;
    if (this.verbose) this.#say(`warning: ${text}`);
  }

  /** What the schema says is told in any case. */
  schema(text: string): void {
    this.errors = true;
    this.#tool.output.err(`${text}\n`);
  }

  log(origin: string, text: string): void {
    if (this.#verbosity >= 2) this.#say(`(${origin}) \twarning: ${text}`);
  }

  #say(text: string): void {
    this.#tool.output.err(text);
  }

  /** The last line, and the exit code. */
  conclude(): number {
    if (!this.errors && !this.warnings) return ExitCode.OK;
    if (this.errors && this.verbose) this.#say("error: CIB did not pass schema validation");
    const kind = this.errors ? "errors" : "warnings";
    const more = this.verbose ? "" : " (-V may provide more detail)";
    if (!this.quiet) this.#say(`Configuration invalid (with ${kind})${more}`);
    return ExitCode.CONFIG;
  }
}

async function run(tool: ToolRun): Promise<number> {
  const cib = await readConfiguration(tool);
  const findings = new Findings(tool);
  const save = lastValue(tool.options, "save-xml");
  if (typeof save === "string" && save !== "-") trySave(save, cib);
  if (cib.name !== "cib") {
    if (findings.quiet) return ExitCode.CONFIG;
    tool.output.err(`Input is not a CIB (outermost element is ${cib.name} not cib)`);
    const more = findings.verbose ? "" : " (-V may provide more detail)";
    tool.output.err(`Configuration invalid${more}`);
    return ExitCode.CONFIG;
  }
  if (checkSchema(cib, findings)) await checkMeaning(cib, findings);
  return findings.conclude();
}

function trySave(path: string, cib: Element): void {
  try {
    writeFileSync(path, printXml(cib, { pretty: true }));
  } catch {
    // As the original: checking goes on, and its outcome is what counts.
  }
}

async function readConfiguration({ options, output }: ToolRun): Promise<Element> {
  const chosen = options.given.findLast((option) =>
    ["live-check", "xml-file", "xml-pipe", "xml-text"].includes(option.name),
  );
  if (chosen === undefined) throw new ToolError(ExitCode.ERROR, "No input specified");
  if (chosen.name === "live-check") {
    const source = await openCib();
    const answer = source.ok ? await source.value.request({ operation: "query" }) : source;
    if (answer.ok && answer.value.output !== null) return answer.value.output;
    const failure = answer.ok ? { message: "No such object", code: ExitCode.NOSUCH } : answer.error;
    output.err(`Could not connect to the CIB: ${failure.message}`);
    throw new ToolError(failure.code, `Verification failed: ${failure.message}`);
  }
  let text = chosen.value;
  if (chosen.name === "xml-pipe" || chosen.value === "-") text = textOrNull(readXmlStdin());
  else if (chosen.name === "xml-file") text = readCibText(chosen.value ?? "");
  const dropText = chosen.name !== "xml-text";
  const parsed = text === null ? null : parseXml(text, { doctype: true, dropText });
  if (parsed?.ok !== true) {
    const where = chosen.name === "xml-file" && chosen.value !== "-" ? chosen.value : "input";
    // Programs that parse the answer expect the place only where they asked for more.
    const asked = isGiven(options, "verbose");
    if (parsed !== null && asked)
      output.err(`${where}:${parsed.error.line}: ${parsed.error.message}`);
    throw new ToolError(ExitCode.CONFIG, "Verification failed: Unable to parse CIB XML");
  }
  return parsed.value;
}

/** False when the scheduler could make nothing of it. */
function checkSchema(cib: Element, findings: Findings): boolean {
  const name = cib.get("validate-with");
  if (name !== "none" && schemaNumber(name) === null) {
    findings.error(
      `Cannot validate CIB with ${name === null ? "missing" : "unknown"} validate-with ` +
        "(manually edit to use a known schema)",
    );
    return false;
  }
  if (name === "none") {
    // Once for the check and once for the upgrade, as those who count the lines expect.
    findings.warning(Unvalidated.deprecated);
    findings.warning(Unvalidated.deprecated);
    errOut(`${Unvalidated.disabled}\n`);
  }
  const fault = validateCib(cib);
  if (fault !== null) findings.schema(fault.message);
  return fault === null;
}

async function checkMeaning(cib: Element, findings: Findings): Promise<void> {
  const upgraded = upgradeCib(cib);
  if (!upgraded.ok) return findings.error(upgraded.error.message);
  const { QuorumPolicy, schedule } = await import("../../internal/scheduler/mod.ts");
  const nowMs = Date.now();
  upgraded.value.ensure("status");
  const { working } = schedule(upgraded.value, {
    nowMs,
    localOffset: localOffset(Math.floor(nowMs / 1000)),
  });
  const { config } = working;
  if (!config.startupFencing)
    findings.log("unpack_config", "Blind faith: not fencing unseen nodes");
  if (!working.haveQuorum && config.noQuorumPolicy !== QuorumPolicy.ignore) {
    const text = "Fencing and resource management disabled due to lack of quorum";
    findings.log("cluster_status", text);
  }
  if (config.fencingEnabled && !working.haveFenceDevice) {
    findings.error("Resource start-up disabled since no STONITH resources have been defined");
    findings.error("Either configure some or disable STONITH with the stonith-enabled option");
    findings.error("NOTE: Clusters with shared data need STONITH to ensure data integrity");
  }
  for (const { level, text, origin } of working.messages) {
    if (level === "error") findings.error(text);
    else if (level === "warning") findings.warning(text);
    else findings.log(origin ?? "", text);
  }
}
