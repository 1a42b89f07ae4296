/** The scheduler against the corpus of recorded decisions: what passes must keep passing. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expectedOf, judge, outputsOf, readCases, runCase } from "./corpus.ts";

const shared = process.env["MUSTER_SHARED"];
const floor = JSON.parse(readFileSync(join(import.meta.dir, "scheduler-floor.json"), "utf8"));

if (shared === undefined) {
  console.warn("SKIPPED: scheduler conformance needs MUSTER_SHARED (the folder with the corpus)");
}

describe.skipIf(shared === undefined)("scheduler conformance", () => {
  test("no column falls below its floor", () => {
    const folder = join(shared ?? "", "conformance", "scheduler");
    const passed = { scores: 0, exp: 0, dot: 0, all: 0 };
    for (const item of readCases(folder)) {
      const verdict = judge(expectedOf(folder, item.name), outputsOf(runCase(folder, item)));
      if (verdict.scores) passed.scores += 1;
      if (verdict.exp) passed.exp += 1;
      if (verdict.dot) passed.dot += 1;
      if (verdict.scores && verdict.exp && verdict.dot) passed.all += 1;
    }
    console.log(`scheduler conformance: ${JSON.stringify(passed)}`);
    for (const column of ["scores", "exp", "dot", "all"] as const) {
      expect(passed[column]).toBeGreaterThanOrEqual(floor[column]);
    }
  }, 120_000);
});
