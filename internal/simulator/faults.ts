import { RESOURCES } from "./configuration.ts";
import type { SeededRandom } from "./random.ts";
import type { Step } from "./script.ts";

/** What a fault does and for how long, in the language of scripts. */
type Drawn = [words: string, forMs: number | null];

export interface Fault {
  name: string;
  draw(random: SeededRandom, nodes: string[]): Drawn;
  /** Needs a ring whose packets are simulated. */
  packets?: boolean;
}

function pick<T>(random: SeededRandom, list: readonly T[]): T {
  return list[random.between(0, list.length - 1)]!;
}

/** Now and then not a node by name, but whichever is DC. */
function anyone(random: SeededRandom, nodes: string[]): string {
  return random.between(0, 4) === 0 ? "dc" : pick(random, nodes);
}

function on(words: string, low: number, high: number) {
  return (random: SeededRandom, nodes: string[]): Drawn => [
    `${words} ${anyone(random, nodes)}`,
    random.between(low, high),
  ];
}

function agent(random: SeededRandom, nodes: string[], actions: string[], how: string): Drawn {
  const node = random.between(0, 1) === 0 ? "*" : pick(random, nodes);
  const key = `${node}/${pick(random, RESOURCES)}/${pick(random, actions)}`;
  return [`agent ${key} ${how}`, random.between(1_000, 30_000)];
}

function cut(random: SeededRandom, nodes: string[]): Drawn {
  const sides: string[][] = [[], [], []];
  const ways = random.between(0, 3) === 0 ? 3 : 2;
  for (const node of nodes) sides[random.between(0, ways - 1)]!.push(node);
  const text = sides.filter((side) => side.length > 0).map((side) => side.join(" "));
  return [`cut ${text.join(" | ")}`, random.between(500, 20_000)];
}

const ALL = ["start", "stop", "monitor", "promote", "demote"];

/** Every kind of fault; what one breaks is mended after a while. */
export const FAULTS: readonly Fault[] = [
  { name: "engine-dies", draw: on("kill-engine", 50, 9_000) },
  { name: "power-loss", draw: on("power-off", 500, 15_000) },
  { name: "power-loss-of-all", draw: (r) => ["power-off all", r.between(500, 15_000)] },
  { name: "partition", draw: cut },
  { name: "orderly-stop", draw: on("shut-down", 3_000, 20_000) },
  { name: "machine-stands-still", draw: on("pause", 100, 8_000) },
  { name: "engine-stands-still", draw: on("pause-engine", 100, 12_000) },
  {
    name: "clock-steps",
    draw: (r, nodes) => [
      `clock ${pick(r, nodes)} step=${r.between(-120_000, 120_000)}`,
      r.between(5_000, 60_000),
    ],
  },
  {
    name: "clock-skew",
    draw: (r, nodes) => [
      `clock ${pick(r, nodes)} rate=${(0.9 + r.between(0, 20) / 100).toFixed(2)}`,
      r.between(5_000, 60_000),
    ],
  },
  { name: "resource-dies", draw: (r) => [`kill-resource ${pick(r, RESOURCES)}`, null] },
  { name: "slow-agent", draw: (r, n) => agent(r, n, ALL, `takes=${r.between(10, 15_000)}`) },
  { name: "failing-agent", draw: (r, n) => agent(r, n, ALL, "rc=1") },
  { name: "hanging-agent", draw: (r, n) => agent(r, n, ALL, "takes=3600000") },
  { name: "flapping-agent", draw: (r, n) => agent(r, n, ALL, "flaps") },
  { name: "lying-agent", draw: (r, n) => agent(r, n, ["start", "monitor"], "lies") },
  { name: "fencing-fails", draw: (r) => ["fencing fails", r.between(1_000, 30_000)] },
  { name: "fencing-hangs", draw: (r) => ["fencing hangs", r.between(1_000, 30_000)] },
  {
    name: "fencing-hits-the-wrong-node",
    draw: (r) => ["fencing wrong", r.between(1_000, 20_000)],
  },
  {
    name: "slow-fencing",
    draw: (r) => [`fencing takes=${r.between(1_000, 20_000)}`, r.between(1_000, 30_000)],
  },
  { name: "standby", draw: on("standby", 1_000, 30_000) },
  {
    name: "cleanup",
    draw: (r, nodes) => [`cleanup ${pick(r, RESOURCES)} ${pick(r, nodes)}`, null],
  },
  { name: "configuration-change", draw: () => ["set-property", null] },
  { name: "configuration-push", draw: () => ["push-configuration", null] },
  {
    name: "ban",
    draw: (r, nodes) => [
      `ban ${pick(r, RESOURCES.slice(0, 3))} ${pick(r, nodes)}`,
      r.between(5_000, 30_000),
    ],
  },
  {
    name: "resource-disabled",
    draw: (r) => [
      `meta ${pick(r, ["d1", "d2", "d3"])} target-role Stopped`,
      r.between(2_000, 30_000),
    ],
  },
  {
    name: "maintenance",
    draw: (r) => ["option maintenance-mode true", r.between(2_000, 20_000)],
  },
  { name: "slow-disk", draw: (r, n) => [`disk ${pick(r, n)} slow`, r.between(1_000, 30_000)] },
  { name: "full-disk", draw: (r, n) => [`disk ${pick(r, n)} full`, r.between(1_000, 30_000)] },
  {
    name: "dc-dies",
    draw: (r) => [pick(r, ["power-off dc", "kill-engine dc"]), r.between(500, 15_000)],
  },
  {
    name: "bad-network",
    packets: true,
    draw: (r) => [
      `network loss=${r.between(0, 20)} twice=${r.between(0, 10)} late=${r.between(0, 40)}`,
      r.between(1_000, 20_000),
    ],
  },
  {
    name: "one-way-cut",
    packets: true,
    draw: (r, nodes) => [`cut-one-way ${pick(r, nodes)} ${pick(r, nodes)}`, r.between(500, 20_000)],
  },
];

