/** The reasons recorded for each score add up to it: over the corpus, else over our own scenarios. */
import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { formatScore } from "../../internal/base/mod.ts";
import { upgradeCib } from "../../internal/cib/mod.ts";
import {
  type Resource,
  type ScheduleResult,
  schedule,
  sumRecords,
} from "../../internal/scheduler/mod.ts";
import { parseXml } from "../../internal/xml/mod.ts";
import { readCases, runCase } from "./corpus.ts";

/** Scores that their reasons do not explain: of the tables as they ended, and of those shown. */
function unexplained({ working }: ScheduleResult): string[] {
  const wrong: string[] = [];
  const book = working.reasons!;
  const check = (what: string, score: number, sum: number) => {
    if (sum !== score) wrong.push(`${what}: ${formatScore(score)}, reasons: ${formatScore(sum)}`);
  };
  const visit = (resource: Resource) => {
    for (const node of working.nodesByIndex) {
      if (!resource.allowed.has(node)) continue;
      const sum = sumRecords(book.of(resource, node));
      check(`${resource.id} on ${node.name}`, resource.allowed.score(node), sum);
    }
    for (const child of resource.children) visit(child);
  };
  for (const resource of working.resources) visit(resource);
  for (const { resource, node, score, records } of book.shown) {
    check(`shown: ${resource.id} on ${node?.name}`, score, sumRecords(records));
  }
  return wrong;
}

const shared = process.env["MUSTER_SHARED"];
const scenarios = join(import.meta.dir, "../scenarios/cluster");

function* runs(): Generator<[string, () => ScheduleResult]> {
  for (const entry of readdirSync(scenarios, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const parsed = parseXml(readFileSync(join(scenarios, entry.name, "cluster.xml"), "utf8"));
    if (!parsed.ok) throw new Error(parsed.error.message);
    const upgraded = upgradeCib(parsed.value);
    if (!upgraded.ok) throw new Error(upgraded.error.message);
    const options = { nowMs: 1_800_000_000_000, showScores: true, explain: true };
    yield [entry.name, () => schedule(upgraded.value, options)];
  }
  if (shared === undefined) return;
  const folder = join(shared, "conformance", "scheduler");
  for (const item of readCases(folder)) yield [item.name, () => runCase(folder, item, true)];
}

describe("reasons", () => {
  test("add up to each score", () => {
    const wrong: string[] = [];
    let scores = 0;
    for (const [name, run] of runs()) {
      const result = run();
      scores += result.working.reasons!.shown.length;
      const own = unexplained(result);
      if (own.length > 0) wrong.push(`${name}: ${own.length}, as ${own[0]}`);
    }
    expect(scores).toBeGreaterThan(100);
    expect(wrong).toEqual([]);
  }, 900_000);
});
