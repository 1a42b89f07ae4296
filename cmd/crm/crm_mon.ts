import { writeFileSync } from "node:fs";
import { ExitCode } from "../../internal/base/mod.ts";
import {
  HtmlSink,
  type StatusReport,
  TextSink,
  writeClusterStatus,
} from "../../internal/status/mod.ts";
import { Element } from "../../internal/xml/mod.ts";
import { errOut, out } from "../io.ts";
import { cgiHead, htmlOptions } from "./html-options.ts";
import { reportOn } from "./mon/render.ts";
import { type MonitorRequest, readRequest, SectionError } from "./mon/request.ts";
import { takeSnapshot } from "./mon/source.ts";
import {
  flagOption,
  HTML_OPTIONS,
  isGiven,
  lastValue,
  namedOption,
  OUTPUT_OPTIONS,
  type ToolInfo,
  usageText,
} from "./options.ts";
import { printResult } from "./output.ts";
import { runTool, ToolError, type ToolRun } from "./tool.ts";

const TOOL: ToolInfo = {
  name: "crm_mon",
  summary: "Shows the state of the cluster",
  options: [
    ...OUTPUT_OPTIONS,
    ...HTML_OPTIONS,
    namedOption(
      "include",
      "I",
      "SECTION(s)",
      "Show these sections too ('list' names them)",
      "Display",
    ),
    namedOption("exclude", "U", "SECTION(s)", "Leave these sections out", "Display"),
    namedOption("node", "", "NODE", "Only about this node, or those with this tag", "Display"),
    namedOption(
      "resource",
      "",
      "RSC",
      "Only about this resource, or those with this tag",
      "Display",
    ),
    flagOption("group-by-node", "n", "Show resources below their nodes", "Display"),
    flagOption("inactive", "r", "Show inactive resources", "Display"),
    flagOption("failcounts", "f", "Show fail counts", "Display"),
    flagOption("operations", "o", "Show the operation history", "Display"),
    flagOption("timing-details", "t", "Show the operation history with times", "Display"),
    flagOption("tickets", "c", "Show tickets", "Display"),
    {
      long: "fence-history",
      short: "m",
      value: "optional",
      valueName: "LEVEL",
      help: "Show fencing: 0 off, 1 failures and pending, 2 successes too, 3 all",
      group: "Display",
    },
    {
      long: "neg-locations",
      short: "L",
      value: "optional",
      valueName: "PREFIX",
      help: "Show negative location constraints",
      group: "Display",
    },
    flagOption("show-node-attributes", "A", "Show node attributes", "Display"),
    flagOption("hide-headers", "D", "Hide all headers", "Display"),
    flagOption("show-detail", "R", "Show more details", "Display"),
    { long: "show-description", help: "Show descriptions of resources", group: "Display" },
    flagOption("brief", "b", "Count resources instead of listing them", "Display"),
    { long: "pending", short: "j" },
    namedOption(
      "interval",
      "i",
      "TIMESPEC",
      "How often to look (default: 5 seconds)",
      "Additional",
    ),
    flagOption("one-shot", "1", "Show the state once and exit", "Additional"),
    flagOption("daemonize", "d", "Run in the background", "Additional"),
    namedOption("pid-file", "p", "FILE", "File for the process id", "Additional"),
    namedOption("external-agent", "E", "FILE", "Program to run for each event", "Additional"),
    namedOption(
      "external-recipient",
      "e",
      "RCPT",
      "Recipient handed to that program",
      "Additional",
    ),
    flagOption("watch-fencing", "W", "Tell the program of fencing, too", "Additional"),
    flagOption("as-xml", "X", "XML in the old form, once", "Deprecated"),
    flagOption("quiet", "Q", "Say less"),
    namedOption("xml-file", "x", "FILE", "Read the CIB from a file", "Additional"),
  ],
};

export function main(argv: string[]): Promise<number> {
  return runTool(TOOL, withoutConsole(argv), ["text", "xml", "html", "none"], (tool) =>
    run(tool, argv),
  );
}

/** `console` is our plain text. */
function withoutConsole(argv: string[]): string[] {
  return argv.map((word, i) => {
    if (word === "--output-as=console") return "--output-as=text";
    return word === "console" && argv[i - 1] === "--output-as" ? "text" : word;
  });
}

