import { Administrator } from "./administrator.ts";
import { atRest, Checkers, unnoticed, whole } from "./checkers.ts";
import { SimulatedCluster } from "./cluster.ts";
import { CLONES, type Configuration, RESOURCES, randomConfiguration } from "./configuration.ts";
import { drawFaults, drawPace, PACES } from "./faults.ts";
import { Play } from "./play.ts";
import { SeededRandom } from "./random.ts";
import type { Script } from "./script.ts";
import { SETTLE_LIMIT_MS, Unrest } from "./unrest.ts";

/** At rest means: nothing to do for this long. */
const REST_MS = 15_000;
const STEP_MS = 1_000;
/** How often a long quiet stretch is looked at. */
const LOOK_MS = 10_000;
/** Time to start and to be configured, before the first fault. */
const FIRST_FAULT_MS = 10_000;

export interface RunOptions {
  seed: number;
  /** How many faults; absent: 10 to 40, from the seed. */
  faults?: number;
  /** How many nodes; absent: 3 to 9, from the seed. */
  nodes?: number;
  /** Faults of these kinds only; absent: of every kind. */
  kinds?: readonly string[];
  /** Faults come quickly, on the whole ring or on the model of it; absent: as the seed has it. */
  storm?: "whole" | "model";
  /** These faults instead of the seed's own. */
  script?: Script;
  /** Something that must go wrong: shows that the checkers see it. */
  sabotage?: (cluster: SimulatedCluster) => void;
  /** Ends with the first violation. */
  stopAtFirst?: boolean;
}

export interface SimulationResult {
  seed: number;
  nodes: number;
  /** The faults, as a script that gives this very run again. */
  script: Script;
  violations: string[];
  log: string[];
  simulatedMs: number;
  events: number;
  /** Time from the last fault to rest, in simulated milliseconds. */
  settledMs: number;
}

/** One whole run from one seed: a cluster, its faults, calm, and every check. */
export function simulate(options: RunOptions): SimulationResult {
  const run = new Run(options);
  return run.result(run.play());
}

class Run {
  readonly #options: RunOptions;
  readonly #cluster: SimulatedCluster;
  readonly #admin: Administrator;
  readonly #checkers: Checkers;
  readonly #unrest: Unrest;
  readonly #configuration: Configuration;
  readonly #script: Script;

  constructor(options: RunOptions) {
    this.#options = options;
    const { seed } = options;
    const random = new SeededRandom(seed * 7919 + 1);
    const nodes = options.nodes ?? random.between(3, 9);
    const rebootMs = random.between(2, 20) * 1e3;
    // Drawn in any case: a script of such a run is played again on the same configuration.
    const many = random.between(10, 40);
    const count = options.faults ?? many;
    const drawn = drawPace(random);
    const { storm } = options;
    const pace = storm === undefined ? drawn : PACES[0]!;
    const packets =
      options.script?.packets ?? (storm === undefined ? pace.packets : storm === "whole");
    this.#cluster = new SimulatedCluster({ nodes, seed, rebootMs, packets });
    const names = this.#cluster.machines.map((machine) => machine.name);
    this.#configuration = randomConfiguration(random, names);
    this.#admin = new Administrator(this.#cluster, random);
    const faults = { count, fromMs: FIRST_FAULT_MS, packets, pace, only: options.kinds ?? null };
    const steps = drawFaults(random, names, faults);
    const own = { seed, rebootMs, twoNode: false, packets, endMs: 0, steps };
    this.#script = options.script ?? own;
    for (const clone of CLONES) this.#cluster.world.clones.add(clone);
    this.#tellDeeds();
    this.#checkers = new Checkers(this.#cluster);
    this.#unrest = new Unrest(this.#cluster, (text) => this.#checkers.fail(text));
    options.sabotage?.(this.#cluster);
  }

  #tellDeeds(): void {
    const cluster = this.#cluster;
    cluster.world.listeners.push(({ node, resource, action, rc }) => {
      const well = action === "monitor" && (rc === 0 || rc === 8);
      if (rc === null || action === "meta-data" || well) return;
      cluster.note(node, "agent", `${action} ${resource} rc=${rc}`);
    });
    cluster.onFenced.push((target, by, action) =>
      cluster.note(by, "device", `fenced ${target} (${action})`),
    );
  }

