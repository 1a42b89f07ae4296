import { ExitCode, parseDurationMs } from "../../../internal/base/mod.ts";
import { parseIntervalMs } from "../../../internal/cib/mod.ts";
import type { Section, ShowOptions } from "../../../internal/status/mod.ts";
import { isGiven, lastValue } from "../options.ts";
import { ToolError, type ToolRun } from "../tool.ts";
import { SectionChoice, type SectionProblem } from "./sections.ts";

/** What crm_mon was asked to show. */
export interface MonitorRequest {
  choice: SectionChoice;
  options: ShowOptions;
  onlyNode: string | null;
  onlyResource: string | null;
  fullFencing: boolean;
  intervalMs: number;
  once: boolean;
}

/** The names of sections that an option got are wrong; the usage is shown with it. */
export class SectionError extends Error {}

export function readRequest(tool: ToolRun, format: string): MonitorRequest {
  const { options } = tool;
  const choice = new SectionChoice(format);
  const show: ShowOptions = {};
  if (format === "xml") {
    show.inactive = true;
    show.timing = true;
  }
  let fullFencing = false;
  for (const { name, value } of options.given) {
    if (name === "fence-history") fullFencing = fencingLevel(choice, value);
    else applyOption(choice, show, name, value);
  }
  const level = isGiven(options, "as-xml") || isGiven(options, "one-shot");
  return {
    choice,
    options: show,
    onlyNode: lastValue(options, "node") ?? null,
    onlyResource: lastValue(options, "resource") ?? null,
    fullFencing,
    intervalMs: interval(tool),
    once: level || format === "xml",
  };
}

function fencingLevel(choice: SectionChoice, value: string | null): boolean {
  const level = value === null ? 2 : Number.parseInt(value, 10);
  if (!(level >= 0 && level <= 3)) {
    throw new ToolError(ExitCode.INVALID_PARAM, "Fence history must be 0-3");
  }
  choice.fencing(level);
  return level === 3;
}

function applyOption(
  choice: SectionChoice,
  show: ShowOptions,
  name: string,
  value: string | null,
): void {
  if (name === "include") check(choice.include(value ?? ""));
  else if (name === "exclude") check(choice.exclude(value ?? ""));
  else if (name === "hide-headers") choice.hideHeaders();
  else if (name === "neg-locations" && value !== null) choice.banPrefix = value;
  const section = SECTION_OF[name];
  if (section !== undefined) choice.add(section);
  Object.assign(show, SHOWN_BY[name]);
}

const SECTION_OF: Record<string, Section> = {
  failcounts: "failcounts",
  "timing-details": "operations",
  operations: "operations",
  tickets: "tickets",
  "neg-locations": "bans",
  "show-node-attributes": "attributes",
};

const SHOWN_BY: Record<string, ShowOptions> = {
  "group-by-node": { byNode: true },
  inactive: { inactive: true },
  "timing-details": { timing: true },
  "show-detail": {
    cloneDetail: true,
    nodeId: true,
    implicit: true,
    failedDetail: true,
    featureSet: true,
  },
  "show-description": { description: true },
  brief: { brief: true },
  pending: { pending: true },
};

function check(problem: SectionProblem | null): void {
  if (problem !== null) throw new SectionError(problem.message);
}

function interval({ options }: ToolRun): number {
  const text = lastValue(options, "interval");
  if (typeof text !== "string") return 5000;
  const ms = parseDurationMs(text) ?? parseIntervalMs(text);
  if (ms === null) throw new ToolError(ExitCode.INVALID_PARAM, `Invalid value for -i: ${text}`);
  return ms;
}