async function run(tool: ToolRun, argv: string[]): Promise<number> {
  const { options, output } = tool;
  const file = lastValue(options, "xml-file");
  if (typeof file === "string") process.env["CIB_file"] = file;
  const legacy = isGiven(options, "as-xml");
  const format = legacy ? "xml" : output.format;
  let request: MonitorRequest;
  try {
    request = readRequest(tool, format);
  } catch (error) {
    if (!(error instanceof SectionError)) throw error;
    return refuseSections(tool, error.message);
  }
  if (isGiven(options, "daemonize")) return daemonize(tool, argv);
  if (request.once || process.env["CIB_file"] === "-") return once(tool, request, legacy);
  return watch(tool, request);
}

function refuseSections({ output }: ToolRun, message: string): number {
  if (output.isText) errOut(`${usageText(TOOL)}\n`);
  output.err(`crm_mon: ${message}`);
  return ExitCode.USAGE;
}

async function once(tool: ToolRun, request: MonitorRequest, legacy: boolean): Promise<number> {
  const { output } = tool;
  const snapshot = await takeSnapshot();
  if (!snapshot.ok) {
    const named = snapshot.code === ExitCode.OK ? "" : "crm_mon: ";
    if (legacy) {
      errOut(`${named}${snapshot.message}\n`);
      out('<crm_mon version="3.0.0"/>\n');
    } else if (output.format === "html") {
      const page = new HtmlSink();
      page.item(`${named}${snapshot.message}`);
      emit(tool, page.page(htmlOptions(tool.options)));
    } else output.err(`${named}${snapshot.message}`);
    return snapshot.code;
  }
  await show(tool, reportOn(snapshot.value, request), legacy);
  return ExitCode.OK;
}

async function show(tool: ToolRun, report: StatusReport, legacy: boolean): Promise<void> {
  const { output } = tool;
  if (legacy || output.isXml) {
    const { clusterStatusXml } = await import("../../internal/status/mod.ts");
    const parts = clusterStatusXml(report);
    if (legacy) out(printResult(new Element("crm_mon", { version: "3.0.0" }, parts)));
    else for (const part of parts) output.add(part);
  } else if (output.format === "html") emit(tool, htmlPage(tool, report));
  else output.write(textOf(report));
}

function textOf(report: StatusReport): string {
  const sink = new TextSink();
  writeClusterStatus(sink, report);
  return sink.take();
}

function htmlPage(tool: ToolRun, report: StatusReport): string {
  const sink = new HtmlSink();
  writeClusterStatus(sink, report);
  return sink.page(htmlOptions(tool.options));
}

function emit({ options }: ToolRun, page: string): void {
  const head = cgiHead(options);
  const file = lastValue(options, "output-to");
  if (typeof file === "string" && file !== "-") writeFileSync(file, head + page);
  else out(head + page);
}

/** Shows the state again after each change, until the program is ended. */
async function watch(tool: ToolRun, request: MonitorRequest): Promise<number> {
  const { ChangeFeed } = await import("./mon/watch.ts");
  const feed = new ChangeFeed(request.intervalMs);
  feed.listen();
  const agent = await externalAgent(tool);
  const { isatty } = await import("node:tty");
  const file = lastValue(tool.options, "output-to") ?? "-";
  const screen = file === "-" && isatty(1);
  for (;;) {
    const snapshot = await takeSnapshot();
    if (snapshot.ok) {
      agent?.look(snapshot.value);
      const report = reportOn(snapshot.value, request);
      if (tool.output.format === "html") {
        emit(tool, htmlPage(tool, report));
      } else {
        const page = textOf(report);
        if (file !== "-") writeFileSync(file, page);
        else out(screen ? `\u001b[H\u001b[2J${page}` : `${page}\n`);
      }
    } else errOut(`crm_mon: ${snapshot.message}\n`);
    await feed.next();
  }
}

async function externalAgent({ options }: ToolRun) {
  const program = lastValue(options, "external-agent");
  if (typeof program !== "string") return null;
  const { ExternalAgent } = await import("./mon/agent.ts");
  const recipient = lastValue(options, "external-recipient") ?? null;
  return new ExternalAgent(program, recipient, isGiven(options, "watch-fencing"));
}

async function daemonize({ options }: ToolRun, argv: string[]): Promise<number> {
  const file = lastValue(options, "output-to") ?? "-";
  if (file === "-" && !isGiven(options, "external-agent")) {
    throw new ToolError(
      ExitCode.USAGE,
      "--daemonize requires at least one of --output-to (with value not set to '-') and " +
        "--external-agent",
    );
  }
  const { detach } = await import("./mon/watch.ts");
  const pid = detach(argv);
  const pidFile = lastValue(options, "pid-file");
  if (typeof pidFile === "string" && pid !== undefined) writeFileSync(pidFile, `${pid}\n`);
  return ExitCode.OK;
}
