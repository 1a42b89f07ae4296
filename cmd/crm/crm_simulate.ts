import { readFileSync } from "node:fs";
import { ExitCode } from "../../internal/base/mod.ts";
import type { Injections, Section } from "../../internal/status/mod.ts";
import { printXml } from "../../internal/xml/mod.ts";
import { errOut } from "../io.ts";
import {
  flagOption,
  isGiven,
  lastValue,
  namedOption,
  OUTPUT_OPTIONS,
  type ToolInfo,
} from "./options.ts";
import type { InputSource } from "./simulate/input.ts";
import type { SimulationRequest } from "./simulate/run.ts";
import { startAgainForLargeInput } from "./simulate/start-again.ts";
import { runTool, ToolError, type ToolRun } from "./tool.ts";

const TOOL: ToolInfo = {
  name: "crm_simulate",
  badFormatCode: ExitCode.NOSUCH,
  summary: "Shows how a cluster would respond to events",
  helpWords: { Events: "synthetic", Artifacts: "artifact" },
  options: [
    ...OUTPUT_OPTIONS,
    flagOption("run", "R", "Decide what the cluster would do", "Operations"),
    flagOption("simulate", "S", "Like --run; carry it out in simulation", "Operations"),
    flagOption("in-place", "X", "Like --simulate; write the outcome into the input", "Operations"),
    flagOption("show-attrs", "A", "Show node attributes", "Operations"),
    flagOption("show-failcounts", "c", "Show fail counts", "Operations"),
    flagOption("show-scores", "s", "Show scores", "Operations"),
    flagOption("show-utilization", "U", "Show utilization", "Operations"),
    namedOption(
      "profile",
      "P",
      "DIR",
      "Time the scheduler on each XML file of a folder",
      "Operations",
    ),
    {
      long: "repeat",
      short: "N",
      value: "integer",
      valueName: "N",
      help: "With --profile: how often",
      group: "Operations",
    },
    { long: "pending", short: "j" },
    namedOption("node-up", "u", "NODE", "Bring a node online", "Events"),
    namedOption("node-down", "d", "NODE", "Take a node offline", "Events"),
    namedOption("node-fail", "f", "NODE", "Let a node fail", "Events"),
    namedOption("op-inject", "i", "OPSPEC", "Add the result of an operation", "Events"),
    namedOption("op-fail", "F", "OPSPEC", "Let an operation fail in the simulation", "Events"),
    namedOption("set-datetime", "t", "DATETIME", "Assume this time", "Events"),
    namedOption("quorum", "q", "QUORUM", "Set whether the cluster has quorum", "Events"),
    namedOption("watchdog", "w", "DEVICE", "Set whether a watchdog is active", "Events"),
    namedOption("ticket-grant", "g", "TICKET", "Grant a ticket", "Events"),
    namedOption("ticket-revoke", "r", "TICKET", "Revoke a ticket", "Events"),
    namedOption("ticket-standby", "b", "TICKET", "Put a ticket in standby", "Events"),
    namedOption("ticket-activate", "e", "TICKET", "Activate a ticket", "Events"),
    namedOption("save-input", "I", "FILE", "Save the CIB that is scheduled", "Artifacts"),
    namedOption("save-output", "O", "FILE", "Save the CIB that results", "Artifacts"),
    namedOption("save-graph", "G", "FILE", "Save the transition graph as XML", "Artifacts"),
    namedOption("save-dotfile", "D", "FILE", "Save the transition graph as DOT", "Artifacts"),
    flagOption("all-actions", "a", "Show all actions in the DOT graph", "Artifacts"),
    flagOption("live-check", "L", "Take the running cluster's CIB", "Source"),
    namedOption("xml-file", "x", "FILE", "Take the CIB from a file", "Source"),
    flagOption("xml-pipe", "p", "Take the CIB from standard input", "Source"),
    flagOption("quiet", "Q", "Show results only"),
  ],
};

