import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDate, toEpoch, upgradeCib } from "../../internal/cib/mod.ts";
import { type ScheduleResult, schedule } from "../../internal/scheduler/mod.ts";
import { parseXml, printXml } from "../../internal/xml/mod.ts";

/** One input of the corpus. */
export interface Case {
  name: string;
  args: string;
}

export function readCases(folder: string): Case[] {
  const lines = readFileSync(join(folder, "MANIFEST.tsv"), "utf8").split("\n").slice(1);
  return lines
    .filter((line) => line !== "")
    .map((line) => line.split("\t"))
    .map((cells) => ({ name: cells[0]!, args: cells[3] ?? "" }));
}

/** Runs the scheduler on one case, in this process, at the time the case asks for. */
export function runCase(folder: string, item: Case, explain = false): ScheduleResult {
  const parsed = parseXml(readFileSync(join(folder, "xml", `${item.name}.xml`), "utf8"));
  if (!parsed.ok) throw new Error(parsed.error.message);
  const upgraded = upgradeCib(parsed.value);
  if (!upgraded.ok) throw new Error(upgraded.error.message);
  const cib = upgraded.value;
  const asked = /-t\s*'?"?([^'"]+)/.exec(item.args)?.[1]?.trim();
  const saved = Number(cib.get("execution-date") ?? "0");
  let seconds = saved > 0 ? saved : Math.floor(Date.now() / 1000);
  if (asked !== undefined) {
    const date = parseDate(asked, { now: seconds, localOffset: 0 });
    if (date !== null) seconds = toEpoch(date);
  }
  return schedule(cib, { nowMs: seconds * 1000, showScores: true, explain });
}

function squash(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.replace(/\s+/g, ""))
    .filter((line) => line !== "");
}

function normalGraph(text: string): string {
  return squash(
    text.replace(/crm_feature_set="[^"]*"/g, "").replace(/batch-limit="[0-9]*"/g, ""),
  ).join("\n");
}

function normalDot(text: string): string {
  const lines = text.split("\n").filter((line) => line !== "");
  const middle = [...new Set(lines.slice(1, -1))].sort();
  return squash([lines[0], ...middle, lines[lines.length - 1]].join("\n")).join("\n");
}

export interface Verdict {
  scores: boolean;
  exp: boolean;
  dot: boolean;
}

export interface Outputs {
  scores: string[];
  exp: string;
  dot: string;
}

export function outputsOf(result: ScheduleResult): Outputs {
  const printed = printXml(result.graph, { pretty: true });
  return {
    scores: squash(result.working.scoreLines.slice().sort().join("\n")),
    exp: normalGraph(printed),
    dot: normalDot(result.dot()),
  };
}

export function expectedOf(folder: string, name: string): Outputs {
  const read = (kind: string) => {
    const path = join(folder, kind, `${name}.${kind}`);
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  };
  return {
    scores: squash(read("scores")).sort(),
    exp: normalGraph(read("exp")),
    dot: normalDot(read("dot")),
  };
}

/** Compared as one text without white space: how a printer breaks lines does not matter. */
export function judge(want: Outputs, got: Outputs): Verdict {
  const flat = (text: string) => text.replaceAll("\n", "");
  return {
    scores: want.scores.join("\n") === got.scores.slice().sort().join("\n"),
    exp: flat(want.exp) === flat(got.exp),
    dot: want.dot === got.dot,
  };
}
