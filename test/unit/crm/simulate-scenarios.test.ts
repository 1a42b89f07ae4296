/**
 * Small clusters, each built around one rule that is easily got wrong. Expected is what Pacemaker
 * 3.0.0's `crm_simulate -sS` says of them; white space and the order of lines do not matter.
 */
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ToolOutput } from "../../../cmd/crm/output.ts";
import { Report } from "../../../cmd/crm/simulate/report.ts";
import { runSimulation, type SimulationRequest } from "../../../cmd/crm/simulate/run.ts";
import { upgradeCib } from "../../../internal/cib/mod.ts";
import { schedule } from "../../../internal/scheduler/mod.ts";
import { parseXml } from "../../../internal/xml/mod.ts";
import { NO_INJECTIONS } from "../../harness/injections.ts";

const folder = join(import.meta.dir, "..", "..", "scenarios", "simulate");
const scratch = mkdtempSync(join(tmpdir(), "simulate-scenarios-"));
afterAll(() => rmSync(scratch, { recursive: true }));

const request: SimulationRequest = {
  injections: NO_INJECTIONS,
  failures: [],
  date: null,
  sections: ["nodes", "resources"],
  scores: true,
  utilization: false,
  process: true,
  simulate: true,
  live: false,
  pending: true,
  saveInput: null,
  saveGraph: null,
  saveDot: null,
  allActions: false,
};

function squashed(text: string): string[] {
  const lines = text.split("\n").map((line) => line.replace(/\s+/g, ""));
  return lines.filter((line) => line !== "").sort();
}

function cluster(name: string) {
  const parsed = parseXml(readFileSync(join(folder, name, "cluster.xml"), "utf8"));
  if (!parsed.ok) throw new Error(parsed.error.message);
  const upgraded = upgradeCib(parsed.value);
  if (!upgraded.ok) throw new Error(upgraded.error.message);
  return upgraded.value;
}

describe("crm_simulate scenarios", () => {
  for (const name of readdirSync(folder)) {
    const expected = (file: string) => squashed(readFileSync(join(folder, name, file), "utf8"));

    test(`${name}: status, scores and transition`, () => {
      const written = join(scratch, `${name}.txt`);
      const output = new ToolOutput("text", written, "crm_simulate");
      output.finish(runSimulation(cluster(name), request, new Report(output, false)));
      expect(squashed(readFileSync(written, "utf8"))).toEqual(expected("expected.txt"));
    });

    test(`${name}: actions and their order`, () => {
      const cib = cluster(name);
      const nowMs = Number(cib.get("execution-date")) * 1000;
      expect(squashed(schedule(cib, { nowMs }).dot())).toEqual(expected("expected.dot"));
    });
  }
});
