/**
 * Whole simulated clusters under random faults:
 * `npm run sim -- --seed N | --seeds N [--from F] | --hours H | --fresh SECONDS`,
 * `--storm whole|model` for quick faults only, `--faults N` for so many in each run, `--nodes N`, `--kinds KIND,…` (internal/simulator/faults.ts);
 * a seed with other faults: `--seed N --script FILE`;
 * or one told in a folder: `npm run sim -- --scenario NAME | all [--rewrite]`. See README.md here.
 * The exit code is 0 when all went well, 3 when a check failed; any other is this program's own failure.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import {
  COMMAND_NAMES,
  parseScript,
  printScript,
  type RunOptions,
  type SimulationResult,
  shrink,
  simulate,
} from "../../internal/simulator/mod.ts";
import { playScenario, rewriteScenario, scenarioNames } from "./scenarios.ts";

/** Exit code for a cluster, or a scenario, that went wrong. */
const FOUND = 3;

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    seeds: { type: "string" },
    from: { type: "string" },
    hours: { type: "string" },
    fresh: { type: "string" },
    storm: { type: "string" },
    faults: { type: "string" },
    nodes: { type: "string" },
    kinds: { type: "string" },
    script: { type: "string" },
    scenario: { type: "string" },
    rewrite: { type: "boolean", default: false },
    log: { type: "boolean", default: false },
    first: { type: "boolean", default: false },
    "no-shrink": { type: "boolean", default: false },
  },
});

function scenarios(which: string): never {
  const names = which === "all" ? scenarioNames() : [which];
  let bad = 0;
  for (const name of names) {
    const { found, expected } = playScenario(name);
    if (values.rewrite) rewriteScenario(name, found);
    const good = !found.includes("WRONG") && found === expected();
    if (!good) bad += 1;
    if (names.length === 1) console.log(found);
    console.log(`${name}: ${good ? "as expected" : "NOT as expected"}`);
  }
  process.exit(bad === 0 ? 0 : FOUND);
}

function optionsOf(seed: number): RunOptions {
  const { storm, script, faults, nodes, kinds } = values;
  return {
    seed,
    ...(faults === undefined ? {} : { faults: Number(faults) }),
    ...(nodes === undefined ? {} : { nodes: Number(nodes) }),
    ...(kinds === undefined ? {} : { kinds: kinds.split(",") }),
    ...(storm === "whole" || storm === "model" ? { storm } : {}),
    ...(script === undefined
      ? {}
      : { script: parseScript(readFileSync(script, "utf8"), COMMAND_NAMES) }),
  };
}

function commit(): string {
  const run = Bun.spawnSync(["git", "describe", "--always", "--dirty", "--abbrev=40"]);
  return run.exitCode === 0 ? run.stdout.toString().trim() : "unknown (no git)";
}

/** Real milliseconds for the search of the shortest script; what it has by then is told. */
const SHRINK_MS = 180_000;

/** Everything that somebody needs who wants to see it happen: commit, seed, faults, log. */
function tellFailure(options: RunOptions, result: SimulationResult): void {
  const endMs = performance.now() + SHRINK_MS;
  const fails = (script: RunOptions["script"] & {}): boolean =>
    performance.now() < endMs &&
    simulate({ ...options, script, stopAtFirst: true }).violations.length > 0;
  const script = values["no-shrink"] ? result.script : shrink(result.script, fails);
  const again = simulate({ ...options, script, stopAtFirst: true });
  console.log(`commit ${commit()}, seed ${options.seed}, ${result.nodes} nodes`);
  console.log(
    `the shortest script that fails (${script.steps.length} of ${result.script.steps.length}`,
  );
  console.log(`steps; play it with --seed ${options.seed} --script FILE):\n`);
  console.log(printScript({ ...script, endMs: Math.ceil(again.simulatedMs) }));
  console.log(again.log.join("\n"));
}

/** How often a long run says how far it is. */
const TELL_EVERY_S = 60;

if (values.scenario !== undefined) scenarios(values.scenario);

// Fresh seeds are of the hour: they differ from run to run, and are printed.
const fresh = values.fresh === undefined ? null : Number(values.fresh);
const first = Number(
  values.seed ?? values.from ?? (fresh === null ? 1 : Math.floor(Date.now() / 1000)),
);
const open = values.hours !== undefined || fresh !== null;
const limit = open ? Number.POSITIVE_INFINITY : Number(values.seeds ?? 1);
const hourLimit = Number(values.hours ?? Number.POSITIVE_INFINITY);
const begun = performance.now();
const secondsPassed = (): number => (performance.now() - begun) / 1000;
let hours = 0;
let events = 0;
let faults = 0;
let worstMs = 0;
const failed: number[] = [];
let seeds = 0;
let toldAtS = 0;

function summary(): string {
  const seconds = secondsPassed();
  const which = failed.length > 0 ? ` (${failed.join(" ")})` : "";
  return (
    `${seeds} seeds from ${first}: ${failed.length} failed${which}; ` +
    `${hours.toFixed(2)} simulated hours, ${((hours * 60) / seconds).toFixed(1)} per real minute; ` +
    `${faults} faults; ${events} events, ${Math.round(events / seconds)} per second; ` +
    `longest way to rest ${(worstMs / 1000).toFixed(0)} s`
  );
}

while (seeds < limit && hours < hourLimit) {
  if (fresh !== null && secondsPassed() >= fresh) break;
  const options = optionsOf(first + seeds);
  const result = simulate({ ...options, stopAtFirst: values.first });
  seeds += 1;
  hours += result.simulatedMs / 3_600_000;
  events += result.events;
  faults += result.script.steps.length;
  worstMs = Math.max(worstMs, result.settledMs);
  if (result.violations.length > 0) {
    failed.push(options.seed);
    console.log(`seed ${options.seed} (${result.nodes} nodes): ${result.violations.join("\n  ")}`);
    if (values.first) break;
    // Of many seeds only the first failure tells its whole story.
    if (failed.length === 1) tellFailure(options, result);
  } else if (values.log) console.log(result.log.join("\n"));
  // A run that is cut off has still told what it saw.
  if (secondsPassed() - toldAtS < TELL_EVERY_S) continue;
  toldAtS = secondsPassed();
  console.log(`so far ${summary()}`);
}
console.log(summary());
process.exit(failed.length === 0 ? 0 : FOUND);
