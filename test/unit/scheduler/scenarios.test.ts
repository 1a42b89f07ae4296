/** Small clusters, each with one peculiarity, and what is to be decided for them. */
import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { upgradeCib } from "../../../internal/cib/mod.ts";
import { schedule } from "../../../internal/scheduler/mod.ts";
import { TextSink, writeTransition } from "../../../internal/status/mod.ts";
import { parseXml, printXml } from "../../../internal/xml/mod.ts";

const folder = join(import.meta.dir, "../../scenarios/scheduler");
const record = process.env["MUSTER_RECORD"] !== undefined;

/** The files of `expected/`, by name. */
function decisions(name: string): Record<string, string> {
  const parsed = parseXml(readFileSync(join(folder, name, "cluster.xml"), "utf8"));
  if (!parsed.ok) throw new Error(parsed.error.message);
  const upgraded = upgradeCib(parsed.value);
  if (!upgraded.ok) throw new Error(upgraded.error.message);
  const nowMs = Number(upgraded.value.get("execution-date")) * 1000;
  const result = schedule(upgraded.value, { nowMs, showScores: true });
  const sink = new TextSink();
  writeTransition(sink, result.working);
  return {
    summary: sink.take(),
    scores: `${result.working.scoreLines.join("\n")}\n`,
    "graph.xml": printXml(result.graph, { pretty: true }),
    "graph.dot": result.dot(),
  };
}

describe("scheduler scenarios", () => {
  for (const name of readdirSync(folder).sort()) {
    test(name, () => {
      const expected = join(folder, name, "expected");
      const got = decisions(name);
      if (record) {
        mkdirSync(expected, { recursive: true });
        for (const [file, text] of Object.entries(got)) {
          if (!existsSync(join(expected, file))) writeFileSync(join(expected, file), text);
        }
      }
      for (const [file, text] of Object.entries(got)) {
        expect(text).toBe(readFileSync(join(expected, file), "utf8"));
      }
    });
  }
});