  /** Time from the last fault to rest; -1 when there is none. */
  play(): number {
    const cluster = this.#cluster;
    this.#configure();
    const play = new Play({ cluster, admin: this.#admin });
    for (const step of this.#script.steps) {
      this.#until(step.atMs, play);
      if (this.#over()) return -1;
      play.strike(step);
      this.#checkers.lookClosely();
    }
    // Straight from the midst of it: what would be mended later is mended now.
    const last = this.#script.steps.at(-1);
    if (last !== undefined) this.#until(last.atMs + Math.min(last.forMs ?? 0, STEP_MS), play);
    cluster.note("-", "calm", "no more faults");
    play.mendAll();
    this.#calm();
    const settledMs = this.#settle();
    if (this.#over()) return -1;
    if (settledMs < 0)
      this.#checkers.fail(`not at rest ${SETTLE_LIMIT_MS} ms after the last fault`);
    else for (const bad of atRest(cluster, this.#admin)) this.#checkers.fail(bad);
    return settledMs;
  }

  result(settledMs: number): SimulationResult {
    const cluster = this.#cluster;
    return {
      seed: this.#options.seed,
      nodes: cluster.machines.length,
      script: { ...this.#script, endMs: cluster.elapsedMs },
      violations: this.#checkers.all,
      log: cluster.log,
      simulatedMs: cluster.elapsedMs,
      events: cluster.queue.events,
      settledMs,
    };
  }

  #over(): boolean {
    return this.#options.stopAtFirst === true && this.#checkers.all.length > 0;
  }

  #configure(): void {
    const { resources, constraints, options } = this.#configuration;
    this.#cluster.powerOn();
    this.#cluster.run(2_000);
    this.#admin.resourcesXml = resources;
    this.#admin.modify("resources", resources);
    this.#admin.modify("constraints", constraints);
    for (const [name, value] of Object.entries(options)) this.#admin.setOption(name, value);
  }

  /** Runs to a moment; a long time without faults must be one of rest. */
  #until(atMs: number, play: Play): void {
    const cluster = this.#cluster;
    while (cluster.elapsedMs < atMs) {
      cluster.run(Math.min(LOOK_MS, atMs - cluster.elapsedMs));
      this.#unrest.look(play.unmended > 0 ? 0 : cluster.elapsedMs - play.lastMs);
    }
  }

  #calm(): void {
    const cluster = this.#cluster;
    cluster.ring.heal();
    cluster.world.clearScripts();
    cluster.fencing = "works";
    for (const machine of cluster.machines) {
      machine.powerOn();
      machine.startAgain();
    }
  }

  /** Runs until there is nothing to do; the time that it took, or -1. Then all failures are forgotten. */
  #settle(): number {
    const cluster = this.#cluster;
    const from = cluster.elapsedMs;
    let restedMs = 0;
    let settledMs = -1;
    while (cluster.elapsedMs - from < SETTLE_LIMIT_MS) {
      cluster.run(STEP_MS);
      if (this.#over()) return -1;
      // An engine that was told that its node was fenced waits for an administrator.
      for (const machine of cluster.machines) machine.startAgain();
      restedMs = whole(cluster) ? restedMs + STEP_MS : 0;
      if (restedMs < REST_MS) continue;
      if (settledMs >= 0) return settledMs;
      settledMs = cluster.elapsedMs - from - restedMs;
      this.#checkers.lookClosely();
      for (const bad of unnoticed(cluster)) this.#checkers.fail(bad);
      restedMs = 0;
      for (const resource of [...RESOURCES, "fence"]) {
        for (const { name } of cluster.machines) this.#admin.cleanup(resource, name);
      }
    }
    return -1;
  }
}
