/**
 * Whole simulated clusters under random faults:
 * `npm run sim -- --seed N | --seeds N [--from F] | --hours H`.
 */
import { parseArgs } from "node:util";
import { simulate } from "../../internal/simulator/mod.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    seeds: { type: "string" },
    from: { type: "string", default: "1" },
    hours: { type: "string" },
    log: { type: "boolean", default: false },
  },
});

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
