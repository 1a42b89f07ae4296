/** The folders of test/scenarios/cluster: cluster.xml, script and expected log. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { runScenario } from "../../internal/simulator/mod.ts";

export const SCENARIOS = resolve(import.meta.dir, "../scenarios/cluster");

export function scenarioNames(): string[] {
  return readdirSync(SCENARIOS).sort();
}

/** What happens now, and what the folder says must happen. */
export function playScenario(name: string): { found: string; expected: () => string } {
  const read = (file: string): string => readFileSync(join(SCENARIOS, name, file), "utf8");
  const found = `${runScenario(read("cluster.xml"), read("script")).join("\n")}\n`;
  return { found, expected: () => read("expected") };
}

export function rewriteScenario(name: string, found: string): void {
  writeFileSync(join(SCENARIOS, name, "expected"), found);
}
