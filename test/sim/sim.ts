/**
 * Whole simulated clusters under random faults:
 * `npm run sim -- --seed N | --seeds N [--from F] | --hours H`,
 * or one told in a folder: `npm run sim -- --scenario NAME | all [--rewrite]`.
 */
import { parseArgs } from "node:util";
import { simulate } from "../../internal/simulator/mod.ts";
import { playScenario, rewriteScenario, scenarioNames } from "./scenarios.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    seeds: { type: "string" },
    from: { type: "string", default: "1" },
    hours: { type: "string" },
    scenario: { type: "string" },
    rewrite: { type: "boolean", default: false },
    log: { type: "boolean", default: false },
  },
});

if (values.scenario !== undefined) {
  const names = values.scenario === "all" ? scenarioNames() : [values.scenario];
  let bad = 0;
  for (const name of names) {
    const { found, expected } = playScenario(name);
    if (values.rewrite) rewriteScenario(name, found);
    const good = !found.includes("WRONG") && found === expected();
    if (!good) bad += 1;
    if (names.length === 1) console.log(found);
    console.log(`${name}: ${good ? "as expected" : "NOT as expected"}`);
  }
  process.exit(bad === 0 ? 0 : 1);
}

const first = Number(values.seed ?? values.from);
const limit = values.hours === undefined ? Number(values.seeds ?? 1) : Number.POSITIVE_INFINITY;
const hourLimit = Number(values.hours ?? Number.POSITIVE_INFINITY);
const begun = performance.now();
let hours = 0;
let events = 0;
let worstMs = 0;
const failed: number[] = [];
let seeds = 0;
for (; seeds < limit && hours < hourLimit; seeds += 1) {
  const seed = first + seeds;
  const result = simulate({ seed });
  hours += result.simulatedMs / 3_600_000;
  events += result.events;
  worstMs = Math.max(worstMs, result.settledMs);
  if (result.violations.length > 0) {
    failed.push(seed);
    console.log(`seed ${seed} (${result.nodes} nodes): ${result.violations.join("\n  ")}`);
  }
  // Of many seeds only what failed; a single one tells its whole story.
  const tell = values.log || (values.seed !== undefined && result.violations.length > 0);
  if (tell) console.log(result.log.join("\n"));
}
const seconds = (performance.now() - begun) / 1000;
console.log(
  `${seeds} seeds from ${first}: ${failed.length} failed${failed.length > 0 ? ` (${failed.join(" ")})` : ""}; ` +
    `${hours.toFixed(2)} simulated hours, ${((hours * 60) / seconds).toFixed(1)} per real minute; ` +
    `${events} events, ${Math.round(events / seconds)} per second; ` +
    `longest way to rest ${(worstMs / 1000).toFixed(0)} s`,
);
process.exit(failed.length === 0 ? 0 : 1);