export interface Pace {
  low: number;
  high: number;
  /** Packets cost time also while nothing happens: only where faults come quickly. */
  packets: boolean;
  share: number;
}

/**
 * How close faults follow each other, in milliseconds, and how often a run is of this kind: a storm
 * (on the whole ring), a bad day, and a bad month.
 */
export const PACES: readonly Pace[] = [
  { low: 10, high: 25_000, packets: true, share: 1 },
  { low: 5_000, high: 180_000, packets: false, share: 2 },
  { low: 60_000, high: 1_400_000, packets: false, share: 5 },
];

export function drawPace(random: SeededRandom): Pace {
  return pick(
    random,
    PACES.flatMap((pace) => Array.from({ length: pace.share }, () => pace)),
  );
}

/**
 * The faults of one run: kinds and moments from the seed. `fromMs`: when the first may strike; `only`:
 * names of kinds, null for all.
 */
export function drawFaults(
  random: SeededRandom,
  nodes: string[],
  options: {
    count: number;
    fromMs: number;
    packets: boolean;
    pace: Pace;
    only: readonly string[] | null;
  },
): Step[] {
  const { low, high } = options.pace;
  const { packets, only } = options;
  const kinds = FAULTS.filter(
    (fault) => (packets || fault.packets !== true) && (only?.includes(fault.name) ?? true),
  );
  if (kinds.length === 0) throw new Error(`no such kind of fault: ${only?.join(", ")}`);
  const steps: Step[] = [];
  let atMs = options.fromMs;
  for (let left = options.count; left > 0; left--) {
    const [words, forMs] = pick(random, kinds).draw(random, nodes);
    steps.push({ atMs, words: words.split(" "), forMs });
    // Every fourth comes in the midst of what the one before has brought about.
    atMs += random.between(0, 3) === 0 ? random.between(1, 500) : random.between(low, high);
  }
  return steps;
}