export function main(argv: string[]): Promise<number> {
  startAgainForLargeInput(argv);
  return runTool(TOOL, argv, ["text", "xml", "none"], run);
}

async function run(tool: ToolRun): Promise<number> {
  const { options, output } = tool;
  const folder = lastValue(options, "profile");
  if (typeof folder === "string") {
    const { profile } = await import("./simulate/profile.ts");
    await profile(folder, Number(lastValue(options, "repeat") ?? 1), output);
    return ExitCode.OK;
  }
  const [{ readInput }, { runSimulation, save }, { Report }] = await Promise.all([
    import("./simulate/input.ts"),
    import("./simulate/run.ts"),
    import("./simulate/report.ts"),
  ]);
  const source = inputSource(tool);
  const cib = await readInput(source, (line) => errOut(`${line}\n`));
  const target = outputPath(tool, source);
  if (target !== null) {
    try {
      save(target, printXml(cib, { pretty: true }));
    } catch {
      const message = `Could not create '${target}': No such file or directory`;
      throw new ToolError(ExitCode.NOSUCH, message);
    }
  }
  const report = new Report(output, isGiven(options, "quiet"));
  const code = runSimulation(cib, request(tool, source), report);
  if (target !== null) save(target, printXml(cib, { pretty: true }));
  return code;
}

function inputSource({ options }: ToolRun): InputSource {
  const chosen = options.given.findLast((one) =>
    ["live-check", "xml-file", "xml-pipe"].includes(one.name),
  );
  if (chosen === undefined) return { kind: "none" };
  if (chosen.name === "live-check") return { kind: "live" };
  if (chosen.name === "xml-pipe") return { kind: "stdin" };
  return chosen.value === "-" ? { kind: "stdin" } : { kind: "file", path: chosen.value ?? "" };
}

/** File that holds the simulated CIB in the end. */
function outputPath({ options }: ToolRun, source: InputSource): string | null {
  if (isGiven(options, "in-place") && source.kind === "file" && isWritten(source.path)) {
    return source.path;
  }
  return lastValue(options, "save-output") ?? null;
}

function isWritten(path: string): boolean {
  return readFileSync(path).length > 0;
}

function request(tool: ToolRun, source: InputSource): SimulationRequest {
  const { options } = tool;
  const given = (name: string) => isGiven(options, name);
  const value = (name: string) => lastValue(options, name) ?? null;
  const sections: Section[] = ["nodes", "resources"];
  if (given("show-attrs")) sections.push("attributes");
  if (given("show-failcounts")) sections.push("failcounts", "failures");
  const simulate = given("simulate") || given("in-place");
  const asked = ["run", "show-scores", "show-utilization", "save-graph", "save-dotfile"];
  return {
    injections: injections(tool),
    failures: values(tool, "op-fail"),
    date: value("set-datetime"),
    sections,
    scores: given("show-scores"),
    utilization: given("show-utilization"),
    process: asked.some(given),
    simulate,
    live: source.kind === "live",
    pending: true,
    saveInput: value("save-input"),
    saveGraph: value("save-graph"),
    saveDot: value("save-dotfile"),
    allActions: given("all-actions"),
  };
}

function values({ options }: ToolRun, name: string): string[] {
  return options.given.filter((one) => one.name === name).map((one) => one.value ?? "");
}

function injections(tool: ToolRun): Injections {
  return {
    quorum: lastValue(tool.options, "quorum") ?? null,
    watchdog: lastValue(tool.options, "watchdog") ?? null,
    nodesUp: values(tool, "node-up"),
    nodesDown: values(tool, "node-down"),
    nodesFail: values(tool, "node-fail"),
    ticketsGrant: values(tool, "ticket-grant"),
    ticketsRevoke: values(tool, "ticket-revoke"),
    ticketsStandby: values(tool, "ticket-standby"),
    ticketsActivate: values(tool, "ticket-activate"),
    operations: values(tool, "op-inject"),
  };
}
